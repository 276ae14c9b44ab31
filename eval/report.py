"""Figures as Markdown tables, in per cent, each with its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence

from eval.bootstrap import Estimate
from eval.dialogues import DialogueSummary
from eval.reading import ReadingSummary
from eval.results import Result
from eval.retrieval import RankingScore
from eval.summary import Summary, confidence_of


def markdown_table(rows: Sequence[Summary]) -> str:
    """The summaries as a Markdown table."""
    head = ("question type", "questions", "exact match", "F1", "recall@1", "recall@5", "MRR", "refused")
    shares = [(r.exact_match, r.f1, r.recall_at_1, r.recall_at_5, r.mean_reciprocal_rank, r.refused) for r in rows]
    cells = [(r.name, str(r.questions), *map(percent, found)) for r, found in zip(rows, shares, strict=True)]
    return table(head, cells)


def reading_table(rows: Sequence[ReadingSummary]) -> str:
    """The reader's summaries as a Markdown table."""
    head = ("set", "questions", "exact match", "F1", "answerable refused", "unanswerable refused")
    shares = [(row.exact_match, row.f1, row.refused_answerable, row.refused_unanswerable) for row in rows]
    return table(
        head, [(r.name, str(r.questions), *map(percent, found)) for r, found in zip(rows, shares, strict=True)]
    )


def retrieval_table(rows: Sequence[RankingScore]) -> str:
    """The rankings' scores as a Markdown table."""
    head = ("collection", "ranking", "recall@1", "recall@5", "recall@20", "MRR@10", "nDCG@10")
    shares = [
        (r.recall_at_1, r.recall_at_5, r.recall_at_20, r.mean_reciprocal_rank, r.mean_discounted_gain) for r in rows
    ]
    return table(
        head, [(r.collection, r.ranking, *map(percent, found)) for r, found in zip(rows, shares, strict=True)], text=2
    )


def confidence_table(results: Sequence[Result]) -> str:
    """What the confidence is worth, as a Markdown table: over what was given, and over what would have been said."""
    found = confidence_of(results)
    rows = [
        ("answers given", str(found.given)),
        ("of them right (F1 at least 0.5), per cent", percent(found.given_right)),
        ("expected calibration error, over all questions", three_places(found.calibration_error)),
        ("area under the ROC curve, over all questions", three_places(found.area_under_roc)),
    ]
    return table(("confidence", "value"), rows)


def dialogue_table(rows: Sequence[DialogueSummary]) -> str:
    """The summaries of dialogues as a Markdown table."""
    head = ("turns", "questions", "exact match", "F1", "unanswerable refused", "left as asked")
    shares = [(row.exact_match, row.f1, row.refused, row.unchanged) for row in rows]
    return table(head, [(r.name, str(r.turns), *map(percent, found)) for r, found in zip(rows, shares, strict=True)])


def table(head: Sequence[str], rows: Sequence[Sequence[str]], text: int = 1) -> str:
    """A Markdown table whose first `text` columns are words and whose others are numbers."""
    rule = ["---" if column < text else "--:" for column in range(len(head))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def percent(share: float | Estimate | None) -> str:
    """A share in per cent with one decimal, and its interval where it has one; a dash where there is none."""
    if isinstance(share, Estimate):
        return f"{share.value * 100:.1f} ({share.low * 100:.1f}–{share.high * 100:.1f})"
    return "–" if share is None else f"{share * 100:.1f}"


def three_places(figure: Estimate | None) -> str:
    """A figure between 0 and 1 with three decimals, and its interval."""
    return "–" if figure is None else f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"
