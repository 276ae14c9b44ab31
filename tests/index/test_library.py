from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan, retrieval_text
from index.dense import FaissIndex
from index.errors import EmptyDocument, EncoderMismatch, UnknownDocument
from index.library import Library
from index.types import LoadedText, Passage, Revision
from tests.fakes import FakeEncoder


def open_library(folder: Path, encoder: FakeEncoder | None = None) -> Library:
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    return Library(catalogue, encoder or FakeEncoder(), FaissIndex, ChunkingPlan(40, 10))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path)


def test_added_text_is_found_by_both_rankings(library: Library) -> None:
    revision = library.add(LoadedText("宁德时代投资120亿元。", "新闻"), "a.txt")
    library.add(LoadedText("博士项目有5个。", "人才"), "b.txt")
    hit = library.search("宁德时代投资多少？", 1)[0]
    assert hit.passage.revision == revision
    assert hit.ranks == {"dense": 1, "lexical": 1}


def test_a_file_is_added_under_its_title(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "通知.md"
    path.write_text("# 关于放假的通知\n\n放假3天。", encoding="utf-8")
    revision = library.add_file(path)
    assert revision.title == "关于放假的通知"
    assert library.summary(revision.document_id).source == "通知.md"
    assert revision.sha256 == hashlib.sha256("关于放假的通知\n\n放假3天。".encode()).hexdigest()


def test_the_same_text_twice_is_one_document(library: Library) -> None:
    first = library.add(LoadedText("同样的话。", "甲"), "a.txt")
    assert library.add(LoadedText("同样的话。", "乙"), "b.txt") == first
    assert library.summaries(10)[1] == 1
    assert library.generation == 1


def test_replacing_makes_the_next_revision(library: Library) -> None:
    first = library.add(LoadedText("旧的数字是1。", "甲"), "a.txt")
    second = library.add(LoadedText("新的数字是2。", "甲"), "a.txt", document_id=first.document_id)
    assert (second.document_id, second.number) == (first.document_id, 2)
    assert [hit.passage.text for hit in library.search("数字", 5)] == ["新的数字是2。"]
    assert library.document(first.document_id, 1).text == "旧的数字是1。"


def test_a_text_can_come_back_after_removal(library: Library) -> None:
    first = library.add(LoadedText("来来去去。", "甲"), "a.txt")
    library.remove(first.document_id)
    assert library.search("来来去去", 5) == []
    again = library.add(LoadedText("来来去去。", "甲"), "a.txt")
    assert again == first
    assert library.search("来来去去", 5)[0].passage.text == "来来去去。"


def test_search_within_chosen_documents(library: Library) -> None:
    library.add(LoadedText("项目投资1亿元。", "甲"), "a.txt")
    other = library.add(LoadedText("项目投资2亿元。", "乙"), "b.txt")
    hits = library.search("项目投资", 5, [other.document_id])
    assert [hit.passage.revision for hit in hits] == [other]
    with pytest.raises(UnknownDocument):
        library.search("项目投资", 5, ["nobody"])


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert library.search("什么", 5) == []
    library.warm_up()


def test_text_of_white_space_is_refused_and_nothing_is_stored(library: Library) -> None:
    with pytest.raises(EmptyDocument):
        library.add(LoadedText(" \n", "空"), "a.txt")
    assert library.generation == 0


def test_another_process_sees_the_change(library: Library, tmp_path: Path) -> None:
    other = open_library(tmp_path)
    assert other.search("投资", 5) == []
    library.add(LoadedText("投资3亿元。", "甲"), "a.txt")
    assert [hit.passage.text for hit in other.search("投资", 5)] == ["投资3亿元。"]


def test_reopening_encodes_nothing(library: Library, tmp_path: Path) -> None:
    library.add(LoadedText("投资3亿元。", "甲"), "a.txt")
    encoder = FakeEncoder()
    assert open_library(tmp_path, encoder).search("投资", 5)
    assert encoder.encoded == []


def test_another_encoder_is_refused_until_everything_is_encoded_anew(library: Library, tmp_path: Path) -> None:
    library.add(LoadedText("投资3亿元。", "甲"), "a.txt")
    other = open_library(tmp_path, FakeEncoder("other", dimension=32))
    with pytest.raises(EncoderMismatch):
        other.warm_up()
    other.rebuild()
    assert [hit.passage.text for hit in other.search("投资", 5)] == ["投资3亿元。"]


def test_progress_counts_every_passage(library: Library) -> None:
    told: list[tuple[int, int]] = []
    library.add(
        LoadedText("这是一句话。" * 300, "长"), "a.txt", progress=lambda done, total: told.append((done, total))
    )
    assert told[-1][0] == told[-1][1] == library.summaries(1)[0][0].passages
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_questions_while_documents_change_see_whole_generations(library: Library) -> None:
    for number in range(5):
        library.add(LoadedText(f"项目{number}投资{number}亿元。", "甲"), "a.txt")
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(30):
                for hit in library.search("项目投资多少亿元", 5):
                    passage = hit.passage
                    revision = passage.revision
                    text = library.document(revision.document_id, revision.number).text
                    assert text[passage.start : passage.end] == passage.text
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(15):
        added = library.add(LoadedText(f"新项目{number}投资{number}亿元。", "乙"), "b.txt")
        if number % 2:
            library.remove(added.document_id)
    for thread in threads:
        thread.join()
    assert failures == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.text(alphabet="甲乙丙1。\n 𠮷", min_size=1, max_size=80), min_size=1, max_size=4))
def test_hits_are_stretches_of_their_documents(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    library = open_library(tmp_path_factory.mktemp("library"))
    for text in texts:
        if text.strip():
            library.add(LoadedText(text, "题"), "a.txt")
    for hit in library.search("甲乙丙1", 10):
        passage = hit.passage
        assert library.document(passage.revision.document_id).text[passage.start : passage.end] == passage.text


def test_a_passage_is_found_by_the_headings_above_it() -> None:
    passage = Passage(Revision("d", 1, "", "总题"), 0, 6, "一、甲\n甲文", ("总题", "一、甲"))
    assert retrieval_text(passage) == "总题\n一、甲\n甲文"
