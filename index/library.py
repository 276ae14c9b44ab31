"""Library: add, replace, remove and search documents. The facade that the rest of the program sees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.adding import Adder, checked_title
from index.catalogue import Catalogue
from index.check import check_library
from index.chunking import ChunkingPlan
from index.embedding import Progress
from index.importing import import_library
from index.keeper import IndexKeeper
from index.loaders import load
from index.ports import Encoder, VectorIndexKind
from index.rebuilding import index_anew
from index.text import search_tokens
from index.transfer import write_library
from index.types import (
    Document,
    DocumentSummary,
    Hit,
    LoadedText,
    Problem,
    Revision,
    RevisionSummary,
    Statistics,
)

__all__ = ["Library", "Progress"]
_SEARCHES = 3


class Library:
    """All documents of one data directory. Every method may be called from any thread."""

    def __init__(
        self, catalogue: Catalogue, encoder: Encoder, vector_index: VectorIndexKind, chunking: ChunkingPlan
    ) -> None:
        """Open the library; raises EncoderMismatch at the first search when other vectors are on disk."""
        self._catalogue = catalogue
        self._encoder = encoder
        self._chunking = chunking
        self._adder = Adder(catalogue, encoder, chunking)
        self._keeper = IndexKeeper(catalogue, encoder.name, encoder.dimension, vector_index)

    @property
    def generation(self) -> int:
        """Counts up with every change of the library; 0 when nothing was ever added."""
        return self._catalogue.state().generation

    def add_file(self, path: Path, progress: Progress | None = None) -> Revision:
        """Add the file at `path`; raises a LoadError when it cannot be read as a document."""
        return self.add(load(path.read_bytes(), path.name), source=path.name, progress=progress)

    def add(
        self,
        loaded: LoadedText,
        source: str,
        document_id: str | None = None,
        progress: Progress | None = None,
        title: str | None = None,
    ) -> Revision:
        """Store a text and make it searchable.

        A text that is already there is returned as it is; one that was removed is back. With the `document_id` of a
        stored document the text becomes its next revision. `title` names the document whatever its texts are called.
        Raises EmptyDocument, UnreadableText, InvalidTitle, or DocumentConflict when others keep changing the document.
        """
        revision = self._adder.add(loaded, source, document_id, progress, title)
        self._keep_up()
        return revision

    def replace(self, document_id: str, loaded: LoadedText, source: str, progress: Progress | None = None) -> Revision:
        """Make a text the next revision of a searchable document; the same text is the same revision.

        Passages that stay as they were are not encoded again. Raises UnknownDocument, and what `add` raises.
        """
        self._catalogue.summary(document_id)
        revision = self._adder.add(loaded, source, document_id, progress, replacing=True)
        self._keep_up()
        return revision

    def rename(self, document_id: str, title: str) -> DocumentSummary:
        """Give a document a title that stays when its text is replaced. Raises UnknownDocument or InvalidTitle."""
        self._catalogue.rename(document_id, checked_title(title))
        return self._catalogue.summary(document_id)

    def remove(self, document_id: str) -> None:
        """Take a document out of every answer; `restore` takes it back. Raises UnknownDocument."""
        self._catalogue.remove(document_id)

    def restore(self, document_id: str) -> DocumentSummary:
        """Undo `remove`: nothing is encoded again. Does nothing when it is not removed. Raises UnknownDocument."""
        self._adder.restore(document_id)
        self._keep_up()
        return self._catalogue.summary(document_id)

    def purge(self, document_id: str | None = None) -> int:
        """Delete for good the old revisions, and the removed documents with all theirs; how many revisions that were.

        With a `document_id` only those of that document. Raises UnknownDocument.
        """
        return self._catalogue.purge(document_id)

    def document(self, document_id: str, revision: int | None = None) -> Document:
        """The exact text of a revision (the current one by default), of a removed document too.

        Raises UnknownDocument or UnknownRevision.
        """
        return self._catalogue.document(document_id, revision)

    def summary(self, document_id: str) -> DocumentSummary:
        """One searchable document. Raises UnknownDocument."""
        return self._catalogue.summary(document_id)

    def summaries(self, limit: int, offset: int = 0, text: str | None = None) -> tuple[list[DocumentSummary], int]:
        """One page of the searchable documents, newest first, and how many there are in all.

        `text` keeps those with it in their title or source.
        """
        return self._catalogue.summaries(limit, offset, text)

    def revisions(self, document_id: str) -> list[RevisionSummary]:
        """The revisions that can be read, newest first, of a removed document too. Raises UnknownDocument."""
        return self._catalogue.revisions(document_id)

    def is_removed(self, document_id: str) -> bool:
        """Whether a document was removed. Raises UnknownDocument."""
        return self._catalogue.is_removed(document_id)

    def statistics(self) -> Statistics:
        """How much is searchable, and the bytes of the database and the index on disk."""
        return self._catalogue.statistics(self._keeper.store.bytes_on_disk())

    def search(self, question: str, top_k: int, document_ids: Sequence[str] | None = None) -> list[Hit]:
        """The `top_k` passages that most resemble the question, best first, from both rankings fused.

        `document_ids` restricts the search; raises UnknownDocument when one of them is not there.
        """
        vector, tokens = self._encoder.encode_question(question), search_tokens(question)
        hits: list[Hit] = []
        for _ in range(_SEARCHES):
            generation = self._keeper.newest_soon()
            allowed = None
            if document_ids is not None:
                self._check_known([name for name in document_ids if generation.find(name) is None])
                allowed = generation.within(document_ids)
            candidates = generation.search(vector, tokens, allowed)[: max(top_k, 0)]
            passages = self._catalogue.searchable([candidate.item for candidate in candidates])
            hits = [
                Hit(passages[candidate.item], candidate.score, candidate.ranks)
                for candidate in candidates
                if candidate.item in passages
            ]
            if len(hits) == len(candidates):
                break
            # A document was replaced or removed since the generation was looked up: what came in its place counts.
        return hits

    def warm_up(self) -> None:
        """Load or build the indexes now rather than at the first question. Raises EncoderMismatch."""
        self._keeper.newest()

    def check(self) -> list[Problem]:
        """Everything that is wrong with the catalogue, the indexes or their snapshot; nothing when all is well."""
        return check_library(self._catalogue, self._keeper, self._encoder.name, self._encoder.dimension)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Cut every document into passages anew, and make both indexes from them.

        Passages whose vectors are sound are not encoded again, unless another encoder made them. Those of removed
        documents are dropped.
        """
        self._index_anew(progress, keep_vectors=True)

    def reencode(self, progress: Progress | None = None) -> int:
        """The same, with every passage encoded anew; how many there are."""
        return self._index_anew(progress, keep_vectors=False)

    def export(self, path: Path) -> int:
        """Write all documents with their revisions and vectors to one file; how many searchable ones there are.

        There are no keys, jobs and conversations in it. Raises TransferError; a file that was there before stays then.
        """
        with self._catalogue.view() as view:
            return write_library(view, path)

    def import_from(self, path: Path, progress: Progress | None = None) -> int:
        """Merge the documents of an exported file into this library, all of them or none; how many changed here.

        A document that is not here comes with all its revisions. One with the same text stays as it is, one with
        another text gets that of the file as its next revision. Vectors of another encoder are made anew.
        Raises TransferError when the file is damaged or of a newer program, EncoderMismatch, CatalogueError.
        """
        changed = import_library(self._catalogue, self._encoder, path, progress)
        if changed:
            self._keep_up()
        return changed

    def save(self) -> bool:
        """Write the indexes to disk for a quick start; False when another process does that. Raises OSError."""
        return self._keeper.save()

    def settle(self, timeout: float | None = None) -> bool:
        """Wait until the indexes are merged in the background; False when that took longer than `timeout` seconds."""
        return self._keeper.settle(timeout)

    def close(self) -> None:
        """Write what is in no snapshot, and let go of the folder; the library must not be used any more."""
        self._keeper.close()
        self._catalogue.database.close()

    def _index_anew(self, progress: Progress | None, *, keep_vectors: bool) -> int:
        count = index_anew(self._catalogue, self._encoder, self._chunking, progress, keep_vectors=keep_vectors)
        loaded = self._keeper.loaded
        self._keeper.forget()
        if loaded:
            self._keeper.newest()
        return count

    def _check_known(self, document_ids: Sequence[str]) -> None:
        for document_id in document_ids:
            self._catalogue.summary(document_id)

    def _keep_up(self) -> None:
        """Index a change now rather than at the next question, in a process that answers questions."""
        if self._keeper.loaded:
            self._keeper.newest()
