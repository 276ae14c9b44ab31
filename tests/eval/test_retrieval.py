from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest

from eval.bootstrap import Estimate
from eval.measures import mean_discounted_gain
from eval.questions import EvaluationDataError
from eval.report import retrieval_table
from eval.retrieval import Collection, buried, read_articles, read_collection, score_rankings
from tests.fakes import FakeEncoder


def test_discounted_gain_by_hand() -> None:
    assert mean_discounted_gain([1]) == 1.0
    assert mean_discounted_gain([2]) == pytest.approx(1 / math.log2(3))
    assert mean_discounted_gain([3, None]) == pytest.approx(0.25)


def test_a_collection_holds_each_context_once(tmp_path: Path) -> None:
    (tmp_path / "some").mkdir()
    answers = [{"text": "甲", "start": 0}]
    rows = [
        {"id": str(n), "title": "题", "context": context, "question": f"问{n}", "answers": found}
        for n, (context, found) in enumerate([("甲一", answers), ("甲二", answers), ("甲一", answers), ("丙", [])])
    ]
    with gzip.open(tmp_path / "some" / "set.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    collection = read_collection(tmp_path, "some/set")
    assert collection.paragraphs == ("甲一", "甲二")
    assert collection.questions == (("问0", 0), ("问1", 1), ("问2", 0))


def test_articles_are_cut_and_counted(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    with gzip.open(tmp_path / "news" / "part0.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"id": str(n), "text": "新" * 400}) + "\n" for n in range(3))
    assert read_articles(tmp_path, 2) == ["新" * 300] * 2
    with pytest.raises(EvaluationDataError, match="3 articles, expected 4"):
        read_articles(tmp_path, 4)


def test_every_ranking_is_scored() -> None:
    paragraphs = ("宁德时代项目总投资120亿元", "小鹏汽车从签约到投产用了17个月", "鼎湖山在肇庆")
    collection = Collection("three", paragraphs, (("宁德时代投资多少", 0), ("小鹏汽车用了多久", 1)))
    encoder = FakeEncoder()
    rows = score_rankings(collection, encoder, encoder.encode(paragraphs), lambda questions: questions)
    assert [row.ranking for row in rows] == ["BM25", "encoder", "reciprocal rank fusion", "fusion"]
    for row in rows:
        assert row.recall_at_1 == row.recall_at_5 == row.mean_reciprocal_rank == Estimate(1.0, 1.0, 1.0)
    assert retrieval_table(rows).splitlines()[-1] == "| three | fusion" + " | 100.0 (100.0–100.0)" * 5 + " |"


def test_a_buried_collection_keeps_its_numbers() -> None:
    collection = Collection("one", ("甲",), (("问", 0),))
    assert buried(collection, ["乙", "丙"]) == Collection("one + 2 news", ("甲", "乙", "丙"), (("问", 0),))
