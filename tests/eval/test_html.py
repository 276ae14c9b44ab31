from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml import ElementTree
from selectolax.lexbor import LexborHTMLParser

from eval.html.markup import Markup, element, joined
from eval.html.page import report_page
from eval.html.plots import calibration_diagram, latency_histogram, outcome_bars, recall_plot, risk_coverage_plot
from eval.html.svg import Frame, number_axis, percent_axis, round_step
from eval.html.words import set_name, type_name
from eval.questions import EvaluationQuestion
from eval.results import Quote, Result
from eval.runs import Run, RunInformation
from tests.eval.builders import answered, refused, wrongly_answered

HOSTILE = '<script>alert("1")</script>&amp;'
RESULTS = [
    answered("120亿元", name="1"),
    answered("120亿", name="2", f1=0.8, confidence=0.7, rank=3),
    answered("七百", name="3", rank=None, confidence=0.4),
    refused("120亿元", name="4", rank=1),
    refused(name="5"),
    wrongly_answered(name="6"),
]
Plot = Callable[[Sequence[Result]], Markup]
PLOTS = (calibration_diagram, latency_histogram, outcome_bars, recall_plot, risk_coverage_plot)


def run(results: list[Result]) -> Run:
    told = RunInformation(
        "article", "2026-01-02T03:04:05+00:00", "abcdef0123+", {"reader": "f" * 64}, {"top_k": 5}, "", {}
    )
    return Run(told, tuple(results), Path("article.jsonl"))


def texts(page: str) -> str:
    return LexborHTMLParser(page).text()


def test_text_is_escaped_and_markup_is_not() -> None:
    assert element("p", HOSTILE, element("b", "粗"), class_="x", data_n=1.5) == (
        '<p class="x" data-n="1.5">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;<b>粗</b></p>'
    )
    assert joined("<", Markup("<br>")) == "&lt;<br>"


def test_places_in_a_frame_by_hand() -> None:
    frame = Frame(percent_axis("x"), percent_axis("y"))
    # 480 × 270 with 46 on the left, 14 on the right, 12 above and 42 below.
    assert (frame.x(0), frame.x(1), frame.x(0.5)) == (46, 466, 256)
    assert (frame.y(0), frame.y(1)) == (228, 12)


@pytest.mark.parametrize(("least", "step"), [(0.2, 1), (1, 1), (1.5, 2), (3, 5), (21, 50), (120, 200)])
def test_steps_are_round(least: float, step: float) -> None:
    assert round_step(least) == step


@pytest.mark.parametrize(("high", "ends"), [(1, [0, 1]), (7, [0, 2, 4, 6, 8]), (400, [0, 100, 200, 300, 400])])
def test_an_axis_reaches_beyond_its_figures(high: float, ends: list[float]) -> None:
    assert [tick.at for tick in number_axis("n", high).ticks] == ends


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("results", [RESULTS, RESULTS[:1], [refused()], [wrongly_answered()] * 500])
def test_every_plot_is_a_drawing_of_its_own(plot: Plot, results: list[Result]) -> None:
    drawn = ElementTree.fromstring(plot(results))
    assert drawn.tag == "svg"
    assert drawn.get("aria-label")
    places = [float(value) for value in re.findall(r'(?:cx|cy|x|y)="(-?[\d.]+)"', plot(results))]
    assert all(-1 <= place <= 800 for place in places)


def test_the_bars_count_what_became_of_each_type() -> None:
    drawn = ElementTree.fromstring(outcome_bars([*RESULTS, answered("120亿元", name="7")]))
    assert [node.text for node in drawn.iter("title")] == [
        "答对：2 题",
        "部分对：1 题",
        "没检索到：1 题",
        "误拒：1 题",
        "正确拒答：1 题",
        "该拒未拒：1 题",
    ]


def test_the_page_holds_every_wrong_answer() -> None:
    page = LexborHTMLParser(report_page([run(RESULTS)]))
    assert [node.text() for node in page.css("summary")] == [
        "没检索到：1 题",
        "部分对：1 题",
        "误拒：1 题",
        "该拒未拒：1 题",
    ]
    missed, partly, wrongly_refused, wrongly = (
        [node.text() for node in wrong.css("dd")] for wrong in page.css(".wrong")
    )
    assert missed == ["120亿元", "七百", "“七百”（doc@1:2-4）"]
    assert partly == ["120亿元", "120亿", "“120亿”（doc@1:2-6）"]
    assert wrongly_refused == ["120亿元", "（拒答）", "七百"]
    assert wrongly == ["（文中没有）", "37个", "“37个”（doc@1:4-7）"]
    assert "abcdef01（有改动）" in page.text()


def test_the_page_needs_no_other_host() -> None:
    page = report_page([run(RESULTS)])
    assert not re.search(r"https?:|//[a-z]|url\(|@import|<script|<link|<img|src=", page)
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    assert "default-src 'none'" in page


def test_what_documents_say_stays_text() -> None:
    hostile = replace(
        wrongly_answered(),
        question=EvaluationQuestion("9", HOSTILE, HOSTILE, ()),
        prediction=HOSTILE,
        understood=HOSTILE,
        citations=(Quote(HOSTILE, 1, 0, 1, HOSTILE),),
    )
    page = report_page([run([hostile])])
    assert "<script" not in page
    assert texts(page).count('<script>alert("1")</script>&amp;') >= 5


def test_a_page_of_refusals_alone_can_be_made() -> None:
    assert "没有答错的题。" in texts(report_page([run([refused()])]))


def test_sets_and_types_have_names() -> None:
    assert set_name("cmrc2018/dev open") == "cmrc2018/dev · 开放检索"
    assert (set_name("dialogues alone"), set_name("other")) == ("追问，不带上文（手写）", "other")
    assert (type_name("yes_no"), type_name("new_type")) == ("是非", "new_type")
