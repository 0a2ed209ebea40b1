"""Studies made by hand, of any shape: n segments, hostile names, no amounts, one customer."""

from dataclasses import replace
from datetime import date
from itertools import product
from math import sin

from regulars.analysis import FORMAT, ScoreCell, Study
from regulars.features.distributions import Distribution
from regulars.locale import Message
from regulars.overview.insights import insights
from regulars.overview.models import Correlation, Discounts, Overview, Period, Ranked, Repeat, Slot
from regulars.profiles.models import Action, Levels, Measures, Paragraph, Profile, TopCategory
from regulars.quality import Finding, Reconciliation, SetAside
from regulars.segments.models import (
    Basis,
    ClusterModel,
    Clusters,
    Cuts,
    Evidence,
    MapPoint,
    PcaMap,
    Scheme,
    Widths,
)
from regulars.settings import Settings
from regulars.sources.layout import Layout, Mapped
from regulars.sources.raw import InputFile

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://127.0.0.1:9/x","click")',
    "{{7*7}} {a|b} ${7*7} {% raw %}",
    "</script><script>alert(2)</script><!--",
    "\u05de\u05e9\u05dc\u05d5\u05d7 \u202eevil\u202c \u0645\u062a\u062c\u0631",
    "\U0001f6cd\ufe0f Toko \U0001f469\u200d\U0001f467 \u2028 \u2029 & 'ampersand' \"quotes\"",
    "N" * 300,
    "'; drop table customers; --\x00\x07\n\tnewline",
)
STANDARD = (
    "Champions",
    "Loyal",
    "Potential Loyalists",
    "New",
    "Promising",
    "Need Attention",
    "About to Sleep",
    "At Risk",
    "Can't Lose",
    "Hibernating",
    "My Own Group",
    "Another Own Group",
)
PERSONAS = (
    "high_often_recent",
    "high_several_recent",
    "mid_several_recent",
    "mid_one_recent",
    "low_one_recent",
    "mid_several_cooling",
    "low_several_cooling",
    "high_several_lapsed",
    "high_often_lapsed",
    "low_one_lapsed",
    "low_several_lapsed",
    "mid_often_recent",
)


def make_study(
    segments: int = 10,
    clusters: int = 4,
    language: str = "en",
    *,
    hostile: bool = False,
    amounts: bool = True,
    products: bool = True,
    sure: bool = True,
) -> Study:
    """A study of a plausible shop; every part can be taken away or filled with hostile names."""
    groups = tuple(_profile("segment", STANDARD[i], i, segments, amounts) for i in range(segments))
    if hostile:
        groups = (
            tuple(
                replace(g, name=n, top_categories=(TopCategory(n, 5.0, 0.5, 1.5),))
                for g, n in zip(groups, HOSTILE, strict=False)
            )
            + groups[len(HOSTILE) :]
        )
    customers = sum(group.customers for group in groups)
    seen = _overview(customers, amounts, products, HOSTILE if hostile else ())
    found = _reconciliation(seen.lines, amounts)
    return Study(
        format=FORMAT,
        version="0.1.0",
        engine="duckdb",
        shop=HOSTILE[0] if hostile else "Toko Melati",
        as_of=date(2024, 7, 1),
        since=date(2022, 11, 18),
        currency="GBP",
        customers_left_out=0,
        settings=Settings(language=language),
        inputs=(InputFile("orders.csv", "csv", 9, "ab" * 32, "utf-8", ",", rows=found.read),),
        layout=_layout(hostile),
        attributes={},
        reconciliation=found,
        findings=_findings(hostile, found.read),
        assumptions=(),
        customers=customers,
        orders=seen.orders,
        revenue=seen.sales and seen.sales + 1000,
        returns_value=1000.0 if amounts else None,
        net_revenue=seen.sales,
        overview=seen,
        scheme=_scheme(),
        segments=groups,
        clusters=_clusters(clusters, customers, sure),
        cluster_profiles=tuple(_profile("cluster", f"Cluster {i + 1}", i, clusters, amounts) for i in range(clusters)),
        score_cells=tuple(
            ScoreCell(r, f, (r * f * 37) % 91, r * f * 900.0 if amounts else None)
            for r, f in product(range(1, 6), repeat=2)
        ),
        distributions=(
            Distribution("recency_days", tuple(range(0, 390, 30)), tuple(range(120, 0, -10))),
            Distribution("orders", (1, 2, 3, 5, 10, 50), (60, 30, 20, 9, 1)),
            *((Distribution("monetary", (0, 100, 300, 1000, 5000), (50, 30, 15, 4)),) if amounts else ()),
        ),
        files={},
        steps={},
    )


