"""What a viewer is shown in the place of what tells who somebody is: names, e-mail addresses, telephone numbers.

Ids may be such: an address, a number, or, in a shop that has no ids, the column that stands for them.
"""

import re
from dataclasses import replace

from regulars.analysis import Study
from regulars.features.people_models import Attribute
from regulars.ids import spellings
from regulars.overview.insights import insights
from regulars.overview.models import Overview
from regulars.schema import PERSONAL
from regulars.sources.headers import meanings

MASK = "•••"
# a number as people dial it, abroad or at home: also in listed.sql
TELEPHONE = r"^(\+|00?)[ ().-]?[1-9]([ ().-]?[0-9]){7,13}$"
_TELEPHONE = re.compile(TELEPHONE)


def ids_personal(study: Study) -> bool:
    """Whether the column of ids holds names, e-mail addresses or telephone numbers, by its header."""
    headers = {mapped.column: mapped.header for mapped in study.layout.mapping}
    who = {headers.get("customer_id"), study.people.id_header if study.people else None} - {None}
    others = {headers.get(name) for name in PERSONAL}
    return any(header in others or _personal(header) for header in who if header)


def _personal(header: str) -> bool:
    return any(name in PERSONAL for name, _ in meanings(header)[:1])


def id_hidden(study: Study, id_: str) -> bool:
    """Whether an id is for analysts alone, however it is typed."""
    return ids_personal(study) or any("@" in one or _TELEPHONE.fullmatch(one) for one in spellings(study, id_))


def shown_id(study: Study, id_: str, personal: bool) -> str:
    """An id as a reader may see it."""
    if personal or not id_ or not id_hidden(study, id_):
        return id_
    return f"{id_[:1]}{MASK}@{MASK}" if "@" in id_ else f"{id_[:1]}{MASK}"


def attribute_hidden(attribute: Attribute) -> bool:
    """Whether a column of a customer table is for analysts alone: who somebody is, texts about them, further ids."""
    return attribute.name in PERSONAL or attribute.kind in {"id", "text"} or _personal(attribute.header or "")


def masked_overview(study: Study, seen: Overview) -> Overview:
    """An overview whose best customers are masked."""
    tops = tuple(replace(row, name=shown_id(study, row.name, False)) for row in seen.top_customers)
    return replace(seen, top_customers=tops, insights=insights(replace(seen, top_customers=tops)))


def masked_study(study: Study) -> Study:
    """A study as a viewer may see it."""
    return replace(study, overview=study.overview and masked_overview(study, study.overview))
