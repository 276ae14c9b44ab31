"""Whether the program still answers a small hand-written slice as well as it did when that was written down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.measures import mean
from eval.questions import EvaluationDataError
from eval.results import Result

SLICE = 40
# Processors round differently, and a question or two may tip over.
RIGHT_SLACK = 1
F1_SLACK = 0.03


@dataclass(frozen=True, slots=True)
class Level:
    """How the slice ended: answers exactly right, refusals rightly made, mean F1 of the answerable questions.

    `unverified` counts the questions with a citation that is not in its document, which must be none.
    """

    questions: int
    right: int
    rightly_refused: int
    f1: float
    unverified: int = 0


def measure(results: Sequence[Result]) -> Level:
    """The level of a slice that was asked."""
    answerable = [result for result in results if result.answerable]
    return Level(
        questions=len(results),
        right=sum(result.right for result in answerable),
        rightly_refused=sum(result.right for result in results if not result.answerable),
        f1=round(mean([result.f1 for result in answerable]), 4),
        unverified=sum(not result.verified for result in results),
    )


def falls_below(found: Level, recorded: Level) -> list[str]:
    """Why the level found is too low, each reason a line; nothing when it is not."""
    reasons = []
    if found.questions != recorded.questions:
        reasons.append(f"{found.questions} questions were asked, the level is of {recorded.questions}; record it anew")
    if found.right < recorded.right - RIGHT_SLACK:
        reasons.append(f"{found.right} answers are right, expected at least {recorded.right - RIGHT_SLACK}")
    if found.rightly_refused < recorded.rightly_refused - RIGHT_SLACK:
        least = recorded.rightly_refused - RIGHT_SLACK
        reasons.append(f"{found.rightly_refused} questions are rightly refused, expected at least {least}")
    if found.f1 < recorded.f1 - F1_SLACK:
        reasons.append(f"the mean F1 is {found.f1:.3f}, expected at least {recorded.f1 - F1_SLACK:.3f}")
    if found.unverified:
        reasons.append(f"{found.unverified} answers cite what is not in their document, expected none")
    return reasons


def write_level(path: Path, level: Level, models: Mapping[str, str]) -> None:
    """Write the level down, with the SHA-256 of the models that it is of."""
    stored = {"article_slice": asdict(level), "models": dict(models)}
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def read_level(path: Path) -> Level:
    """The level written down. Raises EvaluationDataError when there is none."""
    try:
        return Level(**json.loads(path.read_text(encoding="utf-8"))["article_slice"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationDataError(
            f"no level in {path} ({error!r}); make one with python -m eval guard --record"
        ) from error
