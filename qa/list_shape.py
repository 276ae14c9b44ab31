"""How far each item of a list goes: as far as the one that was pointed at (pure).

Of 乙烯120万吨、丙烯95万吨 the items are 乙烯 and 丙烯 when the pointer leaves out an amount; of 一是课表难，…；二是助教
少，… each item ends at its first comma when that of the pointer does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from qa.boundaries import tidy
from qa.list_marks import CLOSING, Bounds

AMOUNT = (
    r"(?:各|约|近|共|超)*(?:[0-9][0-9.,，]*|[一二两三四五六七八九十百千半]+)[%％万亿千百]*"
    r"(?:[A-Za-z㎡%％]{1,4}|公斤|千克|毫升|毫克|平方米|立方米|公里|小时|分钟|人次|[一-鿿])?"
)
_TRAILING_AMOUNT = re.compile(rf"(?<=[^0-9.:：—～~-])\s?{AMOUNT}(?=$|[，,；;（(：:])")
_LEADING_AMOUNT = re.compile(rf"{AMOUNT}")
_ENDS_IN_AMOUNT = re.compile(rf"{AMOUNT}$")
_STARTS_WITH_AMOUNT = re.compile(rf"\s?{AMOUNT}")
_CUTTING = ("：:", "，,", "（(", "—")
_CONNECTIVES = frozenset(
    re.split(
        r"\s+",
        "以及 并且 其中 并 又 先 再 最后 然后 接着 另 另外 还有 还 也 同时 其次 和 及 与 可 可以 也可 还可 才 还可以",
    )
)
_IN_SEQUENCE = re.compile("首?先|再|然后|接着|随后|其次|最后")
_QUOTING, _QUOTED = "“‘「『", "”’」』"
_QUOTATION = re.compile("“[^“”]+”|‘[^‘’]+’|「[^「」]+」|『[^『』]+』")
_DETAIL = re.compile(r"[（(][^（）()]*(?:[0-9]|，|除外|不含|仅|限|[一两三四五六七八九十][块元斤个份])[^（）()]*[）)]$")
_FUNCTION_WORDS = frozenset("的了在是有和与对为从被把将到由等地以及或中上下")


def alike(text: str, items: Sequence[Bounds], start: int, end: int, *, tight: bool) -> list[Bounds]:
    """The items, each without what the one at start..end leaves out at its beginning and its end.

    In a `tight` list (甲、乙和丙) words count only when every item has them; clauses may do without.
    """
    first = next((item for item in items if item[0] <= start < item[1]), None)
    last = next((item for item in items if item[0] < end <= item[1]), None)
    lead = text[first[0] : start] if first else ""
    tail = text[end : last[1]].lstrip(CLOSING) if last else ""
    others = [text[slice(*item)] for item in items if item != last]
    word = _first_word(tail)
    common = word if word and (not tight or all(word in other[1:] for other in others)) else ""
    quoted = (
        start > 0 and text[start - 1] in _QUOTING and text[end : end + 1] == _QUOTED[_QUOTING.index(text[start - 1])]
    )
    shaped = []
    for item in items:
        quotation = _QUOTATION.search(text, *item) if quoted else None
        if quotation:
            shaped.append((quotation.start() + 1, quotation.end() - 1))
            continue
        begin = start if item == first else _after_lead(text, *item, lead, tight=tight)
        stop = end if item == last else _before_tail(text, begin, item[1], tail, common)
        shaped.append(tidy(text, begin, _without_detail(text, begin, stop)) if begin < stop else item)
    return shaped


def without_connective(text: str, start: int, end: int) -> int:
    """Where a clause begins after the word that joins it to the one before."""
    for word in rjieba.cut(text[start : min(end, start + 10)]):
        if word not in _CONNECTIVES or end - start - len(word) < 2:
            break
        start += len(word)
    return start


def parallel_run(text: str, items: Sequence[Bounds], start: int, end: int, count: int | None) -> list[Bounds]:
    """The neighbours made as the item at start..end is: 甲占三成，乙占两成; 甲3个，乙2个; 用于甲，…用于乙; 先甲，再乙.

    One character that they share is enough only when `count` or at least three of them have it.
    """
    here = next((item for item in items if item[0] <= start and end <= item[1]), None)
    if here is None:
        return []
    lead, tail = text[here[0] : start], text[end : here[1]].lstrip(CLOSING)
    word, leads = _first_word(tail), without_connective(text, *here) == start
    whole = leads and not tail
    if _IN_SEQUENCE.fullmatch(lead):
        run = _run(items, here, [_IN_SEQUENCE.match(text, *item) is not None for item in items])
    elif whole and _TRAILING_AMOUNT.search(text, *here):
        run = _run(items, here, [_TRAILING_AMOUNT.search(text, *item) is not None for item in items])
        run = run if text[items[0][0] - 1 : items[0][0]] == "：" else []
    elif leads and _STARTS_WITH_AMOUNT.match(tail):
        run = _run(items, here, [_TRAILING_AMOUNT.search(text, *item) is not None for item in items])
    elif leads and word:
        run = _run(items, here, [text.find(word, item[0] + 1, item[1]) > 0 for item in items])
        run = run if len(word) > 1 or len(run) > 2 or len(run) == count else []
    else:
        run = _run(items, here, [len(_lead_in(text[slice(*item)], lead)) > 1 for item in items])
    return run


def _run(items: Sequence[Bounds], here: Bounds, fits: Sequence[bool]) -> list[Bounds]:
    """The items around `here` that fit, one after another."""
    place = items.index(here)
    first, last = place, place
    while first > 0 and fits[first - 1]:
        first -= 1
    while last + 1 < len(items) and fits[last + 1]:
        last += 1
    return list(items[first : last + 1])


def _first_word(tail: str) -> str:
    words = rjieba.cut(tail[:8]) if tail else []
    word: str = words[0] if words else ""
    return "" if not word or word in _FUNCTION_WORDS or not word[0].isalnum() else word


def _lead_in(item: str, lead: str) -> str:
    """The longest ending of `lead` that stands in `item`; of one character only when that is no function word."""
    longest = next((lead[place:] for place in range(len(lead) - 1) if lead[place:] in item), "")
    word: str = rjieba.cut(lead)[-1] if lead and not longest else ""
    is_verb = len(word) == 1 and word in item and word.isalpha() and word not in _FUNCTION_WORDS
    return longest or (word if is_verb else "")


def _after_lead(text: str, start: int, end: int, lead: str, *, tight: bool) -> int:
    step = _IN_SEQUENCE.match(text, start, end) if _IN_SEQUENCE.fullmatch(lead) else None
    if step and step.end() < end:
        return step.end()
    if not tight:
        start = without_connective(text, start, end)
    if not lead:
        return start
    ending = _lead_in(text[start:end], lead)
    amount = _LEADING_AMOUNT.match(text, start, end) if len(ending) < 2 and _ENDS_IN_AMOUNT.search(lead) else None
    if amount and amount.end() < end:
        return amount.end()
    if not ending or (tight and (len(ending) < 2 or not text.startswith(ending, start))):
        return start
    begin = text.index(ending, start) + len(ending)
    return begin if begin < end else start


def _before_tail(text: str, start: int, end: int, tail: str, word: str) -> int:
    if not tail:
        return end
    for marks in _CUTTING:
        if tail[0] in marks:
            return min((place for mark in marks if (place := text.find(mark, start + 1, end)) > 0), default=end)
    if _STARTS_WITH_AMOUNT.match(tail):
        amount = _TRAILING_AMOUNT.search(text, start, end)
        return amount.start() if amount and amount.start() > start else end
    place = text.find(word, start + 1, end) if word else -1
    return place if place > 0 else end


def _without_detail(text: str, start: int, end: int) -> int:
    """Where the item ends without figures in brackets behind it: 换工作（34.8%）."""
    match = _DETAIL.search(text, start, end)
    return match.start() if match and match.start() > start else end
