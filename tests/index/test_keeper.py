"""What the keeper does beside answering: questions that do not wait, work in the background, failures in it."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt
import pytest

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.library import Library
from index.types import LoadedText
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.slow

Vectors = npt.NDArray[np.float32]


class HeldIndex(FaissIndex):
    """Waits with being made until it is allowed."""

    allowed = threading.Event()

    def __init__(self, vectors: Vectors | faiss.Index, graph_items: int = 100_000) -> None:
        assert type(self).allowed.wait(60)
        super().__init__(vectors, graph_items)


class BrokenGraphIndex(FaissIndex):
    """Is always slow, and cannot be made faster."""

    @property
    def is_slow(self) -> bool:
        return True

    def accelerated(self) -> FaissIndex:
        raise MemoryError("no room for a graph")


def open_library(folder: Path, kind: type[FaissIndex] = FaissIndex) -> Library:
    return Library(Catalogue(folder / "catalogue.sqlite3"), FakeEncoder(), kind, ChunkingPlan())


def texts(library: Library) -> set[str]:
    return {hit.passage.text for hit in library.search("投资", 50)}


def test_a_question_does_not_wait_for_a_long_indexing_of_what_others_added(tmp_path: Path) -> None:
    HeldIndex.allowed.set()
    library, other = open_library(tmp_path, HeldIndex), open_library(tmp_path)
    old = library.add(LoadedText("旧的投资。", "题"), "a.txt").document_id
    library.add(LoadedText("另一份投资。", "题"), "b.txt")
    assert texts(library) == {"旧的投资。", "另一份投资。"}
    HeldIndex.allowed.clear()
    try:
        other.add(LoadedText("新的投资。", "题"), "c.txt")
        other.remove(old)
        # What was removed is gone at once all the same.
        assert texts(library) == {"另一份投资。"}
    finally:
        HeldIndex.allowed.set()
    assert texts(library) == {"新的投资。", "另一份投资。"}


def test_one_who_adds_finds_it_at_once(tmp_path: Path) -> None:
    library = open_library(tmp_path)
    library.warm_up()
    for number in range(30):
        library.add(LoadedText(f"第{number}份投资。", "题"), "a.txt")
        assert f"第{number}份投资。" in texts(library)


def test_work_in_the_background_that_fails_is_logged_and_disturbs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    library = open_library(tmp_path, BrokenGraphIndex)
    library.add(LoadedText("一份投资。", "题"), "a.txt")
    assert texts(library) == {"一份投资。"}
    assert library.settle(60)
    assert "no room for a graph" in caplog.text
    library.add(LoadedText("又一份投资。", "题"), "b.txt")
    assert texts(library) == {"一份投资。", "又一份投资。"}
    assert library.check() == []
    library.close()


def test_a_snapshot_that_cannot_be_written_is_tried_again_only_after_a_change(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    library = open_library(tmp_path)
    library.add(LoadedText("".join(f"第{line}行，投资{line}亿元的项目。\n\n" for line in range(20_000)), "题"), "a.txt")
    library.warm_up()
    assert library.settle(60)
    assert library.statistics().passages >= 2000
    assert caplog.text.count("未能写入") == 1
    library.search("投资", 5)
    assert library.settle(60)
    assert caplog.text.count("未能写入") == 1


def test_closing_twice_does_no_harm(tmp_path: Path) -> None:
    library = open_library(tmp_path)
    library.add(LoadedText("投资。", "题"), "a.txt")
    library.warm_up()
    library.close()
    library.close()
    assert (tmp_path / "index" / "manifest.json").exists()
