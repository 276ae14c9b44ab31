"""The list around an answer: its items, each a span of its own (pure).

Chinese writes lists side by side (甲、乙和丙), clause by clause (甲…；乙…), numbered (一是…；二是…), line by line, and
as the columns of tables. An item leaves out what leads in ("包括"), what joins ("和") and what closes ("等企业").
"""

from __future__ import annotations

import re

from index.text import plain_form
from qa.list_marks import OPENING, Bounds, apart
from qa.list_numbered import numbered_items
from qa.list_places import column_items, line_items
from qa.list_rows import clause_items, joins, parallel_items, side_items, touches
from qa.list_shape import alike

_MEASURE = "(?:[位名项种条大块类座只家款份支部处]|个(?!月|小时|星期))"
_LIST_QUESTION = re.compile(
    "哪[几些两三四五六七八九十](?!个字)|有哪(?![个家位里一儿种])|有啥(?!问题|用|好|关系|意义|影响)"
    "|(?<!还)有什么(?!用|好|关系|意义|影响|变化|特点|不同|区别|问题|后果|要求)|有谁(?:[？?呢]|$)"
    "|包[括含](?:了|哪|什么)|分别(?![？?吗呢]|$)|列举|列出|列一下|些[什啥]"
    # 都…什么, but not 成都, 首都 and 都城
    "|(?<![成首古迁])都(?!城)[^，。？?]{0,8}?(?:(?<!为)什么|啥|谁|几点|哪(?![个家里位儿年]))"
    # 两位编者是谁, 另外三个人是？
    f"|(?<![第前])[两二三四五六七八九十]{_MEASURE}[^，。？?]{{0,8}}?"
    "(?:[是叫](?:谁|什么(?!关系|意思))|在哪|是呢?(?:[？?]|$))"
    f"|的几{_MEASURE}"
)
_NOT_A_LIST = re.compile("哪些[^，。？?]*(?:多久|多长时间|多少)")
_BESIDES = re.compile("除|以外|之外|另外|还有")
_NUMBERED_THINGS = re.compile(
    "措施|举措|做法|方面|任务|要求|行动|原则|条件|步骤|工作|改革|方式|办法|内容|服务|抓手|意见|决定|事项"
)


def asks_for_a_list(question: str) -> bool:
    """Whether several things together answer `question`."""
    plain = plain_form(question)
    return _LIST_QUESTION.search(plain) is not None and _NOT_A_LIST.search(plain) is None


def list_items(text: str, start: int, end: int, question: str) -> list[Bounds]:
    """The items of the list that text[start:end] touches, in order; fewer than two when it touches none."""
    numbered = numbered_items(text, start, end)
    side = side_items(text, start, end, question)
    if len(numbered) > 1 and _points_at(text, numbered, start, end):
        return apart(alike(text, numbered, start, end, tight=True))
    lines = line_items(text, start, end)
    whole_line = any(start == line[0] and not text[end : line[1]].strip("；;。") for line in lines)
    below = apart(alike(text, lines, start, end, tight=False))
    column = column_items(text, start, end, question)
    whole_cell = (start, end) in column
    # What the pointer itself shows goes first, then what stands right beside it, then the layout, then likeness.
    for items in (
        below if whole_line and "；" in text[end : end + 1] else [],
        clause_items(text, start, end, question),
        side if touches(text, start, end) else [],
        side if joins(text, start, end) and not whole_cell and not lines else [],
        apart(alike(text, column, start, end, tight=True)),
        below,
        parallel_items(text, start, end, question),
        numbered if _NUMBERED_THINGS.search(question) else [],
        side,
    ):
        if len(items) > 1:
            return _beside_what_is_known(text, items, start, question)
    return numbered


def _beside_what_is_known(text: str, items: list[Bounds], start: int, question: str) -> list[Bounds]:
    """The items without those before the pointer that the question names and asks what there is besides."""
    if not _BESIDES.search(question):
        return items
    asked = [item for item in items if item[1] > start or text[max(item[0], item[1] - 3) : item[1]] not in question]
    return asked if len(asked) > 1 else items


def _points_at(text: str, items: list[Bounds], start: int, end: int) -> bool:
    """Whether start..end begins an item of a numbered list, or covers two."""
    return (
        any(item[0] <= start and not text[item[0] : start].strip(OPENING) for item in items)
        or sum(item[0] < end and start < item[1] for item in items) > 1
    )
