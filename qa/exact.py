"""Exact things whole: the dates, durations, amounts and counts of a passage, scored as answers (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from index.text import normalise
from qa.expected import Expected
from qa.quantities import BOUND, LIMIT, STATED_BOUND, Expression, Quantity, cell_numbers, expressions
from qa.types import Reading, Span, Window

LEAD = 1.0
"""Logits by which the reader must prefer a part of an expression over what is usual to get it; chosen by judgement."""

_WHICH_YEAR = re.compile(r"(?:哪一?|几几)年(?!.*[月日])|[西公]元几年|年份")
_YEAR = re.compile(r"(?:公元|西元|民国)?前?[0-9０-９〇零一二三四五六七八九十元]{1,4}年")
_TO_THE_DAY = re.compile("月.*[日号]")
_WHICH_DAY = re.compile(r"^(?!.*几[点时])(?=.*(?:哪一?[天日]|几[号日]|日期))")
_PART_OF_DAY = re.compile("(?<=[日号）])(?:[上中下]午|凌晨|[早清][晨上]|傍晚|晚[上间]?|[深夜]+间?|当晚)$")
_SINCE = re.compile(
    "开始|从|起|(?:自|打)(?=什么|哪|几)|开[门放馆园饭业考课演]|(?:几点钟?|哪天|几号|什么时候)到(?=几|哪|什么)|首班|最早"
)
_UNTIL = re.compile("最[晚迟后]|截|到(?:什么时候|啥时|哪|几)|结束|止|到期|关[门灯闭]|打烊|停|收[尾工]|完")
_RANGE = re.compile(r"(?<=[年月日号时点分半底初旬午0-9])(?<![0-9]{4})[至到~～—–－-]+(?=.)")
_EVERY = re.compile("每[年天日]|每月(?=[0-9])")
_CALENDAR = re.compile("农历|阴历|公历|当地时间")
_WEEKDAY = re.compile("[（(](?:周|星期)[一二三四五六日天][）)]$")
_ISO = re.compile("[0-9]{4}[-/.]")
_UPPER = re.compile("最[大长高多快重远厚宽深贵]|上限|封顶")
_UPPER_END = re.compile(r"(?<=[0-9一二三四五六七八九十])[至到~～—–－-]+(?=[0-9一二三四五六七八九十])")
_TRIGGER = re.compile("就|会|以上|才")
_ABOUT = re.compile("大?约|大概|将近|接近|近")
_WITHIN = re.compile("(?:以|之)?内$")
_ABOVE_OR_ABOUT = re.compile("(?:以[上下]|左右|上下)$")
_STATED_BESIDES = re.compile("最|至少|起码|超过|左右")
_SIDE_OF_DATE = re.compile("(?:(?<!年)|(?<=[0-9]{4}年))(?:(?:以|之)?(?:前|(?<!前)后)|[起止]|期间)$")
_NUMERAL = re.compile("[0-9０-９〇零一二三四五六七八九十百千万亿两半几]")
_DIGIT = re.compile("[0-9０-９.,，．:：]{2}")
_CHINESE_NUMERAL = re.compile("[〇零一二三四五六七八九十百千万亿两]{2}")
_OF_A_DATE = frozenset("年月日号时点分/-")
_BEFORE_A_NUMERAL = frozenset("周期拜初第")
_REST = re.compile(r"(?:以[上下内]|之[内久]|左右|上下|有余|[多余内]|[/每].+)*")


def exact_spans(reading: Reading, question: str, expected: Expected) -> list[Span]:
    """Every expression of the passage that is of the expected kind, best margin first.

    The reader often points into an expression ("160" of "不到160天"), so that an expression's margin is that of the
    best span inside it. What is usual in the questions written to train on is given, 160天 where 不到 is implied,
    unless the reader clearly prefers another part that is whole by itself.
    """
    passage, question = reading.hit.passage, normalise(question).text
    found = []
    for expression in _fitting(passage.text, expected):
        best = max((_best_inside(window, expression) for window in reading.windows), default=(-np.inf, 0, 0))
        if np.isfinite(best[0]):
            start, end = _chosen(passage.text, expression, question, best, reading.windows)
            found.append(Span(reading.hit, passage.start + start, passage.start + end, best[0]))
    return sorted(found, key=lambda span: (-span.margin, span.start))


def _fitting(text: str, expected: Expected) -> Iterator[Expression]:
    cells = (cell for cell in cell_numbers(text) if _may_be_a_cell(text[cell.start : cell.end], expected))
    return chain((found for found in expressions(text) if expected.fits(found)), cells)


def _may_be_a_cell(number: str, expected: Expected) -> bool:
    """Whether a cell with nothing but `number` may be what is asked for: any amount, and a year for a date."""
    if expected.quantities <= {Quantity.DATE, Quantity.ORDINAL}:
        return Quantity.DATE in expected.quantities and re.fullmatch("[12][0-9]{3}", number) is not None
    return True


def _best_inside(window: Window, expression: Expression) -> tuple[float, int, int]:
    """The best start plus end score of the tokens inside `expression`, over no answer, and where; -inf for none."""
    inside = (window.offsets[:, 0] >= expression.start) & (window.offsets[:, 1] <= expression.end)
    (places,) = np.nonzero(inside)
    if len(places) == 0:
        return -np.inf, 0, 0
    # The best start at or before each end.
    starts = np.maximum.accumulate(window.start_scores[places])
    last = int((starts + window.end_scores[places]).argmax())
    first = int(window.start_scores[places][: last + 1].argmax())
    margin = float(starts[last] + window.end_scores[places][last]) - window.no_answer_score
    return margin, int(window.offsets[places[first], 0]), int(window.offsets[places[last], 1])


def _chosen(
    text: str, expression: Expression, question: str, best: tuple[float, int, int], windows: Iterable[Window]
) -> tuple[int, int]:
    """What is usual, unless the reader clearly prefers another part that someone might mark."""
    usual = _as_asked(text, expression, question)
    margin, start, end = best
    if (start, end) == usual or not _may_be_marked(text, expression, start, end):
        return usual
    if _WHICH_YEAR.search(question) and _TO_THE_DAY.search(text[start:end]):
        return usual
    bound = BOUND.match(text, *usual)
    if bound is not None and start > usual[0] and not _ABOUT.match(bound.group()):
        # 160天 of 不到160天 would say something else.
        return usual
    return (start, end) if margin > LEAD + max(_margin_of(window, *usual) for window in windows) else usual


def _margin_of(window: Window, start: int, end: int) -> float:
    """The margin of the span start..end; -inf where no tokens begin and end there."""
    starts = window.start_scores[window.offsets[:, 0] == start]
    ends = window.end_scores[window.offsets[:, 1] == end]
    return float(starts.max() + ends.max()) - window.no_answer_score if len(starts) and len(ends) else -np.inf


def _may_be_marked(text: str, expression: Expression, start: int, end: int) -> bool:
    """Whether start..end is a part that stands for itself: no number cut, and none without its unit."""
    if start > expression.start and (_cuts_a_number(text, start) or text[start - 1] in _BEFORE_A_NUMERAL):
        return False
    rest = text[end : expression.end]
    if expression.quantity is Quantity.DATE:
        return text[start] not in _OF_A_DATE and not (rest and (rest[0] in _OF_A_DATE or _cuts_a_number(text, end)))
    return (start == expression.start or _NUMERAL.match(text[start]) is not None) and bool(_REST.fullmatch(rest))


def _cuts_a_number(text: str, place: int) -> bool:
    """Whether `place` is between digits, or between Chinese numerals."""
    return bool(_DIGIT.match(text[place - 1 : place + 1]) or _CHINESE_NUMERAL.match(text[place - 1 : place + 1]))


def _as_asked(text: str, expression: Expression, question: str) -> tuple[int, int]:
    """What is usual: no bound that the question states itself, and of a date the part that it asks for."""
    start, end = expression.start, expression.end
    if expression.quantity is Quantity.DATE:
        return _date_as_asked(text, start, end, question)
    bound = BOUND.match(text, start, end)
    if bound is not None and bound.end() < end and _is_implied(bound.group(), question):
        start = bound.end()
    dash = _UPPER_END.search(text, start, end) if _UPPER.search(question) else None
    start = start if dash is None else dash.end()
    year = _YEAR.match(text, start, end) if _WHICH_YEAR.search(question) else None
    if year is not None:
        return year.start(), year.end()
    for pattern, is_stated in ((_WITHIN, True), (_ABOVE_OR_ABOUT, _STATED_BESIDES.search(question) is not None)):
        after = pattern.search(text[start:end])
        if after is not None and is_stated and after.start() > 0:
            end = start + after.start()
    return start, end


def _is_implied(bound: str, question: str) -> bool:
    """Whether the question says what the bound says: 最多能用几天 of 不超过5天, 多少瓦就跳闸 of 超过800瓦."""
    trigger = bound.startswith("超过") and _TRIGGER.search(question)
    return bool(LIMIT.match(bound) or trigger or STATED_BOUND.search(question))


def _date_as_asked(text: str, start: int, end: int, question: str) -> tuple[int, int]:
    calendar = _CALENDAR.match(text, start, end)
    start = calendar.end() if calendar is not None and calendar.group() in question else start
    since, until = _SINCE.search(question) is not None, _UNTIL.search(question) is not None
    dash = None if _ISO.match(text, start) else _RANGE.search(text, start, end)
    if dash is not None and since != until:
        start, end = (start, dash.start()) if since else (dash.end(), end)
    every = _EVERY.match(text, start, end)
    if every is not None and every.end() < end and ("月" not in every.group() or "每" in question):
        start = every.end()
    side = _SIDE_OF_DATE.search(text[start:end])
    if side is not None and side.start() > 0:
        end = start + side.start()
    year = _YEAR.match(text, start, end) if _WHICH_YEAR.search(question) else None
    if year is not None:
        return year.start(), year.end()
    for pattern, is_asked in ((_PART_OF_DAY, _WHICH_DAY.search(question) is None), (_WEEKDAY, False)):
        part = pattern.search(text[start:end])
        end = end if part is None or is_asked or part.start() == 0 else start + part.start()
    return start, end
