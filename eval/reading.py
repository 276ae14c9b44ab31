"""The reader alone: every question asked of its own context, which answers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eval.measures import exact_match, f1
from eval.questions import ReadingQuestion
from index.types import Hit, Passage, Revision
from qa.ports import Reader
from qa.spans import best_spans

MAX_ANSWER_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class ReadingResult:
    """One question scored; the reader may not refuse here."""

    prediction: str
    exact_match: int
    f1: float


def read_all(questions: Iterable[ReadingQuestion], reader: Reader) -> list[ReadingResult]:
    """One result per question, in order."""
    return [_score(item, reader) for item in questions]


def _score(item: ReadingQuestion, reader: Reader) -> ReadingResult:
    revision = Revision(item.question.id, 1, "", "")
    hit = Hit(Passage(revision, 0, len(item.context), item.context), 1.0)
    (reading,) = reader.read(item.question.question, [hit])
    spans = best_spans(reading, MAX_ANSWER_CHARACTERS, 1)
    prediction = spans[0].text if spans else ""
    texts = [gold.text for gold in item.question.answers]
    return ReadingResult(prediction, exact_match(texts, prediction), f1(texts, prediction))
