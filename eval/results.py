"""One question asked and scored, and its line in the file of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from eval.questions import EvaluationQuestion, question_from_json

RIGHT_F1 = 0.5
READ_PASSAGES = 5


@dataclass(frozen=True, slots=True)
class Quote:
    """What an answer cites: `quote` at `start` to `end` (code points) of a revision of a document."""

    document_id: str
    revision: int
    start: int
    end: int
    quote: str


class Outcome(StrEnum):
    """What became of a question."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    NOT_RETRIEVED = "not_retrieved"
    WRONGLY_REFUSED = "wrongly_refused"
    RIGHTLY_REFUSED = "rightly_refused"
    WRONGLY_ANSWERED = "wrongly_answered"


@dataclass(frozen=True, slots=True)
class Result:
    """One question scored.

    `prediction` is None when the program refused; `candidate` is what it would have said had it had to ("" where it
    had nothing to say). Of a list, exact match says whether all its items and nothing else were given, F1 is the
    partial-match F1 of the items; of a yes/no question both say whether the verdict is right. `exact_match` and `f1`
    are 0 for a refusal. `evidence` says whether a right verdict cites a place that supports it (None: not known).
    `verified` says whether every citation is in its document, character for character. `rank` is that of the first
    retrieved passage that holds an acceptable answer (None: not among the first 20, or there is no answer).
    """

    set: str
    question: EvaluationQuestion
    status: str
    kind: str
    prediction: str | None
    confidence: float
    candidate: str
    candidate_exact_match: int
    candidate_f1: float
    exact_match: int
    f1: float
    citations: tuple[Quote, ...] = ()
    verified: bool = True
    evidence: bool | None = None
    rank: int | None = None
    understood: str = ""
    milliseconds: float = 0.0

    @property
    def answerable(self) -> bool:
        """Whether the document answers the question."""
        return self.question.answerable

    @property
    def candidate_right(self) -> bool:
        """Whether what it would have said has an F1 of at least RIGHT_F1 (never where there is no answer)."""
        return self.candidate_f1 >= RIGHT_F1

    @property
    def start(self) -> int | None:
        """Where the answer given starts in its document."""
        return self.citations[0].start if self.citations else None

    @property
    def right(self) -> bool:
        """Whether the question ended well: answered exactly, or refused where there is no answer."""
        return self.exact_match == 1 if self.answerable else self.prediction is None

    @property
    def score(self) -> float:
        """F1, or 1.0 for a refusal where there is no answer."""
        return self.f1 if self.answerable else float(self.prediction is None)


def outcome(result: Result) -> Outcome:
    """What became of the question; a wrong answer is put down to retrieval when no passage read held the answer."""
    if not result.answerable:
        return Outcome.RIGHTLY_REFUSED if result.prediction is None else Outcome.WRONGLY_ANSWERED
    if result.exact_match:
        return Outcome.RIGHT
    if result.f1 > 0:
        return Outcome.PARTLY
    if result.question.spans and (result.rank is None or result.rank > READ_PASSAGES):
        return Outcome.NOT_RETRIEVED
    return Outcome.WRONGLY_REFUSED if result.prediction is None else Outcome.WRONG


def result_to_json(result: Result) -> dict[str, Any]:
    """The line of a run's file that holds `result`."""
    question = result.question
    return {
        "id": question.id,
        "set": result.set,
        "type": question.type,
        "form": question.form,
        "document": question.document,
        "question": question.question,
        "understood": result.understood,
        "answers": [asdict(gold) for gold in question.answers],
        "items": [[asdict(gold) for gold in alternatives] for alternatives in question.items],
        "yes_no": question.verdict,
        "status": result.status,
        "kind": result.kind,
        "prediction": result.prediction,
        "confidence": round(result.confidence, 4),
        "citations": [asdict(quote) for quote in result.citations],
        "verified": result.verified,
        "evidence": result.evidence,
        "candidate": result.candidate,
        "scores": {
            "exact_match": result.exact_match,
            "f1": round(result.f1, 4),
            "candidate_exact_match": result.candidate_exact_match,
            "candidate_f1": round(result.candidate_f1, 4),
        },
        "rank": result.rank,
        "milliseconds": result.milliseconds,
    }


def result_from_json(row: Mapping[str, Any]) -> Result:
    """The result that a line of a run's file holds; KeyError, TypeError or ValueError where it holds none."""
    scores = row["scores"]
    return Result(
        set=row["set"],
        question=question_from_json(dict(row)),
        status=row["status"],
        kind=row["kind"],
        prediction=row["prediction"],
        confidence=float(row["confidence"]),
        candidate=row["candidate"],
        candidate_exact_match=int(scores["candidate_exact_match"]),
        candidate_f1=float(scores["candidate_f1"]),
        exact_match=int(scores["exact_match"]),
        f1=float(scores["f1"]),
        citations=tuple(Quote(**quote) for quote in row["citations"]),
        verified=bool(row["verified"]),
        evidence=row["evidence"],
        rank=row["rank"],
        understood=row["understood"],
        milliseconds=float(row["milliseconds"]),
    )
