"""Evaluation questions and where their answers stand."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
    """A question and its alternative answers; none when the document does not answer it.

    A list question has `items` instead: what belongs in the list, each with its alternatives, in the document's order.
    `form` says how the question is written: plain, or in traditional characters, with a typing slip and so on.
    `document` names the document that its answers stand in, where a set is about several.
    """

    id: str
    type: str
    question: str
    answers: tuple[GoldSpan, ...]
    items: tuple[tuple[GoldSpan, ...], ...] = ()
    form: str = "plain"
    document: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the document answers the question."""
        return bool(self.answers or self.items)


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


def _question(row: dict[str, Any]) -> EvaluationQuestion:
    answers, items = row["answers"], row.get("items", [])
    if not isinstance(answers, list) or not isinstance(items, list):
        raise EvaluationDataError(f"question {row['id']}: answers is {answers!r}, items is {items!r}, expected lists")
    return EvaluationQuestion(
        id=str(row["id"]),
        type=str(row["type"]),
        question=str(row["question"]),
        answers=spans_of(answers),
        items=tuple(spans_of(alternatives) for alternatives in items),
        form=str(row.get("form", "plain")),
        document=str(row.get("document", "")),
    )


def spans_of(answers: Sequence[dict[str, Any]]) -> tuple[GoldSpan, ...]:
    """The alternatives of one answer, from their JSON."""
    return tuple(GoldSpan(str(answer["text"]), int(answer["start"])) for answer in answers)
