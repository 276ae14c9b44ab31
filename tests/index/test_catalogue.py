from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import Catalogue
from index.errors import CatalogueError, EncoderMismatch, UnknownDocument, UnknownRevision
from index.schema import SCHEMA_VERSION
from index.types import Document, Heading, Page, Passage, Revision


def document(number: int = 1, text: str = "标题\n\n正文𠮷。") -> Document:
    return Document(Revision("d", number, f"{number:064}", "标题"), text, (Heading(1, 0, 2),), (Page(1, 0, len(text)),))


def put(catalogue: Catalogue, value: Document, encoder: str = "e") -> Passage:
    end = len(value.text)
    passage = Passage(value.revision, 0, end, value.text, ("标题",), 1)
    catalogue.put(value, "文件.md", [passage], np.array([[0.6, 0.8]], dtype=np.float32), encoder)
    return passage


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "deep" / "catalogue.sqlite3")


def test_a_new_catalogue_is_empty(catalogue: Catalogue) -> None:
    assert catalogue.state().generation == 0
    assert catalogue.summaries(10, 0) == ([], 0)
    assert catalogue.search_data("e").passages == ()


def test_what_is_put_is_read_back_by_another_process(catalogue: Catalogue, tmp_path: Path) -> None:
    value = document()
    passage = put(catalogue, value)
    other = Catalogue(tmp_path / "deep" / "catalogue.sqlite3")
    data = other.search_data("e")
    assert other.document("d") == value
    assert data.passages == (passage,)
    assert data.generation == 1
    np.testing.assert_array_equal(data.vectors, np.array([[0.6, 0.8]], dtype=np.float32))
    (summary,), total = other.summaries(10, 0)
    assert total == 1
    assert (summary.source, summary.characters, summary.passages) == ("文件.md", 8, 1)


def test_old_revisions_stay_readable_but_are_not_searched(catalogue: Catalogue) -> None:
    put(catalogue, document(1))
    put(catalogue, document(2, "标题\n\n新的正文。"))
    assert catalogue.document("d", 1).text == "标题\n\n正文𠮷。"
    assert catalogue.document("d").revision.number == 2
    assert [passage.revision.number for passage in catalogue.search_data("e").passages] == [2]


def test_a_removed_document_leaves_search_and_lists_but_not_the_record(catalogue: Catalogue) -> None:
    put(catalogue, document())
    catalogue.remove("d")
    assert catalogue.search_data("e").passages == ()
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
        catalogue.search_data("new")
    catalogue.replace_vectors(np.array([[1.0, 0.0]], dtype=np.float32), "new")
    np.testing.assert_array_equal(catalogue.search_data("new").vectors, [[1.0, 0.0]])


def test_a_document_of_another_encoder_is_not_mixed_in(catalogue: Catalogue) -> None:
    put(catalogue, document(), encoder="old")
    with pytest.raises(EncoderMismatch, match="wenqu rebuild"):
        put(catalogue, document(2), encoder="new")
    assert catalogue.document("d").revision.number == 1
    assert catalogue.state().encoder == "old"


def test_a_failing_write_is_said_and_changes_nothing(catalogue: Catalogue) -> None:
    put(catalogue, document())
    with pytest.raises(CatalogueError, match="没有改动"):
        put(catalogue, document())
    assert catalogue.state().generation == 1


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
