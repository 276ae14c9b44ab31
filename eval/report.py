"""Results → a summary per question type, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from eval.calibration import area_under_roc, expected_calibration_error
from eval.dialogues import DialogueSummary
from eval.measures import mean, mean_reciprocal_rank, recall_at
from eval.reading import ReadingSummary
from eval.retrieval import RankingScore
from eval.runner import Result


@dataclass(frozen=True, slots=True)
class Summary:
    """Measures over some questions, each 0 to 1; None where the measure does not apply.

    `exact_match`, `f1`, `recall_at_1`, `recall_at_5` and `mean_reciprocal_rank` are over the answerable questions, a
    refusal counting 0. `refused` is the share refused: right for unanswerable questions, wrong for others.
    """

    name: str
    questions: int
    exact_match: float | None
    f1: float | None
    recall_at_1: float | None
    recall_at_5: float | None
    mean_reciprocal_rank: float | None
    refused: float


def summarise(name: str, results: Sequence[Result]) -> Summary:
    """Measures over `results`; all of one kind, answerable or not."""
    refused = mean([float(result.prediction is None) for result in results])
    if not any(result.answerable for result in results):
        return Summary(name, len(results), None, None, None, None, None, refused)
    ranks = [result.rank for result in results]
    return Summary(
        name=name,
        questions=len(results),
        exact_match=mean([float(result.exact_match) for result in results]),
        f1=mean([result.f1 for result in results]),
        recall_at_1=recall_at(ranks, 1),
        recall_at_5=recall_at(ranks, 5),
        mean_reciprocal_rank=mean_reciprocal_rank(ranks),
        refused=refused,
    )


def summaries(results: Sequence[Result]) -> list[Summary]:
    """One summary per question type, then all answerable and all unanswerable questions."""
    types = list(dict.fromkeys(result.question.type for result in results))
    rows = [summarise(name, [result for result in results if result.question.type == name]) for name in types]
    for name, wanted in (("all answerable", True), ("all unanswerable", False)):
        chosen = [result for result in results if result.answerable is wanted]
        if chosen:
            rows.append(summarise(name, chosen))
    return rows


def markdown_table(rows: Sequence[Summary]) -> str:
    """The summaries as a Markdown table, in per cent."""
    head = ("question type", "questions", "exact match", "F1", "recall@1", "recall@5", "MRR", "refused")
    shares = [(r.exact_match, r.f1, r.recall_at_1, r.recall_at_5, r.mean_reciprocal_rank, r.refused) for r in rows]
    cells = [(r.name, str(r.questions), *map(percent, found)) for r, found in zip(rows, shares, strict=True)]
    return table(head, cells)


def reading_table(rows: Sequence[ReadingSummary]) -> str:
    """The reader's summaries as a Markdown table, in per cent."""
    head = ("set", "questions", "exact match", "F1", "answerable refused", "unanswerable refused")
    shares = [(row.exact_match, row.f1, row.refused_answerable, row.refused_unanswerable) for row in rows]
    return table(
        head, [(r.name, str(r.questions), *map(percent, found)) for r, found in zip(rows, shares, strict=True)]
    )


def retrieval_table(rows: Sequence[RankingScore]) -> str:
    """The rankings' scores as a Markdown table, in per cent."""
    head = ("collection", "ranking", "recall@1", "recall@5", "recall@20", "MRR@10", "nDCG@10")
    shares = [
        (r.recall_at_1, r.recall_at_5, r.recall_at_20, r.mean_reciprocal_rank, r.mean_discounted_gain) for r in rows
    ]
    return table(
        head, [(r.collection, r.ranking, *map(percent, found)) for r, found in zip(rows, shares, strict=True)], text=2
    )


def confidence_table(results: Sequence[Result]) -> str:
    """What the confidence is worth, as a Markdown table: over what was given, and over what would have been said."""
    confidences = [result.confidence for result in results]
    right = [result.candidate_right for result in results]
    given = [float(result.candidate_right) for result in results if result.prediction is not None]
    area = area_under_roc(confidences, right)
    rows = [
        ("answers given", str(len(given))),
        ("of them right (F1 at least 0.5), per cent", percent(mean(given) if given else None)),
        ("expected calibration error, over all questions", f"{expected_calibration_error(confidences, right):.3f}"),
        ("area under the ROC curve, over all questions", "–" if area is None else f"{area:.3f}"),
    ]
    return table(("confidence", "value"), rows)


def dialogue_table(rows: Sequence[DialogueSummary]) -> str:
    """The summaries of dialogues as a Markdown table, in per cent."""
    head = ("turns", "questions", "exact match", "F1", "unanswerable refused", "left as asked")
    shares = [(row.exact_match, row.f1, row.refused, row.unchanged) for row in rows]
    return table(head, [(r.name, str(r.turns), *map(percent, found)) for r, found in zip(rows, shares, strict=True)])


def table(head: Sequence[str], rows: Sequence[Sequence[str]], text: int = 1) -> str:
    """A Markdown table whose first `text` columns are words and whose others are numbers."""
    rule = ["---" if column < text else "--:" for column in range(len(head))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def percent(share: float | None) -> str:
    """A share in per cent with one decimal; a dash where there is none."""
    return "–" if share is None else f"{share * 100:.1f}"


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """Summaries, latency, and every question with its gold answers and prediction."""
    times = [result.milliseconds for result in results]
    return {
        "summaries": [asdict(row) for row in summaries(results)],
        "median_milliseconds": round(median(times), 1) if times else None,
        "questions": [
            {
                "id": result.question.id,
                "type": result.question.type,
                "question": result.question.question,
                "answers": [asdict(gold) for gold in result.question.answers],
                "items": [[asdict(gold) for gold in alternatives] for alternatives in result.question.items],
                "prediction": result.prediction,
                "start": result.start,
                "confidence": round(result.confidence, 4),
                "candidate": result.candidate,
                "candidate_right": result.candidate_right,
                "exact_match": result.exact_match,
                "f1": round(result.f1, 4),
                "rank": result.rank,
                "milliseconds": result.milliseconds,
            }
            for result in results
        ],
    }
