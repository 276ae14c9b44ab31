"""Asking: the answer, its sentence, lists, verdicts, no answer, follow-ups, feedback, failures."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.api.page.conftest import OpenPage
from tests.api.page.driving import (
    ANSWER,
    LIST_ANSWER,
    LONG,
    NO_ANSWER_QUESTION,
    QUESTION,
    add_text,
    answered,
    ask,
    ask_for_a_list,
    canned,
    cite,
    current_mark,
    events,
    is_in_view,
    reply,
)
from tests.conftest import RunningServer

pytestmark = [pytest.mark.models, pytest.mark.browser]


@pytest.fixture
def page(open_page: OpenPage, server: RunningServer) -> Page:
    return open_page(server.address)


def test_an_answer_comes_with_its_sentence_and_its_place(page: Page) -> None:
    ask(page, QUESTION)
    turn = answered(page)
    expect(turn.get_by_test_id("answer-text")).to_have_text(ANSWER)
    sentence = turn.get_by_test_id("source-sentence")
    expect(sentence).to_contain_text("宁德时代动力及储能电池项目")
    expect(sentence.locator("mark")).to_have_text(ANSWER)
    # On a wide screen the source opens by itself, with the quote in view and its sentence shaded.
    mark = current_mark(page)
    expect(mark).to_have_text(ANSWER)
    assert is_in_view(mark)
    expect(page.locator(".cited-sentence").first).to_contain_text("2月初，投资")
    assert "#/d/" in page.url


def test_the_question_is_there_before_the_answer(page: Page) -> None:
    held: list[Route] = []
    page.route("**/v1/ask/stream", lambda route: held.append(route))
    ask(page, QUESTION)
    expect(page.get_by_test_id("turn")).to_contain_text(QUESTION)
    expect(page.get_by_test_id("waiting")).to_be_visible()
    expect(page.locator("#question")).to_have_value("")
    held[0].continue_()
    expect(page.get_by_test_id("answer-text")).to_have_text(ANSWER, timeout=LONG)


def test_a_list_shows_its_items_and_each_opens_its_place(page: Page, client: httpx.Client) -> None:
    items = ask_for_a_list(page, client).get_by_test_id("answer-item")
    expect(items).to_have_text(LIST_ANSWER)
    sentence = page.get_by_test_id("source-sentence")
    expect(sentence).to_have_count(1)
    expect(sentence.locator("mark")).to_have_text(LIST_ANSWER)
    items.nth(1).click()
    expect(current_mark(page)).to_have_text("达利食品")
    expect(page.locator("#source-text mark.is-other")).to_have_text(["华润怡宝", "不二制油"])
    expect(page.locator("#citation-count")).to_have_text("引文 2 / 3")
    page.click("#next-citation")
    expect(current_mark(page)).to_have_text("不二制油")


def test_no_answer_shows_the_nearest_passages(page: Page) -> None:
    ask(page, NO_ANSWER_QUESTION)
    answered(page)
    expect(page.get_by_test_id("no-answer")).to_contain_text("没有找到答案")
    page.get_by_test_id("nearest").first.click()
    expect(current_mark(page).first).to_be_visible()


def test_a_verdict_is_shown_with_its_sentence(
    open_page: OpenPage, workshop: RunningServer, empty: httpx.Client
) -> None:
    sentence = "研发中心设在成都市。"
    document = add_text(empty, "概况", f"公司成立于2010年。{sentence}")
    page = open_page(workshop.address)
    canned(page, reply("是", [cite(empty, document, sentence)], kind="yes_no", verdict="yes"))
    ask(page, "研发中心在成都吗？")
    expect(answered(page).get_by_test_id("answer-text")).to_have_text("是")
    expect(page.get_by_test_id("source-sentence")).to_have_text(sentence)
    expect(current_mark(page)).to_have_text(sentence)


def test_documents_that_disagree_are_named(open_page: OpenPage, workshop: RunningServer, empty: httpx.Client) -> None:
    new, old = add_text(empty, "新规", "年假为十五天。"), add_text(empty, "旧规", "年假为十天。")
    page = open_page(workshop.address)
    canned(page, reply("十五天", [cite(empty, new, "十五天")], conflicting=[cite(empty, old, "十天", "年假为十天。")]))
    ask(page, "年假多少天？")
    answered(page)
    expect(page.get_by_test_id("conflict")).to_contain_text("年假为十天。")
    page.get_by_test_id("conflict").get_by_test_id("open-source").click()
    expect(current_mark(page)).to_have_text("十天")
    expect(page.locator("#source-title")).to_have_text("旧规")


@pytest.mark.parametrize(("confidence", "words"), [(0.8, "很有把握"), (0.5, "较有把握"), (0.49, "仅供参考")])
def test_confidence_is_said_in_words(page: Page, confidence: float, words: str) -> None:
    canned(page, reply("十五天", confidence=confidence))
    ask(page, "年假多少天？")
    answered(page)
    expect(page.get_by_test_id("confidence")).to_have_text(words)
    assert float(page.locator("meter").get_attribute("value") or "") == confidence


def test_a_follow_up_says_how_it_was_understood(page: Page) -> None:
    ask(page, QUESTION)
    answered(page)
    expect(page.get_by_test_id("understood")).to_have_count(0)
    ask(page, "它什么时候落户的？")
    turn = answered(page)
    expect(turn.get_by_test_id("understood")).to_contain_text("宁德时代")
    assert page.get_by_test_id("turn").count() == 2


def test_feedback_is_given_changed_and_taken_back(page: Page, client: httpx.Client) -> None:
    ask(page, QUESTION)
    turn = answered(page)
    turn.get_by_test_id("thumb-down").click()
    form = turn.get_by_test_id("feedback-form")
    expect(form.get_by_role("button")).to_have_text(["答案不对", "出处不对", "文中没有", "提交"])
    form.get_by_text("出处不对").click()
    form.get_by_label("补充说明").fill("应是第二段")
    form.get_by_role("button", name="提交").click()
    expect(page.get_by_test_id("note")).to_contain_text("谢谢")
    stored = client.get("/v1/feedback").json()["feedback"][0]
    assert (stored["rating"], stored["reason"], stored["text"]) == ("down", "wrong_evidence", "应是第二段")
    expect(turn.get_by_test_id("thumb-down")).to_have_attribute("aria-pressed", "true")
    with page.expect_response(re.compile("/feedback$")) as change:
        turn.get_by_test_id("thumb-up").click()
    assert change.value.status == 201
    with page.expect_response(re.compile("/feedback$")) as removal:
        turn.get_by_test_id("thumb-up").click()
    assert removal.value.status == 204
    expect(turn.get_by_test_id("thumb-up")).to_have_attribute("aria-pressed", "false")


def test_an_answer_is_copied_with_its_citation(page: Page) -> None:
    ask(page, QUESTION)
    answered(page).get_by_test_id("copy").click()
    expect(page.get_by_test_id("note")).to_contain_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{ANSWER}\n\n出处：《")
    assert "原文：2月初，投资120亿元的宁德时代" in copied
    assert re.search(r"/#/d/doc-\w+@1:\d+-\d+$", copied)


def test_where_a_stream_does_not_get_through_the_answer_comes_in_one_piece(page: Page) -> None:
    page.route("**/v1/ask/stream", lambda route: route.abort())
    ask(page, QUESTION)
    expect(answered(page).get_by_test_id("answer-text")).to_have_text(ANSWER)


def test_a_failure_in_the_stream_is_shown_and_can_be_tried_again(page: Page) -> None:
    failure = events(("error", {"error": {"code": "internal_error", "message": "服务器内部错误。", "detail": {}}}))
    page.route("**/v1/ask/stream", lambda route: route.fulfill(content_type="text/event-stream", body=failure))
    ask(page, QUESTION)
    expect(page.get_by_test_id("error")).to_contain_text("服务器内部错误。")
    page.unroute("**/v1/ask/stream")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_test_id("answer-text")).to_have_text(ANSWER, timeout=LONG)


def test_a_full_server_is_asked_again_by_itself(page: Page) -> None:
    refusals = iter([True, False])

    def refuse_once(route: Route) -> None:
        if next(refusals):
            error = {"error": {"code": "too_many_questions", "message": "排队已满。", "detail": {}}}
            route.fulfill(status=503, headers={"Retry-After": "1"}, json=error)
        else:
            route.continue_()

    page.route("**/v1/ask/stream", refuse_once)
    ask(page, QUESTION)
    expect(page.get_by_test_id("waiting")).to_contain_text("排队")
    expect(page.get_by_test_id("answer-text")).to_have_text(ANSWER, timeout=LONG)


def test_waiting_can_be_stopped(page: Page) -> None:
    page.route("**/v1/ask/stream", lambda _: None)  # never answered
    ask(page, QUESTION)
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_text("已停止")).to_be_visible()
    page.unroute("**/v1/ask/stream")
    page.get_by_role("button", name="重新提问").click()
    expect(page.get_by_test_id("answer-text")).to_have_text(ANSWER, timeout=LONG)


def test_a_refusal_of_the_server_is_shown(page: Page) -> None:
    ask(page, "？？？")
    expect(page.get_by_test_id("error")).to_contain_text("问题", timeout=LONG)
    expect(page.get_by_role("button", name="重试")).to_have_count(0)  # it would be refused again


def test_a_question_that_is_too_long_is_not_sent(page: Page) -> None:
    page.fill("#question", "𠮷" * 513)  # 513 characters, 1026 UTF-16 units
    expect(page.locator("#composer-count")).to_have_text("最多 512 字，已超出 1 字")
    expect(page.locator("#send")).to_be_disabled()
    page.fill("#question", "𠮷" * 512)
    expect(page.locator("#send")).to_be_enabled()


def test_markup_stays_text(open_page: OpenPage, workshop: RunningServer, empty: httpx.Client) -> None:
    markup = "<img src=x onerror=alert(1)>"
    document = add_text(empty, f"题{markup}", f"这里写着{markup}三个字。")
    page = open_page(workshop.address)
    canned(page, reply(markup, [cite(empty, document, markup)], question_as_understood=f"{markup}？"))
    ask(page, f"{markup}写着什么？")
    answered(page)
    expect(current_mark(page)).to_have_text(markup)
    expect(page.locator("#source-title")).to_have_text(f"题{markup}")
    expect(page.get_by_test_id("document").first).to_contain_text(markup)
    assert page.locator("main img, aside img, #turns img").count() == 1  # the logo


def test_suggested_questions_are_asked_by_a_click(page: Page) -> None:
    suggestion = page.get_by_test_id("suggestion").first
    question = suggestion.inner_text()
    suggestion.click()
    answered(page)
    expect(page.get_by_test_id("turn")).to_contain_text(question)
    expect(page.locator("#welcome")).to_be_hidden()
