"""Questions that a document answers, made from its own sentences and headings (pure, deterministic).

Chinese asks in place: a clause whose exact thing gives way to 多少 or 什么时候 is a question, and what gave way is its
answer. A heading that is a question already is one as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import rjieba

from index.text import sentences
from index.types import Document
from qa.quantities import Expression, Quantity, expressions

MAX_CANDIDATES = 12
_READ_CHARACTERS = 40_000
"""A long document is read this far: what it is about stands at its beginning."""
_SHORTEST, _LONGEST = 8, 32


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, and where the document answers it: text[start:end]."""

    question: str
    start: int
    end: int


def suggest(document: Document, limit: int = MAX_CANDIDATES) -> list[Suggestion]:
    """Up to `limit` questions, the best first; at most one from a sentence, none twice."""
    found = [*_from_headings(document), *_from_sentences(document)]
    ranked = sorted(found, key=lambda scored: (-scored[0], scored[1].start))
    chosen: list[Suggestion] = []
    for _, suggestion in ranked:
        if all(_differ(suggestion, other) for other in chosen):
            chosen.append(suggestion)
    return chosen[:limit]


Scored = tuple[float, Suggestion]

# A clause that leans on what stands before it is no question by itself.
_LEANING = re.compile(
    "[该其它他她此这那并而还也但又则即亦且仍再才就却故因如若虽当各每某另]|目前|其中|同时|此外|另外|因此|所以|然后|随后|接着|之后|以及|包括|"
    "如果|由于|为了|通过|根据|按照|尽管|不仅|不但|一是|二是|三是|四是|五是|我们|我国|上述|以下|下列|后者|前者|双方|"
    "大家|有的|有些|一个|一些|许多|对于|关于|例如|比如|记者|昨[日天]|今[日天年]|去年|明年|当[日天年]|日前|近日|近年|届时|本(?!科|田|草|质|色)|"
    "与此|经|截至目前|据|图"
)
_UNFIT = re.compile(r"[“”\"'‘’《》（）()【】\[\]<>|…—?？!！:：@#*/\\]|https?|[a-z]{12}")
_CLAUSES = re.compile(r"[^，。；,;\n！？!?：:]+")
_UNIT = re.compile(r"[^0-9０-９.．,，〇零一二三四五六七八九十百千万亿两多余几半约近超过不到不足至少最多]+$")
_INSIDE = re.compile("(?:以|之)?内$")
_NEXT_ITEM = re.compile("、|或者|以及|并且")
_CALENDAR = re.compile("[年月日]")
_VERB = re.compile(
    "[是为有达占增减建用需收交付]|投资|成立|实现|完成|引进|引入|招收|生产|销售|增长|下降|提高|召开|举行|开业|开工|通车|竣工|投产|签约|落户|上市|"
    "发布|印发|施行|生效|出生|逝世|毕业|当选|获得|覆盖|超过|不得|不超过|应当|可以|补助|补贴|奖励|罚款|收取|缴纳|支付|提供|容纳|"
    "拥有|共有|设有|包含|位于|距离|持续|历时|用时|为期|保修|质保|提前|提交|申请|办理"
)
# The gap would be half a range or a sum, hang on a reason, or have no one of whom it is said.
_UNCLEAR = re.compile("、|由于|因为|如果|是否|在$|[^\\w]$|[月日号][至到]$|^.{2,6}[后时前](?:[为有共仍]|$)")
_UNCLEAR_UNITS = frozenset(
    ["角", "部", "度", "级", "年级", "代", "点", "步", "段", "面", "口", "字", "期", "根", "块", "圆"]
)
_NAMING = ("n", "j", "a", "b", "vn")
"""Tags of words that a subject begins with: nouns, abbreviations, and what stands before nouns."""
_LEADING = ("c", "m", "p", "r", "u")
"""Tags of words that no name begins with: conjunctions, numbers, prepositions, pronouns, particles."""
_STATEMENTS = (
    (re.compile("(?P<what>.{3,16})位于(?P<answer>[^此本该其]{3,30})"), "{what}位于哪里？"),
    (re.compile("(?P<what>.{3,16})由(?P<answer>.{2,14})(?P<does>负责|承办|主办|主持|组织实施)"), "{what}由谁{does}？"),
    (re.compile("(?P<what>.{2,12})(?:是指|指的是|是一[种款项类个])(?P<answer>.{5,80})"), "什么是{what}？"),
)
_HEADING_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章节条部分篇]|[（(]?[一二三四五六七八九十\d]+[)）、.．]?)\s*"
)
_ASKING = re.compile(
    "^(?:什么是|如何|怎样|怎么|为什么|为何|哪些|是否|能否|可否)|[?？]$|(?:是什么|有哪些|怎么办|是多少)$"
)
_LISTED = {
    "条件": "有哪些",
    "要求": "有哪些",
    "材料": "有哪些",
    "措施": "有哪些",
    "职责": "有哪些",
    "范围": "是什么",
    "流程": "是什么",
    "步骤": "是什么",
    "程序": "是什么",
    "方式": "有哪些",
    "标准": "是什么",
    "功能": "有哪些",
    "注意事项": "有哪些",
}
_WEIGHT = {
    Quantity.MONEY: 3.0,
    Quantity.PERCENTAGE: 2.6,
    Quantity.COUNT: 2.2,
    Quantity.DURATION: 2.4,
    Quantity.DATE: 2.0,
}


