from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import Catalogue
from index.errors import CatalogueError, DocumentConflict, EncoderMismatch, UnknownDocument, UnknownRevision
from index.schema import SCHEMA_VERSION
from index.types import Document, Heading, Page, Passage, Revision
from index.view import StoredPassage


def document(number: int = 1, text: str = "标题\n\n正文𠮷。") -> Document:
    return Document(Revision("d", number, f"{number:064}", "标题"), text, (Heading(1, 0, 2),), (Page(1, 0, len(text)),))


def put(catalogue: Catalogue, value: Document, encoder: str = "e") -> Passage:
    end = len(value.text)
    passage = Passage(value.revision, 0, end, value.text, ("标题",), 1)
    catalogue.put(value, "文件.md", [passage], np.array([[0.6, 0.8]], dtype=np.float32), encoder)
    return passage


def searchable(catalogue: Catalogue, encoder: str = "e") -> list[StoredPassage]:
    with catalogue.view() as view:
        view.check_encoder(encoder)
        return list(view.passages(view.document_ids()))


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "deep" / "catalogue.sqlite3")


def test_a_new_catalogue_is_empty(catalogue: Catalogue) -> None:
    assert catalogue.state().generation == 0
    assert catalogue.summaries(10, 0) == ([], 0)
    assert searchable(catalogue) == []


def test_what_is_put_is_read_back_by_another_process(catalogue: Catalogue, tmp_path: Path) -> None:
    value = document()
    passage = put(catalogue, value)
    other = Catalogue(tmp_path / "deep" / "catalogue.sqlite3")
    (stored,) = searchable(other)
    assert other.document("d") == value
    assert stored.passage == passage
    assert other.searchable([stored.id]) == {stored.id: passage}
    assert other.state().generation == 1
    np.testing.assert_array_equal(stored.vector, np.array([0.6, 0.8], dtype=np.float32))
    (summary,), total = other.summaries(10, 0)
    assert total == 1
    assert (summary.source, summary.characters, summary.passages, summary.pages) == ("文件.md", 8, 1, 1)


def test_old_revisions_stay_readable_but_are_not_searched(catalogue: Catalogue) -> None:
    put(catalogue, document(1))
    put(catalogue, document(2, "标题\n\n新的正文。"))
    assert catalogue.document("d", 1).text == "标题\n\n正文𠮷。"
    assert catalogue.document("d").revision.number == 2
    assert [stored.passage.revision.number for stored in searchable(catalogue)] == [2]


def test_a_removed_document_leaves_search_and_lists_but_not_the_record(catalogue: Catalogue) -> None:
    put(catalogue, document())
    catalogue.remove("d")
    assert searchable(catalogue) == []
    assert catalogue.summaries(10, 0) == ([], 0)
    assert catalogue.state().generation == 2
    assert catalogue.document("d", 1).text == "标题\n\n正文𠮷。"
    with pytest.raises(UnknownDocument):
        catalogue.summary("d")
    with pytest.raises(UnknownDocument):
        catalogue.remove("d")


def test_unknown_things(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownDocument, match="没有编号为“x”的文档"):
        catalogue.document("x")
    put(catalogue, document())
    with pytest.raises(UnknownRevision, match="没有第 7 版"):
        catalogue.document("d", 7)


def test_vectors_of_another_encoder_are_refused_with_the_remedy(catalogue: Catalogue) -> None:
    put(catalogue, document(), encoder="old")
    with pytest.raises(EncoderMismatch, match="wenqu rebuild"):
        searchable(catalogue, "new")
    (stored,) = searchable(catalogue, "old")
    anew = {"d": ([stored.passage], np.array([[1.0, 0.0]], dtype=np.float32))}
    assert not catalogue.index_anew(0, anew, "new")
    assert catalogue.index_anew(1, anew, "new")
    (stored,) = searchable(catalogue, "new")
    np.testing.assert_array_equal(stored.vector, [1.0, 0.0])


def test_a_document_of_another_encoder_is_not_mixed_in(catalogue: Catalogue) -> None:
    put(catalogue, document(), encoder="old")
    with pytest.raises(EncoderMismatch, match="wenqu rebuild"):
        put(catalogue, document(2), encoder="new")
    assert catalogue.document("d").revision.number == 1
    assert catalogue.state().encoder == "old"


@pytest.mark.parametrize("number", [1, 3])
def test_a_revision_out_of_turn_is_refused_and_changes_nothing(catalogue: Catalogue, number: int) -> None:
    put(catalogue, document())
    with pytest.raises(DocumentConflict, match="没有生效"):
        put(catalogue, document(number))
    assert catalogue.state().generation == 1
    assert catalogue.document("d").revision.number == 1


def test_text_that_is_not_whole_characters_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(CatalogueError, match="U\\+D800"):
        catalogue.document("\ud800")


def test_renaming_outlives_the_text(catalogue: Catalogue) -> None:
    put(catalogue, document())
    catalogue.rename("d", "新名")
    put(catalogue, document(2, "另一篇。"))
    assert catalogue.document("d").revision.title == "新名"
    assert catalogue.latest_revision("d") == catalogue.document("d").revision
    assert catalogue.document("d", 1).revision.title == "标题"
    assert [stored.passage.revision.title for stored in searchable(catalogue)] == ["新名"]
    with pytest.raises(UnknownDocument):
        catalogue.rename("x", "新名")


