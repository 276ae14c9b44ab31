"""Follow-up questions: the same turns asked with and without what was asked before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.measures import mean
from eval.questions import EvaluationQuestion, spans_of
from eval.runner import score_answer
from qa.ports import Answerer
from qa.types import Question, Turn


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """One turn: the question with its answers, and whether it leans on an earlier one."""

    question: EvaluationQuestion
    leans: bool


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One turn asked. `understood` is the question as the program understood it."""

    turn: DialogueTurn
    understood: str
    answered: bool
    exact_match: int
    f1: float


@dataclass(frozen=True, slots=True)
class DialogueSummary:
    """Measures over some turns, each 0 to 1. `unchanged` is the share of questions that were left as they are.

    `exact_match` and `f1` are over the turns that can be answered, `refused` is over those that cannot; None where
    there are none.
    """

    name: str
    turns: int
    exact_match: float | None
    f1: float | None
    refused: float | None
    unchanged: float


def read_dialogues(path: Path) -> list[list[DialogueTurn]]:
    """The dialogues of a hand-written set (eval/data/README.md)."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        [_turn(f"{row['id']}.{number}", row["document"], turn) for number, turn in enumerate(row["turns"], start=1)]
        for row in rows
    ]


def _turn(name: str, document: str, row: dict[str, Any]) -> DialogueTurn:
    question = EvaluationQuestion(name, "turn", row["question"], spans_of(row["answers"]), document=document)
    return DialogueTurn(question, bool(row["leans"]))


def ask_dialogues(
    dialogues: Sequence[Sequence[DialogueTurn]],
    answerer: Answerer,
    remember: bool,
    track: Callable[[Sequence[Sequence[DialogueTurn]]], Iterable[Sequence[DialogueTurn]]],
) -> list[TurnResult]:
    """Every turn in order; with `remember`, each in the light of those before it in its dialogue."""
    results: list[TurnResult] = []
    for dialogue in track(dialogues):
        turns: tuple[Turn, ...] = ()
        for turn in dialogue:
            answer = answerer.ask(Question(turn.question.question, turns=turns if remember else ()))
            turns = (*turns, Turn(answer.question_as_understood, answer.text))
            exact, partial = score_answer(turn.question, answer)
            results.append(TurnResult(turn, answer.question_as_understood, answer.text is not None, exact, partial))
    return results


def summarise_dialogues(with_turns: Sequence[TurnResult], without: Sequence[TurnResult]) -> list[DialogueSummary]:
    """First turns; turns that lean, with and without what was asked before; later turns that stand alone, likewise."""
    groups: tuple[tuple[str, Callable[[TurnResult], bool]], ...] = (
        ("first turns", _is_first),
        ("turns that lean", lambda result: result.turn.leans),
        ("later turns that stand alone", lambda result: not result.turn.leans and not _is_first(result)),
    )
    rows = []
    for name, belongs in groups:
        rows.append(_summary(name, [result for result in with_turns if belongs(result)]))
        if name != "first turns":
            alone = _summary(name, [result for result in without if belongs(result)])
            rows.append(replace(alone, name=f"{name}, asked by themselves"))
    return rows


def _is_first(result: TurnResult) -> bool:
    return result.turn.question.id.endswith(".1")


def _summary(name: str, results: Sequence[TurnResult]) -> DialogueSummary:
    answerable = [result for result in results if result.turn.question.answerable]
    others = [result for result in results if not result.turn.question.answerable]
    return DialogueSummary(
        name=name,
        turns=len(results),
        exact_match=mean([float(result.exact_match) for result in answerable]) if answerable else None,
        f1=mean([result.f1 for result in answerable]) if answerable else None,
        refused=mean([float(not result.answered) for result in others]) if others else None,
        unchanged=mean([float(result.understood == result.turn.question.question) for result in results]),
    )
