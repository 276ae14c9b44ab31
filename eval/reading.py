"""The reader alone: every question asked of its own context."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bootstrap import Estimate, mean_estimate
from eval.measures import exact_match, f1
from eval.questions import ReadingQuestion, is_reported, read_reading_questions
from eval.results import Result
from index.text import in_script_of, plain_form
from index.types import Hit, Passage, Revision
from qa.decide import sigmoid
from qa.extract import extract
from qa.ports import Reader
from qa.training.held_out import drcd_held_out_titles
from qa.types import Kind, Status

MAX_ANSWER_CHARACTERS = 120
DRCD = "drcd/dev_simplified"
REPORTED_SETS = ("cmrc2018/dev", DRCD, "dureader_robust/dev", "antiterror_news/dev", "cjrc/dev")
SHARED_SETS = ("cjrc/dev",)


@dataclass(frozen=True, slots=True)
class ReadingSummary:
    """Measures over one set, each 0 to 1; None where the set has no such question.

    `exact_match` and `f1` are over the answerable questions, of the best span whatever its margin over no answer.
    `refused_answerable` and `refused_unanswerable` are the shares of the two kinds on which no span beats no answer.
    """

    name: str
    questions: int
    exact_match: Estimate | None
    f1: Estimate | None
    refused_answerable: Estimate | None
    refused_unanswerable: Estimate | None


def read_set(data: Path, name: str) -> list[ReadingQuestion]:
    """The questions of a public set that figures may be reported on.

    Of DRCD those on articles that the shipped reader did not train on; of a set that serves for fitting as well, those
    of the half for figures.
    """
    questions = read_reading_questions(data / f"{name}.jsonl.gz")
    if name == DRCD:
        held_out = drcd_held_out_titles(item.title for item in questions)
        return [item for item in questions if item.title in held_out]
    return [item for item in questions if name not in SHARED_SETS or is_reported(item.context)]


def read_all(questions: Iterable[ReadingQuestion], reader: Reader, set_name: str = "") -> list[Result]:
    """One result per question, in order; a question on which no span beats no answer counts as refused.

    The confidence is not calibrated: it is sigmoid(margin) of the best span.
    """
    return [_score(item, reader, set_name) for item in questions]


def summarise_reading(name: str, results: Sequence[Result]) -> ReadingSummary:
    """Measures over `results`."""
    answerable = [result for result in results if result.answerable]
    unanswerable = [result for result in results if not result.answerable]
    return ReadingSummary(
        name=name,
        questions=len(results),
        exact_match=mean_estimate([float(result.candidate_exact_match) for result in answerable]),
        f1=mean_estimate([result.candidate_f1 for result in answerable]),
        refused_answerable=_refused(answerable),
        refused_unanswerable=_refused(unanswerable),
    )


def _refused(results: Sequence[Result]) -> Estimate | None:
    return mean_estimate([float(result.prediction is None) for result in results])


def _score(item: ReadingQuestion, reader: Reader, set_name: str) -> Result:
    revision = Revision(item.question.id, 1, "", "")
    hit = Hit(Passage(revision, 0, len(item.context), item.context), 1.0)
    question = plain_form(item.question.question)
    (reading,) = reader.read(in_script_of(item.context, question), [hit])
    spans = extract(reading, question, MAX_ANSWER_CHARACTERS, 1)
    text, margin = (spans[0].text, spans[0].margin) if spans else ("", -math.inf)
    texts = [gold.text for gold in item.question.answers]
    exact, partial = exact_match(texts, text), f1(texts, text)
    given = margin > 0
    return Result(
        set=set_name,
        question=item.question,
        status=str(Status.ANSWERED if given else Status.NO_ANSWER),
        kind=str(Kind.SPAN),
        prediction=text if given else None,
        confidence=sigmoid(margin),
        candidate=text,
        candidate_exact_match=exact,
        candidate_f1=partial,
        exact_match=exact if given else 0,
        f1=partial if given else 0.0,
        rank=1 if texts else None,
        understood=item.question.question,
    )