def test_a_removed_document_comes_back_with_its_passages(catalogue: Catalogue) -> None:
    put(catalogue, document())
    before = searchable(catalogue)
    catalogue.remove("d")
    assert catalogue.is_removed("d")
    assert catalogue.searchable([before[0].id]) == {}
    catalogue.restore("d")
    assert [stored.id for stored in searchable(catalogue)] == [before[0].id]
    assert catalogue.state().generation == 3
    catalogue.restore("d")
    assert catalogue.state().generation == 3
    with pytest.raises(UnknownDocument):
        catalogue.restore("x")
    with pytest.raises(UnknownDocument):
        catalogue.is_removed("x")


def test_purging_leaves_what_can_be_found(catalogue: Catalogue) -> None:
    put(catalogue, document(1))
    put(catalogue, document(2, "第二版。"))
    put(catalogue, document(3, "第三版。"))
    assert [summary.number for summary in catalogue.revisions("d")] == [3, 2, 1]
    assert catalogue.purge("d") == 2
    assert catalogue.document("d").text == "第三版。"
    with pytest.raises(UnknownRevision):
        catalogue.document("d", 1)
    assert len(searchable(catalogue)) == 1
    assert catalogue.purge() == 0
    catalogue.remove("d")
    assert catalogue.purge() == 1
    with pytest.raises(UnknownDocument):
        catalogue.document("d")
    with pytest.raises(UnknownDocument):
        catalogue.revisions("d")
    with pytest.raises(UnknownDocument):
        catalogue.purge("d")


def test_a_purged_text_is_not_left_in_the_files(catalogue: Catalogue, tmp_path: Path) -> None:
    put(catalogue, document(1, "绝密内容" * 400))
    put(catalogue, document(2, "公开。"))
    catalogue.purge()
    bytes_on_disk = b"".join(path.read_bytes() for path in (tmp_path / "deep").iterdir())
    assert "绝密内容".encode() not in bytes_on_disk
    assert "公开。".encode() in bytes_on_disk


def test_changes_since_a_generation(catalogue: Catalogue) -> None:
    put(catalogue, document())
    with catalogue.view() as view:
        (first,) = view.changes().searchable
        assert view.changes(0).searchable == (first,)
        assert view.changes(1).searchable == ()
    catalogue.remove("d")
    with catalogue.view() as view:
        assert view.changes(1).gone == {"d"}
        assert not view.changes(1).complete
        assert view.changes().searchable == ()
    catalogue.purge()
    with catalogue.view() as view:
        # What was purged left no trace, so all that there is has to be compared.
        assert view.changes(1).complete


def test_a_view_sees_one_instant(catalogue: Catalogue) -> None:
    put(catalogue, document())
    with catalogue.view() as view:
        assert view.state().generation == 1
        put(catalogue, document(2, "第二版。"))
        assert [stored.passage.revision.number for stored in view.passages(["d"])] == [1]
    assert catalogue.state().generation == 2


@pytest.mark.parametrize(("text", "found"), [("二", ["b"]), ("A.TXT", ["a"]), ("%", []), ("_", []), ("", ["b", "a"])])
def test_listing_with_a_filter(catalogue: Catalogue, text: str, found: list[str]) -> None:
    for name, title in (("a", "第一篇"), ("b", "第二篇")):
        revision = Revision(name, 1, "0" * 64, title)
        catalogue.put(Document(revision, "字"), f"{name}.txt", [], np.zeros((0, 2), dtype=np.float32), "e")
    page, total = catalogue.summaries(10, 0, text)
    assert [summary.revision.document_id for summary in page] == found
    assert total == len(found)


def test_statistics_count_what_can_be_found(catalogue: Catalogue) -> None:
    put(catalogue, document())
    put(catalogue, document(2, "第二版"))
    statistics = catalogue.statistics()
    assert (statistics.documents, statistics.passages, statistics.characters, statistics.generation) == (1, 1, 3, 2)
    assert statistics.bytes_on_disk > 4096
    catalogue.remove("d")
    assert catalogue.statistics().passages == 0


def test_a_put_that_fails_changes_nothing(catalogue: Catalogue) -> None:
    put(catalogue, document())
    value = document(2)
    two_passages = [Passage(value.revision, 0, 2, "标题"), Passage(value.revision, 4, 6, "正文")]
    with pytest.raises(ValueError, match="zip"):
        catalogue.put(value, "文件.md", two_passages, np.zeros((1, 2), dtype=np.float32), "e")
    assert catalogue.document("d").revision.number == 1
    assert catalogue.state().generation == 1


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(CatalogueError, match="请升级问渠"):
        Catalogue(path)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    path.write_bytes(b"not a database, but somebody's text" * 50)
    with pytest.raises(CatalogueError, match="WENQU_DATA_DIR"):
        Catalogue(path)
    assert path.read_bytes() == b"not a database, but somebody's text" * 50


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(CatalogueError, match="WENQU_DATA_DIR"):
        Catalogue(tmp_path / "data" / "catalogue.sqlite3")
