"""The list around an answer: its items, each a span of its own (pure).

Chinese writes lists in two ways: side by side (甲、乙和丙) and numbered (一是…；二是…). An item leaves out what leads
in ("包括"), what joins ("和") and what closes ("等企业").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import rjieba

from index.text import sentences
from qa.boundaries import tidy

Bounds = tuple[int, int]

_LIST_QUESTION = re.compile(
    "哪[几些两三四五六七八九十]|[由有]哪|有啥|有什么(?!用|好|关系|意义|影响|变化|特点|不同|区别)|都有谁|都[是有]什么"
    "|包[括含](?:了|哪|什么)|分别[是为有]|列举|列出"
)
_NUMBERED_THINGS = re.compile(
    "措施|举措|做法|方面|任务|要求|行动|原则|条件|步骤|工作|改革|方式|办法|内容|服务|抓手|意见|决定|事项"
)
_JOINING = frozenset(("和", "及", "以及", "与", "或", "或者", "还有", "并"))
_LEADING = frozenset(
    re.split(
        r"\s+",
        "有 以 包括 包含 含 含有 是 为 即 由 从 在 对 向 把 将 像 如 例如 比如 譬如 诸如 分别 分别为 分别是 涉及 主要 "
        "主要有 还有 同时 推出 引进 出台 发扬 承接 辐射 通过 具有 拥有 设有 设立 开设 生产 经营 种植 提供 来自 位于 吃 "
        "用 享受 要求 等 了 着 到 于",
    )
)
_CLAUSE_END = frozenset("，。；：！？,;:!?\n")
_OPENING, _CLOSING = "《〈“‘「『（(【[", "》〉”’」』）)】]"
_CHINESE = "一二三四五六七八九十"
_FAMILIES: tuple[tuple[str, ...], ...] = (
    tuple(f"{number}是" for number in _CHINESE),
    tuple(f"其{number}[，、：]?" for number in _CHINESE),
    tuple(f"第{number}[，、：]" for number in _CHINESE),
    ("首先[，、：]?", "其次[，、：]?", "(?:再次|然后|最后)[，、：]?", "最后[，、：]?"),
    tuple(rf"[（(]{number}[）)]" for number in _CHINESE),
    tuple(rf"[（(]{number}[）)]" for number in range(1, 21)),
    tuple(rf"(?<![0-9.]){number}[.．、](?![0-9])" for number in range(1, 21)),
    tuple("①②③④⑤⑥⑦⑧⑨⑩"),
)


def asks_for_a_list(question: str) -> bool:
    """Whether several things together answer `question`."""
    return _LIST_QUESTION.search(question) is not None


def list_items(text: str, start: int, end: int, question: str) -> list[Bounds]:
    """The items of the list that text[start:end] touches, in order; fewer than two when it touches none."""
    numbered, side_by_side = _numbered(text, start, end), _side_by_side(text, start, end)
    if len(numbered) > 1 and (_NUMBERED_THINGS.search(question) or len(side_by_side) < 2):
        return numbered
    return side_by_side


def _numbered(text: str, start: int, end: int) -> list[Bounds]:
    """The items of the numbered list that start..end lies in, or introduces."""
    for family in _FAMILIES:
        markers = _run(text, family, start)
        if len(markers) < 2:
            continue
        items = [
            _first_clause(text, marker[1], stop) for marker, stop in zip(markers, _stops(text, markers), strict=True)
        ]
        if start < items[-1][1] and _introduction(text, markers[0][0]) <= end:
            return _apart(item for item in items if item[0] < item[1])
    return []


def _apart(items: Iterable[Bounds]) -> list[Bounds]:
    """The items without those that reach into the one before, as tidying across a bracket can make them."""
    kept: list[Bounds] = []
    for item in items:
        if not kept or item[0] >= kept[-1][1]:
            kept.append(item)
    return kept


def _run(text: str, family: Sequence[str], near: int) -> list[Bounds]:
    """Where the markers of `family` stand, one after another, in the run around (or after) `near`."""
    firsts = [match.span() for match in re.finditer(family[0], text)]
    before = [first for first in firsts if first[0] <= near]
    chosen = before[-1:] or firsts[:1]
    markers = list(chosen)
    for pattern in family[1:] if markers else ():
        match = re.compile(pattern).search(text, markers[-1][1])
        if match is None or "\n\n\n" in text[markers[-1][1] : match.start()]:
            break
        markers.append(match.span())
    return markers


def _stops(text: str, markers: Sequence[Bounds]) -> list[int]:
    last = next((stop for begin, stop in sentences(text) if begin <= markers[-1][1] < stop), len(text))
    return [following[0] for _, following in pairwise(markers)] + [last]


def _first_clause(text: str, start: int, stop: int) -> Bounds:
    """What a numbered item names: up to its first full stop, semicolon or line end."""
    match = re.compile(r"[。；;\n]").search(text, start, stop)
    return tidy(text, start, match.start() if match else stop) if start < stop else (start, stop)


def _introduction(text: str, first: int) -> int:
    """Where the sentence begins that leads to the first marker, and the one before it."""
    earlier = [begin for begin, _ in sentences(text[:first])]
    return earlier[-1] if earlier else 0


def _side_by_side(text: str, start: int, end: int) -> list[Bounds]:
    """The items of the list of 、 and joining words that overlaps start..end most."""
    groups = [
        group
        for clause in _clauses(text, *_enclosing(text, start, end), start, end)
        for group in _groups(text, *clause, listed="、" in text[clause[0] : clause[1]])
        if len(group) > 1 and group[0][0] < end and start < group[-1][1]
    ]
    if not groups:
        return []
    items = max(groups, key=lambda group: min(end, group[-1][1]) - max(start, group[0][0]))
    first, last = items[0], items[-1]
    items[0] = (_after_lead(text, start if first[0] < start < first[1] else first[0], first[1]), first[1])
    items[-1] = (last[0], end if last[0] < end < last[1] else last[1])
    return _apart(tidy(text, begin, stop) for begin, stop in items)


def _enclosing(text: str, start: int, end: int) -> Bounds:
    """The inside of the innermost brackets or quotation marks around start..end, or the whole text."""
    depth = 0
    for place in range(start - 1, -1, -1):
        depth += (text[place] in _CLOSING) - (text[place] in _OPENING)
        if depth < 0:
            stop = text.find(_CLOSING[_OPENING.index(text[place])], place)
            return (place + 1, stop) if stop >= end else (0, len(text))
    return 0, len(text)


def _clauses(text: str, first: int, last: int, start: int, end: int) -> Iterator[Bounds]:
    """The clauses of text[first:last] that start..end touches; marks within brackets end none."""
    begin, depth = first, 0
    for place in range(first, last + 1):
        character = text[place] if place < last else "\n"
        depth = max(0, depth + (character in _OPENING) - (character in _CLOSING))
        if character == "\n" or (depth == 0 and character in _CLAUSE_END):
            if begin < end and start < place:
                yield begin, place
            begin, depth = place + 1, 0


def _groups(text: str, start: int, end: int, *, listed: bool) -> Iterator[list[Bounds]]:
    """The lists of a clause: pieces between 、 and joining words, each list closed by 等 or the clause's end.

    Where there are 、 (`listed`), a joining word counts only after the first of them: 和 is common elsewhere.
    """
    group: list[Bounds] = []
    begin, depth, place, closed = start, 0, start, False
    for word in rjieba.cut(text[start:end]):
        depth = max(0, depth + sum((c in _OPENING) - (c in _CLOSING) for c in word))
        joins = word == "、" or (word in _JOINING and (not listed or bool(group) or closed))
        if depth == 0 and joins and place > begin:
            if not closed:
                group.append((begin, place))
            begin, closed = place + len(word), False
        elif closed and word[0] in _JOINING:  # 及 is often taken for the beginning of a name
            begin, closed = place + 1, False
        elif depth == 0 and word in ("等", "等等") and group and place > begin and not closed:
            yield [*group, (begin, place)]
            group, closed = [], True
        place += len(word)
    if not closed and begin < end:
        group.append((begin, end))
    if group:
        yield group


def _after_lead(text: str, start: int, end: int) -> int:
    """Where the first item begins: after the last word that leads in, when something is left."""
    if text.startswith("有以", start):
        start += 2
    begin = place = start
    for word in rjieba.cut(text[start:end]):
        place += len(word)
        if word in _LEADING and end - place >= 2:
            begin = place
    return begin
