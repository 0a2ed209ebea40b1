"""Writes the pictures of the README from the demo's shop (after `make demo`): docs/report.png, docs/dashboard.png."""

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
SERVER = "http://127.0.0.1:8765"


def photograph(page: Page, address: str, name: str) -> None:
    """Wait until every chart that is in sight is drawn, then take the picture of the top of a page."""
    page.goto(address)
    page.wait_for_selector(".chart:not([data-ready])", state="detached", timeout=60_000)
    page.screenshot(path=str(ROOT / "docs" / name))


def wait(address: str) -> None:
    """Wait until the server answers."""
    for _ in range(300):
        try:
            urllib.request.urlopen(address).close()  # noqa: S310 - our own server on this machine
            return
        except urllib.error.URLError:
            time.sleep(0.1)


def main() -> None:
    """Open the newest report of the demo and its dashboard in Chromium, and photograph their tops."""
    report = max((ROOT / "demo-shop" / "studies").glob("*/report.html"))
    command = [sys.executable, "-m", "regulars", "serve", "--shop", "demo-shop", "--port", SERVER.rsplit(":", 1)[1]]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        wait(SERVER)
        with sync_playwright() as play:
            chromium = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = chromium.new_page(viewport={"width": 1200, "height": 1500}, color_scheme="light")
            photograph(page, report.as_uri(), "report.png")
            page.set_viewport_size({"width": 1360, "height": 1250})
            photograph(page, f"{SERVER}/overview?lang=en", "dashboard.png")
            chromium.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
