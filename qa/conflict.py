"""Other documents that answer the same question otherwise (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from index.text import plain_form, sentences
from qa.decide import ScoredSpan
from qa.expected import expected_of
from qa.quantities import expressions
from qa.types import Span

MAX_CONFLICTING = 3
_NEARLY_AS_SURE = 0.4
_SAME_STATEMENT = 0.5
_LESS_SAID = 0.15
_ASKING = re.compile("谁|什么|哪|几|多[少大久长高远]|怎|如何|为何|何时|吗|是否|时候|时间|请问")
_LITTLE_WORDS = frozenset(
    re.split(
        r"\s+",
        "的 了 是 在 有 和 与 对 于 被 其 该 本 为 也 都 就 把 给 从 到 由 及 等 以 所 之 并 而 但 会 要 能 可以 进行",
    )
)


def conflicting(ranked: Sequence[ScoredSpan], question: str) -> list[ScoredSpan]:
    """Spans of other documents that say something else where the best span's document speaks, most probable first.

    They must be nearly as probable as the best span, their sentences must say about as much of the question as its
    sentence does, and they must be another value: neither the same text nor a part of it. Where the question asks for a
    date, an amount and the like, both must be one. At most one of each document.
    """
    if not ranked:
        return []
    best, words = ranked[0], _content_words(question)
    said = _said(best, words)
    found: dict[str, ScoredSpan] = {}
    for other in ranked[1:]:
        if (
            other.span.hit.passage.revision.document_id != best.span.hit.passage.revision.document_id
            and other.probability >= _NEARLY_AS_SURE * best.probability
            and _said(other, words) >= max(_SAME_STATEMENT, said - _LESS_SAID)
            and _is_another_value(best.span.text, other.span.text, question)
        ):
            found.setdefault(other.span.hit.passage.revision.document_id, other)
    return list(found.values())[:MAX_CONFLICTING]


def _content_words(question: str) -> list[str]:
    """The words of `question` that say what it is about: neither little words nor those that ask."""
    return [
        word
        for word in rjieba.cut(question)
        if word not in _LITTLE_WORDS and not _ASKING.search(word) and any(character.isalnum() for character in word)
    ]


def _said(scored: ScoredSpan, words: Sequence[str]) -> float:
    """The share of `words`, by their length, that stand in the sentence of the span."""
    sentence = plain_form(_sentence_of(scored.span))
    return sum(len(word) for word in words if word in sentence) / max(1, sum(map(len, words)))


def _sentence_of(span: Span) -> str:
    passage = span.hit.passage
    begin = span.start - passage.start
    found = (passage.text[start:end] for start, end in sentences(passage.text) if start <= begin < end)
    return next(found, passage.text)


def _is_another_value(one: str, other: str, question: str) -> bool:
    plain, other_plain = plain_form(one), plain_form(other)
    if plain in other_plain or other_plain in plain:
        return False
    expected = expected_of(question)
    return expected is None or all(
        any(expected.fits(expression) for expression in expressions(text)) for text in (one, other)
    )
