"""The filters of a list of customers against what the study knows: a misspelt one is said, not answered by nobody."""

from dataclasses import replace

from regulars.analysis import Study
from regulars.publish import NO_ORDERS
from regulars.web.behind import who
from regulars.web.filters import Filters, called, check_filters, unknown
from regulars.web.listing import Filter


def known_filter(study: Study, asked: Filter) -> Filter:
    """The filter by the study's own names and keys, given by their labels or not. Raises UsageError."""
    check_filters(study, Filters(country=asked.country, category=asked.category))
    segment, persona, cluster = asked.segment, asked.persona, asked.cluster
    if segment is not None:
        names = (*study.scheme.segments, *((NO_ORDERS,) if study.people else ()))
        if segment not in names:
            raise unknown("segment", segment, names)
    if persona is not None:
        keys = tuple(dict.fromkeys(group.persona for group in study.segments))
        persona = called(persona, keys, lambda key, say: say(f"personas.{key}.name"))
        if persona not in keys:
            raise unknown("persona", persona, keys)
    if cluster is not None and not 1 <= cluster <= study.clusters.k:
        raise unknown("cluster", str(cluster), [str(number) for number in range(1, study.clusters.k + 1)])
    if asked.behind is not None:
        who(study, asked.behind)
    return replace(asked, persona=persona)
