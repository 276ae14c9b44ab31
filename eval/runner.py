"""Ask every question and score it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eval.measures import exact_match, f1
from eval.questions import EvaluationQuestion, GoldSpan
from index.types import Hit
from qa.ports import Answerer, Retriever
from qa.types import Question

RETRIEVAL_DEPTH = 20

Track = Callable[[Sequence[EvaluationQuestion]], Iterable[EvaluationQuestion]]
"""Wraps the questions in a progress bar."""


@dataclass(frozen=True, slots=True)
class Result:
    """One question scored.

    `prediction` is None when the program refused. `rank` is that of the first retrieved passage that holds an
    acceptable answer, None when none of the first RETRIEVAL_DEPTH does (or the question has no answer).
    """

    question: EvaluationQuestion
    prediction: str | None
    start: int | None
    confidence: float
    exact_match: int
    f1: float
    rank: int | None
    milliseconds: float

    @property
    def answerable(self) -> bool:
        """Whether the document answers the question."""
        return bool(self.question.answers)


def evaluate(
    questions: Sequence[EvaluationQuestion], answerer: Answerer, retriever: Retriever, track: Track
) -> list[Result]:
    """One result per question, in order. A refusal of an answerable question scores 0."""
    return [_score(question, answerer, retriever) for question in track(questions)]


def _score(question: EvaluationQuestion, answerer: Answerer, retriever: Retriever) -> Result:
    answer = answerer.ask(Question(question.question))
    texts = [gold.text for gold in question.answers]
    given = answer.text or ""
    hits = retriever.search(question.question, RETRIEVAL_DEPTH) if texts else []
    return Result(
        question=question,
        prediction=answer.text,
        start=answer.citations[0].start if answer.citations else None,
        confidence=answer.confidence,
        exact_match=exact_match(texts, given) if given else 0,
        f1=f1(texts, given) if given else 0.0,
        rank=first_relevant_rank(hits, question.answers),
        milliseconds=answer.timings_ms.get("total", 0.0),
    )


def first_relevant_rank(hits: Sequence[Hit], answers: Sequence[GoldSpan]) -> int | None:
    """1-based rank of the first passage that holds a whole acceptable answer at its place."""
    for rank, hit in enumerate(hits, start=1):
        passage = hit.passage
        if any(passage.start <= gold.start and gold.end <= passage.end for gold in answers):
            return rank
    return None
