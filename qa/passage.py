"""Questions for an explanation: the span grown to a clause or a sentence that can be read alone (pure)."""

from __future__ import annotations

import re
from enum import StrEnum

from index.text import sentences, strip_span
from qa.boundaries import tidy

LONGEST_SENTENCE = 240
"""Characters; of a longer one only the clause is given."""

_HOW = re.compile("如何|怎么(?!样)|怎样|怎办|流程|手续|步骤|程序")
_WHY_OR_WHAT = re.compile("为什么|为何|为啥|什么是|是什么意思|指的?是什么|原因")
_CLAUSE_START = re.compile("[，。；：！？,;!?\n]")
_CLAUSE_END = re.compile("[，。；！？,;!?\n]")


class Extent(StrEnum):
    """How much of the text makes an answer."""

    SPAN = "span"
    CLAUSE = "clause"
    SENTENCE = "sentence"


def extent_of(question: str) -> Extent:
    """How a thing is done takes a sentence, why and what something is a clause, everything else the span itself.

    Chosen on ncp_policy/train, cjrc/dev and antiterror_news/train: there the sentence has more of the gold answer to a
    how-question than the span has, and the clause more of the answer to a why-question.
    """
    if _HOW.search(question):
        return Extent.SENTENCE
    return Extent.CLAUSE if _WHY_OR_WHAT.search(question) else Extent.SPAN


def grown(text: str, start: int, end: int, extent: Extent) -> tuple[int, int]:
    """The bounds of the sentence, or clause, of `text` that start..end lies in; start..end itself for a span."""
    if extent is Extent.SENTENCE:
        touched = [bounds for bounds in sentences(text) if bounds[0] < end and start < bounds[1]]
        first, last = min([start, *(b[0] for b in touched)]), max([end, *(b[1] for b in touched)])
        if last - first <= LONGEST_SENTENCE:
            return _unless_empty(strip_span(text, first, last), start, end)
    if extent is Extent.SPAN:
        return start, end
    before = [match.end() for match in _CLAUSE_START.finditer(text, 0, start)]
    after = _CLAUSE_END.search(text, end)
    clause = tidy(text, before[-1] if before else 0, after.start() if after else len(text))
    return _unless_empty(clause, start, end)


def _unless_empty(bounds: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    return bounds if bounds[0] < bounds[1] else (start, end)
