"""Ask every question and score it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from eval.measures import exact_match, f1
from eval.multi_span import items_exactly, partial_match_f1
from eval.questions import YES, EvaluationQuestion, GoldSpan
from eval.results import Quote, Result
from index.types import Hit
from qa.errors import AskError
from qa.ports import Answerer, Retriever
from qa.types import Answer, Citation, Kind, Question, Status

RETRIEVAL_DEPTH = 20
REJECTED = "rejected"
_VERDICTS = {True: "是", False: "否"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer that was given, and what would have been said without refusing (the same, where it was given)."""

    answer: Answer
    candidate: Answer


Track = Callable[[Sequence[EvaluationQuestion]], Iterable[EvaluationQuestion]]
"""Wraps the questions in a progress bar."""


def evaluate(
    questions: Sequence[EvaluationQuestion],
    answerer: Answerer,
    retriever: Retriever,
    track: Track,
    set_name: str = "",
    own_document: bool = False,
) -> list[Result]:
    """One result per question, in order. A refusal of an answerable question scores 0.

    With `own_document` each question is asked of the document that it names, else of all.
    """
    results = []
    for question in track(questions):
        documents = (question.document,) if own_document else None
        asked = Question(question.question, documents)
        hits = retriever.search(question.question, RETRIEVAL_DEPTH, documents) if question.spans else []
        results.append(score(set_name, question, ask(answerer, asked), hits, retriever))
    return results


def ask(answerer: Answerer, question: Question) -> Asked | None:
    """What the program says, and would say if it had to; None for a question that it turns away as it is."""
    try:
        answer = answerer.ask(question)
    except AskError:
        return None
    return Asked(answer, answer if answer.text is not None else answerer.ask(replace(question, threshold=0.0)))


def score(
    set_name: str, question: EvaluationQuestion, asked: Asked | None, hits: Sequence[Hit], retriever: Retriever
) -> Result:
    """The result of a question that was asked."""
    if asked is None:
        return Result(set_name, question, REJECTED, "", None, 0.0, "", 0, 0.0, 0, 0.0, understood=question.question)
    answer = asked.answer
    prediction, candidate = (_text(question, one) for one in (answer, asked.candidate))
    exact, partial = score_answer(question, asked.candidate)
    given = prediction is not None
    said = (answer, asked.candidate)
    cited = [citation for one in said for citation in (*one.citations, *one.nearest, *one.conflicting)]
    return Result(
        set=set_name,
        question=question,
        status=str(Status.ANSWERED if given else Status.NO_ANSWER),
        kind=str(asked.candidate.kind),
        prediction=prediction,
        confidence=asked.candidate.confidence,
        candidate=candidate or "",
        candidate_exact_match=exact,
        candidate_f1=partial,
        exact_match=exact if given else 0,
        f1=partial if given else 0.0,
        citations=tuple(map(_quote, answer.citations)) if given else (),
        verified=all(verifies(citation, retriever) for citation in cited),
        evidence=_supported(question, answer) if given and exact else None,
        rank=first_relevant_rank(_of_document(hits, question.document), question.spans),
        understood=answer.question_as_understood,
        milliseconds=answer.timings_ms.get("total", 0.0),
    )


def _text(question: EvaluationQuestion, answer: Answer) -> str | None:
    """The answer's text; to a yes/no question anything but a verdict is no answer."""
    return answer.text if not question.verdict or answer.kind == Kind.YES_NO else None


def score_answer(question: EvaluationQuestion, answer: Answer) -> tuple[int, float]:
    """Exact match and F1; both 0 for a refusal and for a question that the document does not answer."""
    if answer.text is None or not question.answerable:
        return 0, 0.0
    if question.verdict:
        right = answer.kind == Kind.YES_NO and answer.text == _VERDICTS[question.verdict == YES]
        return int(right), float(right)
    if question.items:
        gold = [[span.text for span in alternatives] for alternatives in question.items]
        given = [citation.quote for citation in answer.citations]
        return items_exactly(gold, given), partial_match_f1(gold, given)
    texts = [span.text for span in question.answers]
    return exact_match(texts, answer.text), f1(texts, answer.text)


def verifies(citation: Citation, retriever: Retriever) -> bool:
    """Whether the citation's document holds its quote, character for character, at its place."""
    document = retriever.document(citation.revision.document_id, citation.revision.number)
    return citation.quote != "" and document.text[citation.start : citation.end] == citation.quote


def first_relevant_rank(hits: Sequence[Hit | None], answers: Sequence[GoldSpan]) -> int | None:
    """1-based rank of the first passage that holds a whole acceptable answer at its place."""
    for rank, hit in enumerate(hits, start=1):
        if hit is not None and any(hit.passage.start <= gold.start and gold.end <= hit.passage.end for gold in answers):
            return rank
    return None


def _of_document(hits: Sequence[Hit], document: str) -> list[Hit | None]:
    """The hits, with None in the place of those of another document."""
    return [hit if document in ("", hit.passage.revision.document_id) else None for hit in hits]


def _supported(question: EvaluationQuestion, answer: Answer) -> bool | None:
    """Whether a citation of a verdict overlaps a place that is known to support it; None where none is known."""
    if not question.verdict or not question.answers:
        return None
    return any(
        citation.start < gold.end and gold.start < citation.end
        for citation in answer.citations
        for gold in question.answers
        if question.document in ("", citation.revision.document_id)
    )


def _quote(citation: Citation) -> Quote:
    revision = citation.revision
    return Quote(revision.document_id, revision.number, citation.start, citation.end, citation.quote)
