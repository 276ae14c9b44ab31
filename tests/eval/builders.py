"""Results made by hand."""

from __future__ import annotations

from eval.questions import EvaluationQuestion, GoldSpan
from eval.results import Quote, Result


def answered(
    prediction: str,
    gold: str = "120亿元",
    *,
    name: str = "1",
    of: str = "article",
    kind: str = "number",
    exact: int | None = None,
    f1: float | None = None,
    confidence: float = 0.9,
    rank: int | None = 1,
) -> Result:
    """An answer that was given to a question that the document answers; right when it is the gold answer itself."""
    right = int(prediction == gold) if exact is None else exact
    overlap = float(right) if f1 is None else f1
    return Result(
        set=of,
        question=EvaluationQuestion(name, kind, "投资多少？", (GoldSpan(gold, 2),)),
        status="answered",
        kind="span",
        prediction=prediction,
        confidence=confidence,
        candidate=prediction,
        candidate_exact_match=right,
        candidate_f1=overlap,
        exact_match=right,
        f1=overlap,
        citations=(Quote("doc", 1, 2, 2 + len(prediction), prediction),),
        rank=rank,
        understood="投资多少？",
        milliseconds=100.0,
    )


def refused(
    gold: str | None = None,
    *,
    name: str = "2",
    of: str = "article",
    kind: str = "unanswerable",
    candidate: str = "七百",
    candidate_f1: float = 0.0,
    confidence: float = 0.1,
    rank: int | None = None,
) -> Result:
    """A refusal; of a question that nothing answers unless there is a gold answer."""
    gold_spans = () if gold is None else (GoldSpan(gold, 2),)
    return Result(
        set=of,
        question=EvaluationQuestion(name, kind, "天气如何？", gold_spans),
        status="no_answer",
        kind="span",
        prediction=None,
        confidence=confidence,
        candidate=candidate,
        candidate_exact_match=int(candidate == gold),
        candidate_f1=candidate_f1,
        exact_match=0,
        f1=0.0,
        rank=rank,
        understood="天气如何？",
        milliseconds=50.0,
    )


def wrongly_answered(*, name: str = "3", of: str = "article", confidence: float = 0.6) -> Result:
    """An answer to a question that nothing answers."""
    return Result(
        set=of,
        question=EvaluationQuestion(name, "unanswerable", "海拔多少？", ()),
        status="answered",
        kind="span",
        prediction="37个",
        confidence=confidence,
        candidate="37个",
        candidate_exact_match=0,
        candidate_f1=0.0,
        exact_match=0,
        f1=0.0,
        citations=(Quote("doc", 1, 4, 7, "37个"),),
        understood="海拔多少？",
        milliseconds=80.0,
    )
