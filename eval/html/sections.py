"""The parts of the report (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from eval.bootstrap import Estimate
from eval.compare import gold_text
from eval.html.markup import Markup, element, joined
from eval.html.plots import calibration_diagram, latency_histogram, outcome_bars, recall_plot, risk_coverage_plot
from eval.html.words import GOALS, OUTCOMES, form_name, set_name, type_name
from eval.overview import Goal, SetOverview
from eval.results import Outcome, Result, outcome
from eval.runs import Run
from eval.summary import Summary, summaries, summarise

MOST_WRONG = 200
_WRONG = (
    Outcome.WRONG,
    Outcome.NOT_RETRIEVED,
    Outcome.PARTLY,
    Outcome.WRONGLY_REFUSED,
    Outcome.WRONGLY_ANSWERED,
)
_OVERVIEW = (
    *("评测集", "有答案", "无答案", "精确匹配", "F1", "不许拒答的 F1", "误拒", "正确拒答"),
    *("给出的答案正确", "ECE", "AUROC", "判断有据", "引文不符", "中位耗时"),
)
_TYPES = ("题型", "题数", "精确匹配", "F1", "召回@1", "召回@5", "MRR", "拒答")


def goal_list(goals: Sequence[Goal]) -> Markup:
    """The goals as cards."""
    words = {True: ("达到", "met"), False: ("未达到", "missed"), None: ("没有运行", "unknown")}
    cards = []
    for goal in goals:
        said, class_ = words[goal.met]
        cards.append(
            element(
                "li",
                element("span", said, class_=f"verdict {class_}"),
                element("p", GOALS[goal.name], class_="goal-name"),
                element("p", goal.found, class_="goal-found"),
                element("p", f"目标 {goal.target}", class_="goal-target"),
            )
        )
    return element("ul", *cards, class_="goals")


def overview_section(rows: Sequence[SetOverview]) -> Markup:
    """All sets in one table."""
    cells = [
        [
            element("a", set_name(row.name), href=f"#set-{number}"),
            *(str(row.answerable), str(row.unanswerable)),
            *map(share, (row.exact_match, row.f1, row.candidate_f1, row.wrongly_refused, row.rightly_refused)),
            share(row.given_right),
            *(figure(row.calibration_error), figure(row.area_under_roc), share(row.evidence)),
            str(row.unverified),
            "–" if row.milliseconds is None else f"{row.milliseconds:.0f} ms",
        ]
        for number, row in enumerate(rows)
    ]
    return _table(_OVERVIEW, cells)


def set_section(number: int, name: str, results: Sequence[Result]) -> Markup:
    """One set: its types, its plots, and what went wrong."""
    return element(
        "section",
        element("h2", set_name(name)),
        _table(_TYPES, [_summary_cells(row, type_name(row.name)) for row in summaries(results)]),
        _forms(results),
        element("h3", "各题型的结果"),
        _legend(),
        outcome_bars(results),
        element("div", *_plots(results), class_="plots"),
        wrong_answers(results),
        id=f"set-{number}",
    )


def wrong_answers(results: Sequence[Result]) -> Markup:
    """Every question that did not end well, by what went wrong."""
    groups = []
    for kind in _WRONG:
        found = [result for result in results if outcome(result) is kind]
        if found:
            rows = [_wrong(result) for result in found[:MOST_WRONG]]
            more = len(found) - len(rows)
            note = [element("p", f"另有 {more} 题，见运行文件。", class_="note")] if more else []
            summary = element("summary", f"{OUTCOMES[kind]}：{len(found)} 题", class_=f"edge-{kind}")
            groups.append(element("details", summary, element("ol", *rows, class_="wrong"), *note))
    if not groups:
        return element("p", "没有答错的题。", class_="note")
    return joined(element("h3", "没有答好的题"), *groups)


def run_table(runs: Sequence[Run]) -> Markup:
    """What was run with which program."""
    head = ("运行", "时间（UTC）", "提交", "题数", "模型（SHA-256 前 12 位）", "设置", "机器", "文件")
    return _table(head, [_run_cells(run) for run in runs])


def share(estimate: Estimate | None) -> Markup:
    """A share in per cent over its interval."""
    if estimate is None:
        return joined("–")
    interval = f"{estimate.low * 100:.1f}–{estimate.high * 100:.1f}"
    return joined(f"{estimate.value * 100:.1f}", element("small", interval))


def figure(estimate: Estimate | None) -> Markup:
    """A figure with three decimals over its interval."""
    if estimate is None:
        return joined("–")
    return joined(f"{estimate.value:.3f}", element("small", f"{estimate.low:.3f}–{estimate.high:.3f}"))


def _plots(results: Sequence[Result]) -> list[Markup]:
    plots = [
        ("可靠性图", "点在虚线上，置信度就名副其实；底部的柱是题数。", calibration_diagram(results)),
        ("风险–覆盖", "只回答最有把握的那一部分时，其中答错多少；圆点是现在的门槛。", risk_coverage_plot(results)),
    ]
    if any(result.question.spans for result in results):
        plots.append(("召回率", "前 k 个段落里有答案的题所占的比例。", recall_plot(results)))
    if any(result.milliseconds for result in results):
        plots.append(("耗时", "每道题从提问到答案的时间。", latency_histogram(results)))
    return [
        element("figure", element("figcaption", element("strong", title), element("span", said)), drawn)
        for title, said, drawn in plots
    ]


def _forms(results: Sequence[Result]) -> Markup:
    """Answerable questions by the way they are written, where there is more than one."""
    answerable = [result for result in results if result.answerable]
    forms = list(dict.fromkeys(result.question.form for result in answerable))
    if len(forms) < 2:
        return joined()
    rows = [summarise(form, [result for result in answerable if result.question.form == form]) for form in forms]
    head = ("写法", *_TYPES[1:])
    return element(
        "details", element("summary", "按写法"), _table(head, [_summary_cells(r, form_name(r.name)) for r in rows])
    )


def _summary_cells(row: Summary, name: str) -> list[str]:
    measures = (row.exact_match, row.f1, row.recall_at_1, row.recall_at_5, row.mean_reciprocal_rank, row.refused)
    return [name, str(row.questions), *map(share, measures)]


def _wrong(result: Result) -> Markup:
    """A question with what is right, what was given and what was cited."""
    question = result.question
    given = result.prediction if result.prediction is not None else "（拒答）"
    facts = [("正确", gold_text(result).replace("∅", "（文中没有）")), ("给出", given)]
    if result.prediction is None and result.candidate:
        facts.append(("本来会答", result.candidate))
    facts += [
        ("引文", f"“{quote.quote}”（{quote.document_id}@{quote.revision}:{quote.start}-{quote.end}）")
        for quote in result.citations
        if quote.quote != result.prediction or len(result.citations) == 1
    ]
    if result.understood not in ("", question.question):
        facts.insert(0, ("理解为", result.understood))
    note = f"{question.id} · {type_name(question.type)} · 置信度 {result.confidence:.2f} · F1 {result.f1:.2f}"
    rank = "" if not question.spans else f" · 段落名次 {result.rank or '20 以外'}"
    terms = [joined(element("dt", name), element("dd", said)) for name, said in facts]
    return element(
        "li",
        element("p", question.question, class_="asked"),
        element("dl", *terms),
        element("p", note + rank, class_="note"),
    )


def _legend() -> Markup:
    items = [element("li", element("i", class_=f"swatch fill-{kind}"), said) for kind, said in OUTCOMES.items()]
    return element("ul", *items, class_="legend")


def _run_cells(run: Run) -> list[str]:
    told = run.information
    models = "，".join(f"{name} {digest[:12]}" for name, digest in told.models.items())
    asked = {name: value for name, value in told.arguments.items() if value is not None}
    settings = "，".join(f"{name}={value}" for name, value in {**told.settings, **asked}.items())
    commit = told.commit[:8] + ("（有改动）" if told.commit.endswith("+") else "")
    date = told.date[:19].replace("T", " ")
    return [told.name, date, commit or "–", str(len(run.results)), models, settings, told.machine, run.path.name]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    heads = [element("th", name, scope="col") for name in head]
    body = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:])) for row in rows
    ]
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *body))
    return element("div", table, class_="scroll", tabindex=0, role="region", aria_label=f"{head[0]}表")
