"""Library: add, replace, remove and search documents. The facade that the rest of the program sees."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.catalogue import Catalogue, SearchData
from index.chunking import ChunkingPlan, chunk
from index.errors import EmptyDocument
from index.hybrid import HybridIndex
from index.lexical import Bm25Index
from index.loaders import load
from index.ports import Encoder, VectorIndex
from index.text import search_tokens
from index.types import Document, DocumentSummary, Hit, LoadedText, Passage, Revision

_ENCODING_BATCH = 32

Progress = Callable[[int, int], None]
"""Called with (passages encoded, passages in all)."""


@dataclass(frozen=True, slots=True)
class _Generation:
    """The passages and their index; replaced as a whole, so that a question never sees half a change."""

    number: int
    passages: tuple[Passage, ...]
    index: HybridIndex


class Library:
    """All documents of one data directory. Every method may be called from any thread."""

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: Encoder,
        vector_index: Callable[[npt.NDArray[np.float32]], VectorIndex],
        chunking: ChunkingPlan,
    ) -> None:
        """Open the library; raises EncoderMismatch at the first search when other vectors are on disk."""
        self._catalogue = catalogue
        self._encoder = encoder
        self._vector_index = vector_index
        self._chunking = chunking
        self._lock = threading.Lock()
        self._current: _Generation | None = None

    @property
    def generation(self) -> int:
        """Counts up with every change of the library; 0 when nothing was ever added."""
        return self._catalogue.state().generation

    def add_file(self, path: Path, progress: Progress | None = None) -> Revision:
        """Add the file at `path`; raises a LoadError when it cannot be read as a document."""
        return self.add(load(path.read_bytes(), path.name), source=path.name, progress=progress)

    def add(
        self, loaded: LoadedText, source: str, document_id: str | None = None, progress: Progress | None = None
    ) -> Revision:
        """Store a text and make it searchable.

        A text that is already there is returned as it is. With the `document_id` of a stored document the text
        becomes its next revision. Raises EmptyDocument when there is no text.
        """
        if not loaded.text.strip():
            raise EmptyDocument(f"“{source}”里没有文字。")
        digest = hashlib.sha256(loaded.text.encode("utf-8")).hexdigest()
        known = self._catalogue.with_text(digest)
        if known is not None and document_id in (None, known.document_id):
            return known
        revision = self._next_revision(document_id or self._free_id(digest), digest, loaded.title)
        document = Document(revision, loaded.text, loaded.headings, loaded.pages)
        passages = chunk(document, self._chunking)
        vectors = self._encode(passages, progress)
        self._catalogue.put(document, source, passages, vectors, self._encoder.name)
        return revision

    def remove(self, document_id: str) -> None:
        """Take a document out of every answer. Raises UnknownDocument."""
        self._catalogue.remove(document_id)

    def document(self, document_id: str, revision: int | None = None) -> Document:
        """The exact text of a revision (the current one by default). Raises UnknownDocument or UnknownRevision."""
        return self._catalogue.document(document_id, revision)

    def summary(self, document_id: str) -> DocumentSummary:
        """One searchable document. Raises UnknownDocument."""
        return self._catalogue.summary(document_id)

    def summaries(self, limit: int, offset: int = 0) -> tuple[list[DocumentSummary], int]:
        """One page of the searchable documents, newest first, and how many there are in all."""
        return self._catalogue.summaries(limit, offset)

    def search(self, question: str, top_k: int, document_ids: Sequence[str] | None = None) -> list[Hit]:
        """The `top_k` passages that most resemble the question, best first, from both rankings fused.

        `document_ids` restricts the search; raises UnknownDocument when one of them is not there.
        """
        generation = self._newest()
        allowed = None
        if document_ids is not None:
            wanted = {self._catalogue.summary(document_id).revision.document_id for document_id in document_ids}
            allowed = np.array([passage.revision.document_id in wanted for passage in generation.passages], dtype=bool)
        vector, tokens = self._encoder.encode_question(question), search_tokens(question)
        return [
            Hit(generation.passages[found.item], found.score, found.ranks)
            for found in generation.index.search(vector, tokens, allowed)[:top_k]
        ]

    def warm_up(self) -> None:
        """Build the indexes now rather than at the first question. Raises EncoderMismatch."""
        self._newest()

    def _newest(self) -> _Generation:
        """The indexes of the newest generation, built now if another thread or process changed the library."""
        newest = self._catalogue.state().generation
        current = self._current
        if current is not None and current.number == newest:
            return current
        with self._lock:
            if self._current is None or self._current.number < newest:
                self._current = self._build(self._catalogue.search_data(self._encoder.name))
            return self._current

    def reencode(self, progress: Progress | None = None) -> int:
        """Encode every passage anew with the configured encoder; how many there were."""
        passages = self._catalogue.passages()
        self._catalogue.replace_vectors(self._encode(passages, progress), self._encoder.name)
        return len(passages)

    def _build(self, data: SearchData) -> _Generation:
        vectors = data.vectors.reshape(-1, self._encoder.dimension)
        tokens = [search_tokens(retrieval_text(passage)) for passage in data.passages]
        index = HybridIndex(self._vector_index(vectors), Bm25Index(tokens))
        return _Generation(data.generation, data.passages, index)

    def _encode(self, passages: Sequence[Passage], progress: Progress | None) -> npt.NDArray[np.float32]:
        batches = [np.zeros((0, self._encoder.dimension), dtype=np.float32)]
        for begin in range(0, len(passages), _ENCODING_BATCH):
            batch = passages[begin : begin + _ENCODING_BATCH]
            batches.append(self._encoder.encode([retrieval_text(passage) for passage in batch]))
            if progress is not None:
                progress(begin + len(batch), len(passages))
        return np.concatenate(batches)

    def _next_revision(self, document_id: str, digest: str, title: str) -> Revision:
        latest = self._catalogue.latest_revision(document_id)
        return Revision(document_id, 1 if latest is None else latest.number + 1, digest, title)

    def _free_id(self, digest: str) -> str:
        # The same text gets the same id on every machine, so that a link to it can be written down.
        candidate = f"doc-{digest[:12]}"
        latest = self._catalogue.latest_revision(candidate)
        return candidate if latest is None or latest.sha256 == digest else f"doc-{uuid.uuid4().hex[:12]}"


def retrieval_text(passage: Passage) -> str:
    """What a passage is found by: the headings above it that it does not hold itself, then its text."""
    above = [heading for heading in passage.headings if heading not in passage.text]
    return "\n".join([*above, passage.text])
