"""Hard negatives: the passages that retrieval ranks best for a question and that do not hold its answer."""

from __future__ import annotations

from collections.abc import Sequence

from index.chunking import ChunkingPlan, chunk
from index.lexical import Bm25Index, best_items
from index.text import search_tokens
from index.types import Document, Revision
from qa.training.examples import Example

_CANDIDATES = 8


class HardNegatives:
    """Passages of a set of contexts, cut as the service cuts them, searched with BM25."""

    def __init__(self, examples: Sequence[Example], plan: ChunkingPlan | None = None) -> None:
        self._passages = [
            passage.text
            for number, context in enumerate(dict.fromkeys(example.context for example in examples))
            for passage in chunk(_document(number, context), plan or ChunkingPlan())
        ]
        self._index = Bm25Index([search_tokens(text) for text in self._passages])

    def passages(self, example: Example) -> list[str]:
        """The best wrong passages for `example`, best first: none of them holds the answer's text.

        For a question without an answer, the passages of its own context are as wrong as any other.
        """
        scores = self._index.scores(search_tokens(example.question))
        found = [self._passages[number] for number in best_items(scores, _CANDIDATES)]
        return [text for text in found if example.start is None or example.answer not in text]


def _document(number: int, text: str) -> Document:
    return Document(Revision(document_id=str(number), number=1, sha256="", title=""), text)
