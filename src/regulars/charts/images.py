"""Charts as titled PNG or SVG files for slides: drawn by ECharts in V8, without a browser. Needs the `export` extra."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from regulars.charts import Chart
from regulars.charts.palette import LIGHT
from regulars.errors import StoreError, UsageError

WIDTH, MARGIN, HEAD = 1280, 32, 96  # CSS pixels; a PNG has twice as many each way
_FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif"
_DRAW = """
function draw(option, setup, width, height) {
  const chart = echarts.init(null, regulars.theme(setup.palettes.light), {renderer: "svg", ssr: true, width, height});
  chart.setOption(regulars.ready(option, setup, "light", width));
  const svg = chart.renderToSVGString().toWellFormed();  // a cut label may end within a surrogate pair
  chart.dispose();
  return svg;
}
"""


def write_images(
    charts: tuple[Chart, ...], setup: dict[str, Any], folder: Path, kind: Literal["png", "svg"]
) -> list[Path]:
    """Writes every chart as `<nn>-<key>.<kind>`, in order. Raises UsageError without the extra, StoreError.

    `setup` is report.chart_setup(): how numbers are written, and the colours.
    """
    draw = _drawer()
    written = []
    for number, chart in enumerate(charts, 1):
        path = folder / f"{number:02d}-{chart.key.replace('_', '-')}.{kind}"
        svg = _framed(chart, draw(chart, setup))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(svg.encode() if kind == "svg" else _png(svg))
        except OSError as error:
            raise StoreError("cannot_write", path=str(path), why=error.strerror or str(error)) from error
        written.append(path)
    return written


def _height(chart: Chart) -> int:
    return max(chart.height, 320)


def _drawer() -> Any:
    try:
        from py_mini_racer import MiniRacer
    except ImportError as error:
        raise UsageError("no_extra", extra="export") from error
    engine = MiniRacer()
    for name in ("vendor/echarts.min.js", "charts.js"):
        engine.eval((files("regulars") / "static" / name).read_text(encoding="utf-8"))
    engine.eval(_DRAW)

    def draw(chart: Chart, setup: dict[str, Any]) -> str:
        values = (chart.option, setup, WIDTH - 2 * MARGIN, _height(chart))
        return str(engine.eval(f"draw({', '.join(map(json.dumps, values))})", timeout_sec=60))

    return draw


def _framed(chart: Chart, drawn: str) -> str:
    """The drawing on a card with its title and its note."""
    height = HEAD + _height(chart) + MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
    large = f'font-size="26" font-weight="700" fill="{LIGHT["ink"]}"'
    title = f'<text x="{MARGIN}" y="48" {large}>{_xml(chart.title)}</text>'
    note = f'<text x="{MARGIN}" y="76" font-size="15" fill="{LIGHT["muted"]}">{_xml(chart.note)}</text>'
    place = drawn.replace("<svg ", f'<svg x="{MARGIN}" y="{HEAD}" ', 1)
    return (
        f'{head}<rect width="{WIDTH}" height="{height}" fill="{LIGHT["card"]}"/>'
        f'<g font-family="{escape(_FONT)}">{title}{note}</g>{place}</svg>'
    )


def _xml(text: str) -> str:
    return escape("".join(character for character in text if character.isprintable()))


def _png(svg: str) -> bytes:
    try:
        import vl_convert
    except ImportError as error:
        raise UsageError("no_extra", extra="export") from error
    return bytes(vl_convert.svg_to_png(svg, scale=2))
