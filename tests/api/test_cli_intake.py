"""Which files `wenqu add` means, what becomes of them, and a folder that is kept in the library."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.commands.intake import Found, Intake, Outcome, select
from api.commands.mirror import FolderMirror, Removed
from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.library import Library
from index.parsing import ParserProcess
from tests.fakes import FakeEncoder, FakeVectorIndex


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserProcess]:
    with ParserProcess() as made:
        yield made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "data" / "catalogue.sqlite3"
    made = Library(Catalogue(path), FakeEncoder(), FakeVectorIndex, ChunkingPlan(150, 50))
    yield made
    made.close()


@pytest.fixture
def intake(library: Library, parser: ParserProcess) -> Intake:
    return Intake(library, parser, max_file_bytes=10_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "资料"
    made.mkdir()
    return made


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def sources(selection_files: tuple[Found, ...]) -> list[str]:
    return [found.source for found in selection_files]


def test_a_folder_is_searched_through(folder: Path) -> None:
    for name in ("b.txt", "子/a.md", ".hidden.txt", ".git/c.txt", "~$b.docx", "图.bmp"):
        write(folder / name, "text")
    selection = select([str(folder)])
    assert sources(selection.files) == ["资料/b.txt", "资料/子/a.md"]
    assert (selection.skipped, selection.missing) == (3, ())  # what a hidden folder holds is not looked at


def test_patterns(folder: Path) -> None:
    for name in ("a.txt", "子/b.txt", "图.bmp"):
        write(folder / name, "text")
    assert sources(select([f"{folder}/**/*.txt"]).files) == ["a.txt", "b.txt"]
    selection = select([f"{folder}/*"])
    assert (sources(selection.files), selection.skipped) == (["a.txt"], 1)
    assert select([f"{folder}/*.pdf"]).missing == (f"{folder}/*.pdf",)


def test_a_name_that_looks_like_a_pattern(folder: Path) -> None:
    path = write(folder / "报告[1].txt", "text")
    assert sources(select([str(path)]).files) == ["报告[1].txt"]


def test_files_named_explicitly_are_kept_whatever_they_are(folder: Path) -> None:
    path = write(folder / "图.bmp", "text")
    selection = select([str(path), str(path), str(folder / "none.txt")])
    assert sources(selection.files) == ["图.bmp"]
    assert selection.missing == (str(folder / "none.txt"),)


def test_a_folder_that_contains_itself(folder: Path) -> None:
    write(folder / "a.txt", "text")
    (folder / "again").symlink_to(folder)
    assert sources(select([str(folder)]).files) == ["资料/a.txt"]


def test_what_becomes_of_files(folder: Path, intake: Intake, library: Library) -> None:
    good = write(folder / "好.txt", "食堂七点开门。")
    outcomes = [
        outcome
        for path in (good, good, write(folder / "空.txt", " "), write(folder / "图.bmp", "\0"), folder / "gone.txt")
        for outcome in intake.add(Found(path, path.name))
    ]
    assert [outcome.code for outcome in outcomes] == [
        *(None, None),
        *("empty_document", "unsupported_format", "file_unreadable"),
    ]
    assert [outcome.is_new for outcome in outcomes[:2]] == [True, False]
    assert all(outcome.reason for outcome in outcomes[2:])
    assert library.summaries(10)[1] == 1


def test_a_file_over_the_limit(folder: Path, intake: Intake) -> None:
    (outcome,) = intake.add(Found(write(folder / "大.txt", "x" * 10_001), "大.txt"))
    assert outcome.code == "file_too_large"
    assert "10001" in outcome.reason


def test_the_members_of_an_archive(folder: Path, intake: Intake, library: Library) -> None:
    path = write_zip(folder / "文件.zip", {"夹/甲.txt": "甲的内容。", "空.txt": " ", "乙.txt": "乙的内容。"})
    outcomes = list(intake.add(Found(path, "文件.zip")))
    assert [(outcome.source, outcome.code) for outcome in outcomes] == [
        ("夹/甲.txt", None),
        ("空.txt", "empty_document"),
        ("乙.txt", None),
    ]
    assert library.summaries(10)[1] == 2


def test_an_archive_that_is_none(folder: Path, intake: Intake, library: Library) -> None:
    path = folder / "坏.zip"
    path.write_bytes(b"PK\x03\x04 and nothing that follows")
    (outcome,) = intake.add(Found(path, "坏.zip"))
    assert outcome.code in ("archive_refused", "damaged_file")
    assert library.summaries(10)[1] == 0


# A folder that is kept in the library


def texts(library: Library) -> list[str]:
    return sorted(library.document(summary.revision.document_id).text for summary in library.summaries(-1)[0])


def happened(events: Iterator[Outcome | Removed]) -> list[str]:
    return [
        "removed"
        if isinstance(event, Removed)
        else event.code or (f"revision {event.revision}" if event.is_new else "")
        for event in events
    ]


def test_the_library_follows_a_folder(folder: Path, library: Library, intake: Intake) -> None:
    kept = library.add(intake._parser.parse(b"mine", "mine.txt"), "mine.txt")
    first, second = write(folder / "a.txt", "甲"), write(folder / "子/b.txt", "乙")
    mirror = FolderMirror(folder, library, intake)
    assert happened(mirror.update_all()) == ["revision 1", "revision 1"]
    assert happened(mirror.update_all()) == ["", ""]

    write(first, "甲，改了")
    assert happened(mirror.update([first])) == ["revision 2"]
    second.unlink()
    assert happened(mirror.update([second])) == ["removed"]
    assert texts(library) == ["mine", "甲，改了"]

    write(second, "乙")
    third = write(folder / "子/c.txt", "丙")
    assert happened(mirror.update([folder / "子"])) == ["revision 1", "revision 1"]
    second.unlink()
    third.unlink()
    second.parent.rmdir()
    assert happened(mirror.update([second.parent])) == ["removed", "removed"]
    assert texts(library) == ["mine", "甲，改了"]
    assert library.summary(kept.document_id)


def test_changes_while_nobody_watched_are_made_up_for(folder: Path, library: Library, intake: Intake) -> None:
    first, second = write(folder / "a.txt", "甲"), write(folder / "b.txt", "乙")
    list(FolderMirror(folder, library, intake).update_all())
    first.unlink()
    write(second, "乙，改了")
    write(folder / "c.txt", "丙")
    assert happened(FolderMirror(folder, library, intake).update_all()) == ["removed", "revision 2", "revision 1"]
    assert texts(library) == ["丙", "乙，改了"]


def test_files_of_one_name_in_two_folders(folder: Path, library: Library, intake: Intake) -> None:
    one, other = folder / "一", folder / "二"
    write(one / "说明.txt", "一"), write(other / "说明.txt", "二")
    list(FolderMirror(one, library, intake).update_all())
    list(FolderMirror(other, library, intake).update_all())
    assert texts(library) == ["一", "二"]
    (one / "说明.txt").unlink()
    assert happened(FolderMirror(one, library, intake).update_all()) == ["removed"]
    assert texts(library) == ["二"]


def test_a_file_that_cannot_be_read_for_now_keeps_its_document(folder: Path, library: Library, intake: Intake) -> None:
    path = write(folder / "a.txt", "甲")
    mirror = FolderMirror(folder, library, intake)
    list(mirror.update_all())
    write(path, "")
    assert happened(mirror.update([path])) == ["empty_document"]
    assert texts(library) == ["甲"]


def test_an_archive_in_the_folder(folder: Path, library: Library, intake: Intake) -> None:
    path = write_zip(folder / "a.zip", {"1.txt": "一", "2.txt": "二"})
    mirror = FolderMirror(folder, library, intake)
    assert happened(mirror.update_all()) == ["revision 1", "revision 1"]
    write_zip(path, {"2.txt": "二，改了", "3.txt": "三"})
    assert happened(mirror.update([path])) == ["revision 2", "revision 1", "removed"]
    assert texts(library) == ["三", "二，改了"]
    path.unlink()
    assert happened(mirror.update([path])) == ["removed", "removed"]


def test_hidden_files_and_other_formats_are_left_out(folder: Path, library: Library, intake: Intake) -> None:
    hidden = [write(folder / name, "text") for name in (".a.txt", ".git/b.txt", "图.bmp", "~$c.docx")]
    mirror = FolderMirror(folder, library, intake)
    assert happened(mirror.update_all()) == []
    assert happened(mirror.update(hidden)) == []


def test_names_that_are_not_utf_8(folder: Path, library: Library, intake: Intake) -> None:
    name = os.fsdecode("食堂.txt".encode("gb18030"))
    write(folder / name, "七点开门")
    assert sources(select([str(folder)]).files) == ["资料/食堂.txt"]
    assert happened(FolderMirror(folder, library, intake).update_all()) == ["revision 1"]
    assert library.summaries(1)[0][0].source == "资料/食堂.txt"
