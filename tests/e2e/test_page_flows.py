"""What operators do on the page, from the first click to the effect, in a real Chromium against server and worker."""

import re

from playwright.sync_api import Locator, Page, expect

from browser import COMPLETED, DESK, PATIENCE, PHONE, Server, Visitor, in_language_and_width, language, slug

YEARS = "market=US&definition=us&from=2019-01-01&to=2022-12-28&which=all"
ALL_YEARS = "market=US&definition=us&from=1990-01-02&to=2022-12-28&which=all"
LONG = 90_000
CREATE = {"en-US": "Create and start", "ko-KR": "생성하고 시작"}
TO_CHANGE = {"en-US": "To change", "ko-KR": "변경"}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def confirm(page: Page, name: str) -> None:
    """Press a verb, read what it will do, and press it again in the dialog."""
    press(page, name)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=name, exact=True).click()
    expect(dialog).to_be_hidden(timeout=PATIENCE)


def compare_with_a_generation(page: Page, server: Server, job_id: str) -> None:
    """Choose what the job staged beside the live index, and go to the day that differs most."""
    page.goto(f"{server.page}/index/US?definition=us")
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="A generation").click()
    page.get_by_role("combobox", name="A generation").click()
    page.get_by_role("option", name=re.compile("^Staged.*More weight on momentum")).click()

    page.wait_for_url(re.compile(f"with=generation:{job_id}"), timeout=PATIENCE)
    compared = page.locator("main").get_by_role("table")
    expect(compared.get_by_role("row")).to_have_count(11, timeout=PATIENCE)
    worst = server.get(f"/api/index/US/comparison?definition=us&withGeneration={job_id}&order=-delta&limit=1")["items"]
    compared.get_by_role("link").first.click()
    page.wait_for_url(re.compile(f"date={worst[0]['date']}"), timeout=PATIENCE)


def look_at_what_was_published_first(page: Page, server: Server, first: float, live: float) -> None:
    """By the picker to the moment of the first publication, and back to the live index."""
    page.goto(f"{server.page}/index/US?definition=us")
    expect(gauge(page, live)).to_be_visible(timeout=PATIENCE)
    press(page, "As of …")
    page.get_by_role("dialog").get_by_role("listitem").last.get_by_role("button").click()

    page.wait_for_url(re.compile("asOf="), timeout=PATIENCE)
    expect(page.get_by_text("This is not the live index")).to_be_visible(timeout=PATIENCE)
    expect(gauge(page, first)).to_be_visible(timeout=PATIENCE)
    press(page, "Back to the live index")
    expect(gauge(page, live)).to_be_visible(timeout=PATIENCE)


def gauge(page: Page, value: float) -> Locator:
    return page.get_by_label(re.compile(rf"^Index {value:.1f}, "))


@in_language_and_width(DESK, PHONE)
def test_a_backfill_made_in_the_form_is_watched_until_it_is_done(server: Server, visitor: Visitor) -> None:
    page, tongue = visitor.page, language(visitor)
    page.goto(f"{server.page}/new?{YEARS}#key={server.key}")
    plan = page.locator("form dl", has_text=TO_CHANGE[tongue]).first
    expect(plan).to_contain_text("1,006", timeout=PATIENCE)
    visitor.picture(f"new-job-{slug(visitor)}")
    assert visitor.overflow() <= 0

    press(page, CREATE[tongue])

    page.wait_for_url(re.compile(r"/jobs/\w+$"), timeout=PATIENCE)
    expect(page.locator("main")).to_contain_text(COMPLETED[tongue], timeout=PATIENCE)
    expect(page.locator("main")).to_contain_text("1,006 / 1,006")


