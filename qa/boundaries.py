"""Where an answer should begin and end: no stray marks or particles, titles and brackets whole (pure)."""

from __future__ import annotations

_PAIRS = dict(zip("《〈“‘「『（(【[", "》〉”’」』）)】]", strict=True))
_OPENING = {closing: opening for opening, closing in _PAIRS.items()}
_TITLES = frozenset("《〈")
_QUOTATIONS = frozenset("“‘「『")
_EDGES = frozenset("，。；：、！？,;:!?·—… \t\n")
_REACH = 20
_KEPT_WITH_DE = ("目的", "标的", "有的")


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of `text` that start..end most likely means; never empty, unless it holds nothing but marks.

    Words in Latin letters and numbers stay whole. Marks at the edges and a trailing 的 go (not that of 是…的). A
    bracket or title whose other half is near is made whole, and a half that has none goes. A title keeps its 《》, a
    quotation loses its quotation marks.
    """
    trimmed = _trim(text, *_balance(text, *_whole_words(text, start, end)))
    if trimmed[0] >= trimmed[1]:
        return start, end
    start, end = _around_title(text, *trimmed)
    if text[start] in _QUOTATIONS and _partner(text, start) == end - 1 and end - start > 2:
        start, end = start + 1, end - 1
    return start, end


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Neither end inside a run of Latin letters and digits."""
    while start > 0 and _in_word(text[start - 1]) and _in_word(text[start]):
        start -= 1
    while end < len(text) and _in_word(text[end - 1]) and _in_word(text[end]):
        end += 1
    return start, end


def _in_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and (text[end - 1] in _EDGES or _is_particle(text, start, end)):
        end -= 1
    return start, end


def _is_particle(text: str, start: int, end: int) -> bool:
    span = text[start:end]
    return len(span) > 2 and span.endswith("的") and not span.endswith(_KEPT_WITH_DE) and "是" not in span


def _balance(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the missing half of a pair when it is near, drop a half at the edge that has none."""
    unopened, unclosed = _unpaired(text, start, end)
    for place in unopened:
        begin = _find_back(text, start, _OPENING[text[place]])
        if begin is not None:
            start = begin
        elif place == end - 1:
            end -= 1
    for place in reversed(unclosed):
        stop = text.find(_PAIRS[text[place]], end, end + _REACH)
        if stop >= 0 and "\n" not in text[end:stop]:
            end = stop + 1
        elif place == start:
            start += 1
        elif place == end - 1:
            end -= 1
    return start, end


def _unpaired(text: str, start: int, end: int) -> tuple[list[int], list[int]]:
    """Places of the closing marks that nothing opens, and of the opening marks that nothing closes."""
    unopened: list[int] = []
    open_marks: list[int] = []
    for place in range(start, end):
        if text[place] in _PAIRS:
            open_marks.append(place)
        elif text[place] in _OPENING:
            if open_marks and text[open_marks[-1]] == _OPENING[text[place]]:
                open_marks.pop()
            else:
                unopened.append(place)
    return unopened, open_marks


def _find_back(text: str, start: int, opening: str) -> int | None:
    begin = text.rfind(opening, max(0, start - _REACH), start)
    return None if begin < 0 or "\n" in text[begin:start] or _PAIRS[opening] in text[begin:start] else begin


def _around_title(text: str, start: int, end: int) -> tuple[int, int]:
    whole = start > 0 and end < len(text) and text[start - 1] in _TITLES and text[end] == _PAIRS[text[start - 1]]
    return (start - 1, end + 1) if whole else (start, end)


def _partner(text: str, opening: int) -> int:
    """Where the mark at `opening` is closed; -1 when it is not."""
    depth = 0
    for place in range(opening, len(text)):
        depth += (text[place] == text[opening]) - (text[place] == _PAIRS[text[opening]])
        if depth == 0:
            return place
    return -1
