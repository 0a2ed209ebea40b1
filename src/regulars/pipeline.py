"""The pipeline up to the scored customers: what every study begins with, and a quick answer needs alone.

lines -> orders -> measures -> scores
"""

from collections.abc import Callable
from dataclasses import dataclass

from regulars.engine import Engine
from regulars.errors import NothingLeftError, RegularsError
from regulars.orders import REASONS, Cleaned, account_of, clean
from regulars.orders.clean import Condition
from regulars.quality import Reconciliation, SetAside
from regulars.segments.frozen import Chain, Earlier
from regulars.segments.models import Scheme
from regulars.settings import Settings
from regulars.sources.lines import Lines

FORESEEN = 2_000_000  # lines that are judged before anything is studied
Tell = Callable[[str], None]  # told the stage that begins: words `cli.stages.<stage>`


def quiet(stage: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What stands once everybody has a score: the window and the scheme."""

    cleaned: Cleaned
    scheme: Scheme
    chain: Chain


def scored(
    engine: Engine, lines: Lines, settings: Settings, tell: Tell = quiet, earlier: Earlier | None = None
) -> Scored:
    """The pipeline up to the scored customers: makes `orders`, `measures`, `scores`.

    Cut points of an earlier study are kept where they still fit.

    Raises NothingLeftError where no valid line is left, SettingsError and UsageError for settings that cannot be.
    """
    from regulars.features import measures
    from regulars.segments.frozen import find_before, kept_scheme
    from regulars.segments.scores import score

    tell("clean")
    matching = _matching(lines, settings)
    cleaned = clean(engine, lines.present, settings, matching, lines.layout.currency, lines.derived)
    tell("features")
    measures(engine, cleaned.window, settings)
    before = find_before(earlier, cleaned.window.end, cleaned.currency, cleaned.has_amounts)
    kept = None if earlier is None or earlier.refit else kept_scheme(before, settings)
    chain = Chain(before, earlier is not None and earlier.refit, kept is not None, cleaned.window.end)
    return Scored(cleaned, score(engine, settings, kept), chain)


def foreseen(lines: Lines, settings: Settings, most: int = FORESEEN) -> Reconciliation | None:
    """What cleaning would make of the lines, judged as a study judges them; of the first `most` where there are more.

    `lines` are those `most` afterwards. None where a study would refuse the settings, and says why.
    """
    engine = lines.engine
    if lines.rows > most:
        engine.connection.execute("alter view lines rename to all_lines")
        engine.view_from("lines", f"select * from all_lines where line <= {most}")
    try:
        matching = _matching(lines, settings)
        return account_of(
            engine, clean(engine, lines.present, settings, matching, lines.layout.currency, lines.derived)
        )
    except NothingLeftError as error:
        aside = tuple(SetAside(reason, error.fates[reason], None) for reason in REASONS if reason in error.fates)
        return Reconciliation(sum(error.fates.values()), 0, error.fates.get("return", 0), aside, None, None, None)
    except RegularsError:
        return None


def _matching(lines: Lines, settings: Settings) -> Condition | None:
    """The condition of --where over the columns of `lines`, which may be named as in the input."""
    from regulars.where import parse_where

    if not settings.where:
        return None
    known = {name: name for name in sorted(lines.present)}  # first: of names that differ by case alone, they win
    known |= {mapped.header: mapped.column for mapped in lines.layout.mapping}
    return parse_where(settings.where).sql({**known, **lines.attributes})
