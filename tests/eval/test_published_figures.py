"""The figures in the README and the model cards, held to a run over a small fixed slice.

Tolerances are a few questions wide: processors round differently, and a question may tip over.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.__main__ import ARTICLE
from eval.questions import read_questions
from eval.reading import read_all, read_set, summarise_reading
from eval.report import summaries
from eval.retrieval import read_collection, score_rankings
from eval.runner import evaluate
from qa.assemble import assemble, make_encoder, make_reader
from qa.settings import Settings

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public sets are not in {DATA}")


def published(path: str, row: str) -> list[float]:
    """The numbers of the one table row that starts with `row`."""
    text = (ROOT / path).read_text(encoding="utf-8")
    (found,) = re.findall(rf"^\| {re.escape(row)} \|(.*)\|$", text, flags=re.MULTILINE)
    return [float(cell) for cell in found.split("|") if cell.strip() != "–"]


def test_the_article_set(tmp_path: Path) -> None:
    wenqu = assemble(Settings(data_dir=tmp_path, sample=True))
    results = evaluate(read_questions(ARTICLE), wenqu.answerer, wenqu.library, wenqu.threshold, iter)
    rows = {row.name: row for row in summaries(results)}
    answerable, unanswerable = rows["all answerable"], rows["all unanswerable"]
    found = (
        answerable.exact_match,
        answerable.f1,
        answerable.recall_at_1,
        answerable.recall_at_5,
        answerable.mean_reciprocal_rank,
        answerable.refused,
    )
    expected = published("README.md", "all answerable")
    assert expected[0] == answerable.questions
    assert [share * 100 for share in found if share is not None] == pytest.approx(expected[1:], abs=3.2)
    assert unanswerable.refused * 100 == pytest.approx(published("README.md", "all unanswerable")[1], abs=8.1)


@needs_data
def test_the_reader_on_a_slice() -> None:
    questions = read_set(DATA, "cmrc2018/dev")
    chosen = questions[:: len(questions) // 60][:60]
    summary = summarise_reading("", read_all(chosen, make_reader(Settings().reader)))
    assert summary.exact_match is not None
    assert summary.f1 is not None
    _, exact_match, f1, _ = published("qa/models/README.md", "cmrc2018/dev, 60 questions")
    assert summary.exact_match * 100 == pytest.approx(exact_match, abs=5.1)
    assert summary.f1 * 100 == pytest.approx(f1, abs=5.1)


@needs_data
def test_retrieval_on_a_slice() -> None:
    encoder = make_encoder(Settings().encoder)
    collection = read_collection(DATA, "cmrc2018/dev", 100)
    rows = score_rankings(collection, encoder, encoder.encode(collection.paragraphs), iter)
    for row in rows:
        expected = published("index/models/README.md", f"cmrc2018/dev, first 100 | {row.ranking}")
        found = (row.recall_at_1, row.recall_at_5, row.recall_at_20, row.mean_reciprocal_rank, row.mean_discounted_gain)
        assert [share * 100 for share in found] == pytest.approx(expected, abs=1.0), row.ranking
