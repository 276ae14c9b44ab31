"""Questions on the documents that were written to train on and then held out, for training and calibration both."""

from __future__ import annotations

from collections.abc import Sequence

from eval.questions import NO, YES, EvaluationDataError, EvaluationQuestion, GoldSpan
from qa.training.examples import DataError
from qa.training.written import (
    LIST,
    NONE,
    YES_NO,
    WrittenDocument,
    WrittenQuestion,
    is_for_calibration,
    is_held_out,
    read_written,
)

NEAR_MISS = "unanswerable_near_miss"


def documents_held_out() -> list[WrittenDocument]:
    """Those that nothing was fitted on. Raises EvaluationDataError where they are not, as in an installed wheel."""
    try:
        return [written for written in read_written() if is_held_out(written) and not is_for_calibration(written)]
    except DataError as error:
        raise EvaluationDataError(f"{error}; run this in a clone of the repository") from error


def questions_of(documents: Sequence[WrittenDocument]) -> list[EvaluationQuestion]:
    """Their questions, each about the document of its name."""
    return [
        _question(written, number, question)
        for written in documents
        for number, question in enumerate(written.questions, 1)
    ]


def document_id(written: WrittenDocument) -> str:
    """A name that a library takes."""
    return written.name.replace("/", "-")


def _question(written: WrittenDocument, number: int, question: WrittenQuestion) -> EvaluationQuestion:
    spans = tuple(GoldSpan(written.document.text[start:end], start) for start, end in question.spans)
    is_list, verdict = question.type == LIST, question.verdict if question.verdict in (YES, NO) else ""
    unanswerable = question.type == NONE or (question.type == YES_NO and not verdict)
    return EvaluationQuestion(
        id=f"{document_id(written)}-{number:02}",
        type=NEAR_MISS if unanswerable else question.type,
        question=question.question,
        answers=() if is_list else spans,
        items=tuple((span,) for span in spans) if is_list else (),
        document=document_id(written),
        verdict=verdict,
    )
