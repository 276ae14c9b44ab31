"""The documents and questions that were written to train on (qa/training/documents/README.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.loaders import load
from index.types import Document, Revision
from qa.training.examples import DataError

DOCUMENTS = Path(__file__).parent / "documents"
_HELD_OUT_EVERY = 6
_QUESTIONS = "\n=====\n"
YES_NO, LIST, NONE = "yes_no", "list", "none"


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question on one document: its type, and the stretches of the text that answer it (code points, half-open).

    One stretch for most, one per item for a list; for a yes/no question the clauses that settle it. None when the
    document does not answer it. `verdict` is YES, NO or NONE, for yes/no questions only.
    """

    question: str
    type: str
    spans: tuple[tuple[int, int], ...]
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document with its questions; `name` is its genre and number."""

    name: str
    document: Document
    questions: tuple[WrittenQuestion, ...]


def read_written(folder: Path = DOCUMENTS) -> list[WrittenDocument]:
    """Every document of `folder`/*/NN.txt, in the order of their names.

    Raises DataError when there is none, or naming the file and the question when a file is not as its README says.
    """
    paths = sorted(folder.glob("*/*.txt"))
    if not paths:
        raise DataError(f"no documents with questions in {folder}; expected files such as policy/01.txt")
    return [_parse(path) for path in paths]


def is_held_out(written: WrittenDocument) -> bool:
    """Whether nothing is trained on this document: every sixth of a genre."""
    return number_of(written) % _HELD_OUT_EVERY == 0


def is_for_calibration(written: WrittenDocument) -> bool:
    """Whether probabilities are fitted on this document: every other one of those held out."""
    return number_of(written) % (2 * _HELD_OUT_EVERY) == 0


def number_of(written: WrittenDocument) -> int:
    """Its number in its genre, from 1."""
    return int(written.name.rpartition("/")[2])


def _parse(path: Path) -> WrittenDocument:
    name = f"{path.parent.name}/{path.stem}"
    text, mark, questions = path.read_text(encoding="utf-8").partition(_QUESTIONS)
    if not mark:
        raise DataError(f"{name}: no line of ===== between the document and its questions")
    loaded = load(text.encode(), f"{path.stem}.md")
    digest = hashlib.sha256(loaded.text.encode()).hexdigest()
    document = Document(Revision(name, 1, digest, loaded.title), loaded.text, loaded.headings)
    return WrittenDocument(name, document, tuple(_questions(questions, document)))


def _questions(text: str, document: Document) -> Iterator[WrittenQuestion]:
    for block in text.strip().split("\n\n"):
        fields: dict[str, list[str]] = {}
        for line in block.strip().splitlines():
            key, _, value = line.partition(" ")
            fields.setdefault(key, []).append(value.strip())
        if not {"Q", "T"} <= fields.keys() <= set("QTAEV"):
            raise DataError(
                f"{document.revision.document_id}: expected the lines Q and T, then A, E or V, got {block!r}"
            )
        spans = _spans(fields, document)
        yield WrittenQuestion(fields["Q"][0], fields["T"][0], tuple(spans), fields.get("V", [""])[0])


def _spans(fields: dict[str, list[str]], document: Document) -> list[tuple[int, int]]:
    """Where the answers stand: each within its own evidence, or all within the one that there is."""
    evidence = [_place(text, document) for text in fields.get("E", [])]
    if fields["T"][0] == YES_NO:
        return evidence
    answers = fields.get("A", [])
    if answers and len(evidence) not in (1, len(answers)):
        raise DataError(f"{document.revision.document_id}, {fields['Q'][0]}: expected one E, or one for each A")
    spans: list[tuple[int, int]] = []
    for number, answer in enumerate(answers):
        shared = len(evidence) == 1
        begin, end = evidence[0 if shared else number]
        # Items that share their evidence follow one another.
        begin = spans[-1][1] if shared and spans and document.text.find(answer, spans[-1][1], end) >= 0 else begin
        start = document.text.find(answer, begin, end)
        if start < 0:
            raise DataError(f"{document.revision.document_id}, {fields['Q'][0]}: {answer!r} is not in its evidence")
        spans.append((start, start + len(answer)))
    return sorted(spans)


def _place(evidence: str, document: Document) -> tuple[int, int]:
    """Where the evidence stands in the text that the loader makes of Markdown; it must stand there once."""
    row = " | ".join(cell.strip() for cell in evidence.strip("| ").split("|"))
    for form in _distinct((evidence, row, evidence.replace("**", ""), evidence.lstrip("-0123456789. "))):
        if document.text.count(form) == 1:
            start = document.text.index(form)
            return start, start + len(form)
    raise DataError(f"{document.revision.document_id}: the evidence {evidence!r} does not stand once in the text")


def _distinct(forms: Sequence[str]) -> list[str]:
    return [form for form in dict.fromkeys(forms) if form]
