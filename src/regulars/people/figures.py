"""The conductor of the statistics of people: what to look at, one pass for the sums, one sample for the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine, quoted
from regulars.features.people_models import Attribute, AttributeKind, People, Role
from regulars.locale import Message
from regulars.people.choice import CHANNELS, Measured, banded, channels, crossed, measured, too_many_levels
from regulars.people.correlations import correlations, within_fences
from regulars.people.crosstabs import crosstabs
from regulars.people.distributions import spread
from regulars.people.models import By, Mix, PeopleFigures, Spread
from regulars.people.reading import Column, Frame, PeopleSample, Worth, read_cells, read_mixes, read_people
from regulars.people.shapes import scatters, shapes
from regulars.people.underserved import underserving
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

BANDS = (0.25, 0.5, 0.75)  # quartiles: four bands
_FEATURES = ("monetary", "orders", "recency_days", "avg_order_value")
_TOLD: tuple[tuple[Role, AttributeKind], ...] = (
    ("joined", "date"),
    ("total_spending", "number"),
    ("transactions", "number"),
)
_SPREAD = ("response_rate", "campaigns_accepted", "income", "age", "total_spending")


def people_figures(engine: Engine, people: People, frame: Frame, settings: Settings) -> PeopleFigures | None:
    """The statistics of the tables `people` and `customers`; None where no row of the one belongs to the other.

    Raises SettingsError where the setting `outcome` names no number.
    """
    groups = frame.groups
    chosen = measured(people, _features(people, frame), settings.outcome)
    by_channel = channels(people)
    counted = crossed(people)
    sample = read_people(engine, _numeric(people, chosen, by_channel), chosen.features, tuple(groups), frame.seed)
    if not sample.customers:
        return None
    columns = [_column(sample, each) for each in counted]
    worth = _worth(people, frame)
    frame = replace(frame, money=worth.sales is not None, made_of=_made_of(people))
    cells = read_cells(engine, columns, frame, worth)
    tables = crosstabs(counted, columns, cells, frame)
    return PeopleFigures(
        customers=sample.customers,
        sampled=sample.size,
        outcome=chosen.outcome,
        crosstabs=tables,
        underserving=tuple(underserving(tables, cells, by, names, frame.money) for by, names in groups.items()),
        correlations=correlations(_kept(sample, people, settings), chosen.names),
        spreads=_spreads(sample, people, by_channel, groups),
        mixes=_mixes(engine, by_channel, groups),
        shapes=shapes(sample, _drawn(people, chosen), groups),
        scatters=scatters(sample, _drawn(people, chosen), chosen.outcome, groups),
        left_out=tuple(Message("people_pages.left_out", {"header": each.header or each.name, "n": each.distinct})
                       for each in too_many_levels(people)),
    )  # fmt: skip


def _made_of(people: People) -> frozenset[str]:
    """The attributes that the clusters were learned from, as such or as one column per value."""
    if people.encoded is None:
        return frozenset()
    names = set(people.encoded.features)
    if people.encoded.encoding == "one_hot":  # town_jakarta is of town
        names |= {name[:place] for name in names for place, letter in enumerate(name) if letter == "_"}
    return frozenset(each.name for each in people.attributes if each.name in names)


def _worth(people: People, frame: Frame) -> Worth:
    """Sales and orders of the shop's orders, or else of the table; the day of joining, or else of the first order."""
    joined, spent, bought = (
        next((f"p.{quoted(each.name)}" for each in people.of_role(role) if each.kind == kind), None)
        for role, kind in _TOLD
    )
    if people.matched is None:
        return Worth(spent, bought, joined)
    return Worth("c.monetary" if frame.money else None, "c.orders", joined or "c.first_order")


def _features(people: People, frame: Frame) -> tuple[str, ...]:
    """The measures that orders give; a customer table alone has its own."""
    if people.matched is None:
        return ()
    return _FEATURES if frame.money else ("orders", "recency_days")


