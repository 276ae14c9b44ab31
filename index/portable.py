"""A document with all that belongs to it but its vectors, as one line of JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from index.types import Document, Heading, Page, Passage, Revision


@dataclass(frozen=True, slots=True)
class PortableDocument:
    """`revisions` are in the order of their numbers, each with the time when it was stored; the last is current.

    `title` is the name that the document was given, if it was. `passages` are those of the current revision.
    """

    source: str
    title: str | None
    created_at: str
    removed_at: str | None
    revisions: tuple[tuple[Document, str], ...]
    passages: tuple[Passage, ...]

    @property
    def current(self) -> Document:
        """The newest revision."""
        return self.revisions[-1][0]

    @property
    def id(self) -> str:
        """That of the document."""
        return self.current.revision.document_id


def document_to_json(document: PortableDocument) -> str:
    """One line that `document_from_json` reads."""
    record = {
        "id": document.id,
        "source": document.source,
        "title": document.title,
        "created_at": document.created_at,
        "removed_at": document.removed_at,
        "revisions": [
            {
                "number": found.revision.number,
                "sha256": found.revision.sha256,
                "title": found.revision.title,
                "text": found.text,
                "headings": [[mark.level, mark.start, mark.end] for mark in found.headings],
                "pages": [[page.number, page.start, page.end] for page in found.pages],
                "created_at": created_at,
            }
            for found, created_at in document.revisions
        ],
        "passages": [[passage.start, passage.end, passage.headings, passage.page] for passage in document.passages],
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def document_from_json(line: bytes) -> PortableDocument:
    """The document in a line. Raises ValueError, KeyError or TypeError when something in it cannot be."""
    record = json.loads(line)
    document_id = _text(record["id"])
    revisions = tuple(_revision(document_id, found) for found in record["revisions"])
    numbers = [document.revision.number for document, _ in revisions]
    if not numbers or numbers != sorted(set(numbers)) or numbers[0] < 1:
        raise ValueError(f"document {document_id} has the revisions {numbers}")
    current = revisions[-1][0]
    return PortableDocument(
        source=_text(record["source"]),
        title=None if record["title"] is None else _text(record["title"]),
        created_at=_text(record["created_at"]),
        removed_at=None if record["removed_at"] is None else _text(record["removed_at"]),
        revisions=revisions,
        passages=tuple(_passage(current, *found) for found in record["passages"]),
    )


def _revision(document_id: str, record: dict[str, Any]) -> tuple[Document, str]:
    text = _text(record["text"])
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    if digest != record["sha256"] or "\0" in text or not text.strip():
        raise ValueError(f"document {document_id}: the text is not that of its SHA-256")
    revision = Revision(document_id, _number(record["number"]), digest, _text(record["title"]))
    headings = tuple(Heading(*map(_number, mark)) for mark in record["headings"])
    pages = tuple(Page(*map(_number, page)) for page in record["pages"])
    places = [(mark.start, mark.end) for mark in headings] + [(page.start, page.end) for page in pages]
    for start, end in places:
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"document {document_id}: a heading or page {start}–{end} is outside of the text")
    return Document(revision, text, headings, pages), _text(record["created_at"])


def _passage(document: Document, start: Any, end: Any, headings: Any, page: Any) -> Passage:
    if not 0 <= _number(start) < _number(end) <= len(document.text):
        raise ValueError(f"document {document.revision.document_id}: a passage {start}–{end} is outside of the text")
    return Passage(
        revision=document.revision,
        start=start,
        end=end,
        text=document.text[start:end],
        headings=tuple(_text(heading) for heading in headings),
        page=None if page is None else _number(page),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r:.40} is no number")
    return value
