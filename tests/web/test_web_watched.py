"""A job watched in a browser: what is asked for each second disturbs nobody who is about to press a button."""

from pathlib import Path

from playwright.sync_api import Browser

from regulars.shop import open_shop
from regulars.web.jobs import Asked, Jobs
from web.visit import Visit, served


def test_the_button_that_cancels_stays_under_the_finger_while_the_page_asks_on(
    browser: Browser, tmp_path: Path
) -> None:
    shop = tmp_path / "toko"
    with open_shop(shop).writing(), served(shop) as server:  # so that the job waits
        job = Jobs(shop).start(Asked(kind="run"))
        visits = [Visit(browser, server) for _ in range(2)]
        asked: list[str] = []
        pages = [visit.go(f"/start/{job.id}") for visit in visits]
        button = pages[0].query_selector("#progress button")
        assert button
        button.focus()
        pages[0].on("request", lambda request: asked.append(request.url))
        pages[0].wait_for_timeout(3_500)
        assert 2 <= len(asked) <= 4  # once a second
        assert pages[0].evaluate("document.activeElement.textContent") == "Cancel"
        button.press("Enter")
        for page in pages:
            page.wait_for_selector("#progress[data-state=cancelled]")
            assert page.query_selector("#progress button") is None
        for visit in visits:
            visit.close()
    assert Jobs(shop).get(job.id).state == "cancelled"
