"""The conductor for customer tables: alone, or beside orders.

    people_read -> people -> (features, scores, clusters -> customers) -> labelled

Alone, the table's own columns take the place of what orders would tell: recency, orders and spending make named
segments where the table says all three; else the learned groups stand for them.
"""

from collections.abc import Sequence
from dataclasses import replace

from regulars import __version__
from regulars.analysis import FORMAT, Study, label, score_cells_of
from regulars.engine import Engine, quoted
from regulars.errors import InputError
from regulars.features.people import people
from regulars.features.people_models import Attribute, Encoded, People, Role
from regulars.locale import Message
from regulars.people.models import By, PeopleFigures
from regulars.pipeline import Tell, quiet
from regulars.profiles.models import Profile
from regulars.profiles.rule_models import Named
from regulars.profiles.rules import plain_rules
from regulars.quality import Finding, Reconciliation
from regulars.segments.models import Clusters, Cuts, Scheme
from regulars.settings import Settings
from regulars.sources.customer_table import CustomerTable
from regulars.sources.layout import Layout, Mapped

_NOTHING = Reconciliation(0, 0, 0, (), None, None, None)


def analyse_table(engine: Engine, table: CustomerTable, settings: Settings, shop: str, tell: Tell = quiet) -> Study:
    """The study of a customer table alone: `people`, `customers` and `labelled` stand in the engine afterwards.

    Raises SettingsError for features that it does not have.
    """
    from regulars.features.distributions import distributions

    as_of = settings.as_of or table.as_of
    tell("features")
    attributes, found = people(engine, table.attributes, settings.generations, as_of)
    scheme, missing = _scored(engine, attributes, table.rows, settings)
    tell("clusters")
    clusters, encoded = _clustered(engine, attributes, table.rows, settings)
    engine.make("tables/customers", named=scheme is not None)
    tell("profiles")
    told = People(
        table.rows, None, None, None, attributes, (), table.id_header, table.inputs, scheme is not None,
        encoded=encoded,
    )  # fmt: skip
    told = _described(engine, told, clusters)
    clusters = _distrusted(clusters, told)
    segments, cluster_profiles = _profiled(engine, scheme, clusters, settings)
    label(engine, (*segments, *cluster_profiles), _labels(told, cluster_profiles))
    findings = (*table.findings, *found, *missing)
    told = replace(told, findings=findings)
    known = engine.rows("select sum(orders) as orders, sum(monetary) as spent from customers")[0]
    study = Study(
        format=FORMAT,
        version=__version__,
        engine=engine.name,
        shop=shop,
        as_of=as_of,
        since=None,
        currency=settings.currency,
        settings=settings,
        inputs=table.inputs,
        layout=_layout(table),
        attributes={str(a.header): a.name for a in table.attributes},
        reconciliation=_NOTHING,
        findings=findings,
        assumptions=(*table.assumptions, *(scheme.notes if scheme else ())),
        customers=table.rows,
        customers_left_out=0,
        orders=int(known["orders"] or 0),
        revenue=None,
        returns_value=None,
        net_revenue=None if known["spent"] is None else float(known["spent"]),
        overview=None,
        scheme=scheme or _no_scheme(),
        segments=segments,
        clusters=clusters,
        cluster_profiles=cluster_profiles,
        score_cells=score_cells_of(engine) if scheme else (),
        distributions=distributions(engine),
        files={},
        steps=dict(engine.steps),
        people=told,
    )
    ruled = plain_rules(engine, _named(study, told), attributes, settings.seed, scheme)
    return replace(study, people_figures=figures(engine, told, study), plain_rules=ruled, steps=dict(engine.steps))


def join_table(engine: Engine, study: Study, table: CustomerTable) -> Study:
    """The study of orders with what a table says of the same customers; makes `people` from `people_read`.

    Raises InputError where the table names nobody who has an order.
    """
    from regulars.segments.recovered import level_counts, recovered

    attributes, found = people(engine, table.attributes, study.settings.generations, study.as_of)
    row = engine.ask("tables/matched")[0]
    only = {side: _unmatched(engine, side) for side in (True, False)}
    if not row["matched"]:
        raise InputError(
            "table_no_match", table=table.rows, orders=study.customers, column=table.id_header or "-",
            table_ids=", ".join(only[True][:3]), order_ids=", ".join(only[False][:3]),
        )  # fmt: skip
    findings = [*table.findings, *found]
    sides = (("only_in_table", True, table.rows), ("only_in_orders", False, study.customers))
    for name, side, of in sides:
        if row[name]:
            ids = ", ".join(only[side]) + (", …" if row[name] > len(only[side]) else "")
            findings.append(Finding(f"table_{name}", row[name], of, "customers", values={"ids": ids}))
    told = People(
        table.rows, row["matched"], row["only_in_table"], row["only_in_orders"], attributes, tuple(findings),
        table.id_header, table.inputs,
    )  # fmt: skip
    told = replace(told, recovered=recovered(told, study.clusters, level_counts(engine, told)))
    return replace(
        study,
        people=told,
        people_figures=figures(engine, told, study),
        plain_rules=plain_rules(engine, _named(study, told), attributes, study.settings.seed, study.scheme),
        inputs=(*study.inputs, *table.inputs),
        findings=(*study.findings, *findings),
        assumptions=(*study.assumptions, *table.assumptions),
        steps=dict(engine.steps),
    )


