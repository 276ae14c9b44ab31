"""Passages and vectors of a whole library made anew from its texts."""

from __future__ import annotations

from index.catalogue import Catalogue, Indexed
from index.chunking import ChunkingPlan, chunk, retrieval_text
from index.embedding import Progress, Vectors, embed
from index.ports import Encoder
from index.types import Passage
from index.vectors import is_sound


def index_anew(
    catalogue: Catalogue, encoder: Encoder, plan: ChunkingPlan, progress: Progress | None, *, keep_vectors: bool
) -> int:
    """Cut and encode all searchable documents, and store that at once; how many passages there are.

    What is added meanwhile is encoded too, and what was encoded before is not lost.
    """
    made: dict[str, Vectors] = {}
    while True:
        generation, passages = _cut(catalogue, encoder, plan, made, keep_vectors=keep_vectors)
        everything = [passage for found in passages.values() for passage in found]
        vectors = embed(everything, encoder, made, progress)
        indexed: dict[str, Indexed] = {}
        begin = 0
        for document_id, found in passages.items():
            indexed[document_id] = (found, vectors[begin : begin + len(found)])
            begin += len(found)
        if catalogue.index_anew(generation, indexed, encoder.name):
            return len(everything)


def _cut(
    catalogue: Catalogue, encoder: Encoder, plan: ChunkingPlan, made: dict[str, Vectors], *, keep_vectors: bool
) -> tuple[int, dict[str, list[Passage]]]:
    """The generation, and the passages of each document; sound vectors that are kept go into `made`."""
    with catalogue.view() as view:
        state = view.state()
        passages = {
            document_id: chunk(view.document(document_id), plan) for document_id in view.document_ids(removed=False)
        }
        if keep_vectors and state.encoder == encoder.name:
            for stored in view.passages(passages):
                if is_sound(stored.vector, encoder.dimension):
                    made.setdefault(retrieval_text(stored.passage), stored.vector)
    return state.generation, passages
