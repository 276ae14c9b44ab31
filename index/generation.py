"""A generation: what can be found between two changes of the library, as immutable as its segments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from index.hybrid import CANDIDATES, Candidate, fuse
from index.lexical import best_items, mean_length, score_parts
from index.segment import Run, Segment, living_runs
from index.view import Changes, DocumentState

Mask = npt.NDArray[np.bool_]
Vectors = npt.NDArray[np.float32]
Scored = list[tuple[int, float]]
"""Passage ids with their scores."""


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """Segments, and beside each a mask of its items that exist (None: all of them).

    Every score is what it would be if the passages that exist were all in one index made for them.
    """

    number: int
    segments: tuple[Segment, ...] = ()
    masks: tuple[Mask | None, ...] = ()
    passages: int = field(init=False)
    tokens: int = field(init=False)

    def __post_init__(self) -> None:
        lengths = [
            segment.lexical.lengths if mask is None else segment.lexical.lengths[mask]
            for segment, mask in zip(self.segments, self.masks, strict=True)
        ]
        object.__setattr__(self, "passages", sum(len(part) for part in lengths))
        object.__setattr__(self, "tokens", sum(int(part.sum(dtype=np.int64)) for part in lengths))

    def parts(self) -> Iterable[tuple[Segment, Mask | None]]:
        """Each segment with its mask."""
        return zip(self.segments, self.masks, strict=True)

    def find(self, document_id: str) -> tuple[int, Run] | None:
        """The number of the segment that holds a document, and where; None when it cannot be found."""
        for number, (segment, mask) in enumerate(self.parts()):
            run = segment.runs.get(document_id)
            if run is not None and (mask is None or mask[run.start]):
                return number, run
        return None

    def passage_ids(self) -> npt.NDArray[np.int64]:
        """The ids of all passages that exist, ascending."""
        found = [segment.ids if mask is None else segment.ids[mask] for segment, mask in self.parts()]
        return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *found]))

    def within(self, document_ids: Iterable[str]) -> tuple[Mask, ...]:
        """Per segment, the items of these documents; documents that are not there add nothing."""
        allowed = tuple(np.zeros(len(segment.ids), dtype=bool) for segment in self.segments)
        for document_id in document_ids:
            found = self.find(document_id)
            if found is not None:
                number, run = found
                allowed[number][run.start : run.stop] = True
        return allowed

    def search(self, vector: Vectors, tokens: Sequence[str], allowed: Sequence[Mask] | None = None) -> list[Candidate]:
        """The best 50 of each ranking in the order of their fused scores; items are passage ids.

        `allowed` is what `within` gives.
        """
        searched = self.masks if allowed is None else allowed
        lexical = score_parts(
            [(segment.lexical, mask) for segment, mask in self.parts()],
            self.passages,
            mean_length(self.tokens, self.passages),
            tokens,
        )
        by_words: Scored = []
        by_meaning: Scored = []
        for segment, mask, scores in zip(self.segments, searched, lexical, strict=True):
            found = best_items(scores, CANDIDATES, mask)
            by_words += zip(segment.ids[found].tolist(), scores[found].tolist(), strict=True)
            near = segment.dense.search(vector, CANDIDATES, mask)
            by_meaning += zip(segment.ids[near].tolist(), segment.dense.scores(vector, near).tolist(), strict=True)
        rankings = {"dense": _best(by_meaning), "lexical": _best(by_words)}
        chosen = np.array(sorted({item for ranking in rankings.values() for item in ranking}), dtype=np.int64)
        cosines: dict[int, float] = {}
        words: dict[int, float] = {}
        for (segment, mask), scores in zip(self.parts(), lexical, strict=True):
            ids, items = _held(segment, mask, chosen)
            cosines.update(zip(ids, segment.dense.scores(vector, items).tolist(), strict=True))
            words.update(zip(ids, scores[items].tolist(), strict=True))
        return fuse(rankings, cosines, words)


def _best(scored: Scored) -> list[int]:
    """The best 50, best first; among equals the older passage."""
    return [item for item, _ in sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:CANDIDATES]]


def _held(segment: Segment, mask: Mask | None, ids: npt.NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Those of the passages that exist in the segment, and which items they are."""
    places = np.searchsorted(segment.ids, ids)
    places[places == len(segment.ids)] = 0
    held = segment.ids[places] == ids
    if mask is not None:
        held &= mask[places]
    return ids[held].tolist(), places[held].tolist()


def reconcile(generation: Generation, changes: Changes) -> tuple[Generation, list[DocumentState]]:
    """The generation after the changes, and the documents that it still lacks because no segment holds them."""
    masks = [
        np.ones(len(segment.ids), dtype=bool) if mask is None else mask.copy() for segment, mask in generation.parts()
    ]
    if changes.complete:
        for mask in masks:
            mask[:] = False
    changed = {*changes.gone, *(state.document_id for state in changes.searchable)}
    for segment, mask in zip(generation.segments, masks, strict=True):
        for run in (segment.runs[document_id] for document_id in changed if document_id in segment.runs):
            mask[run.start : run.stop] = False
    missing = [state for state in changes.searchable if not _revive(state, generation.segments, masks)]
    return _tidied(changes.generation, generation.segments, masks), missing


def extended(generation: Generation, segments: Iterable[Segment]) -> Generation:
    """The generation with more segments, all of whose items exist."""
    more = tuple(segments)
    return Generation(generation.number, generation.segments + more, generation.masks + tuple(None for _ in more))


def exchanged(generation: Generation, old: Sequence[Segment], new: Segment) -> Generation | None:
    """The generation with `new` in the place of the segments that it was made of, which may have changed since.

    None when one of them is not there any more, or a document that exists is not in `new`.
    """
    if any(all(segment is not other for other in generation.segments) for segment in old):
        return None
    mask = np.zeros(len(new.ids), dtype=bool)
    kept: list[tuple[Segment, Mask | None]] = []
    for segment, living in generation.parts():
        if all(segment is not other for other in old):
            kept.append((segment, living))
            continue
        for document_id, run in living_runs(segment, living):
            place = new.runs.get(document_id)
            if place is None or (place.first, place.revision) != (run.first, run.revision):
                return None
            mask[place.start : place.stop] = True
    kept.append((new, mask))
    kept.sort(key=lambda part: int(part[0].ids[0]) if len(part[0].ids) else 0)
    masks = [np.ones(len(segment.ids), dtype=bool) if living is None else living for segment, living in kept]
    return _tidied(generation.number, [segment for segment, _ in kept], masks)


def _revive(state: DocumentState, segments: Sequence[Segment], masks: Sequence[Mask]) -> bool:
    for segment, mask in zip(segments, masks, strict=True):
        run = segment.runs.get(state.document_id)
        if run is not None and (run.revision, run.first, run.stop - run.start) == (
            state.revision,
            state.first,
            state.passages,
        ):
            mask[run.start : run.stop] = True
            return True
    return False


def _tidied(number: int, segments: Sequence[Segment], masks: Sequence[Mask]) -> Generation:
    """Without segments of which nothing exists, and without masks that let everything through."""
    kept = [(segment, mask) for segment, mask in zip(segments, masks, strict=True) if mask.any()]
    return Generation(
        number,
        tuple(segment for segment, _ in kept),
        tuple(None if mask.all() else mask for _, mask in kept),
    )
