"""Evaluation questions and where their answers stand."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

YES, NO = "YES", "NO"
_SEED = 20261122

Item = TypeVar("Item")


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
    A yes/no question has a `verdict`, YES or NO, and its `answers` are the places that support it (none are known in
    most public sets). `form` says how the question is written: plain, or in traditional characters, with a typing slip
    and so on. `document` names the document that its answers stand in, where a set is about several.
    """

    id: str
    type: str
    question: str
    answers: tuple[GoldSpan, ...]
    items: tuple[tuple[GoldSpan, ...], ...] = ()
    form: str = "plain"
    document: str = ""
    verdict: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the document answers the question."""
        return bool(self.answers or self.items or self.verdict)

    @property
    def spans(self) -> tuple[GoldSpan, ...]:
        """Every place that answers it, or a part of it."""
        return self.answers or tuple(gold for alternatives in self.items for gold in alternatives)


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """A question together with the one context it is asked of."""

    question: EvaluationQuestion
    context: str
    title: str = ""


def read_questions(path: Path) -> list[EvaluationQuestion]:
    """Questions of a hand-written set (eval/data/README.md)."""
    with path.open(encoding="utf-8") as lines:
        return [question_from_json(json.loads(line)) for line in lines]


def read_reading_questions(path: Path) -> list[ReadingQuestion]:
    """Questions of a gzipped public set that have one span as their answer, or none. Raises EvaluationDataError."""
    plain = [item for item in read_public_questions(path) if item.question.type in ("span", "unanswerable")]
    return [replace(item, question=replace(item.question, type="span")) for item in plain]


def read_public_questions(path: Path) -> list[ReadingQuestion]:
    """Every question of a gzipped public set, its type "span", "list", "yes_no" or "unanswerable".

    Raises EvaluationDataError when the file is missing.
    """
    if not path.is_file():
        raise EvaluationDataError(f"no data file {path}; give the folder that holds the public sets with --data")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [ReadingQuestion(question_from_json(_typed(row)), row["context"], row["title"]) for row in rows]


def question_from_json(row: dict[str, Any]) -> EvaluationQuestion:
    """A question from its line of a set. Raises EvaluationDataError when its answers are no lists."""
    answers, items = row["answers"], row.get("items", [])
    if not isinstance(answers, list) or not isinstance(items, list):
        raise EvaluationDataError(f"question {row['id']}: answers is {answers!r}, items is {items!r}, expected lists")
    verdict = str(row.get("yes_no") or "")
    if verdict not in ("", YES, NO):
        raise EvaluationDataError(f"question {row['id']}: yes_no is {verdict!r}, expected {YES} or {NO}")
    return EvaluationQuestion(
        id=str(row["id"]),
        type=str(row["type"]),
        question=str(row["question"]),
        answers=spans_of(answers),
        items=tuple(spans_of(alternatives) for alternatives in items),
        form=str(row.get("form", "plain")),
        document=str(row.get("document", "")),
        verdict=verdict,
    )


def spans_of(answers: Sequence[dict[str, Any]]) -> tuple[GoldSpan, ...]:
    """The alternatives of one answer, from their JSON."""
    return tuple(GoldSpan(str(answer["text"]), int(answer["start"])) for answer in answers)


def evenly(items: Sequence[Item], limit: int | None) -> list[Item]:
    """At most `limit` items, one from each of as many equal stretches, in order; all of them without a limit.

    Which one of a stretch is drawn with a fixed seed: a fixed step would meet the period of sets that have their
    questions in the same order for every context.
    """
    count = len(items) if limit is None else min(limit, len(items))
    chance = random.Random(_SEED)  # noqa: S311
    bounds = [place * len(items) // count for place in range(count)] + [len(items)]
    return [items[chance.randrange(first, last)] for first, last in pairwise(bounds)] if count else []


def is_reported(context: str) -> bool:
    """Whether a context of a set that serves both is in the half for figures; the other half is for fitting.

    The half that `qa.training` fits on has the other parity. Public sets share contexts, and a context goes the same
    way in each of them.
    """
    return hashlib.sha256(context.encode("utf-8")).digest()[0] % 2 == 1


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """A public set's line as one of a hand-written set: of several spans, each is an item of a list."""
    if row.get("yes_no"):
        return {**row, "type": "yes_no"}
    if row.get("multi_span"):
        spans = sorted(row["answers"], key=lambda answer: int(answer["start"]))
        return {**row, "type": "list", "answers": [], "items": [[span] for span in spans]}
    return {**row, "type": "span" if row["answers"] else "unanswerable"}
