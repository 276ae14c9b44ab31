"""Keeps the indexes in step with the catalogue: catches up, merges, and writes snapshots."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.catalogue import Catalogue
from index.generation import Generation, exchanged, extended, reconcile
from index.merging import due_merge
from index.ports import VectorIndexKind
from index.segment import Segment, build_segment, merge_segments, new_name
from index.snapshot import SnapshotStore
from index.view import CatalogueView, DocumentState, StoredPassage

SNAPSHOT_FOLDER = "index"
_SEGMENT_PASSAGES = 8192
"""So many passages at most are indexed at a time, unless they are of one document."""
_MERGED_AT_ONCE = 2048
"""Merges of no more passages than this are quick enough for the caller; the others are made in the background."""
_UNSAVED_PASSAGES = 2000
"""A snapshot is written when so many passages are in none: about a second of indexing at the next start."""
_PATIENCE_SECONDS = 1.0
_log = logging.getLogger(__name__)


class IndexKeeper:
    """The newest generation of one catalogue. Every method may be called from any thread."""

    def __init__(self, catalogue: Catalogue, encoder: str, dimension: int, kind: VectorIndexKind) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._dimension = dimension
        self._kind = kind
        folder: Path = catalogue.database.path.parent / SNAPSHOT_FOLDER
        self._store = SnapshotStore(folder, encoder, dimension, kind)
        self._changing = threading.Lock()
        self._writing = threading.Lock()
        self._current: Generation | None = None
        self._saved: frozenset[str] = frozenset()
        self._tried: frozenset[str] | None = None
        self._background: threading.Thread | None = None
        self._catching: Future[Generation] | None = None
        self._background_lock = threading.Lock()
        self._closed = False

    @property
    def store(self) -> SnapshotStore:
        """The snapshots."""
        return self._store

    @property
    def loaded(self) -> bool:
        """Whether there is a generation yet; without one nothing needs to be kept in step."""
        return self._current is not None

    def newest(self) -> Generation:
        """The generation of all that is in the catalogue now. Raises EncoderMismatch or CatalogueError."""
        number = self._catalogue.state().generation
        current = self._current
        if current is not None and current.number >= number:
            return current
        with self._changing:
            current = self._current
            if current is None or current.number < number:
                current = self._current = self._caught_up(current)
        self._tend()
        return current

    def newest_soon(self) -> Generation:
        """The same, but after a second of indexing the generation before is given, and the rest is done meanwhile.

        What is found in it has to be looked up in the catalogue anyway, which knows what may be shown.
        """
        number = self._catalogue.state().generation
        current = self._current
        if current is None:
            return self.newest()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while current.number < number:
            try:
                current = self._catch_up_aside().result(max(deadline - time.monotonic(), 0.0))
            except TimeoutError:
                break
        return current

    def save(self) -> bool:
        """Write a snapshot of what is in the catalogue now; False when another process is the one that writes.

        Raises OSError.
        """
        self.newest()
        return self._save()

    def forget(self) -> None:
        """Drop the indexes and their snapshot; the next question makes them anew."""
        with self._changing, self._writing:
            self._current = None
            self._saved = frozenset()
            self._store.drop()

    def settle(self, timeout: float | None = None) -> bool:
        """Wait until nothing is being done in the background; False when it took longer than `timeout` seconds."""
        background = self._background
        if background is not None:
            background.join(timeout)
        return self._background is None

    def close(self, timeout: float = 10.0) -> None:
        """End the work in the background and write what is in no snapshot; the keeper must not be used any more.

        Work that does not end in `timeout` seconds is left to die with the process.
        """
        self._closed = True
        if not self.settle(timeout):
            return
        current = self._current
        if current is not None and current.segments and self._unsaved(current):
            self._try_to_save()
        self._store.close()

    def _catch_up_aside(self) -> Future[Generation]:
        """A catching up in another thread, which may have begun before."""
        with self._background_lock:
            if self._catching is None or self._catching.done():
                self._catching = Future()
                threading.Thread(target=_settle, args=(self._catching, self.newest), daemon=True).start()
            return self._catching

    def _caught_up(self, current: Generation | None) -> Generation:
        with self._catalogue.view() as view:
            view.check_encoder(self._encoder)
            if current is None:
                segments = self._store.read()
                self._saved = frozenset(segment.name for segment in segments)
                current = Generation(-1, segments, tuple(None for _ in segments))
            since = None if current.number < 0 else current.number
            changed, missing = reconcile(current, view.changes(since))
            changed = extended(changed, self._build(view, missing))
        while (due := _due(changed)) and sum(len(changed.segments[number].ids) for number in due) <= _MERGED_AT_ONCE:
            changed = self._merged(changed, due)
        return changed

    def _build(self, view: CatalogueView, documents: Iterable[DocumentState]) -> Iterator[Segment]:
        for batch in _batches(documents):
            stored: Iterator[StoredPassage] = view.passages(state.document_id for state in batch)
            segment = build_segment(stored, self._kind, self._dimension)
            if len(segment.ids):
                yield segment

    def _merged(self, generation: Generation, due: list[int]) -> Generation:
        parts = [part for number, part in enumerate(generation.parts()) if number in due]
        merged = merge_segments(parts, self._kind)
        changed = exchanged(generation, [segment for segment, _ in parts], merged)
        return generation if changed is None else changed

    def _unsaved(self, generation: Generation) -> int:
        return sum(len(segment.ids) for segment in generation.segments if segment.name not in self._saved)

    def _save(self) -> bool:
        with self._writing:
            current = self._current
            if current is None:
                return False
            written = self._store.write(current.segments, current.number)
            if written:
                self._saved = _names(current)
            return written

    def _try_to_save(self) -> None:
        current = self._current
        self._tried = None if current is None else _names(current)
        try:
            self._save()
        except OSError as error:
            _log.warning("索引快照未能写入（%s）；不影响使用，下次启动会重新建立索引。", error)

    def _tend(self) -> None:
        """Do in the background what is due, unless it is being done."""
        with self._background_lock:
            if self._background is None and not self._closed and self._has_work():
                self._background = threading.Thread(target=self._work, name="wenqu-index", daemon=True)
                self._background.start()

    def _has_work(self) -> bool:
        current = self._current
        if current is None:
            return False
        is_slow = any(segment.dense.is_slow for segment in current.segments)
        return bool(_due(current)) or is_slow or self._is_save_due(current)

    def _work(self) -> None:
        try:
            while self._goes_on():
                self._work_once()
        except Exception:
            _log.exception("索引的后台整理中断；不影响使用，下次有改动时会再试。")
            with self._background_lock:
                self._background = None

    def _goes_on(self) -> bool:
        """Whether there is more to do; if not, the next change begins another thread."""
        with self._background_lock:
            if self._closed or not self._has_work():
                self._background = None
            return self._background is not None

    def _work_once(self) -> None:
        current = self._current
        if current is None:
            return
        due = _due(current)
        slow = next((segment for segment in current.segments if segment.dense.is_slow), None)
        if due:
            parts = [part for number, part in enumerate(current.parts()) if number in due]
            self._exchange([segment for segment, _ in parts], merge_segments(parts, self._kind))
        elif slow is not None:
            self._exchange([slow], replace(slow, name=new_name(), dense=slow.dense.accelerated()))
        elif self._is_save_due(current):
            self._try_to_save()

    def _exchange(self, old: list[Segment], new: Segment) -> None:
        with self._changing:
            changed = None if self._current is None else exchanged(self._current, old, new)
            if changed is not None:
                self._current = changed

    def _is_save_due(self, generation: Generation) -> bool:
        return self._unsaved(generation) >= _UNSAVED_PASSAGES and _names(generation) != self._tried


def _settle(future: Future[Generation], work: Callable[[], Generation]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)


def _names(generation: Generation) -> frozenset[str]:
    return frozenset(segment.name for segment in generation.segments)


def _due(generation: Generation) -> list[int]:
    return due_merge(
        [
            (len(segment.ids) if mask is None else int(np.count_nonzero(mask)), len(segment.ids))
            for segment, mask in generation.parts()
        ]
    )


def _batches(documents: Iterable[DocumentState]) -> Iterator[list[DocumentState]]:
    batch: list[DocumentState] = []
    passages = 0
    for state in documents:
        if batch and passages + state.passages > _SEGMENT_PASSAGES:
            yield batch
            batch, passages = [], 0
        batch.append(state)
        passages += state.passages
    if batch:
        yield batch
