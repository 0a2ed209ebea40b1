"""Whether clusters are one column of categories over again: "segment = profession, 100 %"."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from regulars.engine import Engine, quoted
from regulars.features.people_models import People, Recovered
from regulars.segments.models import Clusters

EACH = 10  # customers a level must have on average: with fewer, levels tell the cluster by chance
Counts = dict[str, dict[tuple[str, int], int]]  # attribute -> (level, cluster) -> customers


def level_counts(engine: Engine, told: People) -> Counts:
    """The customers of each cluster by level of each category, ordered category and yes/no of the table."""
    named = [a for a in told.of_kind("category", "ordered", "yes_no") if a.filled]
    if not named:
        return {}
    parts = (
        f"select customer_id, '{a.name}' as attribute, cast({quoted(a.name)} as varchar) as level "
        f"from people where {quoted(a.name)} is not null"
        for a in named
    )
    engine.make_from("traits", " union all ".join(parts))
    found: Counts = defaultdict(dict)
    for row in engine.ask("tables/levels"):
        found[row["attribute"]][row["level"], row["cluster"]] = int(row["customers"])
    engine.drop("traits")
    return dict(found)


def recovered(told: People, clusters: Clusters, counts: Counts) -> tuple[Recovered, ...]:
    """How far each category tells the cluster, the strongest first; nothing where there is one cluster."""
    if clusters.k < 2:
        return ()
    headers = {a.name: a.header for a in told.attributes}
    found = [_recovered(name, headers[name], table) for name, table in counts.items()]
    return tuple(sorted((each for each in found if each), key=lambda each: (-each.strength, each.attribute)))


def _recovered(name: str, header: str | None, table: Mapping[tuple[str, int], int]) -> Recovered | None:
    of_cluster: Counter[int] = Counter()
    best: dict[str, int] = {}
    for (level, cluster), customers in table.items():
        of_cluster[cluster] += customers
        best[level] = max(best.get(level, 0), customers)
    n = sum(of_cluster.values())
    if len(best) < 2 or len(of_cluster) < 2 or n < EACH * len(best):
        return None
    right, guessed = sum(best.values()), max(of_cluster.values())
    strength = (right - guessed) / (n - guessed)
    return Recovered(name, header, n, len(best), right / n, guessed / n, strength)
