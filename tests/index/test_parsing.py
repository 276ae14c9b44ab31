"""Files read in another process; the loaders there do what hostile files could make libraries do."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EncryptedFile, LoadError, ParsingCrashed, ParsingTimeout, UnsupportedFormat
from index.parsing import ArchiveMember, ParserProcess
from index.parsing_wire import Frame, text_frame, text_of
from index.types import Heading, LoadedText, Page

pytestmark = pytest.mark.slow

HOSTILE = "tests.index.hostile_loaders"


@pytest.fixture
def parser() -> Iterator[ParserProcess]:
    with ParserProcess(seconds=60, loaders=HOSTILE) as made:
        yield made


@pytest.fixture
def hurried() -> Iterator[ParserProcess]:
    with ParserProcess(seconds=1, memory_bytes=1 << 30, loaders=HOSTILE) as made:
        yield made


def test_the_loaders_of_the_product_read_bytes_and_paths(tmp_path: Path) -> None:
    path = tmp_path / "通知.txt"
    path.write_bytes("食堂七点开门。".encode("gb18030"))
    with ParserProcess() as parser:
        assert parser.parse(path, path.name) == LoadedText("食堂七点开门。", "通知")
        loaded = parser.parse("# 总则\n\n第一条".encode(), "规定.md")
        assert (loaded.title, loaded.headings) == ("总则", (Heading(1, 0, 2),))
        with pytest.raises(UnsupportedFormat):
            parser.parse(b"\x00", "图.bmp")


def test_marks_survive_the_wire(parser: ParserProcess) -> None:
    expected = LoadedText("marks", "a.txt", (Heading(1, 0, 5),), (Page(1, 0, 2), Page(2, 2, 5)))
    assert parser.parse(b"marks", "a.txt") == expected


def test_one_process_reads_many_files(parser: ParserProcess) -> None:
    assert len({parser.parse(b"who", f"{number}.txt").text for number in range(5)}) == 1


def test_it_is_another_process(parser: ParserProcess) -> None:
    assert parser.parse(b"who", "a").text != str(os.getpid())


def test_a_large_text(parser: ParserProcess) -> None:
    text = "问渠" * 2_000_000
    assert parser.parse(text.encode(), "a").text == text


@pytest.mark.parametrize("deed", ["hang", "hang without a pause", "compute"])
def test_a_file_that_takes_too_long(hurried: ParserProcess, deed: str) -> None:
    with pytest.raises(ParsingTimeout, match="WENQU_PARSING_SECONDS"):
        hurried.parse(deed.encode(), "a.pdf")
    assert hurried.parse(b"text", "b").text == "text"


@pytest.mark.parametrize("deed", ["eat memory", "crash", "leave"])
def test_a_file_that_kills_its_reader(parser: ParserProcess, deed: str) -> None:
    with pytest.raises(ParsingCrashed, match=r"a\.pdf"):
        parser.parse(deed.encode(), "a.pdf")
    assert parser.parse(b"text", "b").text == "text"


def test_failures_keep_their_code_and_message(parser: ParserProcess) -> None:
    with pytest.raises(EncryptedFile, match=r"^文件有密码。$"):
        parser.parse(b"encrypted", "a")


def test_a_library_that_stumbles_is_a_damaged_file(parser: ParserProcess) -> None:
    before = parser.parse(b"who", "a").text
    with pytest.raises(LoadError, match="RecursionError") as caught:
        parser.parse(b"stumble", "坏.docx")
    assert caught.value.code == "damaged_file"
    assert parser.parse(b"who", "a").text == before


@pytest.mark.parametrize("deed", ["talk", "read input"])
def test_what_libraries_print_or_read_does_not_get_in_between(parser: ParserProcess, deed: str) -> None:
    assert parser.parse(deed.encode(), "a").text == deed
    assert parser.parse(b"text", "b").text == "text"


def test_no_network(parser: ParserProcess) -> None:
    with pytest.raises(LoadError, match="PermissionError"):
        parser.parse(b"network", "a")


def test_members_of_an_archive(parser: ParserProcess) -> None:
    assert parser.read(b"one\ntwo", "a.zip") is None
    assert list(parser.members(b"one\ntwo", "a.zip")) == [
        ArchiveMember("夹/0.txt", b"one"),
        ArchiveMember("夹/1.txt", b"two"),
    ]
    with pytest.raises(UnsupportedFormat):
        parser.parse(b"one", "a.zip")


def test_an_archive_that_fails_midway(parser: ParserProcess) -> None:
    found = parser.members(b"one\nthen encrypted", "a.zip")
    assert next(found).data == b"one"
    with pytest.raises(EncryptedFile):
        next(found)
    found = parser.members(b"one\nthen crash", "a.zip")
    assert next(found).data == b"one"
    with pytest.raises(ParsingCrashed):
        next(found)
    assert parser.parse(b"text", "b").text == "text"


def test_an_archive_left_halfway(parser: ParserProcess) -> None:
    found = parser.members(b"one\ntwo\nthree", "a.zip")
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert parser.parse(b"text", "b").text == "text"


def test_interrupting(parser: ParserProcess) -> None:
    parser.parse(b"text", "warm")
    threading.Timer(0.3, parser.interrupt).start()
    with pytest.raises(ParsingCrashed):
        parser.parse(b"hang", "a")
    assert parser.parse(b"text", "b").text == "text"


def test_a_process_that_died_while_idle_is_replaced(parser: ParserProcess) -> None:
    first = parser.parse(b"who", "a").text
    os.kill(int(first), 9)
    assert parser.parse(b"who", "a").text != first


@pytest.mark.parametrize("deed", ["text", "hang", "compute"])
def test_it_ends_when_the_parent_is_killed(deed: str) -> None:
    program = f"""
        import threading
        from index.parsing import ParserProcess
        parser = ParserProcess(seconds=2, loaders={HOSTILE!r})
        print(parser.parse(b"who", "a").text, flush=True)
        parser.parse({deed.encode()!r}, "b")
        threading.Event().wait()
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while _runs(child):
        assert time.monotonic() < deadline, "the process that reads files outlived its parent"
        time.sleep(0.05)


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


TEXTS = st.text(st.characters(codec=None, exclude_categories=[]))


@settings(max_examples=50)
@given(TEXTS, TEXTS, st.lists(st.tuples(st.integers(1, 6), st.integers(0), st.integers(0))))
def test_every_text_survives_the_wire(text: str, title: str, marks: list[tuple[int, int, int]]) -> None:
    headings = tuple(Heading(*mark) for mark in marks)
    loaded = LoadedText(text, title, headings, tuple(Page(*mark) for mark in marks))
    frame = text_frame(loaded)
    assert text_of(Frame({**frame.header, "bytes": len(frame.body)}, frame.body)) == loaded
