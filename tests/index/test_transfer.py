"""A whole library in one file, and back."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.database import Database
from index.dense import FaissIndex
from index.errors import EncoderMismatch, TransferError, UnknownDocument
from index.library import Library
from index.types import Heading, LoadedText, Page
from tests.fakes import FakeEncoder

FIRST = "第一条\n投资120亿元👍。\n博士5名。"


def open_library(folder: Path, encoder: FakeEncoder | None = None) -> Library:
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    return Library(catalogue, encoder or FakeEncoder(), FaissIndex, ChunkingPlan(12, 0))


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path: Path, contents: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)


def everything(library: Library) -> object:
    """All that may be asked of a library, for comparing two."""
    summaries, total = library.summaries(-1)
    return (
        total,
        {found.revision: (found.source, found.characters, found.passages, found.pages) for found in summaries},
        [
            library.document(found.revision.document_id, revision.number)
            for found in sorted(summaries, key=lambda one: one.revision.document_id)
            for revision in library.revisions(found.revision.document_id)
        ],
        [(hit.passage, hit.score, hit.ranks) for hit in library.search("投资博士", 50)],
    )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = open_library(tmp_path / "from")
    headings, pages = (Heading(1, 0, 3),), (Page(1, 0, 13), Page(2, 13, len(FIRST)))
    library.add(LoadedText(FIRST, "规定", headings, pages), "规定.pdf", document_id="a", title="我的规定")
    library.add(LoadedText("旧的投资。", "题"), "b.txt", document_id="b")
    library.replace("b", LoadedText("新的投资。", "题"), "b.txt")
    library.add(LoadedText("删掉的博士。", "题"), "c.txt", document_id="c")
    library.remove("c")
    return library


@pytest.fixture
def exported(library: Library, tmp_path: Path) -> Path:
    path = tmp_path / "library.zip"
    assert library.export(path) == 2
    return path


def test_all_comes_back_and_nothing_is_encoded(library: Library, exported: Path, tmp_path: Path) -> None:
    encoder = FakeEncoder()
    other = open_library(tmp_path / "to", encoder)
    told: list[tuple[int, int]] = []
    assert other.import_from(exported, lambda done, total: told.append((done, total))) == 3
    assert encoder.encoded == []
    assert told[-1] == (5, 5)
    assert everything(other) == everything(library)
    assert other.is_removed("c")
    assert other.check() == []
    other.restore("c")
    library.restore("c")
    assert everything(other) == everything(library)
    assert encoder.encoded == []


def test_importing_twice_changes_nothing(library: Library, exported: Path) -> None:
    before, generation = everything(library), library.generation
    assert library.import_from(exported) == 0
    assert (everything(library), library.generation) == (before, generation)


def test_another_text_becomes_the_next_revision(exported: Path, tmp_path: Path) -> None:
    other = open_library(tmp_path / "to")
    other.add(LoadedText("这里的投资。", "此题"), "x.txt", document_id="b")
    other.add(LoadedText("只在这里。", "题"), "y.txt", document_id="y")
    assert other.import_from(exported) == 3
    assert other.summaries(9)[1] == 3
    assert [found.number for found in other.revisions("b")] == [2, 1]
    assert other.document("b").text == "新的投资。"
    assert other.document("b", 1).text == "这里的投资。"
    assert other.check() == []


def test_what_was_removed_here_comes_back_and_what_is_here_is_not_removed(exported: Path, tmp_path: Path) -> None:
    other = open_library(tmp_path / "to")
    other.import_from(exported)
    other.remove("a")
    other.restore("c")
    assert other.import_from(exported) == 1
    assert other.summaries(9)[1] == 3
    assert {hit.passage.revision.document_id for hit in other.search("投资", 9)} == {"a", "b", "c"}
    assert other.check() == []


def test_vectors_of_another_encoder_are_made_anew(library: Library, exported: Path, tmp_path: Path) -> None:
    encoder = FakeEncoder("other", 32)
    other = open_library(tmp_path / "to", encoder)
    assert other.import_from(exported) == 3
    assert len(encoder.encoded) == 4
    assert "删掉的博士。" not in encoder.encoded
    assert {hit.passage.text for hit in other.search("投资", 9)} == {
        hit.passage.text for hit in library.search("投资", 9)
    }
    assert other.check() == []
    other.restore("c")
    assert other.check() == []


def test_a_library_whose_encoder_is_not_the_configured_one_takes_nothing(exported: Path, tmp_path: Path) -> None:
    open_library(tmp_path / "to").add(LoadedText("投资。", "题"), "a.txt")
    with pytest.raises(EncoderMismatch):
        open_library(tmp_path / "to", FakeEncoder("other", 32)).import_from(exported)


def test_there_are_no_secrets_in_the_file(library: Library, tmp_path: Path) -> None:
    with Database(tmp_path / "from" / "catalogue.sqlite3").transaction(write=True) as database:
        database.execute("INSERT INTO keys VALUES ('k', '管理员的密钥', 'the-hash', 'write', '2026', NULL)")
        database.execute("INSERT INTO conversations VALUES ('c', '私下的问题', '', '2026', '2026')")
    library.export(tmp_path / "library.zip")
    contents = b"".join(members(tmp_path / "library.zip").values())
    assert "投资".encode() in contents
    assert b"the-hash" not in contents
    assert "管理员的密钥".encode() not in contents
    assert "私下的问题".encode() not in contents


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(exported: Path, tmp_path: Path, share: float) -> None:
    data = exported.read_bytes()
    exported.write_bytes(data[: int(len(data) * share)])
    refused(exported, tmp_path)


def test_a_file_with_any_byte_changed_is_refused_or_the_same(library: Library, exported: Path, tmp_path: Path) -> None:
    data = exported.read_bytes()
    wanted = everything(library)
    other = open_library(tmp_path / "to")
    for place in range(0, len(data), 23):
        exported.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        if imported(other, exported):
            # Some bytes of a zip, such as the times of its members, mean nothing.
            assert everything(other) == wanted
            other = open_library(tmp_path / f"to{place}")
        assert other.generation == 0


def imported(library: Library, path: Path) -> bool:
    try:
        return library.import_from(path) > 0
    except TransferError:
        return False


def refused(path: Path, tmp_path: Path) -> None:
    other = open_library(tmp_path / "to")
    with pytest.raises(TransferError, match="没有导入任何内容"):
        other.import_from(path)
    assert other.generation == 0
    assert other.summaries(9)[1] == 0


def test_a_file_of_a_newer_program_is_refused(exported: Path, tmp_path: Path) -> None:
    contents = members(exported)
    manifest = json.loads(contents["manifest.json"])
    contents["manifest.json"] = json.dumps({**manifest, "format": 99}).encode()
    write_members(exported, contents)
    with pytest.raises(TransferError, match="请升级问渠"):
        open_library(tmp_path / "to").import_from(exported)


def forged(path: Path, name: str, data: bytes) -> None:
    """Another member, with a manifest that vouches for it."""
    contents = {**members(path), name: data}
    manifest = json.loads(contents["manifest.json"])
    manifest["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    contents["manifest.json"] = json.dumps(manifest).encode()
    write_members(path, contents)


CHANGES = [
    {"id": 5},
    {"id": None},
    {"source": []},
    {"revisions": []},
    {"passages": [[0, 999, [], None]]},
    {"passages": [[-1, 2, [], None]]},
    {"passages": [[2, 2, [], None]]},
    {"passages": [["0", 2, [], None]]},
    {"passages": [[0, 2, [], "x"]]},
    {"passages": []},
    {"removed_at": 5},
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_forged_document_is_refused(exported: Path, tmp_path: Path, change: dict[str, object]) -> None:
    lines = members(exported)["documents.jsonl"].decode().splitlines()
    lines[0] = json.dumps({**json.loads(lines[0]), **change})
    forged(exported, "documents.jsonl", "\n".join(lines).encode())
    refused(exported, tmp_path)


@pytest.mark.parametrize(
    "change",
    [{"text": "别的"}, {"text": "a\0b"}, {"text": "\ud800"}, {"number": 0}, {"headings": [[1, 0, 99]]}, {"pages": 3}],
)
def test_a_forged_revision_is_refused(exported: Path, tmp_path: Path, change: dict[str, object]) -> None:
    lines = members(exported)["documents.jsonl"].decode().splitlines()
    record = json.loads(lines[0])
    record["revisions"][0].update(change)
    lines[0] = json.dumps(record)
    forged(exported, "documents.jsonl", "\n".join(lines).encode())
    refused(exported, tmp_path)


def array(values: object, **options: object) -> bytes:
    file = io.BytesIO()
    np.save(file, values, **options)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        array(np.zeros((5, 64), dtype=np.float32)),
        array(np.full((5, 64), np.nan, dtype=np.float32)),
        array(np.eye(4, 64, dtype=np.float32)),
        array(np.eye(5, 63, dtype=np.float32)),
        array(np.array([{"pickled": 1}] * 5, dtype=object), allow_pickle=True),
    ],
)
def test_forged_vectors_are_refused_and_never_unpickled(exported: Path, tmp_path: Path, data: bytes) -> None:
    forged(exported, "vectors.npy", data)
    refused(exported, tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "documents.jsonl", "vectors.npy"])
def test_a_missing_part_is_noticed(exported: Path, tmp_path: Path, name: str) -> None:
    contents = members(exported)
    del contents[name]
    write_members(exported, contents)
    refused(exported, tmp_path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="检查路径"):
        open_library(tmp_path / "to").import_from(tmp_path / "nothing.zip")


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(library: Library, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(TransferError, match="无法导出"):
        library.export(tmp_path / "no folder" / "library.zip")
    with pytest.raises(TransferError, match="无法导出"):
        library.export(tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["from", "taken"]


def test_an_export_replaces_the_one_before_as_a_whole(library: Library, exported: Path) -> None:
    before = exported.read_bytes()
    library.add(LoadedText("又一篇。", "题"), "d.txt")
    assert library.export(exported) == 3
    assert exported.read_bytes() != before
    assert [path.name for path in exported.parent.iterdir() if path.is_file()] == ["library.zip"]


def test_an_empty_library_goes_out_and_in(tmp_path: Path) -> None:
    assert open_library(tmp_path / "from").export(tmp_path / "empty.zip") == 0
    other = open_library(tmp_path / "to")
    assert other.import_from(tmp_path / "empty.zip") == 0
    with pytest.raises(UnknownDocument):
        other.document("a")
