"""How long until the first chart of the overview stands, beside a bare ECharts page that draws the same chart.

    python -m bench.first_chart --shop demo-shop [--runs 9] [--echarts echarts.min.js]

The bare page loads the same build of ECharts as ours, or the one that is given (the one of npm is larger). Both pages
come from this machine, compressed alike, to a browser whose cache is empty; runs alternate. Told are the medians of
wall time (navigation to the first chart drawn) and of the CPU time that the page's own thread used for it, their
ratios, and the kilobytes of the first load.
"""

import argparse
import gzip
import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.api import made_shop, server
from regulars.web.assets import packed

BARE = """<!doctype html><meta charset="utf-8"><title>bare</title><div class="chart" style="height:320px"></div>
<script src="/echarts.js"></script><script>
const place = document.querySelector(".chart"), chart = echarts.init(place, null, {renderer: "svg"});
chart.on("finished", () => { place.dataset.ready = "true"; }); chart.setOption(OPTION);</script>"""
MARK = """new MutationObserver((_, watcher) => {
  if (!document.querySelector('.chart[data-ready=true]')) return;
  watcher.disconnect(); performance.mark('first-chart');
}).observe(document, {subtree: true, attributes: true, attributeFilter: ['data-ready']})"""
# the option of the first chart as the overview draws it, without its formatters
OPTION = """() => { const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const place = document.querySelector('.chart');
  return JSON.stringify(regulars.ready(read(place.dataset.option), read('setup'), 'light', place.clientWidth)); }"""
TRACED = ("toplevel", "blink.user_timing")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Milliseconds until the first chart stood: by the clock, and of the page's own thread."""

    wall: float
    cpu: float
    kilobytes: float


@contextmanager
def bare(option: str, script: Path | None) -> Iterator[str]:
    """A server of the bare page, with that build of ECharts or ours."""
    drawing = gzip.compress(script.read_bytes()) if script else packed("vendor/echarts.min.js", "gzip")
    files = {"/": ("text/html", gzip.compress(BARE.replace("OPTION", option.replace("<", "\\u003c")).encode()), "gzip"),
             "/echarts.js": ("text/javascript", drawing, "gzip")}  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, body, way = files.get(self.path, ("text/plain", b"", "identity"))
            self.send_response(200)
            for name, value in {
                "content-type": kind,
                "content-length": str(len(body)),
                "content-encoding": way,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    here = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=here.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{here.server_port}/"
    here.shutdown()


def opened(browser: Browser) -> tuple[Any, Page, list[float]]:
    """A page of a visitor who was never here, and the bytes that it is sent."""
    context = browser.new_context(viewport={"width": 1360, "height": 900}, color_scheme="light")
    page, sizes = context.new_page(), list[float]()
    page.add_init_script(MARK)
    told = context.new_cdp_session(page)
    told.send("Network.enable")
    told.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return context, page, sizes


def drawn(browser: Browser, address: str) -> Drawn:
    """One visit."""
    context, page, sizes = opened(browser)
    browser.start_tracing(page=page, categories=list(TRACED))
    page.goto(address)
    page.wait_for_selector(".chart[data-ready=true]", state="attached", timeout=60_000)
    page.wait_for_load_state("networkidle")
    wall = page.evaluate("performance.getEntriesByName('first-chart')[0].startTime")
    cpu = thread_time(json.loads(browser.stop_tracing())["traceEvents"], wall)
    context.close()
    return Drawn(wall, cpu, sum(sizes) / 1024)


def thread_time(events: list[dict[str, Any]], wall: float) -> float:
    """Milliseconds of CPU of the page's main thread from the navigation, `wall` milliseconds before it, to the mark."""
    mark = next(one for one in events if one["name"] == "first-chart" and one["ph"] in "RIin")
    same = [one for one in events if (one["pid"], one["tid"]) == (mark["pid"], mark["tid"])]
    begun = mark["ts"] - wall * 1000
    tasks = [one for one in same if one["name"] == "ThreadControllerImpl::RunTask" and begun <= one["ts"] < mark["ts"]]
    last = max(tasks, key=lambda one: one["ts"])  # holds the mark itself
    rest = last["ts"] + last["dur"] - mark["ts"]
    return (sum(one.get("tdur", 0) for one in tasks) - min(rest, last.get("tdur", 0))) / 1000


def middle(seen: list[Drawn]) -> Drawn:
    """The medians."""
    return Drawn(*(statistics.median(getattr(one, name) for one in seen) for name in Drawn.__dataclass_fields__))


def main() -> None:
    told = argparse.ArgumentParser()
    told.add_argument("--shop", type=Path)
    told.add_argument("--runs", type=int, default=9)
    told.add_argument("--echarts", type=Path)
    told.add_argument("--page", default="/overview")
    asked = told.parse_args()
    with tempfile.TemporaryDirectory(prefix="regulars-") as folder, sync_playwright() as play:
        shop = asked.shop or made_shop(Path(folder))
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        with server(shop, 1) as (port, _):
            address = f"http://127.0.0.1:{port}{asked.page}"
            context, page, _ = opened(browser)
            page.goto(address)
            page.wait_for_selector(".chart[data-ready=true]", state="attached")
            option = page.evaluate(OPTION)
            context.close()
            ours, theirs = [], []
            with bare(option, asked.echarts) as plain:
                for _ in range(asked.runs):
                    ours.append(drawn(browser, address))
                    theirs.append(drawn(browser, plain))
        browser.close()
    mine, other = middle(ours), middle(theirs)
    for name, one in (("overview", mine), ("bare ECharts page", other)):
        print(f"{name:20} {one.wall:7.0f} ms by the clock, {one.cpu:6.0f} ms CPU of its thread, {one.kilobytes:.0f} kB")
    print(f"first chart: {mine.wall / other.wall:.2f} x by the clock, {mine.cpu / other.cpu:.2f} x in CPU (goal 1.5)")


if __name__ == "__main__":
    main()
