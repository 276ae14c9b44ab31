"""The values that flow through the index. All offsets are Unicode code points, 0-based, half-open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `text[start:end]` of its document, `level` 1 (the title) to 6."""

    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """A printed page: `text[start:end]` of its document, numbered from 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LoadedText:
    """What a loader makes of a file: the text, and where its headings and pages are."""

    text: str
    title: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One exact version of a document; `sha256` is of its text in UTF-8."""

    document_id: str
    number: int
    sha256: str
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one revision."""

    revision: Revision
    text: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document as a list shows it.

    `source` is the name of the file it came from, `characters` its length, `pages` 0 when it has none.
    """

    revision: Revision
    source: str
    characters: int
    passages: int
    created_at: str
    pages: int = 0
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class RevisionSummary:
    """One version of a document as a list shows it."""

    number: int
    sha256: str
    title: str
    characters: int
    created_at: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much the library holds: searchable documents, their passages and characters, and its bytes on disk."""

    documents: int
    passages: int
    characters: int
    generation: int
    bytes_on_disk: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that `Library.check` found wrong: a stable code, a Chinese message, and whose it is."""

    code: str
    message: str
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one revision: `text == document.text[start:end]`.

    `headings` is the path of headings above it, outermost first; `page` is where it starts, when there are pages.
    """

    revision: Revision
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that resembles the question. `score` is the fused score, higher is better.

    `ranks` holds the 1-based rank in each ranking that found it ("dense", "lexical").
    """

    passage: Passage
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
