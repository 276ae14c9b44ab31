"""Runs → one HTML page in Chinese that needs no other file and no other host."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.html.markup import Markup, element, joined
from eval.html.sections import goal_list, overview_section, run_table, set_section
from eval.overview import goals, of_set, overviews, set_names
from eval.runs import Run

STYLE = Path(__file__).parent / "style.css"
_TITLE = "问渠评测报告"
_NOTES = (
    "精确匹配与 F1 按 CMRC 2018 官方评测程序计算；列表按 MultiSpanQA 计算"
    "（各项齐全且没有多余才算精确匹配，F1 为部分匹配）；"
    "是非题看“是”“否”是否判断正确。有答案的题若被拒答，记 0 分。",
    "小字是 95 % 的自助法区间（百分位法，固定随机种子）。除 ECE、AUROC 和耗时外，单位都是百分数。",
    "置信度是否可信，按“F1 不低于 0.5 为对”计算，被拒答的题按本来会给出的答案计入。"
    "“判断有据”是判断正确的是非题里，引文落在人工标注的依据上的比例。",
)


def report_page(runs: Sequence[Run]) -> str:
    """The page over all results of `runs`."""
    results = [result for run in runs for result in run.results]
    sections = [set_section(number, name, of_set(results, name)) for number, name in enumerate(set_names(results))]
    dates = sorted(run.information.date[:10] for run in runs)
    body = element(
        "main",
        element(
            "header",
            element("h1", _TITLE),
            element("p", f"{len(results)} 道题，{dates[0]}" + (f" 至 {dates[-1]}" if dates[0] != dates[-1] else "")),
        ),
        element("section", element("h2", "目标"), goal_list(goals(results))),
        element(
            "section",
            element("h2", "总览"),
            overview_section(overviews(results)),
            *(element("p", note, class_="note") for note in _NOTES),
        ),
        *sections,
        element("section", element("h2", "运行"), run_table(runs)),
    )
    return "<!doctype html>\n" + element("html", _head(), element("body", body), lang="zh-CN") + "\n"


def _head() -> Markup:
    # A style sheet is no text: it is put in as it is.
    style = element("style", Markup(STYLE.read_text(encoding="utf-8")))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return element(
        "head",
        joined(
            Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
            Markup('<meta name="color-scheme" content="light dark">'),
        ),
        element("title", _TITLE),
        style,
    )
