"""The values that flow from question to answer. All offsets are Unicode code points, 0-based, half-open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from index.types import Hit, Revision


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the same conversation, as it was understood, and the answer that it got (None: it got none)."""

    question: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """What the user asked. `document_ids` restricts the search; None means all documents.

    `top_k` and `threshold` (the least probability of an answer that is given) overrule the pipeline's own. `turns` are
    what was asked before in the same conversation, oldest first.
    """

    text: str
    document_ids: tuple[str, ...] | None = None
    top_k: int | None = None
    threshold: float | None = None
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """What the reader says of one stretch of a passage.

    `start_scores` and `end_scores` (tokens,) are logits; `offsets` (tokens, 2) are the tokens' characters in the
    passage's text. `no_answer_score` is the logit sum of "the answer is not in this window", `no_answer_start` the part
    of it that the start has.
    """

    start_scores: npt.NDArray[np.float32]
    end_scores: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.int64]
    no_answer_score: float
    no_answer_start: float = 0.0


@dataclass(frozen=True, slots=True)
class VerdictReading:
    """What the reader says of one hit to a yes/no question, in logits over "the passage does not settle it".

    `yes` and `no` are the scores of 是 and 否. What settles it ends at `end` of the document, with the score `grounds`.
    """

    hit: Hit
    yes: float
    no: float
    grounds: float
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of one hit: windows that together cover its passage."""

    hit: Hit
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A possible answer: document.text[start:end] of the hit's document.

    `margin` is its score over that of no answer, in logits: above 0 the reader prefers the span.
    """

    hit: Hit
    start: int
    end: int
    margin: float

    @property
    def text(self) -> str:
        """The characters of the span, exactly as in the document."""
        offset = self.hit.passage.start
        return self.hit.passage.text[self.start - offset : self.end - offset]


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact place something was copied from: document.text[start:end] == quote, in this very revision.

    `prefix` and `suffix` are the rest of the sentence around the quote.
    """

    revision: Revision
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
    headings: tuple[str, ...]
    page: int | None
    score: float


class Status(StrEnum):
    """Whether the documents answer the question."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"


class Kind(StrEnum):
    """What an answer is made of."""

    SPAN = "span"
    LIST = "list"
    YES_NO = "yes_no"
    PASSAGE = "passage"


class Verdict(StrEnum):
    """The answer to a question that 是 or 否 answers."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer copied from the documents, or none.

    A list has one citation for each of its items, in the order of the document; `text` is their quotes, joined. A
    yes/no answer has a `verdict`, which `text` says in Chinese (是, 否), and cites the sentence that supports it.
    `text` is None exactly when `status` is no_answer; then `nearest` holds the passages that come closest.
    `confidence` is the calibrated probability that `text` is right; without an answer, that of the best refused.
    `conflicting` cites what other documents say instead of `text`.
    """

    status: Status
    text: str | None
    confidence: float
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    question_as_understood: str
    generation: int
    kind: Kind = Kind.SPAN
    verdict: Verdict | None = None
    conflicting: tuple[Citation, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
