"""Questions made from plain text.

Chinese asks in place, so a clause whose date, name or thing gives way to 什么时候, 谁 or 什么 is a question, and what
gave way is its answer. Source of the idea: Lewis, Denoyer and Riedel, "Unsupervised Question Answering by Cloze
Translation", ACL 2019.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import rjieba

from index.text import sentences
from qa.quantities import Expression, Quantity, expressions
from qa.training.examples import Example

_CLAUSE = re.compile("[^，；：,;。！？!?…]+")
_SHORTEST, _LONGEST = 7, 40
_FORGOTTEN = 0.08
"""The share of the nouns and adjectives of a clause that its question leaves out."""
_CONTEXT = (100, 260)
"""Fewest and most characters of a context, drawn anew for each: about a passage of the service."""
_DROPPED = frozenset(
    "的了将已也都在于则还而并且又就才却把由被对为与和及其该这那着过地所曾正已经目前近日日前同时此外另外据悉以及"
)
"""Characters that someone who asks may leave out, each a word by itself."""
NOUN = ("n", "vn", "eng", "j", "nr", "ns", "nt", "nz", "b", "l", "s")
_ASKED = {
    Quantity.DATE: ("什么时候", "何时", "什么时间", "哪一天", "在什么时候"),
    Quantity.DURATION: ("多久", "多长时间", "多久时间"),
    Quantity.MONEY: ("多少钱", "多少元", "多少资金", "多少"),
    Quantity.PERCENTAGE: ("百分之多少", "多少", "多大比例", "百分之几"),
    Quantity.ORDINAL: ("第几", "第几名"),
    Quantity.COUNT: ("多少",),
}
_YEAR_ONLY = re.compile(r"\d{4}年")
_NAMED = {
    "nr": ("谁", "哪位", "什么人", "哪个人"),
    "nrfg": ("谁", "哪位"),
    "ns": ("哪里", "什么地方", "哪个地方", "哪儿", "何处"),
    "nt": ("哪个机构", "什么单位", "哪个部门", "哪家单位"),
}
_SAME = (
    ("举行", "召开", "举办", "开"),
    ("位于", "在", "坐落于"),
    ("达到", "达", "有", "为"),
    ("表示", "说", "称", "指出", "认为"),
    ("获得", "拿到", "得到", "取得"),
    ("建成", "完工", "竣工", "建好"),
    ("增长", "增加", "上升", "提高"),
    ("下降", "减少", "降低"),
    ("成立", "设立", "创立", "建立"),
    ("发布", "公布", "推出"),
    ("共", "一共", "总共", "共有"),
    ("投资", "投入", "花"),
    ("开始", "启动", "开工"),
    ("超过", "超", "高于"),
    ("公司", "企业"),
    ("使用", "用", "采用"),
    ("进行", "做", "开展"),
    ("提供", "给", "供应"),
    ("担任", "任", "当"),
    ("参加", "出席", "参与"),
)
_ALIKE = {word: group for group in _SAME for word in group if len(word) > 1}
_OPENINGS = ("", "", "", "", "", "", "", "请问", "我想知道")
_CLOSINGS = ("？", "？", "？", "？", "", "?", "呢？")
_LEANING = re.compile(
    "[该其它他她此这那每各某另双]|记者|责任编辑|编辑|来源|本[报文网月市]|我们?|你们?|您|"
    "一[是个名位方些]|二是|三是|四是|广告|图|据|文[/／]"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
    "韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_VAGUE = re.compile("一|这|那|几|其|有关|相关|部分|全部|以下|上述|各|此|自己")
"""What no one asks for: 一名, 相关部门."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What may be asked of a text: text[start:end], and the words that ask for it."""

    start: int
    end: int
    asked: tuple[str, ...]


def cloze_examples(articles: Sequence[str], chance: random.Random) -> Iterator[Example]:
    """Four questions an article at most, each on an excerpt around its answer."""
    for number, article in enumerate(articles):
        spans = [(start, end) for start, end in sentences(article) if 15 <= end - start <= 160]
        for start, end in chance.sample(spans, min(4, len(spans))):
            made = _question(article[start:end], chance)
            if made is None:
                continue
            question, slot = made
            answer = article[start + slot.start : start + slot.end]
            first, last = _excerpt(article, start, end, chance)
            yield Example(
                f"news-{number}-{start}", "", article[first:last], question, answer, start + slot.start - first
            )


def slots(text: str) -> list[Slot]:
    """Everything that may be asked of `text`, in order."""
    exact = [Slot(e.start, e.end, _words_for(text[e.start : e.end], e)) for e in expressions(text)]
    titles = [Slot(m.start(), m.end(), ("什么", "哪部作品", "什么文件")) for m in re.finditer("《[^》]{2,30}》", text)]
    taken = [(slot.start, slot.end) for slot in exact + titles]
    free = [s for s in _named(text) if all(s.end <= start or end <= s.start for start, end in taken)]
    return sorted((slot for slot in exact + titles + free if slot.asked), key=lambda slot: slot.start)


