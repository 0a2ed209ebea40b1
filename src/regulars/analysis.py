"""The conductor: stages in order, the frozen result, its manifest."""

from dataclasses import dataclass
from datetime import date

from regulars.locale import Message
from regulars.overview.models import Overview
from regulars.profiles.models import Profile
from regulars.quality import Finding, Reconciliation
from regulars.segments.models import Clusters, Scheme
from regulars.settings import Settings
from regulars.sources.layout import Layout
from regulars.sources.raw import InputFile

FORMAT = 1  # version of study.json; raised when an older reader could not understand it


@dataclass(frozen=True, slots=True)
class Distribution:
    """A histogram of one feature over all customers: `edges` has one value more than `counts`."""

    feature: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """Customers and sales at one pair of recency and frequency scores."""

    r: int
    f: int
    customers: int
    sales: float | None


@dataclass(frozen=True, slots=True)
class Study:
    """A frozen study: everything that its faces show, except the rows of its tables. It is also `study.json`."""

    format: int
    version: str  # of Regulars
    engine: str
    shop: str
    as_of: date
    since: date
    currency: str | None
    settings: Settings
    inputs: tuple[InputFile, ...]
    layout: Layout
    reconciliation: Reconciliation
    findings: tuple[Finding, ...]
    assumptions: tuple[Message, ...]
    customers: int
    orders: int
    revenue: float | None  # sales before returns
    returns_value: float | None  # positive
    net_revenue: float | None
    overview: Overview
    scheme: Scheme
    segments: tuple[Profile, ...]
    clusters: Clusters
    cluster_profiles: tuple[Profile, ...]
    score_cells: tuple[ScoreCell, ...]
    distributions: tuple[Distribution, ...]
    files: dict[str, str]  # file of the study -> sha256
    steps: dict[str, str]  # step -> the SQL that ran
