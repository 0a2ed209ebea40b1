"""The conductor: stages in order, and the frozen result.

    lines -> sales, orders -> features -> scores, clusters -> customers -> profiles, overview -> Study

A study is computed once; report, command line, exports and notebook show the same dataclasses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from regulars import __version__
from regulars.baskets.models import Bundles
from regulars.baskets.recommend_models import Recommendations
from regulars.engine import Engine, Row
from regulars.features.distributions import Distribution
from regulars.features.people_models import People
from regulars.locale import Message, words
from regulars.market.models import Market
from regulars.overview.models import Overview
from regulars.people.models import PeopleFigures
from regulars.pipeline import Scored, Tell, quiet, scored
from regulars.profiles.models import Profile
from regulars.profiles.rule_models import PlainRules
from regulars.quality import Finding, Reconciliation
from regulars.retention.models import Retention
from regulars.segments.frozen import Earlier, Frozen
from regulars.segments.later import Later
from regulars.segments.models import Clusters, Scheme
from regulars.segments.moves import Moves
from regulars.segments.temporal import Temporal
from regulars.settings import Settings
from regulars.sources.layout import Layout
from regulars.sources.lines import Lines
from regulars.sources.raw import InputFile
from regulars.value.models import Ask, Value

UNDATED: Final = "undated"  # the folder of a study that knows no day
_UNREAD = 0.05  # of the customers' lines, from which on it is said first that they could not be read
FORMAT = 1  # version of study.json; raised when an older reader could not understand it


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """Customers and their net sales at one pair of recency and frequency scores."""

    r: int
    f: int
    customers: int
    sales: float | None


@dataclass(frozen=True, slots=True)
class Study:
    """A frozen study: everything that its faces show, except the rows of its tables. It is also `study.json`.

    Money is in `currency`; shares are of 1. `customers` are those with a clean line, `orders` those that count in
    frequency, `revenue` is sales before returns, `net_revenue` after them.
    """

    format: int
    version: str  # of Regulars
    engine: str
    shop: str
    as_of: date | None  # None: a customer table that holds no date
    since: date | None  # None: no orders
    currency: str | None
    settings: Settings
    inputs: tuple[InputFile, ...]
    layout: Layout
    attributes: dict[str, str]  # other headers of the input -> their columns in `sales`
    reconciliation: Reconciliation
    findings: tuple[Finding, ...]
    assumptions: tuple[Message, ...]
    customers: int
    customers_left_out: int
    orders: int
    revenue: float | None
    returns_value: float | None  # positive
    net_revenue: float | None
    overview: Overview | None  # None: no orders
    scheme: Scheme
    segments: tuple[Profile, ...]
    clusters: Clusters
    cluster_profiles: tuple[Profile, ...]
    score_cells: tuple[ScoreCell, ...]
    distributions: tuple[Distribution, ...]
    files: dict[str, str]  # file of the study -> sha256
    steps: dict[str, str]  # step -> the SQL that ran
    people: People | None = None  # what a customer table says, where one was given
    frozen: Frozen | None = None  # since when cut points and clusters stand
    moves: Moves | None = None  # since the shop's earlier study; None: there is none
    temporal: Temporal | None = None  # the segments on later data; None: no orders, or an older version
    people_figures: PeopleFigures | None = None  # the statistics of its attributes
    plain_rules: PlainRules | None = None  # each segment and cluster in at most three conditions
    value: Value | None = None  # what customers will still bring
    bundles: Bundles | None = None  # what sells together
    market: Market | None = None  # price, churn risk and growth by segment; None: no orders
    retention: Retention | None = None  # who comes back; None: no orders
    recommendations: Recommendations | None = None  # next products; None: `regulars recommend` was not asked

    @property
    def folder(self) -> str:
        """What the study's folder in the shop is called: its day, or `undated`."""
        return self.as_of.isoformat() if self.as_of else UNDATED


