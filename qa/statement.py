"""What a yes/no question asks about, and how far a sentence says it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from qa.quantities import expressions

_ALTERNATIVE = re.compile("是否|是不是|有没有|有无|能否|可否|能不能|可不可以|会不会|要不要|需不需要")
_ENDING = re.compile(r"(?:吗|嘛|么|吧|没有?|(?<![对要])不)?[？?！!。，,]*$|(?:吗|嘛)[，,].*$")
_DOUBLED = re.compile(r"(?P<word>[\u4e00-\u9fff])[不没](?P=word)")
"""算不算 asks whether 算."""
_NEGATION = re.compile("不(?![断同仅但少久足止])|未(?![来])|没有|没|无(?![线锡论])|否认|拒绝|并非|尚未|禁止|严禁")
_LITTLE_WORDS = frozenset(
    re.split(
        r"\s+",
        "的 了 是否 是 吗 么 有没有 在 与 和 对 于 被 其 该 本 为 有 不 也 都 就 还 把 给 能 可以 会 要 已 已经 过 "
        "着 呢 啊 请问",
    )
)
_CLAUSE = re.compile(r"[^，,；;：:。！？!?\n]+")
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """What a yes/no question asks about: its words before and after 是否, its numbers, and whether it is negated."""

    subject: tuple[str, ...]
    predicate: tuple[str, ...]
    pairs: frozenset[str]
    numbers: tuple[tuple[str, str], ...]
    negated: bool

    @property
    def words(self) -> tuple[str, ...]:
        """All its words."""
        return self.subject + self.predicate


def state(question: str) -> Statement:
    """Take a yes/no question apart."""
    split = _ALTERNATIVE.search(question)
    before, after = (question[: split.start()], question[split.end() :]) if split else ("", question)
    if split is not None and split[0] in ("有没有", "有无"):
        after = f"有{after}"
    after = _ENDING.sub("", after)
    before, after = (_DOUBLED.sub(r"\g<word>", part) for part in (before, after))
    text = before + after
    return Statement(
        subject=_words(before),
        predicate=_words(after),
        pairs=frozenset(_pairs(text)),
        numbers=tuple((_digits(text[e.start : e.end]), e.unit or e.quantity.value) for e in expressions(text)),
        negated=_NEGATION.search(text) is not None,
    )


def support(statement: Statement, sentence: str) -> dict[str, float]:
    """How far `sentence` says what the statement says; every value 0 to 1."""
    clause = max(_CLAUSE.findall(sentence) or [sentence], key=lambda text: _share(statement.predicate, text))
    numbers = [(_digits(sentence[e.start : e.end]), e.unit or e.quantity.value) for e in expressions(sentence)]
    same = [number in numbers for number in statement.numbers]
    other = [number not in numbers and any(unit == number[1] for _, unit in numbers) for number in statement.numbers]
    found = frozenset(_pairs(sentence))
    return {
        "coverage": _share(statement.words, sentence),
        "pairs": len(statement.pairs & found) / max(1, len(statement.pairs)),
        "subject": _share(statement.subject, sentence) if statement.subject else 0.5,
        "predicate": _share(statement.predicate, clause),
        "negation differs": float((_NEGATION.search(clause) is not None) != statement.negated),
        "same number": float(bool(same) and all(same)),
        "other number": float(any(other)),
    }


def surroundings(statement: Statement, texts: Iterable[str]) -> dict[str, float]:
    """Where the predicate's words stand in the passages: how often after a negation, how often without one."""
    negated = plain = 0
    for text in texts:
        for word in statement.predicate[:3]:
            for match in re.finditer(re.escape(word), text):
                near = text[max(0, match.start() - _NEAR) : match.start()]
                if _NEGATION.search(near):
                    negated += 1
                else:
                    plain += 1
    return {
        "predicate negated": float(negated > 0),
        "predicate negated often": min(negated, 4) / 4,
        "predicate plain": float(plain > 0),
        "predicate plain often": min(plain, 6) / 6,
        "question negated": float(statement.negated),
    }


def _words(text: str) -> tuple[str, ...]:
    return tuple(w for w in rjieba.cut(text) if w not in _LITTLE_WORDS and any(c.isalnum() for c in w))


def _share(words: Sequence[str], text: str) -> float:
    """The share of `words` that stand in `text`, weighted by their length."""
    return sum(len(word) for word in words if word in text) / max(1, sum(map(len, words)))


def _pairs(text: str) -> Iterable[str]:
    letters = [character for character in text if character.isalnum()]
    return (one + other for one, other in pairwise(letters))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
