"""Fit the yes/no verdict on half of the contexts of two public sets; the other half is held out.

Every question is asked of the best passages of its own context, which settle it, and of the best passages of all other
contexts, which do not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from index.chunking import ChunkingPlan, chunk
from index.lexical import Bm25Index, best_items
from index.text import search_tokens
from index.types import Document, Hit, Passage, Revision
from qa.training.examples import YesNoExample
from qa.types import Verdict
from qa.yes_no import FEATURES, Judgement, Logistic, VerdictModel, asks_yes_or_no, judge, judge_features

SETS = ("cjrc/dev", "cail2021/sample")
PASSAGES = 5


@dataclass(frozen=True, slots=True)
class AskedYesNo:
    """A question, the passages it was asked of, and whether they say 是 (None: they do not settle it)."""

    question: str
    hits: tuple[Hit, ...]
    yes: bool | None


def is_for_fitting(context: str) -> bool:
    """Whether a context belongs to the half that the fit may see."""
    return hashlib.sha256(context.encode("utf-8")).digest()[0] % 2 == 0


def ask_yes_no(examples: Sequence[YesNoExample]) -> Iterator[AskedYesNo]:
    """Every example asked of its own context, and of all others."""
    contexts = list(dict.fromkeys(example.context for example in examples))
    places = {context: number for number, context in enumerate(contexts)}
    passages: list[Passage] = []
    owners: list[int] = []
    for number, context in enumerate(contexts):
        found = chunk(Document(Revision(str(number), 1, "", ""), context), ChunkingPlan())
        passages += found
        owners += [number] * len(found)
    index, owner = Bm25Index([search_tokens(passage.text) for passage in passages]), np.array(owners)
    for example in examples:
        if not asks_yes_or_no(example.question):
            continue
        scores = index.scores(search_tokens(example.question))
        own = owner == places[example.context]
        for yes, allowed in ((example.yes, own), (None, ~own)):
            items = best_items(scores, PASSAGES, allowed)
            hits = tuple(Hit(passages[item], float(scores[item])) for item in items)
            if hits:
                yield AskedYesNo(example.question, hits, yes)


def fit_yes_no(asked: Sequence[AskedYesNo]) -> VerdictModel:
    """The two logistic models."""
    values = np.array([[judge_features(item.question, item.hits)[name] for name in FEATURES] for item in asked])
    settled = np.array([item.yes is not None for item in asked])
    yes = np.array([bool(item.yes) for item in asked])
    return VerdictModel(_logistic(values, settled), _logistic(values[settled], yes[settled]), threshold=0.5)


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
    judged = ((item, judge(item.question, item.hits, model)) for item in asked)
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


def choose_threshold(judged: Sequence[Judged]) -> float:
    """The threshold with the best sum of the shares answered rightly and refused rightly, as for spans."""

    def ending_well(threshold: float) -> float:
        found = verdict_outcome(judged, threshold)
        return found.settled_right + found.unsettled_refused

    return max((round(0.05 * step, 2) for step in range(1, 20)), key=ending_well)


def write_verdict_model(path: Path, model: VerdictModel) -> None:
    """Store what `qa.yes_no.read_verdict_model` reads."""
    stored: dict[str, object] = {
        name: {
            "intercept": round(part.intercept, 4),
            "weights": {feature: round(weight, 4) for feature, weight in part.weights.items()},
        }
        for name, part in (("settled", model.settled), ("yes", model.yes))
    }
    stored["threshold"] = model.threshold
    path.write_text(json.dumps(stored, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _logistic(values: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_]) -> Logistic:
    model = LogisticRegression(C=1.0, max_iter=2000).fit(values, labels)
    return Logistic(float(model.intercept_[0]), dict(zip(FEATURES, map(float, model.coef_[0]), strict=True)))
