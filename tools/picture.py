"""Writes docs/report.png, the picture in the README: the first page of the demo's report (after `make demo`)."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Open the newest report of the demo in Chromium and photograph its top."""
    report = max((ROOT / "demo-shop" / "studies").glob("*/report.html"))
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1200, "height": 1500}, color_scheme="light")
        page.goto(report.as_uri())
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(2_000)
        page.screenshot(path=str(ROOT / "docs" / "report.png"))
        chromium.close()


if __name__ == "__main__":
    main()
