"""Fit the yes/no verdict on half of the contexts of two public sets and of the written documents that are held out.

Every question is asked of the best passages of its own document, and if that settles it, of the best passages of all
other documents too, which do not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from index.chunking import ChunkingPlan, chunk, retrieval_text
from index.lexical import Bm25Index, best_items
from index.text import plain_form, search_tokens
from index.types import Document, Hit, Revision
from qa.ports import Reader
from qa.training.examples import YesNoExample
from qa.training.written import YES_NO, WrittenDocument
from qa.types import Verdict, VerdictReading
from qa.yes_no import Judgement, Logistic, VerdictModel, VerdictModels, asks_yes_or_no, judge, judge_features

SETS = ("cjrc/dev", "cail2021/sample")
PASSAGES = 5
THRESHOLD = 0.5
"""A verdict is given when it is more likely right than not: a wrong one does more harm than none."""


@dataclass(frozen=True, slots=True)
class Case:
    """A yes/no question, its document, and whether that says 是 (None: it does not settle the question)."""

    question: str
    document: Document
    yes: bool | None


@dataclass(frozen=True, slots=True)
class AskedYesNo:
    """A question, the passages it was asked of, whether they say 是 (None: neither), and the reader's view of them."""

    question: str
    hits: tuple[Hit, ...]
    yes: bool | None
    readings: tuple[VerdictReading, ...] = ()


def is_for_fitting(context: str) -> bool:
    """Whether a context belongs to the half that the fit may see."""
    return hashlib.sha256(context.encode("utf-8")).digest()[0] % 2 == 0


def cases_of(examples: Iterable[YesNoExample]) -> list[Case]:
    """The questions of a public set, each context a document without title or headings."""
    return [
        Case(
            e.question, Document(Revision(hashlib.sha256(e.context.encode()).hexdigest(), 1, "", ""), e.context), e.yes
        )
        for e in examples
    ]


def written_cases(documents: Iterable[WrittenDocument]) -> list[Case]:
    """The yes/no questions of written documents."""
    verdicts = {"YES": True, "NO": False, "NONE": None}
    return [
        Case(question.question, written.document, verdicts[question.verdict])
        for written in documents
        for question in written.questions
        if question.type == YES_NO
    ]


def ask_yes_no(cases: Sequence[Case], reader: Reader) -> Iterator[AskedYesNo]:
    """Every case asked of its own document, and of all others when that one settles it."""
    documents = {case.document.revision.document_id: case.document for case in cases}
    passages = [passage for document in documents.values() for passage in chunk(document, ChunkingPlan())]
    owner = np.array([passage.revision.document_id for passage in passages])
    index = Bm25Index([search_tokens(retrieval_text(passage)) for passage in passages])
    for case in cases:
        question = plain_form(case.question)
        if not asks_yes_or_no(question):
            continue
        scores = index.scores(search_tokens(question))
        own = owner == case.document.revision.document_id
        asked = ((case.yes, own),) if case.yes is None else ((case.yes, own), (None, ~own))
        for yes, allowed in asked:
            items = best_items(scores, PASSAGES, allowed)
            hits = tuple(Hit(passages[item], float(scores[item])) for item in items)
            if hits:
                yield AskedYesNo(question, hits, yes, tuple(reader.judge(question, hits)))


def fit_yes_no(asked: Sequence[AskedYesNo], features: Sequence[str]) -> VerdictModel:
    """The two logistic models over the named features."""
    found = [judge_features(item.question, item.hits, item.readings) for item in asked]
    values = np.array([[one[name] for name in features] for one in found])
    settled = np.array([item.yes is not None for item in asked])
    yes = np.array([bool(item.yes) for item in asked])
    fitted = (_logistic(values, settled, features), _logistic(values[settled], yes[settled], features))
    return VerdictModel(*fitted, THRESHOLD)


@dataclass(frozen=True, slots=True)
class VerdictOutcome:
    """What a model does to questions at a threshold; shares of the questions named."""

    threshold: float
    precision: float
    settled_right: float
    settled_refused: float
    unsettled_refused: float


Judged = tuple[AskedYesNo, Judgement]


def judge_all(asked: Sequence[AskedYesNo], model: VerdictModel) -> list[Judged]:
    """What the model says of each, however unsure; nothing of passages without a sentence."""
    judged = ((item, judge(item.question, item.hits, model, item.readings)) for item in asked)
    return [(item, found) for item, found in judged if found is not None]


def verdict_outcome(judged: Sequence[Judged], threshold: float) -> VerdictOutcome:
    """Count what happens when verdicts below `threshold` are refused."""
    given = [(item, found) for item, found in judged if found.probability >= threshold]
    right = sum(item.yes is not None and item.yes is (found.verdict is Verdict.YES) for item, found in given)
    settled = sum(item.yes is not None for item, _ in judged)
    unsettled_given = sum(item.yes is None for item, _ in given)
    return VerdictOutcome(
        threshold=threshold,
        precision=right / max(1, len(given)),
        settled_right=right / max(1, settled),
        settled_refused=1.0 - (len(given) - unsettled_given) / max(1, settled),
        unsettled_refused=1.0 - unsettled_given / max(1, len(judged) - settled),
    )


def write_verdict_models(path: Path, models: VerdictModels) -> None:
    """Store what `qa.yes_no.read_verdict_models` reads."""
    stored = {"reading": _stored(models.reading), "words": _stored(models.words)}
    path.write_text(json.dumps(stored, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _stored(model: VerdictModel) -> dict[str, object]:
    return {
        name: {
            "intercept": round(part.intercept, 4),
            "weights": {feature: round(weight, 4) for feature, weight in part.weights.items()},
        }
        for name, part in (("settled", model.settled), ("yes", model.yes))
    } | {"threshold": model.threshold}


def _logistic(values: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_], features: Sequence[str]) -> Logistic:
    model = LogisticRegression(C=1.0, max_iter=5000).fit(values, labels)
    return Logistic(float(model.intercept_[0]), dict(zip(features, map(float, model.coef_[0]), strict=True)))