def analyse(
    engine: Engine, lines: Lines, settings: Settings, shop: str, tell: Tell = quiet, earlier: Earlier | None = None
) -> Study:
    """The whole study of the table `lines`; afterwards the engine holds `sales`, `customers` and `labelled` too.

    With `earlier` it goes on with what the shop's latest earlier study learned.
    """
    from regulars.baskets.bundles import study_bundles
    from regulars.features import features
    from regulars.features.distributions import distributions
    from regulars.market.market import market
    from regulars.orders import reconcile
    from regulars.orders.findings import findings
    from regulars.overview import overview
    from regulars.profiles.rules import plain_rules
    from regulars.retention.retention import retention
    from regulars.segments.later import read_later
    from regulars.segments.temporal import check
    from regulars.value.estimate import estimate

    done = scored(engine, lines, settings, tell, earlier)
    account = reconcile(engine, done.cleaned)
    features(engine)
    later = read_later(engine, settings, done.cleaned.window)
    clusters, frozen, segments, cluster_profiles = _grouped(engine, done, settings, later, tell)
    temporal = check(engine, settings, done.cleaned.window, later, clusters.k)
    bundles = study_bundles(engine, lines.present)
    value = estimate(engine, done.cleaned.window.end, Ask(seed=settings.seed))
    tell("overview")
    totals = engine.ask("segments/totals")[0]
    seen = overview(engine, account.lines("zero_price"))
    return Study(
        format=FORMAT,
        version=__version__,
        engine=engine.name,
        shop=shop,
        as_of=done.cleaned.window.end,
        since=done.cleaned.window.start,
        currency=done.cleaned.currency,
        settings=settings,
        inputs=lines.inputs,
        layout=lines.layout,
        attributes=lines.attributes,
        reconciliation=account,
        findings=(
            *lines.findings,
            *findings(engine, account, lines.present, settings),
            *_net_not_positive(totals),
        ),
        assumptions=(
            *_unread(lines, account),
            *lines.layout.assumptions,
            *_rather_customers(lines),
            *done.scheme.notes,
            *frozen.notes,
        ),
        customers=totals["customers"],
        customers_left_out=totals["left_out"],
        orders=int(totals["orders"]),
        revenue=account.sales_amount,
        returns_value=account.returned,
        net_revenue=account.net,
        overview=seen,
        scheme=done.scheme,
        segments=segments,
        clusters=clusters,
        cluster_profiles=cluster_profiles,
        score_cells=score_cells_of(engine),
        distributions=distributions(engine),
        files={},
        frozen=frozen,
        temporal=temporal,
        moves=_moves(engine, done, clusters, cluster_profiles),
        plain_rules=plain_rules(engine, (*segments, *cluster_profiles), seed=settings.seed, scheme=done.scheme),
        market=market(engine, seen, done.cleaned.window.end, lines.present),
        retention=retention(engine, done.cleaned.window.end),  # after market: it reads its gaps
        value=value,
        bundles=bundles,
        steps=dict(engine.steps),  # last: every part has run
    )


def _grouped(
    engine: Engine, done: Scored, settings: Settings, later: Later | None, tell: Tell
) -> tuple[Clusters, Frozen, tuple[Profile, ...], tuple[Profile, ...]]:
    """The clusters, and what each named segment and each cluster is like; makes `customers` and `labelled`."""
    from regulars.profiles.profile import profile_clusters, profile_segments
    from regulars.segments.assign import assign
    from regulars.segments.clusters import learn
    from regulars.segments.frozen import carry

    tell("clusters")
    clusters, frozen = carry(engine, settings, learn(engine, settings, later), done.chain)
    assign(engine, clusters.model)
    engine.make("segments/customers")
    engine.make("orders/left_out")
    tell("profiles")
    segments = profile_segments(engine, done.scheme.segments, settings)
    cluster_profiles = profile_clusters(engine, clusters.k, settings)
    label(engine, (*segments, *cluster_profiles))
    return clusters, frozen, segments, cluster_profiles


def _moves(engine: Engine, done: Scored, clusters: Clusters, profiles: Sequence[Profile]) -> Moves | None:
    """What became of the customers of the earlier study; makes `moves`."""
    from regulars.segments.moves import Now, by_worth, moves

    if done.chain.before is None:
        return None
    return moves(engine, done.chain.before, Now(done.chain.as_of, done.scheme, clusters, by_worth(profiles)))


def score_cells_of(engine: Engine) -> tuple[ScoreCell, ...]:
    """The pairs of recency and frequency scores that somebody has, from `customers`."""
    return tuple(
        ScoreCell(row["r"], row["f"], row["customers"], None if row["sales"] is None else float(row["sales"]))
        for row in engine.ask("segments/score_cells")
    )


def label(engine: Engine, groups: Sequence[Profile], further: Sequence[tuple[str, ...]] = ()) -> None:
    """Makes `labelled`: the customers with the persona and the first action of their segment and cluster.

    `further` are rows of group_labels for groups that have no profile.
    """
    types = dict.fromkeys(("kind", "name", "persona", "persona_key", "action", "action_key"), "VARCHAR")
    say = words("en")
    rows = [
        (
            group.kind,
            group.name if group.kind == "segment" else group.name.removeprefix("Cluster "),
            group.persona_name,
            group.persona,
            group.actions[0].title(say),
            group.actions[0].name,
        )
        for group in groups
    ]
    engine.put("group_labels", types, [*rows, *further])
    engine.view("profiles/labelled")


def _net_not_positive(totals: Row) -> tuple[Finding, ...]:
    count, of = totals["not_positive"], totals["customers"]
    return (Finding("net_not_positive", count, of, "customers"),) if count else ()


def _unread(lines: Lines, account: Reconciliation) -> tuple[Message, ...]:
    """A column that says many of the customers' lines away, since its cells cannot be read."""
    known = account.read - account.lines("no_customer")
    for reason, columns in (("no_amount", ("quantity", "unit_price", "amount")), ("no_date", ("ordered_at",))):
        named = {lines.layout.header_of(column): column for column in columns}
        for finding in lines.findings:
            header = finding.values.get("column")
            count = min(finding.count, account.lines(reason))
            if finding.code.startswith("unreadable_") and header in named and count > _UNREAD * known:
                column = named[str(header)]
                values = {"count": count, "of": known, "header": header, "column": column}
                return (Message(f"reading.{'mostly' if 2 * count > known else 'partly'}_unread", {**values}),)
    return ()


def _rather_customers(lines: Lines) -> tuple[Message, ...]:
    return (Message("reading.rather_customers", {"count": lines.rows}),) if lines.single else ()