def one_customer() -> Study:
    """A shop with one order of one customer: the least that a study can hold."""
    whole = make_study(1, 1)
    day = date(2024, 3, 5)
    seen = replace(
        whole.overview,
        lines=1,
        customers=1,
        orders=1,
        sales=20.0,
        profit=None,
        first_day=day,
        last_day=day,
        years=(),
        months=(Period(date(2024, 3, 1), False, 1, 1, 1, 20.0, None, 1, 0, 0.0),),
        slots=(Slot(2, None, 1, 20.0),),
        countries=(),
        categories=(),
        subcategories=(),
        ship_modes=(),
        top_products_by_sales=(),
        top_products_by_pieces=(),
        top_customers=(Ranked("17850", 20.0, 1.0, 1.0, 1, 1, 1, 1, None),),
        discounts=None,
        repeat=Repeat(0, 0.0, 0.0, 20.0, 1.0),
        correlation=Correlation(None, 1, Message("common.unknown")),
        insights={},
    )
    group = replace(whole.segments[0], customers=1, share=1.0, sales=20.0, sales_share=1.0, actions=())
    few = Clusters(
        1, None, None, "low_data", Message("clusters.low_data.customers", {"n": 1, "needed": 30}), (), None, None, 1
    )
    return replace(
        whole,
        customers=1,
        orders=1,
        overview=replace(seen, insights=insights(seen)),
        segments=(group,),
        clusters=few,
        reconciliation=Reconciliation(1, 1, 0, (), 20.0, 20.0, 0.0),
        findings=(),
        score_cells=(),
        distributions=(),
        cluster_profiles=(replace(group, kind="cluster", name="Cluster 1"),),
        net_revenue=20.0,
        returns_value=0.0,
    )


def _profile(kind: str, name: str, i: int, of: int, amounts: bool) -> Profile:
    weight = 2 * (of - i) / (of * (of + 1))
    customers = 1 + (i * 7919) % 400 + 50
    mean = Measures(20.0 + 31 * i, max(1.0, 12.0 - i), 4000.0 / (i + 1) if amounts else None)
    figures = {"spent": mean.monetary, "upper_spent": 700.0, "orders": 9, "many": 3, "many_share": 0.3}
    actions = tuple(Action(a, Message(f"actions.{a}.why", figures)) for a in ("vip_service", "loyalty_programme"))
    sentences = (Message(f"personas.{PERSONAS[i]}.who"), Message("personas.low_one_lapsed.who"))
    return Profile(
        kind=kind,
        name=name,
        customers=customers,
        share=weight,
        sales=customers * 4000.0 / (i + 1) if amounts else None,
        sales_share=weight if amounts else None,
        mean=mean,
        median=mean,
        orders=customers * 2,
        avg_order_value=210.5 - i if amounts else None,
        profit=40.0 - 6 * i if amounts else None,
        shipping=12.5 if amounts else None,
        return_share=0.02 if amounts else None,
        one_order_share=i / of,
        top_categories=tuple(TopCategory(n, 100.0, 0.3, 1.2) for n in ("Lights", "Bags", "Cards")),
        persona=PERSONAS[i],
        persona_name=f"{kind} {i}",
        description=Paragraph(sentences),
        actions=actions[: 1 + i % 2] if amounts else (),
        levels=Levels("high", "often", "recent"),
        because=(),
    )