def _named(study: Study, told: People) -> list[Profile | Named]:
    """The groups that a plain rule is looked for: those with a profile, else the learned ones."""
    learned = [Named("cluster", f"Cluster {group.cluster}", group.customers) for group in told.groups]
    return [*study.segments, *(study.cluster_profiles or learned)]


def _unmatched(engine: Engine, of_table: bool) -> list[str]:
    return [row["customer_id"] for row in engine.ask("tables/unmatched", table=of_table)]


def figures(engine: Engine, told: People, study: Study) -> PeopleFigures | None:
    """The statistics of the table's attributes by the groups of the study."""
    from regulars.people.figures import people_figures
    from regulars.people.reading import Frame

    named = [profile.name for profile in study.segments if profile.customers]
    clusters = [str(number) for number in range(1, study.clusters.k + 1)]
    by: dict[By, list[str]] = {"segment": named} if named else {}
    frame = Frame(
        by | {"cluster": clusters}, study.since, study.as_of, study.net_revenue is not None, study.settings.seed
    )
    return people_figures(engine, told, frame, study.settings)


def _scored(
    engine: Engine, attributes: Sequence[Attribute], rows: int, settings: Settings
) -> tuple[Scheme | None, tuple[Finding, ...]]:
    """Makes `measures`, and `scores` where the table says recency, orders and spending; and who lacks them."""
    from regulars.segments.scores import score

    said = said_by(attributes)
    columns = [
        f"cast({quoted(each) if each else 'null'} as decimal(18, 4)) as {name}"
        for each, name in zip(said, ("recency", "orders", "spending"), strict=True)
    ]
    engine.make_from("said", f"select customer_id, {', '.join(columns)} from people")
    engine.make("tables/measures")
    for name, fields in _EMPTY.items():
        engine.put(name, fields, [])
    known = int(engine.rows("select count(*) as n from measures")[0]["n"])
    if not known:
        engine.put("scores", {"customer_id": "VARCHAR", **dict.fromkeys("rfm", "TINYINT"), "segment": "VARCHAR"}, [])
        return None, ()
    missing = Finding("table_without_segment", rows - known, rows, "customers")
    return score(engine, settings), (missing,) if known < rows else ()


# what profiles read of orders, which a table alone does not have
_EMPTY = {
    "sales": dict.fromkeys(("customer_id", "category", "product", "product_id"), "VARCHAR")
    | {"amount": "DECIMAL(18,4)"},
    "orders": {"customer_id": "VARCHAR", "counts": "BOOLEAN"},
}


def said_by(attributes: Sequence[Attribute]) -> list[str | None]:
    """The columns that say recency, orders and spending."""
    return [_said(attributes, *roles) for roles in (("recency",), ("transactions",), ("total_spending", "spending"))]


def _said(attributes: Sequence[Attribute], *roles: Role) -> str | None:
    """The column that says a measure; several columns of one role are parts of it and say nothing alone."""
    for role in roles:
        found = [a.name for a in attributes if a.role == role and a.kind == "number" and a.filled]
        if len(found) == 1:
            return found[0]
    return None


