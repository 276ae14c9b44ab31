"""How a text comes into the catalogue: known or new, under which id, with what encoded."""

from __future__ import annotations

import hashlib
import uuid

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan, chunk
from index.embedding import Progress, embed
from index.errors import DocumentConflict, EmptyDocument, InvalidTitle, UnknownDocument, UnreadableText
from index.names import storable_name
from index.ports import Encoder
from index.types import Document, LoadedText, Revision

TITLE_CHARACTERS = 500
_ATTEMPTS = 8


class Adder:
    """Adds to one catalogue. Every method may be called from any thread."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder, plan: ChunkingPlan) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._plan = plan

    def add(
        self,
        loaded: LoadedText,
        source: str,
        document_id: str | None,
        progress: Progress | None = None,
        title: str | None = None,
        *,
        replacing: bool = False,
    ) -> Revision:
        """Store a text as `Library.add` says; when others were quicker, see what there is now and try again.

        `replacing` only puts it in the place of a document that is there when it is stored, else UnknownDocument.
        """
        digest = digest_of(loaded, source)
        named = None if title is None else checked_title(title)
        with self._catalogue.view() as view:
            view.check_encoder(self._encoder.name)
        name, dimension = self._encoder.name, self._encoder.dimension
        vectors = self._catalogue.stored_vectors(document_id, name, dimension) if document_id else {}
        for _ in range(_ATTEMPTS):
            try:
                known = self._known(digest, document_id)
                if known is not None:
                    return self._returned(known, named if document_id else None, named or storable_name(loaded.title))
                document = self._numbered(loaded, document_id or self._free_id(digest), digest)
                passages = chunk(document, self._plan)
                found = embed(passages, self._encoder, vectors, progress)
                return self._catalogue.put(
                    document, storable_name(source), passages, found, name, named, replacing=replacing
                )
            except DocumentConflict:
                continue
            except UnknownDocument:
                # What was known a moment ago was removed or purged; one who replaces wants to hear of it.
                if replacing:
                    raise
        raise DocumentConflict(document_id or _id_of(digest))

    def restore(self, document_id: str) -> None:
        """Make a removed document searchable again. Raises UnknownDocument."""
        if self._catalogue.summary(document_id, removed=True).passages:
            self._catalogue.restore(document_id)
            return
        # Its passages went with a change of the encoder, or with an old version of this program.
        passages = chunk(self._catalogue.document(document_id), self._plan)
        vectors = embed(passages, self._encoder)
        self._catalogue.restore(document_id, (passages, vectors), self._encoder.name)

    def _known(self, digest: str, document_id: str | None) -> Revision | None:
        """The document whose current text this is, of a removed one only under its own id."""
        known = self._catalogue.with_text(digest)
        if known is not None and document_id in (None, known.document_id):
            return known
        latest = self._catalogue.latest_revision(document_id or _id_of(digest))
        return latest if latest is not None and latest.sha256 == digest else None

    def _returned(self, known: Revision, title: str | None, fresh_title: str) -> Revision:
        """The known revision, back when it was removed: then under the title that it has now, as if it were new."""
        if self._catalogue.is_removed(known.document_id):
            self.restore(known.document_id)
            title = title or fresh_title
        if title is not None and title != known.title:
            self._catalogue.rename(known.document_id, title)
        return self._catalogue.summary(known.document_id).revision

    def _numbered(self, loaded: LoadedText, document_id: str, digest: str) -> Document:
        latest = self._catalogue.latest_revision(document_id)
        number = 1 if latest is None else latest.number + 1
        revision = Revision(document_id, number, digest, storable_name(loaded.title))
        return Document(revision, loaded.text, loaded.headings, loaded.pages)

    def _free_id(self, digest: str) -> str:
        # The same text gets the same id on every machine, so that a link to it can be written down.
        candidate = _id_of(digest)
        latest = self._catalogue.latest_revision(candidate)
        return candidate if latest is None or latest.sha256 == digest else f"doc-{uuid.uuid4().hex[:12]}"


def digest_of(loaded: LoadedText, source: str) -> str:
    """SHA-256 of a text that can be kept and found. Raises EmptyDocument or UnreadableText."""
    if not loaded.text.strip():
        raise EmptyDocument(f"“{source}”里没有文字。")
    if "\0" in loaded.text:
        raise UnreadableText(f"“{source}”的文字里有空字符（U+0000），多半是二进制文件；请换成文本再添加。")
    try:
        return hashlib.sha256(loaded.text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise UnreadableText(
            f"“{source}”的第 {error.start + 1} 个字符是单独的代理码（U+{ord(loaded.text[error.start]):04X}），"
            "不是完整的字符；请检查文件的编码。"
        ) from error


def checked_title(title: str) -> str:
    """A title on one line. Raises InvalidTitle."""
    name = storable_name(title)
    if not 0 < len(name) <= TITLE_CHARACTERS:
        raise InvalidTitle(len(name), TITLE_CHARACTERS)
    return name


def _id_of(digest: str) -> str:
    return f"doc-{digest[:12]}"
