"""Where the first item of 甲、乙和丙 begins and the last one ends, when the pointer does not say so (pure).

The clause goes on after the last item (丙由物业负责) as it leads to the first one (名单包括甲).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from qa.list_marks import Bounds, counts_itself

_GOING_ON = frozenset(
    re.split(
        r"\s+",
        "都 均 皆 各 共 共同 一起 一同 联合 全部 一律 全 可 可以 不 不得 不能 不可 未 没有 为 由 因 因为 以 向 属于 "
        "并称 之 需 须 要 应 应当 免 除外 任意 必须 组成 构成 参加 负责 只能 才 也 同时 被 把 将 给 用 用来 按 按照 经 "
        "进行 在 到 作为",
    )
)
_LEADING = frozenset(
    re.split(
        r"\s+",
        "有 以 包括 包含 含 含有 是 为 即 由 从 在 对 向 把 将 像 如 例如 比如 譬如 诸如 分别 分别为 分别是 涉及 主要 "
        "主要有 还有 同时 推出 引进 出台 发扬 承接 辐射 通过 具有 拥有 设有 设立 开设 生产 经营 种植 提供 来自 位于 吃 "
        "用 享受 要求 等 了 着 到 于",
    )
)
_INTRODUCING = frozenset(re.split(r"\s+", "包括 包含 含有 例如 比如 譬如 诸如 如 分别 分别为 分别是 主要有 即"))
_SUCH = frozenset(("人", "地", "国", "省", "市", "县", "家", "处", "人员", "单位", "部门", "企业", "地区"))
_COMPARING = frozenset(("低于", "高于", "超过", "不足", "大于", "小于", "达到", "少于", "多于"))
_LONGEST_NAME = 6
_VERBS = frozenset(("v", "p", "d", "c", "vd"))


def last_item_end(text: str, items: Sequence[Bounds]) -> int:
    """Where the last item ends: before the number of the items, after what the others end with, before the verb."""
    start, end = items[-1]
    last, others = text[start:end], [text[slice(*item)] for item in items[:-1]]
    length = counts_itself(last, len(items)) or _after_shared_ending(last, others)
    return start + (length or _before_verb(last, others))


def first_item_start(text: str, items: Sequence[Bounds], start: int) -> int:
    """Where the first item begins: after the last word that leads in, when something is left.

    Where the pointer (at `start`) begins as well, only words that introduce a list lead in; where it begins after the
    first item, a verb does, too, if the item is longer than all others with it, and not the shortest without.
    """
    begin, end = items[0]
    pointed = begin == start
    if text.startswith("有以", begin):
        begin += 2
    others = [stop - first for first, stop in items[1:]]
    verbs = start >= end and end - begin > max(others)
    place = begin
    for word, tag in rjieba.tag(text[begin:end]):
        place += len(word)
        if pointed and word not in _INTRODUCING:
            break
        if (word in _LEADING and end - place >= 2) or (verbs and tag in ("v", "p") and end - place >= min(others)):
            begin = place
    return begin


def _after_shared_ending(last: str, others: Sequence[str]) -> int | None:
    """Where the ending of another item stands in the last one (3号楼、8号楼楼下); of one character, that of all."""
    for other in others:
        for size in range(min(4, len(other)), 1, -1):
            place = last.find(other[-size:], 1)
            if place > 0:
                return place + size
    endings = {other[-1:] for other in others}
    shared = endings.pop() if len(endings) == 1 else ""
    place = last.find(shared, 1) if shared.isalpha() else -1
    return place + 1 if place > 0 else None


def _before_verb(last: str, others: Sequence[str]) -> int:
    """Where the clause goes on after the name, which is at least as long as the shortest of the other items.

    Longer items with verbs are no names but what someone does: there it goes on nowhere.
    """
    tags: list[tuple[str, str]] = [*rjieba.tag(last), ("", "")]
    plain = not any(tag in _VERBS for other in others for _, tag in rjieba.tag(other)[1:])
    shortest, place = min(map(len, others)), 0
    if not plain and shortest > _LONGEST_NAME:
        return len(last)
    for index, (word, tag) in enumerate(tags[:-1]):
        named = place >= shortest and index > 0
        if named and (_goes_on(word) or (plain and tag in _VERBS and _is_verb(word, tags[index + 1 :]))):
            return place
        if named and word == "的" and all(before.startswith("n") for _, before in tags[:index]):
            return place
        if place + len(word) > shortest and word.endswith("等") and tags[index + 1][0] in _SUCH:
            return place + len(word) - 1
        place += len(word)
    return len(last)


def _goes_on(word: str) -> bool:
    return word in _GOING_ON or (len(word) < 3 and word.startswith(("不", "未", "为")))


def _is_verb(word: str, following: Sequence[tuple[str, str]]) -> bool:
    """Whether a word tagged as a verb is one: a verb before a noun that ends the clause is often half of a name."""
    (after, tag), *rest = following
    if not after or word in _COMPARING or _goes_on(after) or tag in ("p", "d"):
        return False
    return after in "了过着" or tag in ("v", "m") or len(rest) > 1
