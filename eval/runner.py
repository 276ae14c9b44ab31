"""Ask every question and score it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eval.measures import exact_match, f1
from eval.multi_span import items_exactly, partial_match_f1
from eval.questions import EvaluationQuestion, GoldSpan
from index.types import Hit
from qa.ports import Answerer, Retriever
from qa.types import Answer, Question

RETRIEVAL_DEPTH = 20
RIGHT_F1 = 0.5

Track = Callable[[Sequence[EvaluationQuestion]], Iterable[EvaluationQuestion]]
"""Wraps the questions in a progress bar."""


@dataclass(frozen=True, slots=True)
class Result:
    """One question scored.

    `prediction` is None when the program refused; `candidate` is what it would have said, right when its F1 is at least
    RIGHT_F1 (never where there is no answer). Of a list, `exact_match` says whether all its items and nothing else
    were given, `f1` is the partial-match F1 of the items. `rank` is that of the first retrieved passage that holds an
    acceptable answer, None when none of the first RETRIEVAL_DEPTH does (or the question has no answer).
    """

    question: EvaluationQuestion
    prediction: str | None
    start: int | None
    confidence: float
    candidate: str
    candidate_right: bool
    exact_match: int
    f1: float
    rank: int | None
    milliseconds: float

    @property
    def answerable(self) -> bool:
        """Whether the document answers the question."""
        return self.question.answerable


def evaluate(
    questions: Sequence[EvaluationQuestion],
    answerer: Answerer,
    retriever: Retriever,
    threshold: float,
    track: Track,
) -> list[Result]:
    """One result per question, in order. A refusal of an answerable question scores 0."""
    return [_score(question, answerer, retriever, threshold) for question in track(questions)]


def _score(question: EvaluationQuestion, answerer: Answerer, retriever: Retriever, threshold: float) -> Result:
    answer = answerer.ask(Question(question.question, threshold=0.0))
    given = answer.text is not None and answer.confidence >= threshold
    exact, partial = score_answer(question, answer)
    hits = retriever.search(question.question, RETRIEVAL_DEPTH) if question.answerable else []
    relevant = question.answers or tuple(gold for alternatives in question.items for gold in alternatives)
    return Result(
        question=question,
        prediction=answer.text if given else None,
        start=answer.citations[0].start if given else None,
        confidence=answer.confidence,
        candidate=answer.text or "",
        candidate_right=partial >= RIGHT_F1,
        exact_match=exact if given else 0,
        f1=partial if given else 0.0,
        rank=first_relevant_rank(_of_document(hits, question.document), relevant),
        milliseconds=answer.timings_ms.get("total", 0.0),
    )


def _of_document(hits: Sequence[Hit], document: str) -> list[Hit | None]:
    """The hits, with None in the place of those of another document."""
    return [hit if document in ("", hit.passage.revision.document_id) else None for hit in hits]


def score_answer(question: EvaluationQuestion, answer: Answer) -> tuple[int, float]:
    """Exact match and F1; both 0 for a refusal and for a question that the document does not answer."""
    if answer.text is None or not question.answerable:
        return 0, 0.0
    if question.items:
        gold = [[span.text for span in alternatives] for alternatives in question.items]
        given = [citation.quote for citation in answer.citations]
        return items_exactly(gold, given), partial_match_f1(gold, given)
    texts = [span.text for span in question.answers]
    return exact_match(texts, answer.text), f1(texts, answer.text)


def first_relevant_rank(hits: Sequence[Hit | None], answers: Sequence[GoldSpan]) -> int | None:
    """1-based rank of the first passage that holds a whole acceptable answer at its place."""
    for rank, hit in enumerate(hits, start=1):
        if hit is not None and any(hit.passage.start <= gold.start and gold.end <= hit.passage.end for gold in answers):
            return rank
    return None
