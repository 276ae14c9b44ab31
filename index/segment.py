"""A segment: some passages with both of their indexes, made once and never changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.chunking import retrieval_text
from index.errors import CatalogueError
from index.lexical import Postings, count_terms, merge_postings
from index.ports import VectorIndex, VectorIndexKind
from index.text import search_tokens
from index.view import StoredPassage

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Run:
    """The items start..stop (half-open) of a segment: the passages of a revision; `first` is the id of the first."""

    start: int
    stop: int
    revision: int
    first: int


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Item n is the passage with the id `ids[n]`, ascending; `runs` says which items are whose, by document.

    The name is that of its files.
    """

    name: str
    ids: npt.NDArray[np.int64]
    runs: Mapping[str, Run]
    dense: VectorIndex
    lexical: Postings


def build_segment(stored: Iterable[StoredPassage], kind: VectorIndexKind, dimension: int) -> Segment:
    """The segment of these passages, those of one document side by side, in the order of their ids.

    Raises CatalogueError when a vector has another dimension.
    """
    ids: list[int] = []
    vectors: list[npt.NDArray[np.float32]] = []
    tokens: list[list[str]] = []
    runs: dict[str, Run] = {}
    for item, found in enumerate(stored):
        revision = found.passage.revision
        begun = runs.get(revision.document_id) or Run(item, item, revision.number, found.id)
        runs[revision.document_id] = Run(begun.start, item + 1, begun.revision, begun.first)
        if found.vector.shape != (dimension,):
            raise CatalogueError(
                f"文档“{revision.document_id}”的向量是 {len(found.vector)} 维，应为 {dimension} 维；"
                "请运行 wenqu rebuild 重建。"
            )
        ids.append(found.id)
        vectors.append(found.vector)
        tokens.append(search_tokens(retrieval_text(found.passage)))
    matrix = np.array(vectors, dtype=np.float32).reshape(len(vectors), dimension)
    return Segment(new_name(), np.array(ids, dtype=np.int64), runs, kind(matrix), count_terms(tokens))


def merge_segments(parts: Sequence[tuple[Segment, Mask | None]], kind: VectorIndexKind) -> Segment:
    """One segment of all items that the masks let through (None: all); a document is let through as a whole."""
    runs = sorted(
        ((number, document_id, run) for number, part in enumerate(parts) for document_id, run in living_runs(*part)),
        key=lambda found: found[2].first,
    )
    places = [np.full(len(segment.ids), -1, dtype=np.int64) for segment, _ in parts]
    merged: dict[str, Run] = {}
    count = 0
    for number, document_id, run in runs:
        stop = count + run.stop - run.start
        places[number][run.start : run.stop] = np.arange(count, stop)
        merged[document_id] = Run(count, stop, run.revision, run.first)
        count = stop
    ids = np.zeros(count, dtype=np.int64)
    found = [segment.dense.vectors() for segment, _ in parts]
    vectors = np.zeros((count, found[0].shape[1]), dtype=np.float32)
    for (segment, _), chosen, rows in zip(parts, places, found, strict=True):
        kept = chosen >= 0
        ids[chosen[kept]] = segment.ids[kept]
        vectors[chosen[kept]] = rows[kept]
    lexical = merge_postings([(segment.lexical, chosen) for (segment, _), chosen in zip(parts, places, strict=True)])
    return Segment(new_name(), ids, merged, kind(vectors), lexical)


def living_runs(segment: Segment, mask: Mask | None) -> Iterator[tuple[str, Run]]:
    """The documents of a segment whose passages exist, each with its run."""
    for document_id, run in segment.runs.items():
        if mask is None or mask[run.start]:
            yield document_id, run


def new_name() -> str:
    """A name that no other segment has."""
    return f"segment-{uuid.uuid4().hex}"
