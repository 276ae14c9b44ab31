"""Fit the calibration: from the reader's margin and the passage's ranks to the probability of being right.

Questions that nothing was trained on are asked of collections of documents as in use, of their own document or of all:
questions that it answers, questions written to have no answer there (near misses), and questions whose document is
taken away. A span is right when it overlaps a gold answer and their F1, by place, is at least 0.5.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from index.library import Library
from index.text import plain_form
from index.types import Document, LoadedText, Revision
from qa.decide import Calibration, features, rank
from qa.extract import extract
from qa.ports import Reader
from qa.training.examples import Example
from qa.training.written import YES_NO, WrittenDocument
from qa.types import Span

Item = TypeVar("Item")

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


@dataclass(frozen=True, slots=True)
class Case:
    """A question on one document: the stretches of it that answer (none: it does not), and how it is asked.

    `everywhere` asks it of the whole collection, else of its own document alone; `absent` of all but its own.
    """

    question: str
    document: Document
    spans: tuple[tuple[int, int], ...]
    everywhere: bool = False
    absent: bool = False

    @property
    def answerable(self) -> bool:
        """Whether what it is asked of answers it."""
        return bool(self.spans) and not self.absent


def written_cases(documents: Iterable[WrittenDocument]) -> list[Case]:
    """The questions of written documents but those that 是 or 否 answers.

    By turns of their own document and of all; near misses both ways; every fourth other question of all but its own.
    """
    cases = []
    asked = [(w.document, q) for w in documents for q in w.questions if q.type != YES_NO]
    for number, (document, question) in enumerate(asked):
        spans = (*question.spans, (question.spans[0][0], question.spans[-1][1])) if question.spans else ()
        cases.append(Case(question.question, document, spans, everywhere=number % 2 == 0))
        if not spans:
            cases.append(Case(question.question, document, spans, everywhere=number % 2 == 1))
        elif number % 4 == 0:
            cases.append(Case(question.question, document, spans, absent=True))
    return cases


def public_cases(examples: Iterable[Example]) -> list[Case]:
    """The questions of a public set, of all its contexts; those that their own does not answer, of that one.

    Every third of those with an answer also of all contexts but its own.
    """
    cases = []
    for number, example in enumerate(examples):
        digest = hashlib.sha256(example.context.encode()).hexdigest()
        document = Document(Revision(digest, 1, digest, example.title), example.context)
        spans = () if example.start is None else ((example.start, example.start + len(example.answer)),)
        cases.append(Case(example.question, document, spans, everywhere=bool(spans)))
        if spans and number % 3 == 0:
            cases.append(Case(example.question, document, spans, absent=True))
    return cases


def ask_all(library: Library, reader: Reader, cases: Sequence[Case]) -> list[Asked]:
    """Every case, of a library of all their documents."""
    documents = {case.document.revision.document_id: case.document for case in cases}
    for document_id, document in documents.items():
        loaded = LoadedText(document.text, document.revision.title, document.headings)
        library.add(loaded, "calibration", _library_id(document_id))
    everything = [_library_id(document_id) for document_id in documents]
    return [_ask(library, reader, case, everything) for case in cases]


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


def is_in_first_half(context: str) -> bool:
    """Splits contexts in two, by another byte of their digest than `is_for_fitting`."""
    return hashlib.sha256(context.encode("utf-8")).digest()[1] % 2 == 0


def choose(items: Sequence[Item], count: int, seed: int) -> list[Item]:
    """`count` of them drawn without replacement."""
    return random.Random(seed).sample(list(items), min(count, len(items)))


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


def _library_id(document_id: str) -> str:
    """A written document is called policy/12; a library takes no slash."""
    return document_id.replace("/", "-")


def _ask(library: Library, reader: Reader, case: Case, everything: Sequence[str]) -> Asked:
    own = _library_id(case.document.revision.document_id)
    scope = [one for one in everything if one != own] if case.absent else everything if case.everywhere else [own]
    question = plain_form(case.question)
    hits = library.search(question, TOP_K, scope)
    readings = reader.read(question, hits)
    found = [extract(reading, question, MAX_ANSWER_CHARACTERS, 1) for reading in readings]
    spans = tuple(span for best in found for span in best)
    return Asked(case.answerable, spans, tuple(_is_right(span, case, own) for span in spans))


def _is_right(span: Span, case: Case, own: str) -> bool:
    if span.hit.passage.revision.document_id != own:
        return False
    return any(_overlap(span, start, end) >= 0.5 for start, end in case.spans)


def _overlap(span: Span, start: int, end: int) -> float:
    """The F1 of the span and text[start:end], by place."""
    return 2 * max(0, min(end, span.end) - max(start, span.start)) / (end - start + span.end - span.start)


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
