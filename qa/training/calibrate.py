"""Fit the calibration: from the reader's margin and the passage's ranks to the probability of being right.

Three kinds of question are asked of one collection of news articles: questions that it answers, the same questions with
the answering article taken away (near misses), and questions about something else altogether. A span is right when it
overlaps a gold answer of its own article and their character F1 is at least 0.5.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from index.library import Library
from index.types import LoadedText
from qa.decide import Calibration, features, rank
from qa.extract import extract
from qa.ports import Reader
from qa.training.examples import Example
from qa.types import Span

FEATURES = ("margin", "dense", "lexical")
ANSWERABLE_SHARE = 0.75
"""The share of questions that the documents answer, as they are put in use: an assumption, which no set can tell."""
TOP_K = 5
MAX_ANSWER_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """One question asked: the best span of every passage read, and which of them are right."""

    answerable: bool
    spans: tuple[Span, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a calibration does to questions at a threshold; shares of the questions named."""

    threshold: float
    precision: float
    answered_right: float
    wrongly_refused: float
    rightly_refused: float


def ask_all(
    library: Library, reader: Reader, examples: Sequence[Example], others: Sequence[Example]
) -> Iterator[Asked]:
    """Ask every example with and without its article, and the `others`, of which no article says anything."""
    documents = {
        example.context: library.add(LoadedText(example.context, example.title), "calibration").document_id
        for example in examples
    }
    everything = list(dict.fromkeys(documents.values()))
    for example in examples:
        own = documents[example.context]
        yield _ask(library, reader, example, own, everything)
        yield _ask(library, reader, example, None, [document for document in everything if document != own])
    for example in others:
        yield _ask(library, reader, example, None, everything)


def fit(asked: Sequence[Asked]) -> Calibration:
    """A logistic model over all spans, rescaled (Platt) to the best span of each question, which is the one given.

    In the rescaling ANSWERABLE_SHARE of the questions count as answerable: confidence is a share of what is asked.
    """
    spans = [span for question in asked for span in question.spans]
    right = [label for question in asked for label in question.right]
    intercept, weights = _logistic(_matrix(spans), right)
    ranking = Calibration(intercept, dict(zip(FEATURES, weights, strict=True)))
    scores, labels, counts = [], [], []
    for question in asked:
        if question.spans:
            best = rank(question.spans, ranking)[0].span
            scores.append([intercept + float(_matrix([best])[0] @ np.array(weights))])
            labels.append(question.right[question.spans.index(best)])
            counts.append(_weight(question, asked))
    shift, (scale,) = _logistic(np.array(scores), labels, counts)
    return Calibration(shift + scale * intercept, {n: scale * w for n, w in zip(FEATURES, weights, strict=True)})


def outcome(asked: Sequence[Asked], calibration: Calibration, threshold: float) -> Outcome:
    """Count what happens to `asked` when answers below `threshold` are refused."""
    given, given_right = [], []
    for question in asked:
        ranked = rank(question.spans, calibration)
        answers = bool(ranked) and ranked[0].probability >= threshold
        given.append(answers)
        given_right.append(answers and question.right[question.spans.index(ranked[0].span)])
    answerable = [question.answerable for question in asked]
    return Outcome(
        threshold=threshold,
        precision=sum(given_right) / max(sum(given), 1),
        answered_right=sum(given_right) / max(sum(answerable), 1),
        wrongly_refused=_share([not answers for answers, can in zip(given, answerable, strict=True) if can]),
        rightly_refused=_share([not answers for answers, can in zip(given, answerable, strict=True) if not can]),
    )


def best_threshold(asked: Sequence[Asked], calibration: Calibration) -> float:
    """The threshold with the best sum of the shares answered rightly (of the answerable) and refused rightly.

    Shares, not counts: how many unanswerable questions the fit happens to hold says nothing about those of users.
    """

    def ending_well(threshold: float) -> float:
        found = outcome(asked, calibration, threshold)
        return found.answered_right + found.rightly_refused

    return max((round(0.02 * step, 2) for step in range(1, 50)), key=ending_well)


def write_calibration(path: Path, calibration: Calibration, threshold: float) -> None:
    """Store what `qa.decide.read_calibration` reads."""
    stored = {
        "intercept": round(calibration.intercept, 6),
        "weights": {name: round(weight, 6) for name, weight in calibration.weights.items()},
        "threshold": threshold,
    }
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def choose(examples: Sequence[Example], count: int, seed: int) -> list[Example]:
    """`count` examples drawn without replacement."""
    return random.Random(seed).sample(list(examples), min(count, len(examples)))


def expected_calibration_error(asked: Sequence[Asked], calibration: Calibration, bins: int = 10) -> float:
    """The mean distance between confidence and accuracy over bins of equal width, each question weighed as in the fit.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.
    """
    given = [(question, rank(question.spans, calibration)[0]) for question in asked if question.spans]
    weights = np.array([_weight(question, asked) for question, _ in given])
    confidences = np.array([best.probability for _, best in given])
    right = np.array([question.right[question.spans.index(best.span)] for question, best in given], dtype=float)
    numbers = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [abs(((confidences - right) * weights)[numbers == number].sum()) for number in range(bins)]
    return float(sum(gaps) / weights.sum())


def _ask(library: Library, reader: Reader, example: Example, own: str | None, documents: Sequence[str]) -> Asked:
    hits = library.search(example.question, TOP_K, documents)
    readings = reader.read(example.question, hits)
    found = [extract(reading, example.question, MAX_ANSWER_CHARACTERS, 1) for reading in readings]
    spans = tuple(span for best in found for span in best)
    return Asked(own is not None, spans, tuple(_is_right(span, example, own) for span in spans))


def _is_right(span: Span, example: Example, own: str | None) -> bool:
    if example.start is None or span.hit.passage.revision.document_id != own:
        return False
    end = example.start + len(example.answer)
    common = min(end, span.end) - max(example.start, span.start)
    return common > 0 and 2 * common / (len(example.answer) + span.end - span.start) >= 0.5


def _matrix(spans: Sequence[Span]) -> npt.NDArray[np.float64]:
    return np.array([[features(span)[name] for name in FEATURES] for span in spans])


def _weight(question: Asked, asked: Sequence[Asked]) -> float:
    answerable = sum(other.answerable for other in asked)
    if question.answerable:
        return ANSWERABLE_SHARE / answerable * len(asked)
    return (1.0 - ANSWERABLE_SHARE) / (len(asked) - answerable) * len(asked)


def _logistic(
    values: npt.NDArray[np.float64], labels: Sequence[bool], counts: Sequence[float] | None = None
) -> tuple[float, list[float]]:
    model = LogisticRegression(C=100.0, max_iter=1000).fit(values, labels, sample_weight=counts)
    return float(model.intercept_[0]), [float(weight) for weight in model.coef_[0]]


def _share(values: Sequence[bool]) -> float:
    return sum(values) / max(len(values), 1)
