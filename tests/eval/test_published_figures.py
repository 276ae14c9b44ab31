"""The figures in the README and the model cards, held to a run over a small fixed slice.

Tolerances are a few questions wide: processors round differently, and a question may tip over.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.bootstrap import Estimate
from eval.paths import ARTICLE
from eval.questions import read_questions
from eval.reading import read_all, read_set, summarise_reading
from eval.retrieval import read_collection, score_rankings
from eval.runner import evaluate
from eval.summary import summaries
from qa.assemble import assemble, make_encoder, make_reader
from qa.settings import Settings

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public sets are not in {DATA}")


def published(path: str, row: str) -> list[float]:
    """The numbers of the one table row that starts with `row`, without their intervals."""
    text = (ROOT / path).read_text(encoding="utf-8")
    (found,) = re.findall(rf"^\| {re.escape(row)} \|(.*)\|$", text, flags=re.MULTILINE)
    return [float(cell.split("(")[0]) for cell in found.split("|") if cell.strip() != "–"]


def values(*estimates: Estimate | None) -> list[float]:
    """The figures in per cent."""
    return [estimate.value * 100 for estimate in estimates if estimate is not None]


def test_the_article_set(tmp_path: Path) -> None:
    wenqu = assemble(Settings(data_dir=tmp_path, sample=True))
    results = evaluate(read_questions(ARTICLE), wenqu.answerer, wenqu.library, iter)
    rows = {row.name: row for row in summaries(results)}
    answerable, unanswerable = rows["all answerable"], rows["all unanswerable"]
    found = values(
        answerable.exact_match,
        answerable.f1,
        answerable.recall_at_1,
        answerable.recall_at_5,
        answerable.mean_reciprocal_rank,
        answerable.refused,
    )
    expected = published("README.md", "all answerable")
    assert expected[0] == answerable.questions
    assert found == pytest.approx(expected[1:], abs=3.2)
    assert values(unanswerable.refused) == pytest.approx(published("README.md", "all unanswerable")[1:], abs=8.1)


@needs_data
def test_the_reader_on_a_slice() -> None:
    questions = read_set(DATA, "cmrc2018/dev")
    chosen = questions[:: len(questions) // 60][:60]
    summary = summarise_reading("", read_all(chosen, make_reader(Settings().reader)))
    _, *expected = published("qa/models/README.md", "cmrc2018/dev, 60 questions")
    assert values(summary.exact_match, summary.f1) == pytest.approx(expected[:2], abs=5.1)


@needs_data
def test_retrieval_on_a_slice() -> None:
    encoder = make_encoder(Settings().encoder)
    collection = read_collection(DATA, "cmrc2018/dev", 100)
    rows = score_rankings(collection, encoder, encoder.encode(collection.paragraphs), iter)
    for row in rows:
        expected = published("index/models/README.md", f"cmrc2018/dev, first 100 | {row.ranking}")
        recalls = (row.recall_at_1, row.recall_at_5, row.recall_at_20)
        found = values(*recalls, row.mean_reciprocal_rank, row.mean_discounted_gain)
        assert found == pytest.approx(expected, abs=1.0), row.ranking