def _overview(customers: int, amounts: bool, products: bool, hostile: tuple[str, ...]) -> Overview:
    starts = [date(2022 + (10 + i) // 12, (10 + i) % 12 + 1, 1) for i in range(20)]
    months = tuple(
        Period(
            start,
            i > 0,
            900,
            300 + 9 * i,
            200 + 5 * i,
            round(30000 + 9000 * sin(i / 2), 2) * amounts,
            round(4000 + 3000 * sin(i), 2) if amounts else None,
            40,
            150,
            20000.0,
        )
        for i, start in enumerate(starts)
    )
    years = tuple(
        Period(
            date(y, 1, 1), y == 2023, 9000, 3000, 900, 390000.0 * amounts, 9000.0 if amounts else None, 400, 500, 1.0
        )
        for y in (2022, 2023, 2024)
    )
    slots = tuple(Slot(d, h, (d * 13 + h * h * 7) % 60 * (d < 7), 10.0) for d in range(1, 8) for h in range(7, 21))
    names = hostile or ("United Kingdom", "Germany", "Indonesia", "EIRE", "Netherlands", "France", "Spain", "Japan")

    def ranked(names: tuple[str, ...], parent: str | None = None, first: float = 100000.0) -> tuple[Ranked, ...]:
        parts = [first / (i + 1) ** 1.5 for i in range(len(names))]
        total = sum(parts)
        return tuple(
            Ranked(
                name,
                part * amounts,
                part / total * amounts,
                part / total,
                int(part / 50) + 1,
                int(part / 90) + 1,
                int(part / 10) + 1,
                part / 5,
                part / 9 if amounts else None,
                parent,
            )
            for name, part in zip(names, parts, strict=True)
        )

    goods = hostile or (
        "REGENCY CAKESTAND 3 TIER",
        "WHITE HANGING HEART T-LIGHT HOLDER",
        "PARTY BUNTING",
        "JUMBO BAG RED RETROSPOT",
        "ASSORTED COLOUR BIRD ORNAMENT",
        "RABBIT NIGHT LIGHT",
    )
    kinds = hostile[:4] or ("Technology", "Furniture", "Office Supplies")
    subs = tuple(
        row
        for i, kind in enumerate(kinds)
        for row in ranked(hostile or ("Phones", "Copiers", "Chairs", "Storage", "Binders"), kind, 50000.0 / (i + 1))
    )
    seen = Overview(
        lines=18_000,
        customers=customers,
        orders=sum(m.orders for m in months),
        sales=sum(m.sales for m in months) if amounts else None,
        profit=81_000.0 if amounts else None,
        first_day=date(2022, 11, 18),
        last_day=date(2024, 6, 30),
        years=years,
        months=months,
        slots=slots,
        countries=ranked(names),
        categories=ranked(kinds) if products else (),
        subcategories=subs if products else (),
        ship_modes=ranked(("Standard Class", "Second Class", "First Class", "Same Day")),
        top_customers=ranked(("14646", "18102", "17450", "16446", "14911")),
        top_products_by_sales=ranked(goods) if products else (),
        top_products_by_pieces=ranked(goods) if products else (),
        discounts=Discounts(2000, 0.11, 0.09, 0.2, 31),
        repeat=Repeat(customers // 2, 0.5, 0.8 if amounts else None, 75.0 if amounts else None, 3.25),
        correlation=Correlation(0.71, customers),
        insights={},
    )
    return replace(seen, insights=insights(seen))


def _reconciliation(sales: int, amounts: bool) -> Reconciliation:
    aside = (
        SetAside("no_customer", 4300, 21000.5 if amounts else None),
        SetAside("duplicate", 610, 900.25 if amounts else None),
        SetAside("non_sale", 120, -300.0 if amounts else None),
    )
    read = sales + 400 + 4300 + 610 + 120
    money = (620_600.75, 600_000.0, -1000.0) if amounts else (None, None, None)
    return Reconciliation(read, sales, 400, aside, *money)


def _findings(hostile: bool, of: int) -> tuple[Finding, ...]:
    rows = tuple({name: name} for name in HOSTILE[:5]) if hostile else ({"order_id": "C536379", "product": "Discount"},)
    return (Finding("no_customer", 4300, of, samples=rows), Finding("duplicate", 610, of, samples=rows))


def _layout(hostile: bool) -> Layout:
    why = Message("common.unknown")
    pairs = (
        ("order_id", "Invoice"),
        ("customer_id", "Customer ID"),
        ("ordered_at", HOSTILE[3] if hostile else "InvoiceDate"),
    )
    mapping = tuple(Mapped(column, header, i, 0.97, why) for i, (column, header) in enumerate(pairs))
    return Layout("generic", mapping, (), (), ".", "GBP", "line_total", (), 0, ())


def _scheme() -> Scheme:
    cuts = (
        Cuts("recency_days", (20, 50, 120, 250), True),
        Cuts("orders", (1, 2, 4, 8)),
        Cuts("monetary", (90, 200, 500, 1500)),
    )
    codes = {f"{r}{f}{m}": STANDARD[(10 - r - f) % 10] for r, f, m in product(range(1, 6), repeat=3)}
    return Scheme("standard", (5, 5, 5), cuts, STANDARD, codes)


def _evidence(n: int) -> Evidence:
    return Evidence(
        n,
        9000.0 / n,
        0.45 - 0.02 * n,
        0.004,
        0.4 / n,
        0.4 - 0.02 * n,
        0.006,
        simplified_silhouette=0.6 - 0.02 * n,
        calinski_harabasz=6000.0 / n,
        davies_bouldin=0.8 + 0.02 * n,
        jaccard=tuple(0.99 - 0.04 * n + 0.01 * i for i in range(n)),
        prediction_strength=1.04 - 0.06 * n,
        prediction_spread=0.02,
        seed_ari=1 - 0.03 * n,
        sales_separation=0.1 + 0.01 * n,
        sales_separation_spread=0.008,
        repeat_separation=0.2 + 0.03 * n,
        repeat_separation_spread=0.02,
    )


def _clusters(k: int, customers: int, sure: bool) -> Clusters:
    evidence = tuple(_evidence(n) for n in range(2, 10))
    centroids = tuple((-1.2 + 0.6 * i, 1.3 - 0.7 * i, 1.5 - 0.8 * i) for i in range(k))
    names = ("recency_days", "orders", "monetary")
    model = ClusterModel(names, "log1p", (-1e9,) * 3, (1e9,) * 3, (3.0, 1.0, 6.0), (1.0,) * 3, centroids, 0)
    points = tuple(MapPoint(sin(i * 1.7) + i % k, sin(i * 2.3) * 1.5 - i % k, i % k + 1) for i in range(600))
    key = "structure" if sure else "no_clear_structure"
    reason = Message(f"clusters.verdict.{key}", {"k": k, "silhouette": 0.41, "null": 0.33, "used": k})
    return Clusters(
        k,
        k if sure else None,
        4,
        key,
        reason,
        evidence,
        model,
        PcaMap(points, (0.71, 0.19), ((-0.5, 0.8), (0.6, 0.4), (0.6, 0.3))),
        customers,
        widths=Widths(
            tuple(tuple(0.8 - 0.02 * j - 0.1 * i for j in range(50 - 5 * i)) for i in range(k)),
            tuple(0.4 - 0.05 * i for i in range(k)),
            tuple(0.02 * i for i in range(k)),
            tuple(500 - 50 * i for i in range(k)),
            sum(500 - 50 * i for i in range(k)),
        ),
        tested=Basis(5000, customers, 20, 8, 90, customers - 100),
    )
