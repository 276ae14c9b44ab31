"""What every Retriever must do."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.library import Library
from index.types import LoadedText
from qa.ports import Retriever
from tests.fakes import FakeEncoder, FakeRetriever, make_hit

TEXTS = ["投资120亿元。", "博士项目5个。", "高速公路通车。", "营业执照1小时。"]


@pytest.fixture(params=["fake", "library"])
def retriever(request: pytest.FixtureRequest, tmp_path: Path) -> Retriever:
    if request.param == "fake":
        return FakeRetriever(
            [make_hit(text, document_id=f"d{rank}", rank=rank) for rank, text in enumerate(TEXTS, start=1)]
        )
    library = Library(Catalogue(tmp_path / "c.sqlite3"), FakeEncoder(), FaissIndex, ChunkingPlan())
    for text in TEXTS:
        library.add(LoadedText(text, "题"), "a.txt")
    return library


@pytest.mark.parametrize("top_k", [1, 2, 4])
def test_at_most_top_k_hits_best_first(retriever: Retriever, top_k: int) -> None:
    hits = retriever.search("投资多少亿元？", top_k)
    assert len(hits) == top_k
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].passage.text == TEXTS[0]


def test_every_passage_is_a_part_of_its_document(retriever: Retriever) -> None:
    for hit in retriever.search("投资多少亿元？", 4):
        revision = hit.passage.revision
        document = retriever.document(revision.document_id, revision.number)
        assert document.revision == revision
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_no_passage_twice(retriever: Retriever) -> None:
    hits = retriever.search("项目", 10)
    assert len({(hit.passage.revision, hit.passage.start) for hit in hits}) == len(hits)


def test_ranks_count_from_one(retriever: Retriever) -> None:
    assert all(rank >= 1 for hit in retriever.search("项目", 10) for rank in hit.ranks.values())


def test_generation_is_a_count(retriever: Retriever) -> None:
    assert retriever.generation >= 1
