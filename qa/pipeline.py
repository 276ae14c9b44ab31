"""From a question to a cited answer. Start reading here."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from index.text import in_script_of, plain_form
from index.types import Hit
from qa.cite import cite_passage
from qa.compose import answer_text, compose
from qa.decide import Calibration, answerable, rank
from qa.extract import extract
from qa.followup import stand_alone
from qa.ports import Reader, Retriever
from qa.types import Answer, Kind, Question, Reading, Span, Status
from qa.understand import understand

NEAREST_PASSAGES = 3
SPANS_PER_PASSAGE = 3


@dataclass(frozen=True, slots=True)
class PipelinePlan:
    """How many passages are read, how long an answer may be (characters), and how sure it must be."""

    top_k: int = 5
    max_answer_characters: int = 120
    threshold: float = 0.5


class AnswerPipeline:
    """Answers by copying a span out of the passages that the retriever finds, or says that there is none."""

    def __init__(self, retriever: Retriever, reader: Reader, calibration: Calibration, plan: PipelinePlan) -> None:
        self._retriever = retriever
        self._reader = reader
        self._calibration = calibration
        self._plan = plan

    def ask(self, question: Question) -> Answer:
        """Answer from the documents, or say that they do not.

        Raises EmptyQuestion, QuestionTooLong, or UnknownDocument when the question names one that is not there.
        """
        watch = Stopwatch()
        generation = self._retriever.generation
        understood = stand_alone(understand(question.text), question.turns)
        watch.lap("understand")
        plain = plain_form(understood)
        hits = self._retriever.search(plain, question.top_k or self._plan.top_k, question.document_ids)
        watch.lap("retrieve")
        readings = self._read(plain, hits)
        watch.lap("read")
        ranked = rank(self._spans(readings, plain), self._calibration)
        answered = answerable(ranked, self._plan.threshold if question.threshold is None else question.threshold)
        kind, citations = compose(plain, ranked[0], self._retriever.document) if answered else (Kind.SPAN, ())
        watch.lap("decide")
        return Answer(
            status=Status.ANSWERED if answered else Status.NO_ANSWER,
            kind=kind,
            text=answer_text(citations) if answered else None,
            confidence=ranked[0].probability if ranked else 0.0,
            citations=citations,
            nearest=() if answered else tuple(cite_passage(hit) for hit in hits[:NEAREST_PASSAGES]),
            question_as_understood=understood,
            generation=generation,
            timings_ms=watch.timings_ms(),
        )

    def _read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """One reading per hit, the question put into the script of its passage."""
        asked = ((in_script_of(hit.passage.text, question), hit) for hit in hits)
        return [reading for text, hit in asked for reading in self._reader.read(text, [hit])]

    def _spans(self, readings: Sequence[Reading], question: str) -> list[Span]:
        limit = self._plan.max_answer_characters
        return [span for reading in readings for span in extract(reading, question, limit, SPANS_PER_PASSAGE)]


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
