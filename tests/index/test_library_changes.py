"""Replacing, renaming, removing and bringing back; what is encoded for it; who wins a race."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.errors import (
    DocumentConflict,
    EncoderMismatch,
    InvalidTitle,
    UnknownDocument,
    UnknownRevision,
    UnreadableText,
)
from index.library import Library
from index.types import Document, Heading, LoadedText, Revision
from tests.fakes import FakeEncoder

FIRST = LoadedText("第一条。投资120亿元。\n第二条。博士5名。", "规定", (Heading(1, 0, 4),))


def open_library(folder: Path, encoder: FakeEncoder | None = None) -> Library:
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    return Library(catalogue, encoder or FakeEncoder(), FaissIndex, ChunkingPlan(12, 0))


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: FakeEncoder) -> Library:
    return open_library(tmp_path, encoder)


def texts(library: Library, question: str = "投资") -> set[str]:
    return {hit.passage.text for hit in library.search(question, 50)}


def test_passages_that_stay_are_not_encoded_again(library: Library, encoder: FakeEncoder) -> None:
    text = "投资120亿元的项目。博士5名都到了。"
    revision = library.add(LoadedText(text, "题"), "a.txt")
    assert sorted(encoder.encoded) == ["博士5名都到了。", "投资120亿元的项目。"]
    encoder.encoded.clear()
    told: list[tuple[int, int]] = []
    changed = library.replace(
        revision.document_id,
        LoadedText("新的一句写在前面。" + text, "题"),
        "a.txt",
        progress=lambda done, total: told.append((done, total)),
    )
    assert changed.number == 2
    assert encoder.encoded == ["新的一句写在前面。"]
    assert told == [(3, 3)]
    assert texts(library) == {"新的一句写在前面。", "投资120亿元的项目。", "博士5名都到了。"}
    for hit in library.search("投资", 5):
        assert hit.passage.revision == changed


def test_an_unchanged_text_costs_nothing(library: Library, encoder: FakeEncoder) -> None:
    revision = library.add(FIRST, "a.txt")
    generation = library.generation
    encoder.encoded.clear()
    assert library.replace(revision.document_id, FIRST, "other.txt") == revision
    assert (library.generation, encoder.encoded) == (generation, [])


def test_only_a_document_that_can_be_found_is_replaced(library: Library) -> None:
    with pytest.raises(UnknownDocument):
        library.replace("nobody", FIRST, "a.txt")
    revision = library.add(FIRST, "a.txt")
    library.remove(revision.document_id)
    with pytest.raises(UnknownDocument):
        library.replace(revision.document_id, FIRST, "a.txt")


def test_removed_and_restored(library: Library, encoder: FakeEncoder) -> None:
    revision = library.add(FIRST, "a.txt")
    before = texts(library)
    library.remove(revision.document_id)
    assert library.is_removed(revision.document_id)
    assert texts(library) == set()
    assert library.document(revision.document_id).text == FIRST.text
    with pytest.raises(UnknownDocument):
        library.search("投资", 5, [revision.document_id])
    encoder.encoded.clear()
    assert library.restore(revision.document_id).revision == revision
    assert encoder.encoded == []
    assert texts(library) == before
    assert not library.is_removed(revision.document_id)
    with pytest.raises(UnknownDocument):
        library.restore("nobody")


def test_a_document_removed_by_an_old_version_is_cut_and_encoded_again(
    library: Library, tmp_path: Path, encoder: FakeEncoder
) -> None:
    revision = library.add(FIRST, "a.txt")
    before = texts(library)
    library.remove(revision.document_id)
    with sqlite3.connect(tmp_path / "catalogue.sqlite3") as database:
        database.execute("DELETE FROM passages")  # as version 1 did
    database.close()
    encoder.encoded.clear()
    library.restore(revision.document_id)
    assert texts(library) == before
    assert encoder.encoded
    assert library.check() == []


def test_adding_a_removed_text_again_restores_it(library: Library, encoder: FakeEncoder) -> None:
    revision = library.add(FIRST, "a.txt", document_id="mine")
    library.remove("mine")
    encoder.encoded.clear()
    assert library.add(FIRST, "a.txt", document_id="mine") == revision
    assert encoder.encoded == []
    assert texts(library)


def test_a_removed_text_added_again_has_its_new_title(library: Library) -> None:
    first = library.add(LoadedText("要删掉的内容。", "旧题目"), "旧.txt")
    library.remove(first.document_id)
    again = library.add(LoadedText("要删掉的内容。", "新题目"), "新.txt")
    assert again == replace(first, title="新题目")
    assert library.summary(first.document_id).revision.title == "新题目"


def test_a_given_title_outlives_the_text(library: Library) -> None:
    revision = library.add(FIRST, "a.txt", title="  我的\n标题 ")
    assert revision.title == "我的 标题"
    second = library.replace(revision.document_id, LoadedText("全新的内容。", "别的题"), "b.txt")
    assert second.title == "我的 标题"
    summary = library.rename(revision.document_id, "改过的标题")
    assert summary.revision.title == "改过的标题"
    assert library.search("内容", 1)[0].passage.revision == summary.revision
    assert library.document(revision.document_id).revision == summary.revision
    assert [found.title for found in library.revisions(revision.document_id)] == ["改过的标题", "规定"]
    assert (
        library.add(LoadedText("全新的内容。", "别的题"), "b.txt", revision.document_id, title="又改").title == "又改"
    )
    assert library.summaries(5, text="又改")[1] == 1
    with pytest.raises(UnknownDocument):
        library.rename("nobody", "题")


@pytest.mark.parametrize("title", ["", " \n\t", "长" * 501, "\x00\x1f"])
def test_titles_that_cannot_be_shown(library: Library, title: str) -> None:
    revision = library.add(FIRST, "a.txt")
    with pytest.raises(InvalidTitle, match="1 至 500"):
        library.rename(revision.document_id, title)
    with pytest.raises(InvalidTitle):
        library.add(LoadedText("另一篇。", "题"), "b.txt", title=title)
    assert library.summaries(5)[1] == 1


def test_names_of_files_that_are_not_utf_8_are_read_as_gb18030(library: Library) -> None:
    odd = "关于放假的通知.txt".encode("gb18030").decode("utf-8", "surrogateescape")
    revision = library.add(LoadedText("放假3天。", odd), odd)
    assert revision.title == "关于放假的通知.txt"
    assert library.summary(revision.document_id).source == "关于放假的通知.txt"


@pytest.mark.parametrize(("text", "said"), [("a\ud800b", r"第 2 个字符.*U\+D800"), ("a\0b", r"U\+0000")])
def test_text_that_cannot_be_kept_exactly_is_refused(library: Library, text: str, said: str) -> None:
    with pytest.raises(UnreadableText, match=said):
        library.add(LoadedText(text, "题"), "a.txt")
    assert library.generation == 0


def test_purging(library: Library) -> None:
    first = library.add(FIRST, "a.txt")
    library.replace(first.document_id, LoadedText("第二版的内容。", "题"), "a.txt")
    removed = library.add(LoadedText("要删掉的内容。", "题"), "b.txt")
    assert texts(library, "内容") == {"第二版的内容。", "要删掉的内容。"}
    library.remove(removed.document_id)
    assert library.purge() == 2
    with pytest.raises(UnknownRevision):
        library.document(first.document_id, 1)
    with pytest.raises(UnknownDocument):
        library.is_removed(removed.document_id)
    assert texts(library, "内容") == {"第二版的内容。"}
    # An id that was purged begins anew, and is found anew by one who remembers the old one.
    library.add(LoadedText("再来的内容。", "题"), "b.txt", document_id=removed.document_id)
    assert texts(library, "内容") == {"第二版的内容。", "再来的内容。"}
    assert library.check() == []


def test_another_process_notices_what_was_purged(library: Library, tmp_path: Path) -> None:
    other = open_library(tmp_path)
    revision = library.add(FIRST, "a.txt")
    assert texts(other)
    library.remove(revision.document_id)
    library.purge()
    library.add(LoadedText("别的投资。", "题"), "b.txt")
    assert texts(other) == {"别的投资。"}
    assert other.check() == []


class SlowEncoder(FakeEncoder):
    """Lets something happen while it encodes."""

    def __init__(self, meanwhile: Callable[[], object], name: str = "fake", dimension: int = 64) -> None:
        super().__init__(name, dimension)
        self.meanwhile = [meanwhile]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        while self.meanwhile:
            self.meanwhile.pop()()
        return super().encode(texts)


def test_an_addition_that_was_overtaken_becomes_the_next_revision(library: Library, tmp_path: Path) -> None:
    def overtake() -> None:
        library.add(LoadedText("先到的内容。", "题"), "a.txt", document_id="d")

    slow = SlowEncoder(overtake)
    revision = open_library(tmp_path, slow).add(LoadedText("后到的内容。", "题"), "b.txt", document_id="d")
    assert revision.number == 2
    assert library.document("d", 1).text == "先到的内容。"
    assert texts(library, "内容") == {"后到的内容。"}
    assert slow.encoded == ["后到的内容。"]


def test_a_document_removed_while_its_next_text_is_encoded_stays_removed(library: Library, tmp_path: Path) -> None:
    revision = library.add(FIRST, "a.txt")
    slow = SlowEncoder(lambda: library.remove(revision.document_id))
    with pytest.raises(UnknownDocument):
        open_library(tmp_path, slow).replace(revision.document_id, LoadedText("后到的内容。", "题"), "b.txt")
    assert library.is_removed(revision.document_id)
    assert library.document(revision.document_id).revision == revision


def test_nothing_is_encoded_for_a_library_of_another_encoder(library: Library, tmp_path: Path) -> None:
    library.add(FIRST, "a.txt")
    other = FakeEncoder("other", 32)
    with pytest.raises(EncoderMismatch):
        open_library(tmp_path, other).add(LoadedText("另一篇。", "题"), "b.txt")
    assert other.encoded == []


def test_the_same_text_added_by_two_is_one_document(library: Library, tmp_path: Path) -> None:
    slow = SlowEncoder(lambda: library.add(FIRST, "a.txt"))
    revision = open_library(tmp_path, slow).add(FIRST, "b.txt")
    assert library.summaries(5)[1] == 1
    assert library.summary(revision.document_id).source == "a.txt"


def test_one_who_is_always_overtaken_is_told_so(tmp_path: Path) -> None:
    class Busy(Catalogue):
        """As if another process always had been quicker."""

        def latest_revision(self, document_id: str) -> Revision | None:
            latest = super().latest_revision(document_id)
            return None if latest is None else Revision(document_id, 1, "0" * 64, "旧")

    library = Library(Busy(tmp_path / "catalogue.sqlite3"), FakeEncoder(), FaissIndex, ChunkingPlan())
    library.add(LoadedText("一。", "题"), "a.txt", document_id="d")
    library.add(LoadedText("二。", "题"), "a.txt", document_id="d")
    with pytest.raises(DocumentConflict, match="稍后重试"):
        library.add(LoadedText("三。", "题"), "a.txt", document_id="d")
    assert library.document("d").text == "二。"


def test_many_replacing_one_document_at_once_lose_nothing(library: Library) -> None:
    library.add(LoadedText("开始。", "题"), "a.txt", document_id="d")
    failures: list[BaseException] = []

    def replace(number: int) -> None:
        try:
            for turn in range(3):
                library.replace("d", LoadedText(f"线程{number}第{turn}次。", "题"), "a.txt")
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=replace, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    numbers = [found.number for found in library.revisions("d")]
    assert numbers == list(range(13, 0, -1))
    assert len({library.document("d", number).text for number in numbers}) == 13
    assert library.check() == []


def test_rebuilding_cuts_with_the_new_plan_and_keeps_vectors_that_fit(library: Library, tmp_path: Path) -> None:
    library.add(LoadedText("投资120亿元的项目。博士5名都到了。短。", "题"), "a.txt")
    removed = library.add(LoadedText("没有了。", "题"), "b.txt")
    library.remove(removed.document_id)
    encoder = FakeEncoder()
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
    other = Library(catalogue, encoder, FaissIndex, ChunkingPlan(100, 0))
    other.rebuild()
    assert encoder.encoded == ["投资120亿元的项目。博士5名都到了。短。"]
    assert texts(other) == texts(library) == {"投资120亿元的项目。博士5名都到了。短。"}
    encoder.encoded.clear()
    other.rebuild()
    assert encoder.encoded == []
    assert other.reencode() == 1
    assert len(encoder.encoded) == 1
    other.restore(removed.document_id)
    assert "没有了。" in texts(library, "没有")
    assert other.check() == []


def test_what_is_added_during_a_rebuild_is_in_it(library: Library, tmp_path: Path) -> None:
    library.add(LoadedText("先有的内容。", "题"), "a.txt")
    late = SlowEncoder(lambda: library.add(LoadedText("后来的内容。", "题"), "b.txt"), "other", 32)
    open_library(tmp_path, late).rebuild()
    other = open_library(tmp_path, FakeEncoder("other", 32))
    assert texts(other, "内容") == {"先有的内容。", "后来的内容。"}
    assert other.check() == []
    assert sorted(late.encoded) == ["先有的内容。", "后来的内容。"]


def test_the_text_of_a_revision_is_what_was_given(library: Library) -> None:
    revision = library.add(FIRST, "a.txt")
    assert library.document(revision.document_id, 1) == Document(revision, FIRST.text, FIRST.headings)
    (summary,) = library.revisions(revision.document_id)
    assert (summary.number, summary.sha256, summary.characters) == (1, revision.sha256, len(FIRST.text))
