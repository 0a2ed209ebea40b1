"""One self-contained HTML file of a study: no network, no inline handlers, a strict Content-Security-Policy."""

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from regulars import __version__
from regulars.analysis import Study
from regulars.charts.images import write_images
from regulars.charts.palette import DARK, LIGHT, PALETTES
from regulars.errors import StoreError
from regulars.locale import Language, Words, words
from regulars.pages import report_of
from regulars.pages.models import Page

# in JSON inside HTML: no tag can begin, no entity, and no line ends that older scripts know as such
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})

UNITS = ("thousand", "million", "billion", "trillion")
_UNPRINTABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(8234, 8239)))


def write_report(study: Study, path: Path, language: Language | None = None) -> None:
    """Writes the report of a study beside `path` and renames it into place. Raises StoreError."""
    _write(report_html(study, language), path)


def write_page(page: Page, shop: str, path: Path, say: Words) -> None:
    """Writes one page as a file of its own. Raises StoreError."""
    _write(_rendered("page.html.j2", say, {"page": page, "shop": shop, "version": __version__}), path)


def _write(html: str, path: Path) -> None:
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_text(html, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StoreError("cannot_write", path=str(path), why=error.strerror or str(error)) from error


def export_charts(
    study: Study, folder: Path, kind: Literal["png", "svg"] = "png", language: Language | None = None
) -> list[Path]:
    """Writes every chart of a study as a titled image for slides, and gives the files in the order of the report.

    Raises UsageError where the `export` extra is missing, StoreError where the folder cannot be written.
    """
    report = report_of(study, language)
    return write_images(report.charts(), chart_setup(words(report.language, report.currency)), folder, kind)


def report_html(study: Study, language: Language | None = None) -> str:
    """The report of a study, in the shop's language unless another is given. The same study gives the same bytes."""
    report = report_of(study, language)
    say = words(language or study.settings.language, study.currency)
    return _rendered("report.html.j2", say, {"report": report})


def _rendered(template: str, say: Words, parts: dict[str, Any]) -> str:
    style = variables() + static("regulars.css")
    scripts = (static("vendor/echarts.min.js"), static("folds.js"), static("charts.js"))
    return (
        templates()
        .get_template(template)
        .render(
            **parts,
            say=say,
            language=say.language,
            setup=inline_json(chart_setup(say)),
            inline_json=inline_json,
            style=Markup(style),  # noqa: S704 - our own file
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own and the vendored file
            policy=policy(style, scripts),
        )
    )


def chart_setup(say: Words) -> dict[str, Any]:
    """What charts.js must know: how numbers are written, as in the texts, and the colours."""
    units = [(1, ""), *((1000**i, say(f"charts.unit.{name}", figure="")) for i, name in enumerate(UNITS, 1))]
    sample = say.number(1000.5, 1)
    numbers = {"group": sample[1], "decimal": sample[-2], "percent": say.percent(1, 0).removeprefix("100"),
               "symbol": say.symbol, "units": units}  # fmt: skip
    return {"numbers": numbers, "palettes": PALETTES}


def inline_json(value: Any) -> Markup:
    """JSON that may stand inside a script element of HTML."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - escaped for its place


def policy(style: str, scripts: tuple[str, ...]) -> str:
    """A Content-Security-Policy that lets exactly these texts run and loads nothing."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def variables() -> str:
    """The palette as style-sheet variables: light, dark where the system is, and as the reader chose."""

    def rule(selector: str, palette: dict[str, str], scheme: str) -> str:
        colours = "".join(f"--{role}:{value};" for role, value in palette.items())
        return f"{selector}{{color-scheme:{scheme};{colours}}}"

    light, dark = rule(":root", LIGHT, "light"), rule(":root:not([data-theme=light])", DARK, "dark")
    screen = f"@media screen and (prefers-color-scheme:dark){{{dark}}}"
    chosen = f"@media screen{{{rule(':root[data-theme=dark]', DARK, 'dark')}}}"
    return f"{light}\n{screen}\n{chosen}\n"


@cache
def static(name: str) -> str:
    """A file of `static/`."""
    return (files("regulars") / "static" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _printable(value: Any) -> Any:
    """Text without control characters and direction overrides: neither may stand in a page or turn it around."""
    return value.translate(_UNPRINTABLE) if type(value) is str else value


@cache
def templates() -> Environment:
    """The templates of all pages: everything is escaped, nothing undefined passes."""
    return Environment(
        loader=PackageLoader("regulars", "templates"),
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
