"""Two runs over the same questions: what got better, what got worse, and whether chance explains it (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.bootstrap import Difference, paired_difference
from eval.report import table
from eval.results import Result
from eval.runs import Run

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """The same question in both runs."""

    first: Result
    second: Result

    @property
    def change(self) -> tuple[int, float]:
        """By how much the second is better: first whether it became right, then its score."""
        return int(self.second.right) - int(self.first.right), self.second.score - self.first.score


@dataclass(frozen=True, slots=True)
class SetComparison:
    """Both runs on one set. `right` compares the shares that ended well, `score` the mean F1 (right refusals: 1)."""

    name: str
    questions: int
    better: int
    worse: int
    right: Difference
    score: Difference


def pairs(first: Sequence[Result], second: Sequence[Result]) -> list[Pair]:
    """The questions that both runs hold, in the order of the first."""
    others = {(result.set, result.question.id): result for result in second}
    keys = ((result, (result.set, result.question.id)) for result in first)
    return [Pair(result, others[key]) for result, key in keys if key in others]


def better(found: Sequence[Pair]) -> list[Pair]:
    """Those that the second run answers better, most of all first."""
    return sorted((pair for pair in found if pair.change > (0, 0.0)), key=lambda pair: pair.change, reverse=True)


def worse(found: Sequence[Pair]) -> list[Pair]:
    """Those that the second run answers worse, worst of all first."""
    return sorted((pair for pair in found if pair.change < (0, 0.0)), key=lambda pair: pair.change)


def compare_sets(found: Sequence[Pair]) -> list[SetComparison]:
    """One comparison for each set, then one for all where there are several."""
    names = list(dict.fromkeys(pair.first.set for pair in found))
    rows = [_compare(name, [pair for pair in found if pair.first.set == name]) for name in names]
    return rows if len(rows) < 2 else [*rows, _compare("all", found)]


def _compare(name: str, found: Sequence[Pair]) -> SetComparison:
    return SetComparison(
        name=name,
        questions=len(found),
        better=len(better(found)),
        worse=len(worse(found)),
        right=paired_difference(
            [float(pair.first.right) for pair in found], [float(pair.second.right) for pair in found]
        ),
        score=paired_difference([pair.first.score for pair in found], [pair.second.score for pair in found]),
    )


def comparison_report(first: Run, second: Run, shown: int = SHOWN) -> str:
    """The comparison in Markdown: figures for each set, then the questions that got better and worse."""
    found = pairs(first.results, second.results)
    left_out = len(first.results) + len(second.results) - 2 * len(found)
    parts = [
        f"A: {_describe(first)}\n\nB: {_describe(second)}",
        f"{len(found)} questions are in both runs, {left_out} in one alone.",
    ]
    if found:
        parts.append(comparison_table(compare_sets(found)))
        for title, changed in (("Better", better(found)), ("Worse", worse(found))):
            parts.append(f"## {title} in B: {len(changed)}\n\n{_listing(changed, shown)}".rstrip())
    return "\n\n".join(parts)


def comparison_table(rows: Sequence[SetComparison]) -> str:
    """The comparisons as a Markdown table, in per cent; p is that of no difference, by approximate randomisation."""
    head = ("set", "questions", "measure", "A", "B", "B − A", "p", "significant", "better", "worse")
    cells = []
    for row in rows:
        counts = str(row.better), str(row.worse)
        for measure, found in (("right", row.right), ("F1", row.score)):
            cells.append((row.name, str(row.questions), measure, *_difference_cells(found), *counts))
    return table(head, cells)


def _difference_cells(found: Difference) -> tuple[str, ...]:
    change = f"{found.value * 100:+.1f} ({found.low * 100:+.1f} to {found.high * 100:+.1f})"
    verdict = "yes" if found.significant else "no"
    return f"{found.first * 100:.1f}", f"{found.second * 100:.1f}", change, f"{found.p_value:.4f}", verdict


def _describe(run: Run) -> str:
    told = run.information
    return f"{run.path} ({told.name}, {told.date}, commit {told.commit[:8] or 'unknown'})"


def _listing(changed: Sequence[Pair], shown: int) -> str:
    lines = [_line(pair) for pair in changed[:shown]]
    more = len(changed) - len(lines)
    return "\n".join([*lines, f"- … and {more} more (--show {len(changed)})"] if more else lines)


def _line(pair: Pair) -> str:
    question = pair.first.question
    return (
        f"- {pair.first.set} {question.id} ({question.type}) {question.question}\n"
        f"  gold: {gold_text(pair.first)}; A: {_given(pair.first)}; B: {_given(pair.second)}"
    )


def gold_text(result: Result) -> str:
    """What is right, in words: the first alternative of the answer or of each item, a verdict, or nothing."""
    question = result.question
    if question.verdict:
        return {"YES": "是", "NO": "否"}[question.verdict]
    if question.items:
        return "、".join(alternatives[0].text for alternatives in question.items)
    return question.answers[0].text if question.answers else "∅"


def _given(result: Result) -> str:
    return f"{result.prediction or '∅'} [{result.confidence:.2f}]"