def _from_headings(document: Document) -> Iterator[Scored]:
    for place, mark in enumerate(document.headings):
        following = document.headings[place + 1].start if place + 1 < len(document.headings) else len(document.text)
        body = document.text[mark.end : following].strip()
        heading = _HEADING_NUMBER.sub("", document.text[mark.start : mark.end].strip())
        question = _heading_question(heading)
        if question is None or len(body) < _SHORTEST:
            continue
        start = document.text.index(body, mark.end)
        # An announced list is often too long to be an answer, so it is tried late.
        yield 3.5 if _ASKING.search(heading) else 1.5, Suggestion(question, start, start + min(len(body), 200))


def _heading_question(heading: str) -> str | None:
    plain = heading.rstrip("?？。：: ")
    if not 4 <= len(plain) <= 24 or _UNFIT.search(plain):
        return None
    if _ASKING.search(heading):
        return f"{plain}？"
    ending = next((ending for ending in _LISTED if plain.endswith(ending) and len(plain) >= len(ending) + 2), None)
    return None if ending is None else f"{plain}{_LISTED[ending]}？"


def _from_sentences(document: Document) -> Iterator[Scored]:
    headings = {(mark.start, mark.end) for mark in document.headings}
    text = document.text[:_READ_CHARACTERS]
    for start, end in sentences(text):
        if (start, end) in headings or end - start > 200:
            continue
        best = max(_clause_questions(text[start:end], start), key=lambda scored: scored[0], default=None)
        if best is not None:
            yield best


def _clause_questions(sentence: str, offset: int) -> Iterator[Scored]:
    for match in _CLAUSES.finditer(sentence):
        clause = match.group()
        if not _LEANING.match(clause.strip()) and not _UNFIT.search(clause):
            yield from _questions(clause, offset + match.start())
            yield from _stated(clause, offset + match.start())


def _questions(clause: str, offset: int) -> Iterator[Scored]:
    """Questions for the exact things in the clause."""
    found = list(expressions(clause))
    for expression in found:
        asked = _asked(clause, expression)
        if asked is None:
            continue
        before, after = clause[: expression.start].lstrip(), _tail(clause, expression)
        end = expression.end + len(after)
        rivals = sum(other.quantity == expression.quantity and other.start < end for other in found) - 1
        question = f"{before}{asked}{after}？"
        if not rivals and _SHORTEST <= len(question) <= _LONGEST and _stands_alone(before, found[0], clause):
            score = _WEIGHT[expression.quantity] + _clarity(before, after)
            yield score, Suggestion(question, offset + expression.start, offset + expression.end)