def _numeric(people: People, chosen: Measured, by_channel: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of `people` that the sample holds."""
    cut = [each.name for each in crossed(people) if each.kind == "number"]
    spreads = [each.name for each in people.of_role("response_rate", "campaigns_accepted") if each.kind == "number"]
    return tuple(dict.fromkeys((*chosen.attributes, *cut, *spreads, *by_channel.values())))


def _column(sample: PeopleSample, attribute: Attribute) -> Column:
    """How an attribute is counted: by its values; a number with many or with fractions by the sample's quartiles."""
    import numpy as np

    if attribute.kind != "number":
        return Column(attribute.name)
    values = sample.numbers[attribute.name]
    known = values[np.isfinite(values)]
    if not banded(attribute) and (known == np.floor(known)).all():
        return Column(attribute.name, whole=True)
    points = np.unique(np.quantile(known, BANDS, method="inverted_cdf")) if len(known) else np.empty(0)
    return Column(attribute.name, tuple(float(point) for point in points if point < known.max()))


def _kept(sample: PeopleSample, people: People, settings: Settings) -> dict[str, "NDArray[Any]"]:
    """The numbers of the customers who are correlated: all, or those the setting `outliers` leaves in the fit.

    With `exclude_from_fit_iqr` customers without an income or beyond the fences of income and spending stay out.
    """
    names = [each.name for each in people.of_role("income", "total_spending") if each.name in sample.numbers]
    if settings.outliers != "exclude_from_fit_iqr" or not names:
        return sample.numbers
    inside = within_fences(*(sample.numbers[name] for name in names))
    return {name: values[inside] for name, values in sample.numbers.items()}


def _drawn(people: People, chosen: Measured) -> tuple[str, ...]:
    """The measures that are drawn: the outcome, income, age, the response rate; without those the first there are."""
    roles = {each.role: each.name for each in reversed(people.of_kind("number")) if each.name in chosen.attributes}
    wanted = (chosen.outcome, *(roles.get(role) for role in ("income", "age", "response_rate", "total_spending")))
    drawn = dict.fromkeys(name for name in wanted if name)
    return tuple(drawn if len(drawn) > 1 else dict.fromkeys((*drawn, *chosen.names)))[:4]


def _spreads(
    sample: PeopleSample, people: People, by_channel: Mapping[str, str], groups: Mapping[By, Sequence[str]]
) -> tuple[Spread, ...]:
    """How response, acceptance, channels, income and age are spread, in every group and over everybody."""
    import numpy as np

    numbers = {each.name: sample.numbers[each.name] for each in people.of_kind("number")
               if each.role in _SPREAD and each.name in sample.numbers}  # fmt: skip
    if by_channel:
        bought = {channel: np.nan_to_num(sample.numbers[column]) for channel, column in by_channel.items()}
        total = np.sum(list(bought.values()), axis=0)
        for channel in (role for role in CHANNELS if role in bought):
            part = np.full(len(total), np.nan)
            numbers[f"share_{channel}"] = np.divide(bought[channel], total, out=part, where=total > 0)
    found = []
    for by, names in groups.items():
        for measure, values in numbers.items():
            found.append(spread(measure, by, "", values))
            found += [spread(measure, by, name, values[sample.groups[by] == name]) for name in names]
    return tuple(found)


def _mixes(engine: Engine, by_channel: Mapping[str, str], groups: Mapping[By, Sequence[str]]) -> tuple[Mix, ...]:
    if not by_channel:
        return ()
    rows = read_mixes(engine, by_channel, tuple(groups))
    places = {(by, name): place for by, names in groups.items() for place, name in enumerate(names)}
    rows.sort(key=lambda row: (row[0], places.get(row[:2], len(places)), row[1]))
    return tuple(Mix(by, group, customers, tuple(by_channel), sums) for by, group, customers, sums in rows)
