"""All pages of a study, and its head: the shop, its figures, what to do first."""

from collections.abc import Callable

from regulars.analysis import Study
from regulars.charts.groups import segment_label
from regulars.locale import Language, Value, Words, words
from regulars.pages.bundles import bundles_page
from regulars.pages.business import overview_page
from regulars.pages.groups import clusters_page, segments_page
from regulars.pages.market import market_page
from regulars.pages.models import Fact, Page, Report, Statement, SummaryPage
from regulars.pages.moves import moves_page
from regulars.pages.people import people_page
from regulars.pages.plain import plain_page
from regulars.pages.quality import quality_page
from regulars.pages.recommend import recommend_page
from regulars.pages.retention import retention_page
from regulars.pages.sentences import tame, told
from regulars.pages.temporal import temporal_page
from regulars.pages.value import value_page
from regulars.profiles.models import Profile
from regulars.segments.choose import kept

# the pages of further parts, in the order of the report; each gives None where a study has nothing for it
MORE: tuple[Callable[[Study, Words], Page | None], ...] = (
    temporal_page, moves_page, retention_page, value_page, people_page, plain_page, market_page, bundles_page,
    recommend_page,
)  # fmt: skip


def report_of(study: Study, language: Language | None = None) -> Report:
    """The pages of a study, in the shop's language unless another is given."""
    say = words(language or study.settings.language, study.currency)
    return Report(
        language=say.language,
        currency=study.currency,
        summary=summary_page(study, say),
        overview=overview_page(study, say),
        segments=segments_page(study, say),
        clusters=clusters_page(study, say),
        quality=quality_page(study, say),
        more=tuple(page for part in MORE if (page := part(study, say))),
        version=study.version,
    )


def summary_page(study: Study, say: Words) -> SummaryPage:
    """The head of the report: the shop, its figures, what to do first."""
    as_of = study.as_of.isoformat() if study.as_of else None
    if (seen := study.overview) is None:
        period = say("people.head.period" if as_of else "people.head.undated", customers=study.customers, as_of=as_of)
    else:
        period = say("report.head.period", first=seen.first_day.isoformat(), last=seen.last_day.isoformat(),
                     as_of=as_of)  # fmt: skip
    return SummaryPage(study.shop, say("report.head.title", shop=study.shop), period, _facts(study, say),
                       tuple(_first(study, say)))  # fmt: skip


def _facts(study: Study, say: Words) -> tuple[Fact, ...]:
    def fact(key: str, value: str, more: str = "") -> Fact:
        return Fact(say(f"report.fact.{key}"), value, more)

    read = study.reconciliation.read
    facts = [fact("customers", say.number(study.customers))]
    if study.orders:
        facts.append(fact("orders", say.number(study.orders)))
    if read:
        facts.append(fact("lines", say.number(read), say("report.fact.lines_kept", n=read - _aside(study))))
    if study.net_revenue is not None:
        returned = say("report.fact.returned", amount=study.returns_value) if study.returns_value else ""
        facts.insert(0, fact("sales", say.money(study.net_revenue), returned))
        if study.orders:
            facts.append(fact("order_value", say.money(study.net_revenue / study.orders)))
    if study.overview and study.overview.profit is not None:
        facts.insert(1, fact("profit", say.money(study.overview.profit)))
    return tuple(facts)


def _aside(study: Study) -> int:
    return sum(part.lines for part in study.reconciliation.set_aside)


def _first(study: Study, say: Words) -> list[Statement]:
    """Who brings the money, who is slipping away, who could come back a second time, and what the clusters say."""
    found: list[Statement] = []
    groups = [profile for profile in study.segments if profile.customers]
    staying = [p for p in groups if p.name not in SLIPPING and not _gone(p)]  # who has left is not looked after
    if staying and len(groups) > 1:  # of one segment there is 100 %
        best = max(staying, key=lambda p: (p.sales or 0.0, p.customers))
        if best.sales_share:
            says = "says_half" if best.sales_share > 0.5 else "says"
            found.append(_statement("money", say.percent(best.sales_share, 0), best, say, says=says))
    slipping = [p for p in groups if p.name in SLIPPING and _silent(p)]
    if found:  # a handful of customers is no place to begin where a larger group has something to do
        slipping = [p for p in slipping if _weighty(p)]
    if slipping:
        worst = max(slipping, key=lambda p: (p.sales or 0.0, p.customers))
        figure = say.money(worst.sales) if worst.sales is not None else say.number(worst.customers)
        key = "slipping" if worst.sales is not None else "slipping_plain"
        found.append(_statement(key, figure, worst, say, title="title_gone" if _gone(worst) else "title"))
    repeat = study.overview.repeat if study.overview else None
    share = 1 - repeat.share - repeat.none_left / max(study.customers, 1) if repeat else 0.0
    if repeat and share >= MANY:
        once = study.customers - repeat.customers - repeat.none_left
        key = "says_returned" if repeat.none_left else "says"
        text = say(f"report.first.once.{key}", share=share, n=once, none=repeat.none_left)
        found.append(Statement("once", say.percent(share, 0), say("report.first.once.title"), text,
                               say("report.first.once.do")))  # fmt: skip
    clusters = study.clusters
    figure = "" if clusters.recommended_k is None else str(clusters.recommended_k)
    held = kept(clusters)
    key = "kept" if held and clusters.recommended_k else clusters.verdict
    text = say(f"report.first.clusters.{key}", k=clusters.recommended_k, **(held.values if held else {}))
    if study.people and not study.people.named:  # there are no named segments to turn to
        text = told(clusters.reason, say)
    found.append(Statement("clusters", figure, say(f"report.verdict.{clusters.verdict}"), text))
    return found


WEIGHTY, SLIGHT = 10, 0.01  # customers and share of sales, below which a group is not what to do first
MANY = 0.2  # from this share on, one-time buyers are worth a word at the top
USUAL = 30  # days between two orders, where nobody of a group has two
YEAR = 365  # days after which nobody is only about to leave
# groups of the presets that bought well and have not come back of late
SLIPPING = frozenset({"At Risk", "Can't Lose", "Can't Lose Them", "Need Attention", "Needs Attention"})


def _weighty(group: Profile) -> bool:
    return group.customers >= WEIGHTY and (group.sales is None or (group.sales_share or 0.0) >= SLIGHT)


def _silent(group: Profile) -> bool:
    """Whether a group has not ordered for longer than is usual between two of its orders (unknown: for a month)."""
    return group.mean.recency_days > (USUAL if group.days_between is None else group.days_between)


def _gone(group: Profile) -> bool:
    """Whether a group has missed two of its own usual gaps between orders, or a year: it is not slipping any more."""
    days = group.mean.recency_days
    return days >= YEAR or (group.days_between is not None and days > 2 * group.days_between)


def _statement(
    key: str, figure: str, group: Profile, say: Words, *, title: str = "title", says: str = "says"
) -> Statement:
    name = tame(segment_label(group.name, say))
    texts: dict[str, Value] = {"name": name, "customers": group.customers, "share": group.share, "sales": group.sales,
             "sales_share": group.sales_share, "days": group.mean.recency_days}  # fmt: skip
    do = group.actions[0].title(say) if group.actions else ""
    return Statement(
        key, figure, say(f"report.first.{key}.{title}", **texts), say(f"report.first.{key}.{says}", **texts), do
    )
