"""Learned groups of a customer table in words: what sets each apart from all customers, and what to do about it.

Numbers are compared by the mean, in standard deviations over all customers; categories by their shares. The two
strongest name a group. The action rests on what customers spend, as far as the table says it.
"""

from collections import Counter
from collections.abc import Sequence

from regulars.engine import Engine, quoted
from regulars.features.people_models import Attribute, Group, People, Role, Trait
from regulars.segments.recovered import Counts

APART = 0.3  # standard deviations from which on a mean is worth a word
FAR = 1e11  # from which on a square is taken of the whole part of a number
MORE, OFTEN = 1.25, 0.2  # how much more frequent a level must be than over all, and how frequent at least
HOOK = "tailored_message"  # the action where nothing says what they spend
MOST = 6  # traits of a group
_SKIPPED = frozenset({"birth_year", "generation"})  # said by the age


def groups(engine: Engine, told: People, counts: Counts) -> tuple[Group, ...]:
    """The clusters that hold a customer, by number, described by the attributes of the table."""
    numbers = [a for a in told.of_kind("number") if a.distinct > 1 and a.role not in _SKIPPED]
    means = _means(engine, numbers)
    everybody = means.pop(0)
    used = set(told.encoded.features) if told.encoded else set()
    found = []
    for cluster, row in sorted(means.items()):
        traits = [*_numbers(numbers, row, everybody), *_levels(told, counts, cluster)]
        traits.sort(key=lambda t: (t.attribute not in used, -_strength(t), t.attribute))
        action, because = _action(traits, told)
        shown = tuple(traits[:MOST])
        found.append(Group(cluster, int(row[0]), row[0] / everybody[0], shown, action, because))
    return tuple(found)


def _means(engine: Engine, numbers: Sequence[Attribute]) -> dict[int, list[float]]:
    """By cluster, 0 for everybody: customers, then of each number known values, sum and sum of squares."""
    columns = [f"p.{quoted(a.name)}" for a in numbers]
    largest = "".join(f", max(abs({v})) as m{i}" for i, v in enumerate(columns))
    reach = engine.rows(f"select count(*) as n{largest} from people p")[0]
    sums = ""
    for i, v in enumerate(columns):
        places = 4 if (reach[f"m{i}"] or 0) < FAR else 0  # what the 38 digits of a sum of squares leave
        square = f"cast({v} as decimal(19, {places})) * cast({v} as decimal(17, {places}))"
        sums += f", count({v}) as n{i}, cast(sum({v}) as double) as s{i}, cast(sum({square}) as double) as q{i}"
    rows = engine.rows(
        f"select coalesce(c.cluster, 0) as cluster, count(*) as customers{sums} from people p "
        "join customers c on c.customer_id = p.customer_id group by grouping sets ((c.cluster), ()) order by 1"
    )
    return {
        int(row["cluster"]): [
            float(row["customers"]),
            *(float(row[f"{letter}{i}"] or 0) for i in range(len(numbers)) for letter in "nsq"),
        ]
        for row in rows
    }


def _numbers(numbers: Sequence[Attribute], row: Sequence[float], everybody: Sequence[float]) -> list[Trait]:
    found = []
    for i, attribute in enumerate(numbers):
        here_n, here_sum, _ = row[1 + 3 * i : 4 + 3 * i]
        n, total, squares = everybody[1 + 3 * i : 4 + 3 * i]
        if not here_n:
            continue
        here, mean = here_sum / here_n, total / n
        deviation = max(squares / n - mean**2, 0.0) ** 0.5
        if deviation and abs(here - mean) >= APART * deviation:
            apart = (here - mean) / deviation
            found.append(Trait(attribute.name, attribute.header, None, here, mean, apart))
    return found


def _levels(told: People, counts: Counts, cluster: int) -> list[Trait]:
    """Of each category the level that is most over-represented."""
    found = []
    headers = {a.name: a for a in told.attributes}
    for name, table in counts.items():
        here: Counter[str] = Counter()
        everywhere: Counter[str] = Counter()
        for (level, group), customers in table.items():
            everywhere[level] += customers
            here[level] += customers if group == cluster else 0
        n, of = here.total(), everywhere.total()
        shares = [(here[v] / n, everywhere[v] / of, v) for v in sorted(everywhere) if n and v != "false"]
        special = [s for s in shares if s[0] >= OFTEN and s[0] >= MORE * s[1]]
        if special and headers[name].role not in _SKIPPED:
            share, usual, level = max(special, key=lambda s: (s[0] - s[1], s[2]))
            found.append(Trait(name, headers[name].header, level, share, usual, None))
    return found


def _strength(trait: Trait) -> float:
    """Standard deviations; of levels the difference of the shares in those of a yes/no."""
    if trait.deviations is not None:
        return abs(trait.deviations)
    return float((trait.here - trait.all) / max(trait.all * (1 - trait.all), 0.01) ** 0.5)


def _action(traits: Sequence[Trait], told: People) -> tuple[str, Trait | None]:
    """What to do first: by what they spend, else by what they could spend, else what sets them apart is the hook."""
    for roles, high, low in _BY:
        names = {a.name for a in told.of_role(*roles)}
        trait = next((t for t in traits if t.attribute in names and t.deviations is not None), None)
        if trait is not None:
            return (high if (trait.deviations or 0) > 0 else low), trait
    return HOOK, next(iter(traits), None)


_BY: tuple[tuple[tuple[Role, ...], str, str], ...] = (
    (("total_spending", "spending"), "vip_service", "micro_promotions"),
    (("transactions", "score"), "loyalty_programme", "nurturing"),
    (("income",), "upsell_history", "micro_promotions"),
)
ACTIONS: frozenset[str] = frozenset({HOOK, *(name for _, high, low in _BY for name in (high, low))})
