"""Questions with answers, read from the gzipped JSON Lines files that shared/data/README.md describes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import opencc

_TO_TRADITIONAL = opencc.OpenCC("s2t")
_SENTENCE_MARKS = "。，、；：？！．,;:?! \t\n\u3000"


class DataError(Exception):
    """A data file is missing or does not hold what it should."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question on one context; `start` is None when the context does not answer it (code points, 0-based)."""

    id: str
    title: str
    context: str
    question: str
    answer: str
    start: int | None


@dataclass(frozen=True, slots=True)
class YesNoExample:
    """A question that 是 or 否 answers, and the context that says which."""

    context: str
    question: str
    yes: bool


def read_yes_no_examples(data: Path, name: str) -> list[YesNoExample]:
    """All yes/no questions of `data`/`name`.jsonl.gz. Raises DataError when the file is missing."""
    rows = _rows(data, name)
    return [YesNoExample(r["context"], r["question"], r["yes_no"] == "YES") for r in rows if r.get("yes_no")]


def read_examples(data: Path, name: str) -> list[Example]:
    """All span and no-answer questions of `data`/`name`.jsonl.gz; the first alternative answer is the target.

    Raises DataError when the file is missing or an answer is not at its offset.
    """
    return list(_parse(_rows(data, name), name))


def read_texts(data: Path, name: str, limit: int) -> list[str]:
    """The first `limit` texts of `data`/`name`.jsonl.gz, which has no questions. Raises DataError without it."""
    return [str(row["text"]) for row in _rows(data, name)[:limit]]


def without_sentence_marks(example: Example) -> Example:
    """`example` with its answer's leading and trailing sentence punctuation cut off; quotes and brackets stay.

    Annotators disagree on whether an answer takes its full stop along. The measure ignores punctuation, so one rule
    for all of them makes the target easier to learn and the given answers tidier.
    """
    if example.start is None:
        return example
    kept = example.answer.rstrip(_SENTENCE_MARKS)
    start = example.start + len(kept) - len(kept.lstrip(_SENTENCE_MARKS))
    kept = kept.lstrip(_SENTENCE_MARKS)
    return replace(example, answer=kept, start=start) if kept else example


def in_traditional(example: Example) -> Example:
    """`example` in traditional characters, or as it is when that would move its answer."""
    converted = replace(
        example,
        context=_TO_TRADITIONAL.convert(example.context),
        question=_TO_TRADITIONAL.convert(example.question),
        answer=_TO_TRADITIONAL.convert(example.answer),
    )
    if example.start is None:
        return converted
    end = example.start + len(example.answer)
    return converted if converted.context[example.start : end] == converted.answer else example


def _rows(data: Path, name: str) -> list[dict[str, Any]]:
    path = data / f"{name}.jsonl.gz"
    if not path.is_file():
        raise DataError(f"no data file {path}; give the folder that holds {name}.jsonl.gz with --data")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _parse(rows: Sequence[dict[str, Any]], name: str) -> Iterator[Example]:
    for row in rows:
        if row.get("yes_no") or row.get("multi_span"):
            continue
        plain = Example(row["id"], row["title"], row["context"], row["question"], answer="", start=None)
        yield _with_answer(plain, row["answers"][0], name) if row["answers"] else plain


def _with_answer(example: Example, answer: dict[str, Any], name: str) -> Example:
    text, start = str(answer["text"]), int(answer["start"])
    if example.context[start : start + len(text)] != text:
        raise DataError(f"{name}, question {example.id}: the answer is not at offset {start}")
    return replace(example, answer=text, start=start)
