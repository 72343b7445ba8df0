"""A list of jobs that is longer than a page, in a real Chromium."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from browser import DESK, PATIENCE, PHONE, Server, Visitor

JOBS, MOST_ROWS = 130, 60
TO_THE_END = """(last) => new Promise((done) => {
  const step = () => {
    window.scrollBy({ top: 500, behavior: 'instant' });
    const drawn = [...document.querySelectorAll('tbody tr[aria-rowindex]')].map((row) => Number(row.ariaRowIndex));
    if (drawn.includes(last)) done(drawn.length);
    else requestAnimationFrame(step);
  };
  step();
})"""


@pytest.fixture(scope="module")
def long_list(server: Server) -> Server:
    for number in range(JOBS):
        day = str(date(2019, 1, 1) + timedelta(days=number))
        wish = {"dateRange": {"startDate": day, "endDate": "2020-12-31"}, "targetMarkets": ["US"], "definition": "us"}
        server.post("/api/batch/historical-backfill", wish | {"start": False, "overwriteExisting": True})
    return server


@pytest.mark.parametrize("visitor", [("en-US", DESK), ("ko-KR", PHONE)], ids=["desk", "phone"], indirect=True)
def test_a_long_list_goes_on_while_it_is_scrolled_and_draws_only_what_is_near(
    long_list: Server, visitor: Visitor
) -> None:
    page = visitor.page
    page.goto(f"{long_list.page}?status=PENDING#key={long_list.key}")
    expect(page.locator("tr[aria-rowindex='2']")).to_be_visible(timeout=PATIENCE)
    newest = page.locator("tr[aria-rowindex='2'] a").get_attribute("href")

    drawn = page.evaluate(TO_THE_END, JOBS + 1)

    assert drawn <= MOST_ROWS
    assert page.locator("table").get_attribute("aria-rowcount") == str(JOBS + 1)
    page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    expect(page.locator("tr[aria-rowindex='2'] a")).to_have_attribute("href", str(newest), timeout=PATIENCE)
    assert visitor.overflow() <= 0
