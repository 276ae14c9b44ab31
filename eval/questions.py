"""Evaluation questions and where their answers stand."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path


class EvaluationDataError(Exception):
    """An evaluation file is missing or does not hold what it should."""


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """An acceptable answer: `text` at `start` (code points) of its document or context."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question and its alternative answers; none when the document does not answer it."""

    id: str
    type: str
    question: str
    answers: tuple[GoldSpan, ...]


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """A question together with the one context it is asked of."""

    question: EvaluationQuestion
    context: str
    title: str = ""


def read_questions(path: Path) -> list[EvaluationQuestion]:
    """Questions of a hand-written set (eval/data/README.md)."""
    with path.open(encoding="utf-8") as lines:
        return [_question(json.loads(line)) for line in lines]


def read_reading_questions(path: Path) -> list[ReadingQuestion]:
    """Questions of a gzipped public set that have one span as their answer, or none. Raises EvaluationDataError."""
    if not path.is_file():
        raise EvaluationDataError(f"no data file {path}; give the folder that holds the public sets with --data")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    plain = [row for row in rows if not row.get("multi_span") and not row.get("yes_no")]
    return [ReadingQuestion(_question({"type": "span", **row}), row["context"], row["title"]) for row in plain]


def _question(row: dict[str, object]) -> EvaluationQuestion:
    answers = row["answers"]
    if not isinstance(answers, list):
        raise EvaluationDataError(f"question {row['id']}: answers is {answers!r}, expected a list")
    gold = tuple(GoldSpan(answer["text"], answer["start"]) for answer in answers)
    return EvaluationQuestion(str(row["id"]), str(row["type"]), str(row["question"]), gold)