def _question(sentence: str, chance: random.Random) -> tuple[str, Slot] | None:
    """A question about one thing that the sentence says once, or None when it says nothing that can be asked."""
    found = [
        slot
        for slot in slots(sentence)
        if sentence.count(_text(sentence, slot)) == 1 and not _VAGUE.match(_text(sentence, slot))
    ]
    clauses = [(m.start(), m.end()) for m in _CLAUSE.finditer(sentence)]
    whole = [
        (slot, start, end)
        for slot in found
        for start, end in clauses
        if start <= slot.start and slot.end <= end and _says_enough(sentence[start:end], slot.start - start)
    ]
    if not whole:
        return None
    slot, start, end = chance.choice(whole)
    before = _reworded(sentence[start : slot.start], chance)
    after = _reworded(sentence[slot.end : end], chance)
    question = chance.choice(_OPENINGS) + before + chance.choice(slot.asked) + after + chance.choice(_CLOSINGS)
    return (question, slot) if _SHORTEST <= len(question) <= _LONGEST else None


def _says_enough(clause: str, slot: int) -> bool:
    """Whether a clause says of what it speaks, before or after the slot, and does something."""
    if _LEANING.match(clause) or not 9 <= len(clause) <= _LONGEST or clause.count("“") != clause.count("”"):
        return False
    tags = rjieba.tag(clause)
    names = sum(tag.startswith(NOUN) and len(word) > 1 for word, tag in tags)
    return names >= 2 and any(tag == "v" for _, tag in tags) and (slot == 0 or tags[0][1].startswith((*NOUN, "t", "m")))


def _reworded(text: str, chance: random.Random) -> str:
    """`text` as someone might remember it: small words left out, others in place of some, now and then one gone."""
    words = []
    tags = rjieba.tag(text)
    for word, tag in tags:
        if (word in _DROPPED or tag == "d") and chance.random() < 0.4:
            continue
        if word in _ALIKE and chance.random() < 0.6:
            word = chance.choice(_ALIKE[word])
        elif len(tags) > 4 and tag.startswith((*NOUN, "a")) and chance.random() < _FORGOTTEN:
            continue
        words.append(word)
    return "".join(words)


def _excerpt(article: str, start: int, end: int, chance: random.Random) -> tuple[int, int]:
    """A part of the article around start..end, with the sentence anywhere in it."""
    length = max(end - start, min(chance.randint(*_CONTEXT), len(article)))
    lowest, highest = max(0, end - length), min(start, len(article) - length)
    first = chance.randint(min(lowest, highest), max(lowest, highest))
    return first, first + length


def _words_for(text: str, expression: Expression) -> tuple[str, ...]:
    if expression.quantity is Quantity.DATE and _YEAR_ONLY.fullmatch(text):
        return ("哪一年", "哪年", "什么时候", "何时")
    if expression.quantity is Quantity.COUNT:
        return (f"多少{expression.unit}", f"几{expression.unit}") if expression.unit else ()
    if expression.quantity is Quantity.DURATION and expression.unit:
        return (*_ASKED[Quantity.DURATION], f"多少{expression.unit}")
    return _ASKED[expression.quantity]


def _named(text: str) -> Iterator[Slot]:
    """People, places and bodies that stand alone, and the thing of two words or more that ends a clause."""
    tags = [("", "x"), *rjieba.tag(text), ("", "x")]
    place = 0
    since_verb = None
    for (_, tag_before), (word, tag), (_, tag_after) in zip(tags, tags[1:], tags[2:], strict=False):
        end = place + len(word)
        if tag_before not in _NAMED and not tag_after.startswith(NOUN) and _is_name(word, tag):
            yield Slot(place, end, _NAMED[tag])
        if tag in ("v", "ul", "uz", "ug") and not tag_after.startswith(("v", "u")):
            since_verb = end
        elif not tag.startswith((*NOUN, "a", "uj")):
            since_verb = None
        elif since_verb is not None and tag_after == "x" and _is_phrase(word, tag, end - since_verb):
            yield Slot(since_verb, end, ("什么", f"什么{word}", f"哪些{word}", f"什么样的{word}"))
        place = end


def _is_phrase(last: str, tag: str, characters: int) -> bool:
    return tag.startswith(NOUN) and 4 <= characters <= 16 and 1 < len(last) < characters


def _is_name(word: str, tag: str) -> bool:
    if tag not in _NAMED or len(word) < 2:
        return False
    return tag != "nr" or (word[0] in _SURNAMES and len(word) <= 3)


def _text(text: str, slot: Slot) -> str:
    return text[slot.start : slot.end]
