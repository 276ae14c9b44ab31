"""What goes wrong beneath the library: old files, full disks, folders that cannot be written, broken pages."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.database import Database
from index.dense import FaissIndex
from index.errors import CatalogueDamaged, CatalogueError, CatalogueReadOnly
from index.library import Library
from index.schema import SCHEMA_VERSION
from index.types import LoadedText
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.slow

NOBODY = 65534
ROOT = Path(__file__).parents[2]

# As the first published program wrote it.
VERSION_1 = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;
CREATE TABLE revisions (
    document_id TEXT NOT NULL REFERENCES documents (id),
    number INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    headings TEXT NOT NULL,
    pages TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (document_id, number)
) STRICT;
CREATE INDEX revisions_by_text ON revisions (sha256);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    headings TEXT NOT NULL,
    page INTEGER,
    vector BLOB NOT NULL,
    FOREIGN KEY (document_id, revision) REFERENCES revisions (document_id, number)
) STRICT;
CREATE INDEX passages_by_document ON passages (document_id);
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    encoder TEXT NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 5, 'fake');
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
"""


def open_library(folder: Path) -> Library:
    return Library(Catalogue(folder / "catalogue.sqlite3"), FakeEncoder(), FaissIndex, ChunkingPlan())


def filled(folder: Path) -> Library:
    library = open_library(folder)
    for number in range(20):
        library.add(LoadedText(f"第{number}份文件，投资{number}亿元。" * 60, "题"), f"{number}.txt")
    return library


def version_1(path: Path) -> None:
    database = sqlite3.connect(path)
    database.executescript(VERSION_1)
    for name, texts, removed_at in (("a", ["旧文。", "投资3亿元👍。"], None), ("b", ["删掉的投资。"], "2025-01-01")):
        database.execute(
            "INSERT INTO documents VALUES (?, ?, ?, '2025', ?)", (name, f"{name}.txt", len(texts), removed_at)
        )
        for number, text in enumerate(texts, start=1):
            digest = hashlib.sha256(text.encode()).hexdigest()
            pages = f"[[1, 0, {len(text)}]]"
            values = (name, number, digest, "旧题", text, "[]", pages, "2025")
            database.execute("INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    vector = FakeEncoder().encode(["投资3亿元👍。"])[0].tobytes()
    database.execute("INSERT INTO passages VALUES (7, 'a', 2, 0, 7, '[]', 1, ?)", (vector,))
    database.commit()
    database.close()


def test_a_database_of_version_1_keeps_all_its_content(tmp_path: Path) -> None:
    version_1(tmp_path / "catalogue.sqlite3")
    library = open_library(tmp_path)
    assert library.generation == 5
    (summary,), total = library.summaries(5)
    assert total == 1
    assert (summary.revision.title, summary.source, summary.characters) == ("旧题", "a.txt", 7)
    assert (summary.passages, summary.pages, summary.created_at, summary.updated_at) == (1, 1, "2025", "2025")
    (hit,) = library.search("投资", 5)
    assert (hit.passage.text, hit.passage.page, hit.passage.revision) == ("投资3亿元👍。", 1, summary.revision)
    assert library.document("a", 1).text == "旧文。"
    assert library.document("b").text == "删掉的投资。"
    assert library.is_removed("b")
    assert library.check() == []
    library.restore("b")
    assert {found.passage.text for found in library.search("投资", 5)} == {"投资3亿元👍。", "删掉的投资。"}
    # The id of a passage that went is never given to another, so that an index on disk can name it.
    assert library.add(LoadedText("新。", "题"), "c.txt").number == 1
    library.remove("a")
    library.purge()
    assert library.check() == []


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    version_1(path)
    for _ in range(2):
        with Database(path).transaction() as database:
            assert database.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
            schema = [row["sql"] for row in database.execute("SELECT sql FROM sqlite_schema ORDER BY name")]
    fresh = tmp_path / "fresh.sqlite3"
    with Database(fresh).transaction() as database:
        assert [row["sql"] for row in database.execute("SELECT sql FROM sqlite_schema ORDER BY name")] == schema


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may look into, unlike pytest's."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def without_privilege() -> Iterator[None]:
    """Permissions do not bind root, so root is somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_written(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with without_privilege(), pytest.raises(CatalogueError, match="WENQU_DATA_DIR"):
        Catalogue(open_folder / "data" / "catalogue.sqlite3")
    assert list(open_folder.iterdir()) == []


def test_a_database_that_cannot_be_written_is_read_and_left_alone(open_folder: Path) -> None:
    filled(open_folder).close()
    path = open_folder / "catalogue.sqlite3"
    path.chmod(0o444)
    open_folder.chmod(0o777)
    before = path.read_bytes()
    with without_privilege():
        library = open_library(open_folder)
        assert library.search("投资", 1)
        with pytest.raises(CatalogueReadOnly, match=r"只能读.*WENQU_DATA_DIR"):
            library.add(LoadedText("新的。", "题"), "x.txt")
        assert library.summaries(1)[1] == 20
        library.close()
    assert path.read_bytes() == before


def test_a_folder_that_became_read_only_is_said_to_be(open_folder: Path) -> None:
    filled(open_folder).close()
    open_folder.chmod(0o555)
    with without_privilege(), pytest.raises(CatalogueError, match="WENQU_DATA_DIR"):
        open_library(open_folder)
    open_folder.chmod(0o755)
    assert open_library(open_folder).check() == []


FULL = """
import resource, sys
from pathlib import Path
from index.errors import DiskFull
from index.types import LoadedText
from tests.index.test_database import open_library
library = open_library(Path(sys.argv[1]))
library.add(LoadedText("先有的投资。", "题"), "a.txt", document_id="first")
size = (Path(sys.argv[1]) / "catalogue.sqlite3").stat().st_size
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, limits[1]))
try:
    library.add(LoadedText("很长的一篇，投资很多。" * 20000, "题"), "b.txt", document_id="large")
