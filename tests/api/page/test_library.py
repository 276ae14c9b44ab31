"""Documents: from an empty library to an answer, uploads and their failures, and what can be done with documents."""

from __future__ import annotations

import io
import json
import zipfile

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api.page.conftest import OpenPage
from tests.api.page.driving import (
    HANDBOOK_QUESTION,
    LONG,
    add_text,
    answered,
    ask,
    current_mark,
    drop_file,
    handbook_pdf,
    is_in_view,
    text_file,
)
from tests.conftest import RunningServer

pytestmark = [pytest.mark.models, pytest.mark.browser]


@pytest.fixture
def page(open_page: OpenPage, workshop: RunningServer, empty: httpx.Client) -> Page:
    return open_page(workshop.address)


def titles(client: httpx.Client) -> list[str]:
    return [document["title"] for document in client.get("/v1/documents?status=indexed").json()["documents"]]


def test_from_an_empty_library_to_a_cited_answer(page: Page) -> None:
    expect(page.locator("#first-run")).to_contain_text("就可以提问")
    with page.expect_file_chooser() as chooser:
        page.locator("#first-run").get_by_role("button", name="选择文件").click()
    chooser.value.set_files({"name": "员工手册.pdf", "mimeType": "application/pdf", "buffer": handbook_pdf()})
    expect(page.get_by_test_id("note")).to_contain_text("已添加《员工手册》", timeout=LONG)
    expect(page.get_by_test_id("document")).to_have_count(1)
    expect(page.locator("#first-run")).to_be_hidden()
    ask(page, HANDBOOK_QUESTION)
    expect(answered(page).get_by_test_id("source-sentence")).to_contain_text("十五个工作日")
    assert is_in_view(current_mark(page))
    expect(page.locator(".citation .source-name")).to_contain_text("第3页")


def test_files_that_fail_say_why(page: Page, empty: httpx.Client) -> None:
    expect(page.locator("#first-run [data-formats]")).to_contain_text("PDF")
    files = [
        text_file("好.txt", "事假为五天。"),
        text_file("照片.png", "x"),
        text_file("坏.pdf", "这不是 PDF"),
        text_file("空.txt", ""),
    ]
    page.set_input_files("#file-input", files)
    failed = page.locator('[data-phase="failed"]')
    expect(failed).to_have_count(3, timeout=LONG)
    expect(failed.filter(has_text="照片.png")).to_contain_text("不支持 .png 格式")
    expect(failed.filter(has_text="空.txt")).to_contain_text("文件是空的")
    broken = failed.filter(has_text="坏.pdf")
    reason = broken.get_by_test_id("upload-status").inner_text()
    job = empty.get("/v1/jobs?status=failed").json()["jobs"][0]
    assert reason == job["reason"] != ""
    expect(page.get_by_test_id("document")).to_have_count(1, timeout=LONG)
    # The reason is there after a reload too, until it is dismissed.
    page.reload()
    expect(failed).to_have_count(1, timeout=LONG)
    broken.get_by_role("button", name="不再显示 坏.pdf").click()
    expect(failed).to_have_count(0)
    assert empty.get("/v1/jobs?status=failed").json()["total"] == 0


def test_a_failed_upload_can_be_tried_again(page: Page) -> None:
    page.route("**/v1/documents", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.set_input_files("#file-input", [text_file("规定.txt", "婚假为十天。")])
    expect(page.get_by_test_id("upload-status")).to_contain_text("连接不上服务")
    page.unroute("**/v1/documents")
    page.get_by_role("button", name="重试 规定.txt").click()
    expect(page.get_by_test_id("document")).to_have_count(1, timeout=LONG)


def test_files_can_be_dropped_anywhere(page: Page) -> None:
    assert drop_file(page, "规定.txt", "产假为九十八天。")
    expect(page.locator("#drop-overlay")).to_be_hidden()
    expect(page.get_by_test_id("document")).to_have_count(1, timeout=LONG)


def test_a_hundred_files(page: Page, empty: httpx.Client) -> None:
    files = [text_file(f"通知{number}.txt", f"第{number}号通知：会议在{number}日召开。") for number in range(100)]
    page.set_input_files("#file-input", files)
    expect(page.locator("#uploads-title")).to_contain_text("/ 100")
    expect(page.get_by_test_id("note")).to_contain_text("已添加 100 篇", timeout=3 * LONG)
    assert empty.get("/v1/documents").json()["total"] == 100
    expect(page.locator("#document-count")).to_have_text("100 篇")
    page.locator("#document-tail").scroll_into_view_if_needed()
    expect(page.get_by_test_id("document")).to_have_count(100)
    page.fill("#document-search", "通知42")
    expect(page.get_by_test_id("document")).to_have_count(1)


def test_an_archive_becomes_several_documents(page: Page, empty: httpx.Client) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("制度/值班.txt", "值班每周轮换一次。")
        archive.writestr("制度/考勤.txt", "考勤以打卡为准。")
        archive.writestr("坏.pdf", "这不是 PDF")
    page.set_input_files("#file-input", {"name": "资料.zip", "mimeType": "application/zip", "buffer": made.getvalue()})
    expect(page.get_by_test_id("note")).to_contain_text("已添加 2 篇", timeout=LONG)
    expect(page.get_by_test_id("document")).to_have_count(2)
    expect(page.locator('[data-phase="failed"]')).to_contain_text("坏.pdf")
    assert sorted(titles(empty)) == ["值班", "考勤"]


def test_what_others_send_is_shown_and_does_not_hold_up(page: Page, empty: httpx.Client) -> None:
    expect(page.locator("#first-run")).to_be_visible()
    empty.post("/v1/documents", files={"file": ("别人的.txt", "食堂七点开门。".encode())}).raise_for_status()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # back on this page
    expect(page.get_by_test_id("document")).to_contain_text("别人的", timeout=LONG)
    expect(page.get_by_test_id("note")).to_have_count(0)


def test_a_text_is_pasted_as_a_document(page: Page, empty: httpx.Client) -> None:
    page.click("#paste-open")
    page.fill("#paste-text", "丧假为三天。\n病假为三十天。")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("document")).to_contain_text("丧假为三天。", timeout=LONG)
    page.click("#paste-open")
    page.fill("#paste-title-input", "会议/纪要")
    page.fill("#paste-text", "会议于三月召开。")
    page.click("#paste-add")
    expect(page.get_by_test_id("document")).to_have_count(2, timeout=LONG)
    assert titles(empty) == ["会议/纪要", "丧假为三天。"]


