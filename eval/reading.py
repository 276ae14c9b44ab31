"""The reader alone: every question asked of its own context."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.measures import exact_match, f1, mean
from eval.questions import ReadingQuestion, read_reading_questions
from index.text import in_script_of, plain_form
from index.types import Hit, Passage, Revision
from qa.extract import extract
from qa.ports import Reader
from qa.training.held_out import drcd_held_out_titles

MAX_ANSWER_CHARACTERS = 120
DRCD = "drcd/dev_simplified"
REPORTED_SETS = ("cmrc2018/dev", DRCD, "dureader_robust/dev", "antiterror_news/dev", "cjrc/dev")


@dataclass(frozen=True, slots=True)
class ReadingResult:
    """One question scored. `margin` is that of the best span over no answer; above 0 the reader would answer.

    Exact match and F1 are of the best span whatever its margin; they are 0 where there is no answer.
    """

    answerable: bool
    prediction: str
    exact_match: int
    f1: float
    margin: float


@dataclass(frozen=True, slots=True)
class ReadingSummary:
    """Measures over one set, each 0 to 1; None where the set has no such question.

    `exact_match` and `f1` are over the answerable questions. `refused_answerable` and `refused_unanswerable` are the
    shares of the two kinds on which no span beats no answer.
    """

    name: str
    questions: int
    exact_match: float | None
    f1: float | None
    refused_answerable: float | None
    refused_unanswerable: float | None


def read_set(data: Path, name: str) -> list[ReadingQuestion]:
    """The questions of a public set; of DRCD only those on articles that the shipped reader did not train on."""
    questions = read_reading_questions(data / f"{name}.jsonl.gz")
    if name == DRCD:
        held_out = drcd_held_out_titles(item.title for item in questions)
        return [item for item in questions if item.title in held_out]
    return questions


def read_all(questions: Iterable[ReadingQuestion], reader: Reader) -> list[ReadingResult]:
    """One result per question, in order."""
    return [_score(item, reader) for item in questions]


def summarise_reading(name: str, results: Sequence[ReadingResult]) -> ReadingSummary:
    """Measures over `results`."""
    answerable = [result for result in results if result.answerable]
    unanswerable = [result for result in results if not result.answerable]
    return ReadingSummary(
        name=name,
        questions=len(results),
        exact_match=mean([float(result.exact_match) for result in answerable]) if answerable else None,
        f1=mean([result.f1 for result in answerable]) if answerable else None,
        refused_answerable=_refused(answerable),
        refused_unanswerable=_refused(unanswerable),
    )


def _refused(results: Sequence[ReadingResult]) -> float | None:
    return mean([float(result.margin <= 0) for result in results]) if results else None


def _score(item: ReadingQuestion, reader: Reader) -> ReadingResult:
    revision = Revision(item.question.id, 1, "", "")
    hit = Hit(Passage(revision, 0, len(item.context), item.context), 1.0)
    question = plain_form(item.question.question)
    (reading,) = reader.read(in_script_of(item.context, question), [hit])
    spans = extract(reading, question, MAX_ANSWER_CHARACTERS, 1)
    prediction, margin = (spans[0].text, spans[0].margin) if spans else ("", -math.inf)
    texts = [gold.text for gold in item.question.answers]
    return ReadingResult(bool(texts), prediction, exact_match(texts, prediction), f1(texts, prediction), margin)
