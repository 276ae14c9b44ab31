"""The plots of one set (pure)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from eval.calibration import reliability, risk_coverage
from eval.html.markup import Markup, element
from eval.html.svg import Axis, Frame, Tick, number_axis, percent_axis
from eval.html.words import OUTCOMES, type_name
from eval.measures import recall_at
from eval.results import Outcome, Result, outcome
from eval.runner import RETRIEVAL_DEPTH
from eval.summary import confidence_pairs

CURVE_POINTS = 300
LATENCY_BARS = 24
ROW, BAR, NAMES, BARS_WIDTH = 26, 18, 120, 760


def calibration_diagram(results: Sequence[Result]) -> Markup:
    """Confidence against the share that is right, in ten bins; the shaded columns say how many answers each holds."""
    pairs = confidence_pairs(results)
    bins = reliability([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    frame = Frame(percent_axis("置信度（%）"), percent_axis("实际正确率（%）"))
    titles = [f"置信度 {one.confidence:.2f}，正确率 {one.accuracy:.2f}，{one.count} 题" for one in bins]
    most = max((one.count for one in bins), default=1)
    columns = [
        frame.bar(one.low, one.high, 0.3 * one.count / most, "count", title)
        for one, title in zip(bins, titles, strict=True)
    ]
    dots = [
        frame.dot(one.confidence, one.accuracy, 2.5 + 4 * math.sqrt(one.count / most), title)
        for one, title in zip(bins, titles, strict=True)
    ]
    line = frame.line([(one.confidence, one.accuracy) for one in bins], "curve")
    return frame.drawn("可靠性图：置信度与实际正确率", *columns, frame.line([(0, 0), (1, 1)], "ideal"), line, *dots)


def risk_coverage_plot(results: Sequence[Result]) -> Markup:
    """The share of wrong answers when only the surest are given; the dot is where the program stands."""
    pairs = confidence_pairs(results)
    curve = risk_coverage([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    frame = Frame(percent_axis("回答的比例（%）"), percent_axis("答错的比例（%）"))
    given = [result for result in results if result.prediction is not None]
    shapes = [frame.line(_thinned(curve), "curve")]
    if given:
        coverage = len(given) / len(results)
        risk = sum(not result.candidate_right for result in given) / len(given)
        shapes.append(frame.dot(coverage, risk, 4.5, f"现在：回答 {coverage:.0%}，其中答错 {risk:.0%}"))
    return frame.drawn("风险–覆盖曲线", *shapes)


def recall_plot(results: Sequence[Result]) -> Markup:
    """The share of questions with an acceptable answer among the first k passages, k from 1 to 20."""
    ranks = [result.rank for result in results if result.question.spans]
    recalls = [(float(k), recall_at(ranks, k)) for k in range(1, RETRIEVAL_DEPTH + 1)]
    lowest = math.floor(recalls[0][1] * 10) / 10
    ticks = tuple(Tick(k, str(k)) for k in (1, 5, 10, 15, 20))
    horizontal = Axis(1, RETRIEVAL_DEPTH, "前 k 个段落", ticks)
    frame = Frame(horizontal, percent_axis("召回率（%）", min(lowest, 0.9), 1.0))
    dots = [frame.dot(k, recall, 2.5, f"k = {k:.0f}：{recall * 100:.1f}%") for k, recall in recalls]
    return frame.drawn("各 k 值的召回率", frame.line(recalls, "curve"), *dots)


def latency_histogram(results: Sequence[Result]) -> Markup:
    """How many questions took how long; what is beyond the last bar counts to it."""
    times = sorted(result.milliseconds for result in results)
    longest = max(1.0, times[min(len(times) - 1, int(len(times) * 0.99))])
    horizontal = number_axis("毫秒", longest)
    width = horizontal.high / LATENCY_BARS
    counts = Counter(min(LATENCY_BARS - 1, int(time / width)) for time in times)
    frame = Frame(horizontal, number_axis("题数", max(counts.values())))
    bars = [
        frame.bar(
            number * width,
            (number + 1) * width,
            count,
            "bar",
            f"{number * width:.0f}–{(number + 1) * width:.0f} 毫秒：{count} 题",
        )
        for number, count in sorted(counts.items())
    ]
    return frame.drawn("耗时分布", *bars)


def outcome_bars(results: Sequence[Result]) -> Markup:
    """What became of the questions of each type, as shares of one bar."""
    types = list(dict.fromkeys(result.question.type for result in results))
    rows = [
        _row(place, name, Counter(outcome(result) for result in results if result.question.type == name))
        for place, name in enumerate(types)
    ]
    height = ROW * len(types) + 4
    return element(
        "svg",
        *rows,
        viewBox=f"0 0 {BARS_WIDTH} {height}",
        role="img",
        aria_label="各题型的结果",
        class_="bars",
    )


def _row(place: int, name: str, counts: Counter[Outcome]) -> Markup:
    total = sum(counts.values())
    width = BARS_WIDTH - NAMES - 44
    top = place * ROW + 4
    label = element("text", type_name(name), x=NAMES - 8, y=top + 13, text_anchor="end", class_="axis-label")
    shapes, left = [label], float(NAMES)
    for kind in Outcome:
        share = counts[kind] / total * width
        if counts[kind]:
            shapes.append(_piece(kind, counts[kind], left, top, share))
        left += share
    return element("g", *shapes, element("text", f"{total} 题", x=left + 6, y=top + 13, class_="tick"))


def _piece(kind: Outcome, count: int, left: float, top: int, width: float) -> Markup:
    title = element("title", f"{OUTCOMES[kind]}：{count} 题")
    rect = element("rect", x=left, y=top, width=max(width - 1, 0.5), height=BAR, class_=f"fill-{kind}")
    number = element("text", str(count), x=left + width / 2, y=top + 13, text_anchor="middle", class_="inside")
    return element("g", title, rect, *([number] if width > 18 else []))


def _thinned(curve: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    step = max(1, len(curve) // CURVE_POINTS)
    return [*curve[:-1:step], *curve[-1:]]
