"""Lists written side by side: 甲、乙和丙, or clause by clause after a colon (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import rjieba

from qa.boundaries import tidy
from qa.list_ends import first_item_start, last_item_end
from qa.list_marks import CLOSING, OPENING, Bounds, announced, apart, around, counts_itself, in_number, parts
from qa.list_shape import AMOUNT, alike, parallel_run, without_connective

_JOINING = frozenset(("和", "及", "以及", "与", "或", "或者", "还有"))
_HIDDEN_JOINING = re.compile("(?<![总饱中调温缓共亲饱])和(?![平谐解田睦缓约尚])")
_QUOTING, _QUOTED = frozenset("“‘「『"), frozenset("”’」』")
_CLAUSE_END = frozenset("，。；：！？,;:!?\n|\u3000")
_MARK_BEFORE = re.compile(rf"、(?:{AMOUNT})?[{re.escape(OPENING)}]*$")
_MARK_BEHIND = re.compile(rf"[”’」』》]?(?:{AMOUNT})?(?:[（(][^（）()]*[）)])?[”’」』》]?、")
_NUMBERING = re.compile(r"\s*(?:[（(]?[0-9一二三四五六七八九十]{1,2}[）)、.．](?![0-9])|[一二三四五六七八九十]是)?\s*")

_LEVELS = (
    ("；;", "。！？!?"),
    ("→", "。！？!?；，："),
    ("—", "。！？!?；，："),
    ("，,", "。！？!?；;：:"),
    ("", "。！？!?；;：:，,、"),
)
"""What parts the items of a list of clauses, coarsest first, and what ends the list; quotations that touch are parted,
too: “甲”“乙”."""


def clause_items(text: str, start: int, end: int, question: str) -> list[Bounds]:
    """The items of a list of clauses that start..end covers at least two of: 甲…；乙…, or 甲…，乙…, or 甲→乙."""
    for marks, limits in _LEVELS:
        pieces = _stretch(text, start, end, marks, limits)
        touched = [piece for piece in pieces if piece[0] < end and start < piece[1]]
        if len(pieces) > 1 and touched and (start, end) == tidy(text, *_unnumbered(text, touched[0])):
            return []  # it is one item of the list, whatever marks it has inside
        if len(touched) < (3 if marks == "—" else 2):  # one dash joins the ends of a range
            continue
        if marks == "，,":
            count = announced(text, start, question)
            if count != len(touched) and _is_closed(text[slice(*touched[0])]):
                return []
            touched = _mixed(text, touched, count)
            touched = [piece for piece in touched if piece[0] < end and start < piece[1]]
        return apart(alike(text, [_unnumbered(text, piece) for piece in touched], start, end, tight=False))
    return []


def parallel_items(text: str, start: int, end: int, question: str) -> list[Bounds]:
    """The clauses beside the one that start..end begins, where the words before them or their form make them a list."""
    for marks, limits in _LEVELS:
        pieces = [_unnumbered(text, piece) for piece in _stretch(text, start, end, marks, limits)]
        here = next((piece for piece in pieces if piece[0] <= start and end <= piece[1]), None)
        if here is None or len(pieces) < (3 if marks == "—" else 2):
            continue
        leads = without_connective(text, *here) == start
        count = announced(text, pieces[0][0], question)
        introduced = text[pieces[0][0] - 1 : pieces[0][0]] == "："
        if introduced and count and end <= pieces[min(count, len(pieces)) - 1][1]:
            pieces = pieces[:count]
        if not (leads and (count == len(pieces) or (introduced and marks != "，,"))) and marks not in "→—":
            pieces = parallel_run(text, pieces, start, end, count)
        if len(pieces) > 1:
            return apart(alike(text, pieces, start, end, tight=False))
    return []


def _stretch(text: str, start: int, end: int, marks: str, limits: str) -> list[Bounds]:
    """The pieces between `marks` of the stretch around start..end that `limits` end; it begins after its colon."""
    first, last = around(text, start, end, limits)
    colon = text.rfind("：", first, start)
    if colon >= 0 and not any(mark in text[first:colon] for mark in marks):
        first = colon + 1
    return parts(text, first, last, marks)


def _mixed(text: str, clauses: Sequence[Bounds], count: int | None) -> list[Bounds]:
    """The items of clauses that have 、 inside: the clauses, when so many are announced or they begin alike."""
    finer = [piece for clause in clauses for piece in parts(text, *clause, "、")]
    begin_alike = len({text[clause[0]] for clause in clauses}) == 1
    if len(finer) == len(clauses) or count == len(clauses) or (begin_alike and count != len(finer)):
        return list(clauses)
    return finer


def _is_closed(clause: str) -> bool:
    """Whether the clause has the end of a list (甲、乙和丙), so that what follows it is no item."""
    return any(word in _JOINING for word in _words(clause.rpartition("、")[2])) and "、" in clause


def _unnumbered(text: str, piece: Bounds) -> Bounds:
    match = _NUMBERING.match(text, *piece)
    return (match.end(), piece[1]) if match and match.end() < piece[1] else piece


def side_items(text: str, start: int, end: int, question: str) -> list[Bounds]:
    """The items of the list of 、 and joining words that overlaps start..end most."""
    count = announced(text, start, question)
    groups = _groups_around(text, start, end)
    if not groups and text[max(0, start - 1) : start] in _QUOTING and text[end : end + 1] in _QUOTED:
        start, end = max(0, start - 1), min(len(text), end + 1)
        groups = _groups_around(text, start, end)
    candidates = [(group, _closed_by_number(text, group, end)) for group in groups]
    counted = [group for group, closed in candidates if len(closed or group) == count or closed]
    best = max(counted or groups, key=lambda group: min(end, group[-1][1]) - max(start, group[0][0]), default=[])
    return _fitted(text, _closed_by_number(text, best, end) or best, start, end)


def _groups_around(text: str, start: int, end: int) -> list[list[Bounds]]:
    """The lists of the clauses around start..end that reach into it, with and without the joining words parted."""
    return [
        group
        for clause in _clauses(text, *_enclosing(text, start, end), start, end)
        for joined in (True, False)
        for group in _groups(text, *clause, listed="、" in text[clause[0] : clause[1]], joined=joined)
        if len(group) > 1 and group[0][0] < end and start < group[-1][1]
    ]


def joins(text: str, start: int, end: int) -> bool:
    """Whether start..end has a joining word inside, or stands beside one."""
    behind, before = text[end : end + 4].lstrip(CLOSING), text[max(0, start - 4) : start].rstrip(OPENING)
    if behind.startswith(tuple(_JOINING)) or before.endswith(tuple(_JOINING)):
        return True
    return any(word in _JOINING for word in list(_words(text[start:end]))[1:-1])


def touches(text: str, start: int, end: int) -> bool:
    """Whether start..end is an item beside a 、, or covers one; an amount or a bracket may stand between."""
    before, behind = text[max(0, start - 10) : start], text[end : end + 40]
    return "、" in text[start:end] or bool(_MARK_BEFORE.search(before) or _MARK_BEHIND.match(behind))


def _closed_by_number(text: str, group: Sequence[Bounds], end: int) -> list[Bounds]:
    """The items up to the one that their number closes (甲、乙和丙三家企业); none when no number does."""
    for place, (begin, stop) in enumerate(group, start=1):
        length = counts_itself(text[begin:stop], place)
        if length is not None and text[stop : stop + 1] != "、" and not begin + length < end <= stop:
            return [*group[: place - 1], (begin, begin + length)]
    return []


def _fitted(text: str, group: list[Bounds], start: int, end: int) -> list[Bounds]:
    """The items as the pointer shows them: it ends the list where it ends inside an item after the first."""
    items = list(group)
    touched = [place for place, item in enumerate(items) if item[0] < end and start < item[1]]
    if len(touched) > 1:
        ends_inside, starts_inside = end < items[touched[-1]][1], start > items[touched[0]][0]
        items = items[touched[0] if starts_inside else 0 : touched[-1] + 1 if ends_inside else len(items)]
    if not touched or len(items) < 2:
        return []
    first = items[0]
    if not first[0] < start < first[1]:
        items[0] = (first_item_start(text, items, start), first[1])
    # Where the pointer goes on to the clause's end, it may have gone too far.
    if (end <= items[-1][0] or (len(touched) > 1 and end >= items[-1][1])) and not text.startswith("等", items[-1][1]):
        named = [(max(start, first[0]), first[1]), *items[1:]] if start < first[1] else items
        items[-1] = (items[-1][0], last_item_end(text, named))
    return apart(alike(text, items, start, end, tight=True))


def _enclosing(text: str, start: int, end: int) -> Bounds:
    """The inside of the innermost brackets or quotation marks around start..end, or the whole text."""
    depth = 0
    for place in range(start - 1, -1, -1):
        depth += (text[place] in CLOSING) - (text[place] in OPENING)
        if depth < 0:
            stop = text.find(CLOSING[OPENING.index(text[place])], place)
            return (place + 1, stop) if stop >= end else (0, len(text))
    return 0, len(text)


def _clauses(text: str, first: int, last: int, start: int, end: int) -> Iterator[Bounds]:
    """The clauses of text[first:last] that start..end touches; marks within brackets end none."""
    begin, depth = first, 0
    for place in range(first, last + 1):
        character = text[place] if place < last else "\n"
        depth = max(0, depth + (character in OPENING) - (character in CLOSING))
        ends = (character in _CLAUSE_END and not in_number(text, place)) or text.startswith("——", place)
        if character == "\n" or (depth == 0 and ends):
            if begin < end and start < place:
                yield begin, place
            begin, depth = place + 1, 0


def _groups(text: str, start: int, end: int, *, listed: bool, joined: bool) -> Iterator[list[Bounds]]:
    """The lists of a clause: pieces between 、 and joining words, each list closed by 等 or the clause's end.

    Where there are 、 (`listed`), a joining word counts only after the first of them: 和 is common elsewhere; it counts
    nowhere unless `joined`.
    """
    group: list[Bounds] = []
    begin, depth, place, closed = start, 0, start, False
    for word in _words(text[start:end]):
        depth = max(0, depth + sum((c in OPENING) - (c in CLOSING) for c in word))
        behind = text[place + len(word) : place + len(word) + 1]
        joins = word == "、" or (
            joined and word in _JOINING and behind != "、" and (not listed or bool(group) or closed)
        )
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


def _words(clause: str) -> Iterator[str]:
    """The words of the clause; a 和 that was taken into a name (机和人工) stands alone."""
    for word in rjieba.cut(clause):
        match = _HIDDEN_JOINING.search(word) if len(word) > 1 else None
        if match:
            yield from (piece for piece in (word[: match.start()], "和", word[match.end() :]) if piece)
        else:
            yield word
