"""From a question to a cited answer. Start reading here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from index.text import in_script_of, plain_form
from index.types import Hit
from qa.cite import cite_passage
from qa.compose import Proposal, compose, compose_verdict
from qa.decide import Calibration, Thresholds, rank
from qa.extract import extract
from qa.followup import stand_alone
from qa.ports import Reader, Retrieved, Retriever
from qa.types import Answer, Kind, Question, Reading, Span, Status, VerdictReading
from qa.understand import understand
from qa.yes_no import VerdictModel, asks_yes_or_no, judge

NEAREST_PASSAGES = 3

Said = TypeVar("Said", Reading, VerdictReading)


@dataclass(frozen=True, slots=True)
class PipelinePlan:
    """How many passages are read, how long an answer may be (characters), and how sure it must be."""

    top_k: int = 5
    max_answer_characters: int = 120
    thresholds: Thresholds = field(default_factory=Thresholds)


class AnswerPipeline:
    """Answers by copying a span out of the passages that the retriever finds, or says that there is none."""

    def __init__(
        self,
        retriever: Retriever,
        reader: Reader,
        calibration: Calibration,
        verdicts: VerdictModel,
        plan: PipelinePlan,
    ) -> None:
        self._retriever = retriever
        self._reader = reader
        self._calibration = calibration
        self._verdicts = verdicts
        self._plan = plan

    def ask(self, question: Question, retrieved: Retrieved | None = None) -> Answer:
        """Answer from the documents, or say that they do not; `retrieved` is told early what will be read.

        Raises EmptyQuestion, QuestionTooLong, or UnknownDocument when the question names one that is not there.
        """
        watch = Stopwatch()
        generation = self._retriever.generation
        understood = stand_alone(understand(question.text), question.turns)
        watch.lap("understand")
        plain = plain_form(understood)
        hits = self._retriever.search(plain, question.top_k or self._plan.top_k, question.document_ids)
        if retrieved is not None:
            retrieved(hits, understood)
        watch.lap("retrieve")
        is_yes_or_no = asks_yes_or_no(plain)
        readings = () if is_yes_or_no else _each(self._reader.read, plain, hits)
        verdicts = _each(self._reader.judge, plain, hits) if is_yes_or_no else ()
        watch.lap("read")
        proposal = self._verdict(plain, hits, verdicts) if is_yes_or_no else self._best(plain, readings)
        given = proposal if proposal is not None and self._is_sure(proposal, question) else None
        watch.lap("decide")
        return Answer(
            status=Status.NO_ANSWER if given is None else Status.ANSWERED,
            kind=Kind.SPAN if given is None else given.kind,
            text=None if given is None else given.text,
            verdict=None if given is None else given.verdict,
            confidence=0.0 if proposal is None else proposal.probability,
            citations=() if given is None else given.citations,
            conflicting=() if given is None else given.conflicting,
            nearest=tuple(cite_passage(hit) for hit in hits[:NEAREST_PASSAGES]) if given is None else (),
            question_as_understood=understood,
            generation=generation,
            timings_ms=watch.timings_ms(),
        )

    def _is_sure(self, proposal: Proposal, question: Question) -> bool:
        threshold = self._plan.thresholds.of(proposal.kind) if question.threshold is None else question.threshold
        return proposal.probability >= threshold

    def _verdict(self, question: str, hits: Sequence[Hit], readings: Sequence[VerdictReading]) -> Proposal | None:
        judgement = judge(question, hits, self._verdicts, readings)
        return None if judgement is None else compose_verdict(judgement)

    def _best(self, question: str, readings: Sequence[Reading]) -> Proposal | None:
        ranked = rank(self._spans(readings, question), self._calibration)
        return compose(question, ranked, self._retriever.document) if ranked else None

    def _spans(self, readings: Sequence[Reading], question: str) -> list[Span]:
        limit = self._plan.max_answer_characters
        return [span for reading in readings for span in extract(reading, question, limit, count=1)]


def _each(read: Callable[[str, Sequence[Hit]], list[Said]], question: str, hits: Sequence[Hit]) -> Sequence[Said]:
    """What the reader says of every hit, the question put into the script of its passage."""
    asked = ((in_script_of(hit.passage.text, question), hit) for hit in hits)
    return [said for text, hit in asked for said in read(text, [hit])]


class Stopwatch:
    """Milliseconds between laps, and in all."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """End the lap `name` and begin the next."""
        now = time.perf_counter()
        self._laps[name] = (now - self._last) * 1000
        self._last = now

    def timings_ms(self) -> dict[str, float]:
        """Milliseconds of each lap so far, and "total"."""
        laps = {**self._laps, "total": (time.perf_counter() - self._began) * 1000}
        return {name: round(value, 2) for name, value in laps.items()}
