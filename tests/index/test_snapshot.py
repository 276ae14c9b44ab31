"""The indexes on disk: read when whole, never trusted when not, and never in the way."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

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

TEXTS = [f"第{number}号项目投资{number}亿元，位于肇庆高新区。" for number in range(12)]


def open_library(folder: Path, encoder: FakeEncoder | None = None) -> Library:
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    return Library(catalogue, encoder or FakeEncoder(), FaissIndex, ChunkingPlan(40, 10))


def add_all(library: Library) -> list[str]:
    return [library.add(LoadedText(text, "题"), f"{place}.txt").document_id for place, text in enumerate(TEXTS)]


def found(library: Library, question: str = "第7号项目投资多少") -> list[tuple[str, float]]:
    return [(hit.passage.text, hit.score) for hit in library.search(question, 50)]


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "index").iterdir()}


def manifest(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "index" / "manifest.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    library = open_library(tmp_path)
    add_all(library)
    assert library.save()
    library.close()
    return tmp_path


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING)
    return caplog


def test_a_snapshot_is_loaded_and_answers_the_same(saved: Path, log: pytest.LogCaptureFixture) -> None:
    read = open_library(saved)
    expected = found(read)
    assert read.check() == []
    for path in (saved / "index").iterdir():
        path.unlink()
    assert found(open_library(saved)) == expected
    assert log.records == []


def test_what_is_in_a_snapshot_is_not_indexed_again(saved: Path) -> None:
    names = {entry["name"] for entry in manifest(saved)["segments"]}
    library = open_library(saved)
    library.add(LoadedText("后来的第99号项目。", "题"), "z.txt")
    removed = library.summaries(100)[0][-1].revision.document_id
    library.remove(removed)
    assert len(found(library)) == len(TEXTS)
    assert library.save()
    library.close()
    now = {entry["name"] for entry in manifest(saved)["segments"]}
    assert names < now
    assert len(now) == len(names) + 1
    again = open_library(saved)
    assert again.check() == []
    again.restore(removed)
    assert len(found(again)) == len(TEXTS) + 1


def test_files_that_no_manifest_names_are_deleted(saved: Path) -> None:
    (saved / "index" / "segment-1.npz.unfinished").write_bytes(b"half")
    (saved / "index" / "segment-old.npz").write_bytes(b"old")
    library = open_library(saved)
    library.warm_up()
    assert library.save()
    assert "segment-old.npz" not in files(saved)
    named = {name for entry in manifest(saved)["segments"] for name in entry["files"]}
    assert files(saved) == named | {"manifest.json", "lock"}


@pytest.mark.parametrize("ending", ["npz", "faiss", "json"])
@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "missing"])
def test_a_damaged_snapshot_is_noticed_and_made_anew(
    saved: Path, log: pytest.LogCaptureFixture, ending: str, damage: str
) -> None:
    expected = found(open_library(saved))
    path = next(path for path in (saved / "index").iterdir() if path.suffix == f".{ending}")
    data = path.read_bytes()
    middle = len(data) // 2
    changed = {
        "truncated": data[:middle],
        "flipped": data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :],
        "emptied": b"",
    }
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(changed[damage])
    library = open_library(saved)
    assert found(library) == expected
    if (ending, damage) != ("json", "missing"):
        assert "从数据库重建" in log.text
        assert {problem.code for problem in library.check()} == {"snapshot_damaged"}
    assert library.save()
    library.close()
    assert open_library(saved).check() == []


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"dimension": 3},
        {"encoder": "other"},
        {"tokens": "another tokeniser"},
        {"segments": [{"name": "x", "files": {"../catalogue.sqlite3": {"bytes": 1, "sha256": ""}}}]},
        {"segments": [{}]},
        {"segments": 5},
        {"segments": [{"name": "x", "files": {"manifest.json": 7}}]},
    ],
)
def test_a_manifest_of_something_else_is_not_used(
    saved: Path, log: pytest.LogCaptureFixture, change: dict[str, object]
) -> None:
    expected = found(open_library(saved))
    path = saved / "index" / "manifest.json"
    path.write_text(json.dumps({**manifest(saved), **change}), encoding="utf-8")
    assert found(open_library(saved)) == expected
    assert "从数据库重建" in log.text


def test_a_snapshot_of_another_catalogue_gives_nothing_of_it(saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    library = open_library(other)
    library.add(LoadedText("完全不同的内容，没有项目。", "题"), "x.txt")
    (other / "index").mkdir(exist_ok=True)
    for path in (saved / "index").iterdir():
        (other / "index" / path.name).write_bytes(path.read_bytes())
    read = open_library(other)
    assert [text for text, _ in found(read)] == ["完全不同的内容，没有项目。"]
    assert read.check() == []


def test_an_older_catalogue_that_went_another_way_is_followed(saved: Path) -> None:
    """A backup is put back: ids and generations count on from before, to other contents."""
    backup = {path.name: path.read_bytes() for path in saved.iterdir() if path.is_file()}
    library = open_library(saved)
    library.add(LoadedText("只在快照里的投资。", "题"), "x.txt")
    library.save()
    library.close()
    for path in [path for path in saved.iterdir() if path.is_file()]:
        path.unlink()
    for name, data in backup.items():
        (saved / name).write_bytes(data)
    for number in range(2):
        open_library(saved).add(LoadedText(f"备份之后的投资{number}。", "题"), "y.txt")
    read = open_library(saved)
    texts = {text for text, _ in found(read, "投资")}
    assert "只在快照里的投资。" not in texts
    assert {"备份之后的投资0。", "备份之后的投资1。"} <= texts
    assert read.check() == []


def test_one_process_at_a_time_writes(saved: Path) -> None:
    first, second = open_library(saved), open_library(saved)
    assert first.save()
    assert not second.save()
    first.close()
    assert second.save()
    second.close()


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path, log: pytest.LogCaptureFixture) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    library = open_library(tmp_path)
    library.add(LoadedText("投资3亿元。", "题"), "a.txt")
    assert [text for text, _ in found(library)] == ["投资3亿元。"]
    with pytest.raises(OSError, match="index"):
        library.save()
    library.close()
    assert "不影响使用" in log.text


def test_many_passages_are_saved_and_merged_in_the_background(tmp_path: Path) -> None:
    library = open_library(tmp_path)
    library.warm_up()
    for number in range(24):
        text = "".join(f"第{number}篇第{line}行，投资{line}亿元的项目位于肇庆高新区内。\n" for line in range(150))
        library.add(LoadedText(text, "题"), f"{number}.txt")
    assert library.settle(60)
    library.close()
    segments = manifest(tmp_path)["segments"]
    assert len(segments) < 16
    assert sum(entry["passages"] for entry in segments) == library.statistics().passages >= 2000
    reopened = open_library(tmp_path)
    assert reopened.check() == []
    assert reopened.search("第5篇第100行", 1)[0].passage.text.startswith("第5篇")


def test_large_segments_get_a_graph_in_the_background(tmp_path: Path) -> None:
    class EagerIndex(FaissIndex):
        """A graph from ten items on."""

        def __init__(self, vectors: npt.NDArray[np.float32] | faiss.Index, graph_items: int = 10) -> None:
            super().__init__(vectors, min(graph_items, 10))

    def eager() -> Library:
        catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
        return Library(catalogue, FakeEncoder(), EagerIndex, ChunkingPlan(40, 10))

    library = eager()
    for place, text in enumerate(TEXTS):
        library.add(LoadedText(text, "题"), f"{place}.txt")
    expected = found(library)
    assert library.settle(60)
    library.close()
    (entry,) = manifest(tmp_path)["segments"]
    (vectors,) = (name for name in entry["files"] if name.endswith(".faiss"))
    assert (tmp_path / "index" / vectors).read_bytes()[:4] == b"IHNf"
    again = eager()
    assert found(again) == expected
    assert again.check() == []
    again.rebuild()
    assert found(again) == expected
