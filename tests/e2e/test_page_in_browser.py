"""The built page in a real Chromium against a real `dart-batch up`: what a stranger sees first."""

import re

from playwright.sync_api import expect

from browser import COMPLETED, DESK, PATIENCE, PHONE, Server, Visitor, in_language_and_width, language, slug

CHUNK_DONE = {"en-US": ", Done,", "ko-KR": ", 완료,"}


@in_language_and_width(DESK, PHONE)
def test_a_stranger_is_asked_to_log_in(server: Server, visitor: Visitor) -> None:
    visitor.page.goto(server.page)

    title = {"en-US": "Log in", "ko-KR": "로그인"}[language(visitor)]
    expect(visitor.page.get_by_role("heading", name=title)).to_be_visible(timeout=PATIENCE)
    visitor.picture(f"login-{slug(visitor)}")
    assert visitor.overflow() <= 0
    assert re.search("401", visitor.complaints.pop()), "the browser says itself that nobody is logged in"


@in_language_and_width(DESK, PHONE)
def test_the_link_with_the_key_opens_the_jobs_with_the_bundled_history_done(server: Server, visitor: Visitor) -> None:
    visitor.page.goto(f"{server.page}#key={server.key}")

    row = visitor.page.get_by_role("row").filter(has_text=server.bundled_job()["jobId"])
    expect(row).to_contain_text(COMPLETED[language(visitor)], timeout=PATIENCE)
    expect(row).to_contain_text("8,313 / 8,313")
    assert server.key not in visitor.page.url
    visitor.picture(f"jobs-{slug(visitor)}")
    assert visitor.overflow() <= 0


@in_language_and_width(DESK, PHONE)
def test_the_job_shows_its_chunks_all_done(server: Server, visitor: Visitor) -> None:
    job_id = server.bundled_job()["jobId"]
    visitor.page.goto(f"{server.page}/jobs/{job_id}#key={server.key}")

    name = {"en-US": "Chunks", "ko-KR": "청크"}[language(visitor)]
    chunks = visitor.page.get_by_role("group", name=name).get_by_role("button")
    expect(chunks).to_have_count(84, timeout=PATIENCE)
    done = chunks.and_(visitor.page.locator(f"[aria-label*='{CHUNK_DONE[language(visitor)]}']"))
    expect(done).to_have_count(84)
    visitor.picture(f"job-{slug(visitor)}")
    assert visitor.overflow() <= 0


@in_language_and_width(DESK, PHONE)
def test_the_index_shows_the_latest_value_of_the_api(server: Server, visitor: Visitor) -> None:
    latest = server.get("/api/index")["items"][0]["latest"]

    visitor.page.goto(f"{server.page}/index#key={server.key}")

    level = {"en-US": "Greed", "ko-KR": "탐욕"}[language(visitor)]
    gauge = visitor.page.get_by_role("img", name=re.compile(f"{latest['value']:.1f}.*{level}"))
    expect(gauge).to_be_visible(timeout=PATIENCE)
    expect(visitor.page.locator("canvas").first).to_be_visible()
    visitor.picture(f"index-{slug(visitor)}")
    assert visitor.overflow() <= 0


def test_a_backfill_that_somebody_else_starts_appears_and_finishes_without_a_reload(
    server: Server, visitor: Visitor
) -> None:
    page = visitor.page
    page.goto(f"{server.page}#key={server.key}")
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible(timeout=PATIENCE)
    page.evaluate("window.loadedOnce = true")

    server.backfill("Started by somebody else")

    row = page.get_by_role("row").filter(has_text="Started by somebody else")
    expect(row).to_contain_text("Completed", timeout=PATIENCE)
    assert page.evaluate("window.loadedOnce") is True


def test_the_language_changes_at_once_and_is_remembered(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{server.page}#key={server.key}")

    page.get_by_role("button", name="한국어").click()

    expect(page.get_by_role("heading", name="배치 작업")).to_be_visible(timeout=PATIENCE)
    page.reload()
    expect(page.get_by_role("heading", name="배치 작업")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.lang") == "ko"


def test_a_wrong_key_is_refused_and_another_one_asked_for(server: Server, visitor: Visitor) -> None:
    visitor.page.goto(f"{server.page}#key=wrong")

    expect(visitor.page.get_by_text("The server refused the key")).to_be_visible(timeout=PATIENCE)
    refused = [complaint for complaint in visitor.complaints if "401" in complaint]
    assert refused
    visitor.complaints[:] = [complaint for complaint in visitor.complaints if complaint not in refused]
