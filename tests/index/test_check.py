"""Each invariant broken by hand must be named by `check`, and mended by `rebuild` where it says so."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.library import Library
from index.types import LoadedText, Page
from tests.fakes import FakeEncoder

TEXT = "第一句写投资。第二句写博士。第三句写高速。"


def open_library(folder: Path, encoder: FakeEncoder | None = None) -> Library:
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    return Library(catalogue, encoder or FakeEncoder(), FaissIndex, ChunkingPlan(8, 0))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = open_library(tmp_path)
    library.add(LoadedText(TEXT, "题", pages=(Page(1, 0, len(TEXT)),)), "a.txt", document_id="a")
    library.add(LoadedText("别的。", "题"), "b.txt", document_id="b")
    library.replace("b", LoadedText("别的，改过。", "题"), "b.txt")
    return library


def tamper(folder: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(folder / "catalogue.sqlite3")
    with database:
        assert database.execute(statement, values).rowcount > 0
    database.close()


def unit(place: int, length: float = 1.0, dimension: int = 64) -> bytes:
    vector = np.zeros(dimension, dtype="<f4")
    vector[place] = length
    return vector.tobytes()


def test_nothing_is_wrong_with_a_library_in_use(library: Library) -> None:
    assert library.check() == []
    library.remove("a")
    assert library.check() == []
    library.restore("a")
    library.rename("a", "新名")
    library.purge()
    assert library.check() == []


def test_an_empty_library_is_in_order(tmp_path: Path) -> None:
    assert open_library(tmp_path).check() == []


MENDED = [
    ("passage_missing", "DELETE FROM passages WHERE document_id = 'a' AND start = 7", ()),
    ("passage_missing", "UPDATE passages SET start = start + 1 WHERE document_id = 'a' AND start = 7", ()),
    ("passage_outside", "UPDATE passages SET \"end\" = 999 WHERE document_id = 'b'", ()),
    ("passage_outside", "UPDATE passages SET start = \"end\" WHERE document_id = 'b'", ()),
    ("passage_outdated", "UPDATE passages SET revision = 1 WHERE document_id = 'b'", ()),
    ("page_unknown", "UPDATE passages SET page = 9 WHERE document_id = 'a' AND start = 0", ()),
    ("vector_broken", "UPDATE passages SET vector = ? WHERE document_id = 'b'", (unit(1, 0.5),)),
    ("vector_broken", "UPDATE passages SET vector = ? WHERE document_id = 'b'", (unit(1, float("nan")),)),
    ("vector_broken", "UPDATE passages SET vector = ? WHERE document_id = 'b'", (unit(1, dimension=63),)),
    ("vector_broken", "UPDATE passages SET vector = ? WHERE document_id = 'b'", (b"abc",)),
]


@pytest.mark.parametrize(("code", "statement", "values"), MENDED)
def test_what_is_derived_is_mended_by_rebuilding(
    library: Library, tmp_path: Path, code: str, statement: str, values: tuple[object, ...]
) -> None:
    tamper(tmp_path, statement, *values)
    problems = library.check()
    assert code in {problem.code for problem in problems}
    assert {problem.document_id for problem in problems if problem.code == code} <= {"a", "b"}
    assert all("wenqu rebuild" in problem.message for problem in problems if problem.code == code)
    library.rebuild()
    assert library.check() == []
    assert library.search("博士", 1)[0].passage.text == "第二句写博士。"


LOST = [
    ("text_changed", "UPDATE revisions SET text = replace(text, '投资', '头资') WHERE document_id = 'a'", ()),
    ("text_changed", "UPDATE revisions SET text = '别的!' WHERE document_id = 'b' AND number = 1", ()),
    ("count_differs", "UPDATE documents SET characters = 3 WHERE id = 'a'", ()),
    ("count_differs", "UPDATE documents SET pages = 2 WHERE id = 'a'", ()),
    ("revision_missing", "UPDATE documents SET revision = 5 WHERE id = 'a'", ()),
    ("row_unreadable", "UPDATE revisions SET headings = 'no json' WHERE document_id = 'a'", ()),
    ("row_orphaned", "UPDATE passages SET revision = 8 WHERE document_id = 'a'", ()),
]


@pytest.mark.parametrize(("code", "statement", "values"), LOST)
def test_what_cannot_be_derived_wants_the_backup(
    library: Library, tmp_path: Path, code: str, statement: str, values: tuple[object, ...]
) -> None:
    tamper(tmp_path, statement, *values)
    found = [problem for problem in library.check() if problem.code == code]
    assert found
    assert all("wenqu export" in problem.message for problem in found)


def test_an_index_that_differs_from_the_catalogue_is_noticed(library: Library, tmp_path: Path) -> None:
    library.warm_up()
    tamper(tmp_path, "DELETE FROM passages WHERE document_id = 'b'")
    assert "index_differs" in {problem.code for problem in library.check()}


def test_vectors_of_the_index_that_differ_are_noticed(library: Library, tmp_path: Path) -> None:
    library.warm_up()
    tamper(tmp_path, "UPDATE passages SET vector = ? WHERE document_id = 'b'", unit(3))
    (problem,) = library.check()
    assert problem.code == "index_differs"
    library.rebuild()
    assert library.check() == []


def test_another_encoder_is_a_problem_with_its_remedy(library: Library, tmp_path: Path) -> None:
    other = open_library(tmp_path, FakeEncoder("other", 32))
    (problem,) = other.check()
    assert problem.code == "encoder_mismatch"
    other.rebuild()
    assert other.check() == []
