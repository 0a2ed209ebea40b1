"""A server on a free port of this machine, and a browser's visits to it that note all that goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page

from regulars.web.app import create_app
from regulars.web.settings import WebSettings

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


@contextmanager
def served(shop: Path, **settings: Any) -> Iterator[str]:
    """A server of a shop for the length of a `with`: its address."""
    app = create_app(WebSettings(shop=shop, **settings))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


class Visit:
    """A visitor: `wrong` gathers console errors, refusals of the policy, dialogs, and requests to anywhere else."""

    def __init__(
        self, browser: Browser, server: str, width: int = 1440, theme: Any = "light", lang: str = "en"
    ) -> None:
        self.server = server
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        self.context.add_cookies([{"name": "lang", "value": lang, "url": server}])
        self.wrong: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((f"{self.server}/", "data:", "blob:")):
            self.wrong.append(f"asked {request.url}")

    def go(self, path: str) -> Page:
        """Opens a page and waits until its charts are drawn."""
        self.page.goto(self.server + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Waits until every chart is drawn. By a selector: the page's policy forbids evaluated conditions."""
        self.page.wait_for_selector(".chart:not([data-ready])", state="detached", timeout=20_000)

    def fits(self) -> bool:
        """Whether the page needs no scrolling sideways, once its charts have followed a new size of the window."""
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        for _ in range(60):
            if self.page.evaluate("document.documentElement.scrollWidth") <= width:
                return True
            self.page.wait_for_timeout(50)
        return False

    def violations(self) -> list[str]:
        """What axe finds, rule by rule, with the first place of each."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}" for one in found
        ]

    def close(self) -> None:
        """Ends the visit; nothing may have gone wrong."""
        self.context.close()
        assert self.wrong == []