def _stated(clause: str, offset: int) -> Iterator[Scored]:
    """Questions for where something is, who is in charge, and what something is."""
    for pattern, question in _STATEMENTS:
        match = pattern.fullmatch(clause.strip())
        if match is not None and _is_thing(match["what"]):
            shift = offset + len(clause) - len(clause.lstrip())
            asked = question.format(**match.groupdict())
            yield (
                2.3 - 0.03 * len(match["what"]),
                Suggestion(asked, shift + match.start("answer"), shift + match.end("answer")),
            )


def _asked(clause: str, expression: Expression) -> str | None:
    """The words that ask for the expression, or None where they would not read well."""
    text = clause[expression.start : expression.end]
    if expression.quantity is Quantity.MONEY:
        unit = _UNIT.search(text)
        return f"多少{unit.group()}" if unit is not None and unit.group() not in _UNCLEAR_UNITS else None
    if expression.quantity is Quantity.PERCENTAGE:
        return "百分之多少" if "%" in text or "％" in text or "百分之" in text else None
    if expression.quantity is Quantity.COUNT:
        is_clear = expression.unit not in _UNCLEAR_UNITS and not text.startswith("一")
        return f"多少{expression.unit}" if expression.unit and is_clear else None
    if expression.quantity is Quantity.DURATION:
        return None if expression.is_bare_year else f"多长时间{'内' if _INSIDE.search(text) else ''}"
    if expression.quantity is Quantity.DATE:
        is_at_the_end = not clause[expression.end :].strip()
        return "什么时候" if is_at_the_end and _CALENDAR.search(text) else None
    return None


def _tail(clause: str, expression: Expression) -> str:
    """What follows the expression, up to the next item of a list."""
    return _NEXT_ITEM.split(clause[expression.end :])[0].rstrip()


def _stands_alone(before: str, first: Expression, clause: str) -> bool:
    """Whether the words before the gap say of what: a thing and what it does, perhaps with a date ahead."""
    if _VERB.search(before) is None or _UNCLEAR.search(before):
        return False
    if first.quantity is Quantity.DATE and not clause[: first.start].strip():
        before = before[first.end - (len(clause) - len(clause.lstrip())) :]
    tags: list[tuple[str, str]] = rjieba.tag(before)
    return (
        len(before) >= 5 and tags[0][1].startswith(_NAMING) and any(tag.startswith(("v", "p")) for _, tag in tags[1:])
    )


def _is_thing(words: str) -> bool:
    """Whether the words name something, all by themselves."""
    tags: list[tuple[str, str]] = rjieba.tag(words)
    if _UNCLEAR.search(words) or "的" in words:
        return False
    return not tags[0][1].startswith(_LEADING) and tags[-1][1].startswith(("n", "j", "vn"))


def _clarity(before: str, after: str) -> float:
    """Names and a middling length make a good question; much behind the gap makes a clumsy one."""
    names = sum(tag in ("nr", "ns", "nt", "nz", "eng") for _, tag in rjieba.tag(before))
    return min(names, 2) * 0.4 - abs(len(before) + len(after) - 14) * 0.05 - len(after) * 0.1


def _differ(one: Suggestion, other: Suggestion) -> bool:
    return one.question != other.question and (one.end <= other.start or other.end <= one.start)


def in_turn(documents: Iterable[Sequence[Suggestion]]) -> Iterator[tuple[int, Suggestion]]:
    """(number of the document, suggestion): the best of each, then the second of each, and so on."""
    lists = list(documents)
    for place in range(max(map(len, lists), default=0)):
        for number, suggestions in enumerate(lists):
            if place < len(suggestions):
                yield number, suggestions[place]