except DiskFull as error:
    print(error)
print([hit.passage.text for hit in library.search("投资", 5)])
resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))
try:
    library.save()
except OSError as error:
    print("not saved", sorted(path.name for path in (Path(sys.argv[1]) / "index").iterdir()))
print(library.summaries(5)[1], library.check())
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
library.add(LoadedText("后来的投资。", "题"), "c.txt")
print(library.summaries(5)[1], library.check())
"""


def test_no_room_left_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    said, found, unsaved, during, after = done.stdout.splitlines()
    assert "磁盘空间不足" in said
    assert "没有改动" in said
    assert found == "['先有的投资。']"
    assert unsaved == "not saved ['lock']"
    assert during == "1 []"
    assert after == "2 []"


def break_pages(path: Path, first: int) -> None:
    data = bytearray(path.read_bytes())
    assert len(data) > (first + 4) * 4096
    for page in range(first, len(data) // 4096 - 1):
        data[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(data)


def test_broken_pages_are_named_with_the_remedy_and_the_backup_works(tmp_path: Path) -> None:
    library = filled(tmp_path / "data")
    assert library.export(tmp_path / "backup.zip") == 20
    library.close()
    break_pages(tmp_path / "data" / "catalogue.sqlite3", 40)
    broken = open_library(tmp_path / "data")
    problems = broken.check()
    assert problems
    assert {problem.code for problem in problems} <= {"database_damaged", "catalogue_damaged"}
    assert any("wenqu export" in problem.message for problem in problems)
    with pytest.raises(CatalogueDamaged, match="wenqu check"):
        broken.warm_up()
    other = open_library(tmp_path / "restored")
    assert other.import_from(tmp_path / "backup.zip") == 20
    assert other.check() == []
    assert len(other.search("投资", 5)) == 5


def test_a_database_that_is_busy_for_long_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    catalogue = Catalogue(path, busy_seconds=0.05)
    with (
        Database(path).transaction(write=True),
        pytest.raises(CatalogueError, match=r"被其他程序占用.*没有生效"),
    ):
        catalogue.remove("x")
    assert catalogue.state().generation == 0


def test_a_closed_database_is_one_file_and_may_still_be_used(tmp_path: Path) -> None:
    library = filled(tmp_path)
    assert [path.name for path in tmp_path.glob("*-wal")] == ["catalogue.sqlite3-wal"]
    library.close()
    assert list(tmp_path.glob("*-*")) == []
    assert library.summaries(1)[1] == 20


def test_vectors_are_kept_bit_by_bit(tmp_path: Path) -> None:
    library = open_library(tmp_path)
    library.add(LoadedText("投资3亿元。", "题"), "a.txt")
    with Catalogue(tmp_path / "catalogue.sqlite3").view() as view:
        (stored,) = view.passages(view.document_ids())
    np.testing.assert_array_equal(stored.vector, FakeEncoder().encode(["投资3亿元。"])[0])