def test_a_running_job_pauses_and_resumes_from_its_page(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{server.page}/new?{ALL_YEARS}&description=Slowly#key={server.key}")
    page.get_by_text("Advanced").click()
    page.get_by_label("CPU, % of a core").fill("2")
    press(page, "Create and start")
    page.wait_for_url(re.compile(r"/jobs/\w+$"), timeout=PATIENCE)
    job_id = page.url.rsplit("/", 1)[1]
    status = page.locator("main h1 + *, main h1 ~ *").filter(has_text=re.compile("^(Running|Paused|Queued)$")).first
    expect(status).to_have_text("Running", timeout=LONG)

    confirm(page, "Pause")

    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=LONG)
    expect(status).to_have_text("Paused", timeout=LONG)
    confirm(page, "Resume")
    expect(status).to_have_text(re.compile("Running|Queued"), timeout=LONG)
    assert server.get(f"/api/batch/jobs/{job_id}")["status"] in ("QUEUED", "RUNNING")
    server.post(f"/api/batch/jobs/{job_id}/cancel", {})
    expect(page.locator("main")).to_contain_text("Cancelled", timeout=LONG)


def test_a_failed_job_says_why_and_is_retried(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{server.page}/new?{YEARS}&description=Too+short#key={server.key}")
    page.get_by_text("Advanced").click()
    page.get_by_label("Running time, seconds").fill("0.001")
    press(page, "Create and start")
    page.wait_for_url(re.compile(r"/jobs/\w+$"), timeout=PATIENCE)
    expect(page.get_by_role("region", name="Errors")).to_contain_text("wall-time-exceeded", timeout=PATIENCE)
    job_id = page.url.rsplit("/", 1)[1]
    visitor.picture("failed-job")

    confirm(page, "Retry")

    expect(page.get_by_text("Attempt 2", exact=False).first).to_be_visible(timeout=PATIENCE)
    assert server.get(f"/api/batch/jobs/{job_id}")["execution"]["attempt"] >= 2


def test_a_recalculation_is_reviewed_promoted_and_rolled_back(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{server.page}/new?type=INDEX_RECALCULATION&market=US&definition=us#key={server.key}")
    page.get_by_label("Market momentum").first.fill("400")
    page.get_by_label("Reason").fill("More weight on momentum")
    press(page, "Create and start")
    page.wait_for_url(re.compile(r"/jobs/\w+$"), timeout=PATIENCE)
    page.get_by_role("link", name="Review differences").click()
    expect(page.locator("canvas").first).to_be_visible(timeout=PATIENCE)
    before = server.get("/api/index")["items"][0]["latest"]["value"]
    visitor.picture("difference")
    review = page.url
    compare_with_a_generation(page, server, review.split("/jobs/")[1].split("/")[0])
    visitor.picture("compared")
    page.goto(review)

    confirm(page, "Promote")

    expect(page.get_by_text("Promoted")).to_be_visible(timeout=PATIENCE)
    promoted = server.get("/api/index")["items"][0]["latest"]["value"]
    assert promoted != before
    look_at_what_was_published_first(page, server, before, promoted)

    page.goto(f"{server.page}/index/US/publications?definition=us")
    page.get_by_role("button", name="Roll back", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("Rolled back")).to_be_visible(timeout=PATIENCE)
    assert server.get("/api/index")["items"][0]["latest"]["value"] == before


def test_a_validation_tells_what_it_found_and_narrows_it_to_one_check(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{server.page}/new?type=DATA_VALIDATION&level=COMPREHENSIVE&market=US#key={server.key}")
    expect(page.locator("form dl").first).to_contain_text("8,313", timeout=PATIENCE)
    press(page, "Create and start")
    page.wait_for_url(re.compile(r"/jobs/\w+$"), timeout=PATIENCE)
    verdict = page.get_by_role("region", name="Verdict")
    expect(verdict).to_contain_text("Passed: no errors, but something to look at", timeout=PATIENCE)
    visitor.picture("validation")

    verdict.get_by_role("listitem").filter(has_text="Component missing").get_by_role("button").click()

    page.wait_for_url(re.compile("check=component-missing"))
    job_id = page.url.split("/jobs/")[1].split("?")[0]
    found = server.get(f"/api/batch/jobs/{job_id}/findings?code=component-missing")["total"]
    assert found > 0
    expect(page.locator("main")).to_contain_text(f"{found} findings", timeout=PATIENCE)