def test_a_long_text_pasted_as_a_question_can_become_a_document(page: Page) -> None:
    text = "会议于三月召开。" * 100
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.focus("#question")
    page.keyboard.press("Control+v")
    page.get_by_test_id("note-action").click()
    expect(page.locator("#paste-text")).to_have_value(text)
    expect(page.locator("#question")).to_have_value("")


def test_delete_and_undo(page: Page, empty: httpx.Client) -> None:
    add_text(empty, "规定", "年假为十五天。")
    page.reload()
    row = page.get_by_test_id("document")
    row.get_by_role("button", name="《规定》的操作").click()
    page.get_by_role("menuitem", name="删除").click()
    expect(row).to_have_count(0)
    assert titles(empty) == []
    page.get_by_test_id("note-action").click()
    expect(row).to_have_count(1)
    assert titles(empty) == ["规定"]


def test_rename(page: Page, empty: httpx.Client) -> None:
    add_text(empty, "规定", "年假为十五天。")
    page.reload()
    row = page.get_by_test_id("document")
    row.locator(".document-open").focus()
    page.keyboard.press("F2")
    row.get_by_label("新的标题").fill("不要")
    page.keyboard.press("Escape")
    expect(row.locator(".document-title")).to_have_text("规定")
    page.keyboard.press("F2")
    row.get_by_label("新的标题").fill("年假规定")
    page.keyboard.press("Enter")
    expect(row.locator(".document-title")).to_have_text("年假规定")
    expect(row.locator(".document-open")).to_be_focused()
    assert titles(empty) == ["年假规定"]


def test_replace_keeps_the_old_revision(page: Page, empty: httpx.Client) -> None:
    document = add_text(empty, "规定", "年假为十天。")
    page.reload()
    row = page.get_by_test_id("document")
    row.get_by_role("button", name="《规定》的操作").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="用新文件替换").click()
    chooser.value.set_files(text_file("规定.txt", "年假为十五天。"))
    expect(row).to_contain_text("第 2 版", timeout=LONG)
    assert empty.get(f"/v1/documents/{document}/content").json()["text"] == "年假为十五天。"
    row.get_by_role("button", name="《规定》的操作").click()
    page.get_by_role("menuitem", name="看各个版本").click()
    page.get_by_role("menuitem", name="第 1 版").click()
    expect(page.locator("#source-text")).to_have_text("年假为十天。")
    expect(page.get_by_test_id("source-notice")).to_contain_text("已有新版")


def test_a_question_can_be_asked_of_some_documents_only(page: Page, empty: httpx.Client) -> None:
    add_text(empty, "甲公司制度", "甲公司的年假为十五天。")
    chosen = add_text(empty, "乙公司制度", "乙公司的年假为十天。")
    page.reload()
    expect(page.locator("#scope-text")).to_have_text("全部 2 篇")
    page.get_by_label("只问《乙公司制度》").check()
    expect(page.locator("#scope-text")).to_have_text("只问 1 篇")
    with page.expect_request("**/v1/ask/stream") as asked:
        ask(page, "年假多少天？")
    assert json.loads(asked.value.post_data or "")["document_ids"] == [chosen]
    expect(answered(page)).to_contain_text("只问《乙公司制度》")
    page.click("#scope-clear")
    expect(page.locator("#scope-text")).to_have_text("全部 2 篇")
    with page.expect_request("**/v1/ask/stream") as asked:
        ask(page, "年假多少天？")
    assert "document_ids" not in json.loads(asked.value.post_data or "")


def test_chosen_documents_are_deleted_together(page: Page, empty: httpx.Client) -> None:
    for name in ("甲", "乙", "丙"):
        add_text(empty, name, f"{name}的年假为十五天。")
    page.reload()
    page.get_by_label("只问《甲》").check()
    page.get_by_label("只问《丙》").check()
    page.click("#remove-chosen")
    expect(page.get_by_test_id("document")).to_have_count(1)
    expect(page.locator("#scope-text")).to_have_text("全部 1 篇")
    assert titles(empty) == ["乙"]
    page.locator("#documents-title").click()  # out of every field
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("document")).to_have_count(3)