def _clustered(
    engine: Engine, attributes: Sequence[Attribute], rows: int, settings: Settings
) -> tuple[Clusters, Encoded]:
    """Makes `features` (measures and the attributes as numbers) and `clusters`."""
    import scipy.cluster.vq  # noqa: F401 - first: the limit below holds for libraries that are loaded already
    from threadpoolctl import threadpool_limits

    from regulars.segments.assign import assign
    from regulars.segments.clusters import learn_from
    from regulars.segments.encode import MIXED, encoding_of, read_encoded
    from regulars.segments.mixed_clusters import learn_mixed

    encoding = encoding_of(attributes, settings, rows)
    columns = dict(encoding.columns)
    if encoding.worth and encoding.worth not in columns:
        columns[encoding.worth] = f"cast(p.{quoted(encoding.worth)} as double)"
    fields = "".join(f", {sql} as {name}" for name, sql in columns.items())
    measures = ", ".join(f"m.{name}" for name in engine.column_names("measures") if name != "customer_id")
    engine.make_from(
        "features",
        f"select p.customer_id, {measures}{fields} from people p left join measures m on m.customer_id = p.customer_id",
    )
    sample, skewed = read_encoded(engine, encoding, settings)
    logged = skewed if settings.transform != "none" else ()
    chosen = replace(settings, transform=f"log1p:{','.join(logged)}")  # type: ignore[arg-type]
    with threadpool_limits(1):  # sums of two threads differ in their last bits
        if settings.encoding in MIXED:
            clusters, query = learn_mixed(sample, encoding.codes, chosen)
            engine.make_from("clusters", query)
        else:
            clusters = learn_from(sample, chosen)
            if not sample.features:
                clusters = replace(clusters, reason=_nothing_to_compare(attributes))
            assign(engine, clusters.model)
    used = set(encoding.source.values())
    out = tuple(str(a.header) for a in attributes if a.kind == "category" and a.name not in used and not a.derived)
    return clusters, Encoded(sample.features, logged, settings.encoding, settings.scaling, out)


def _nothing_to_compare(attributes: Sequence[Attribute]) -> Message:
    """Why nobody can be told from anybody, and what to type where words could do it."""
    words = any(a.kind in {"category", "yes_no"} and a.distinct > 1 for a in attributes)
    return Message(f"people.table.{'only_words' if words else 'all_alike'}")


def _described(engine: Engine, told: People, clusters: Clusters) -> People:
    """The clusters by their attributes, and the columns that they merely recover."""
    from regulars.profiles.traits import groups
    from regulars.segments.recovered import level_counts, recovered

    counts = level_counts(engine, told)
    return replace(told, groups=groups(engine, told, counts), recovered=recovered(told, clusters, counts))


def _distrusted(clusters: Clusters, told: People) -> Clusters:
    """Clusters that are one column over again are no finding; and who has no named segments is not sent to them."""
    column = told.merely
    if column is None:
        if told.named or clusters.verdict != "no_clear_structure":
            return clusters
        row = next((row for row in clusters.evidence if row.k == clusters.k), None)
        if row is None or row.null_silhouette is None:
            return clusters
        figures = {"k": row.k, "silhouette": row.silhouette, "null": row.null_silhouette}
        return replace(clusters, reason=Message("people.recovered.slices", {**figures}))
    values = {"k": clusters.k, "column": column.header, "purity": column.purity, "guessed": column.guessed}
    reason = Message("people.recovered.reason", {**values})
    return replace(clusters, recommended_k=None, verdict="no_clear_structure", reason=reason)


def _profiled(
    engine: Engine, scheme: Scheme | None, clusters: Clusters, settings: Settings
) -> tuple[tuple[Profile, ...], tuple[Profile, ...]]:
    """The profiles of named segments and clusters; none of either where the table says too little of orders."""
    from regulars.profiles.profile import profile_clusters, profile_segments

    if scheme is None:
        return (), ()
    segments = profile_segments(engine, scheme.segments, settings)
    unscored = engine.rows("select cluster from customers group by cluster having count(r) = 0")
    return segments, () if unscored else profile_clusters(engine, clusters.k, settings)


def _labels(told: People, profiled: Sequence[Profile]) -> list[tuple[str, ...]]:
    """The rows of group_labels for groups without a profile: they are their clusters, and their segments too."""
    from regulars.locale import words

    say = words("en")
    rows: list[tuple[str, ...]] = []
    for group in told.groups:
        title, action = group.title(say), say(f"actions.{group.action}.title")
        row = (title, f"group_{group.cluster}", action, group.action)
        rows += [] if profiled else [("cluster", str(group.cluster), *row)]
        rows += [] if told.named else [("segment", f"Cluster {group.cluster}", *row)]
    return rows


def _layout(table: CustomerTable) -> Layout:
    who = [Mapped("customer_id", table.id_header, 0, 1.0, Message("layout.why.name"))] if table.id_header else []
    headers = tuple(str(a.header) for a in table.attributes)
    return Layout("generic", tuple(who), headers, (), ".", None, "none", (), 0, table.assumptions)


def _no_scheme() -> Scheme:
    return Scheme("none", (1, 1, 1), (Cuts("recency_days", ()), Cuts("orders", ()), Cuts("monetary", ())), (), {})
