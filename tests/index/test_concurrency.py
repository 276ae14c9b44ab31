"""Several threads and two processes change and search one library; every hit is held against its document."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.library import Library
from index.types import LoadedText
from tests.index.crash.operations import open_library

pytestmark = pytest.mark.slow

SECONDS = float(os.environ.get("WENQU_CONCURRENT_SECONDS", "4"))
PROCESSES = multiprocessing.get_context("forkserver")


def text(chance: random.Random) -> str:
    return "".join(f"第{chance.randrange(1000)}号项目投资{chance.randrange(1000)}亿元。\n" for _ in range(6))


def change(library: Library, seed: int, until: float, removed: Callable[[str], object]) -> None:
    """Add, replace and remove documents of one's own; `removed` is told after each removal."""
    chance = random.Random(seed)
    living: list[str] = []
    number = 0
    while time.monotonic() < until:
        if len(living) > 5 and chance.random() < 0.5:
            name = living.pop(chance.randrange(len(living)))
            library.remove(name)
            removed(name)
        elif living and chance.random() < 0.4:
            library.replace(chance.choice(living), LoadedText(text(chance), "题"), "a.txt")
        else:
            number += 1
            living.append(f"d{seed}-{number}")
            library.add(LoadedText(text(chance), "题"), "a.txt", document_id=living[-1])


def change_elsewhere(folder: Path, seed: int, seconds: float, told: multiprocessing.connection.Connection) -> None:
    library = open_library(folder)
    told.send("")
    change(library, seed, time.monotonic() + seconds, told.send)
    told.close()


def listen(told: multiprocessing.connection.Connection, removed: Callable[[str], object]) -> None:
    with told:
        while True:
            try:
                removed(told.recv())
            except EOFError:
                return


def ask(library: Library, seed: int, until: float, gone: set[str], searched: list[int]) -> None:
    chance = random.Random(seed)
    while time.monotonic() < until:
        never = set(gone)
        hits = library.search(f"第{chance.randrange(1000)}号项目投资多少？", 10)
        searched.append(len(hits))
        for hit in hits:
            revision, passage = hit.passage.revision, hit.passage
            document = library.document(revision.document_id, revision.number)
            assert document.revision == revision
            assert document.text[passage.start : passage.end] == passage.text
            assert revision.document_id not in never


def test_every_hit_is_in_its_document_and_none_was_removed(tmp_path: Path) -> None:
    library = open_library(tmp_path)
    library.add(LoadedText(text(random.Random(0)), "题"), "a.txt", document_id="first")
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=change_elsewhere, args=(tmp_path, 1, SECONDS, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == ""
    until = time.monotonic() + SECONDS
    gone: set[str] = set()
    searched: list[int] = []
    with ThreadPoolExecutor(5) as threads:
        done = [
            threads.submit(listen, ours, gone.add),
            *(threads.submit(change, library, seed, until, gone.add) for seed in (2, 3)),
            *(threads.submit(ask, library, seed, until, gone, searched) for seed in (4, 5)),
        ]
    process.join()
    assert [work.exception() for work in done] == [None] * 5
    assert process.exitcode == 0
    assert min(searched) > 0
    assert library.check() == []
    # Every text says 投资: which of the passages that score alike are the last of 50 candidates is nobody's promise.
    scores = [hit.score for hit in library.search("项目投资", 40)]
    assert [hit.score for hit in open_library(tmp_path).search("项目投资", 40)] == pytest.approx(scores)


def test_a_change_is_seen_by_another_process_at_its_next_question(tmp_path: Path) -> None:
    library, other = open_library(tmp_path), open_library(tmp_path)
    for number in range(10):
        name = library.add(LoadedText(f"第{number}号项目投资。", "题"), "a.txt").document_id
        assert {hit.passage.revision.document_id for hit in other.search(f"第{number}号项目", 1)} == {name}
        other.remove(name)
        assert name not in {hit.passage.revision.document_id for hit in library.search(f"第{number}号项目", 50)}
