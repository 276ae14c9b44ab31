"""Follow-up questions: the same turns asked with and without what was asked before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.bootstrap import Estimate, mean_estimate
from eval.questions import EvaluationQuestion, spans_of
from eval.results import Result
from eval.runner import RETRIEVAL_DEPTH, ask, score
from qa.ports import Answerer, Retriever
from qa.types import Question, Turn

WITH_TURNS = "dialogues"
ALONE = "dialogues alone"
FIRST, LEANS, STANDS_ALONE = "first", "leans", "stands_alone"


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """One turn: the question with its answers, and whether it leans on an earlier one."""

    question: EvaluationQuestion
    leans: bool


@dataclass(frozen=True, slots=True)
class DialogueSummary:
    """Measures over some turns, each 0 to 1. `unchanged` is the share of questions that were left as they are.

    `exact_match` and `f1` are over the turns that can be answered, `refused` is over those that cannot; None where
    there are none.
    """

    name: str
    turns: int
    exact_match: Estimate | None
    f1: Estimate | None
    refused: Estimate | None
    unchanged: Estimate | None


def read_dialogues(path: Path) -> list[list[DialogueTurn]]:
    """The dialogues of a hand-written set (eval/data/README.md); a turn's type says how it stands to those before."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        [_turn(f"{row['id']}.{number}", row["document"], turn) for number, turn in enumerate(row["turns"], start=1)]
        for row in rows
    ]


def _turn(name: str, document: str, row: dict[str, Any]) -> DialogueTurn:
    leans = bool(row["leans"])
    type_ = FIRST if name.endswith(".1") else LEANS if leans else STANDS_ALONE
    question = EvaluationQuestion(name, type_, row["question"], spans_of(row["answers"]), document=document)
    return DialogueTurn(question, leans)


def ask_dialogues(
    dialogues: Sequence[Sequence[DialogueTurn]],
    answerer: Answerer,
    retriever: Retriever,
    remember: bool,
    track: Callable[[Sequence[Sequence[DialogueTurn]]], Iterable[Sequence[DialogueTurn]]],
) -> list[Result]:
    """Every turn in order; with `remember`, each in the light of those before it in its dialogue."""
    results: list[Result] = []
    for dialogue in track(dialogues):
        turns: tuple[Turn, ...] = ()
        for turn in dialogue:
            known = turns if remember else ()
            result = _ask_turn(WITH_TURNS if remember else ALONE, turn.question, known, answerer, retriever)
            turns = (*turns, Turn(result.understood, result.prediction))
            results.append(result)
    return results


def _ask_turn(
    set_name: str,
    question: EvaluationQuestion,
    turns: tuple[Turn, ...],
    answerer: Answerer,
    retriever: Retriever,
) -> Result:
    asked = ask(answerer, Question(question.question, turns=turns))
    understood = asked.answer.question_as_understood if asked else question.question
    hits = retriever.search(understood, RETRIEVAL_DEPTH) if question.spans else []
    return score(set_name, question, asked, hits, retriever)


def summarise_dialogues(with_turns: Sequence[Result], without: Sequence[Result]) -> list[DialogueSummary]:
    """First turns; turns that lean, with and without what was asked before; later turns that stand alone, likewise."""
    rows = []
    for type_, name in (
        (FIRST, "first turns"),
        (LEANS, "turns that lean"),
        (STANDS_ALONE, "later turns that stand alone"),
    ):
        rows.append(_summary(name, [result for result in with_turns if result.question.type == type_]))
        if type_ != FIRST:
            alone = [result for result in without if result.question.type == type_]
            rows.append(_summary(f"{name}, asked by themselves", alone))
    return rows


def _summary(name: str, results: Sequence[Result]) -> DialogueSummary:
    answerable = [result for result in results if result.answerable]
    others = [result for result in results if not result.answerable]
    return DialogueSummary(
        name=name,
        turns=len(results),
        exact_match=mean_estimate([float(result.exact_match) for result in answerable]),
        f1=mean_estimate([result.f1 for result in answerable]),
        refused=mean_estimate([float(result.prediction is None) for result in others]),
        unchanged=mean_estimate([float(result.understood == result.question.question) for result in results]),
    )
