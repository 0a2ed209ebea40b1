"""The pipeline up to the scored customers: what every study begins with, and a quick answer needs alone.

lines -> orders -> measures -> scores
"""

from collections.abc import Callable
from dataclasses import dataclass

from regulars.engine import Engine
from regulars.orders import Cleaned, clean
from regulars.orders.clean import Condition
from regulars.segments.frozen import Chain, Earlier
from regulars.segments.models import Scheme
from regulars.settings import Settings
from regulars.sources.lines import Lines

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


def _matching(lines: Lines, settings: Settings) -> Condition | None:
    """The condition of --where over the columns of `lines`, which may be named as in the input."""
    from regulars.where import parse_where

    if not settings.where:
        return None
    known = {name: name for name in sorted(lines.present)}  # first: of names that differ by case alone, they win
    known |= {mapped.header: mapped.column for mapped in lines.layout.mapping}
    return parse_where(settings.where).sql({**known, **lines.attributes})
