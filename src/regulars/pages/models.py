"""What a page holds: finished text and charts. `dataclasses.asdict` of a page is its JSON body."""

from dataclasses import dataclass

from regulars.charts import Chart, Table


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its name."""

    name: str
    value: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One of the few sentences that a busy reader takes away: a figure, what it means, what to do."""

    key: str
    figure: str
    title: str
    says: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page: the question it answers, its insights, figures and charts; `empty` says why there is none."""

    key: str
    title: str
    question: str = ""
    insights: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a part of the study: the question it answers, what the figures say, its blocks.

    `key` is its address and the name of its entry in the navigation, whose words are `report.nav.<key>`; `verdict`
    says in a few words how far to trust it, where that is a question.
    """

    key: str
    title: str
    question: str
    insights: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    verdict: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """The head of a report: the shop, the days, the figures, what to do first."""

    shop: str
    title: str
    period: str
    facts: tuple[Fact, ...]
    first: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The business at a glance."""

    title: str
    question: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Doing:
    """A recommended action in words: what, how, why."""

    name: str
    title: str
    do: str
    why: str


@dataclass(frozen=True, slots=True)
class Card:
    """A named segment or a cluster: what it is like, what it is worth, what to do. Shares are 0..1."""

    name: str  # English, stable
    label: str
    persona: str
    says: str
    customers: str
    share: float
    share_text: str
    sales_share: float | None
    sales_share_text: str
    facts: tuple[Fact, ...]
    categories: tuple[str, ...]
    actions: tuple[Doing, ...]
    rule: str = ""  # who is in it, in plain conditions
    meaning: str = ""  # of a segment of a preset: what its name says


@dataclass(frozen=True, slots=True)
class SegmentsPage:
    """The named segments: who they are and what to do about each."""

    title: str
    question: str
    insights: tuple[str, ...]
    notes: tuple[str, ...]
    charts: tuple[Chart, ...]
    cards: tuple[Card, ...]
    behaviour: Block


@dataclass(frozen=True, slots=True)
class ClustersPage:
    """The learned clusters: how many the evidence allows, and what each is like."""

    title: str
    question: str
    sure: bool
    verdict: str
    reason: str
    evidence: Block
    groups: Block
    cards: tuple[Card, ...]
    insights: tuple[str, ...] = ()  # beside the reason


@dataclass(frozen=True, slots=True)
class FindingCard:
    """A finding about the data in words, with sample rows."""

    code: str
    title: str
    count: str
    says: str
    fix: str
    samples: Table | None


@dataclass(frozen=True, slots=True)
class QualityPage:
    """What was read, what was set aside and why, what was assumed."""

    title: str
    question: str
    insights: tuple[str, ...]
    reconciliation: Chart | None  # None: no lines were read, but a customer table alone
    findings: tuple[FindingCard, ...]
    assumptions: tuple[str, ...]
    columns: Table
    inputs: Table


@dataclass(frozen=True, slots=True)
class Report:
    """All pages of a study in one language."""

    language: str
    currency: str | None
    summary: SummaryPage
    overview: OverviewPage
    segments: SegmentsPage
    clusters: ClustersPage
    quality: QualityPage
    more: tuple[Page, ...]  # the parts that this study has, in the order of the report
    version: str

    def charts(self) -> tuple[Chart, ...]:
        """Every chart, in the order of the pages."""
        found = [chart for block in self.overview.blocks for chart in block.charts]
        found += [*self.segments.charts, *self.segments.behaviour.charts, *self.clusters.evidence.charts]
        found += [
            *self.clusters.groups.charts,
            *(c for page in self.more for block in page.blocks for c in block.charts),
        ]
        return (*found, *([self.quality.reconciliation] if self.quality.reconciliation else []))
