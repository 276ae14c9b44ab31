from __future__ import annotations

from pathlib import Path

from eval.compare import better, compare_sets, comparison_report, pairs, worse
from eval.results import Result
from eval.runs import Run, RunInformation
from tests.eval.builders import answered, refused, wrongly_answered

FIRST = [
    answered("七百", name="1"),
    answered("120亿元", name="2"),
    answered("120亿", name="3", f1=0.8),
    wrongly_answered(name="4"),
    answered("120亿元", name="5"),
]
SECOND = [
    answered("120亿元", name="1"),
    answered("120亿元", name="2"),
    answered("亿元", name="3", f1=0.5),
    refused(name="4"),
    answered("120亿元", name="6"),
]


def run(results: list[Result], name: str) -> Run:
    return Run(RunInformation("article", "2026-01-01", "abcdef0123", {}, {}, "", {}), tuple(results), Path(name))


def test_questions_of_both_runs_are_put_side_by_side() -> None:
    found = pairs(FIRST, SECOND)
    assert [pair.first.question.id for pair in found] == ["1", "2", "3", "4"]
    assert [pair.first.question.id for pair in better(found)] == ["1", "4"]
    assert [pair.first.question.id for pair in worse(found)] == ["3"]


def test_questions_of_another_set_are_not_the_same() -> None:
    assert pairs([answered("甲", name="1", of="article")], [answered("甲", name="1", of="documents")]) == []


def test_figures_by_hand() -> None:
    (row,) = compare_sets(pairs(FIRST, SECOND))
    assert (row.questions, row.better, row.worse) == (4, 2, 1)
    # Right: 1 of 4 against 3 of 4; scores: (0 + 1 + 0.8 + 0) / 4 against (1 + 1 + 0.5 + 1) / 4.
    assert (row.right.first, row.right.second, row.right.value) == (0.25, 0.75, 0.5)
    assert (row.score.first, row.score.second) == (0.45, 0.875)
    # Of the 4 ways to exchange the two answers that changed, 2 are as far: p = 0.5.
    assert abs(row.right.p_value - 0.5) < 0.03
    assert not row.right.significant


def test_several_sets_are_also_taken_together() -> None:
    found = pairs(
        [answered("甲", name="1"), answered("甲", name="1", of="b")],
        [answered("甲", name="1"), answered("甲", name="1", of="b")],
    )
    assert [(row.name, row.questions) for row in compare_sets(found)] == [("article", 1), ("b", 1), ("all", 2)]


def test_the_report_lists_what_changed() -> None:
    told = comparison_report(run(FIRST, "a.jsonl"), run(SECOND, "b.jsonl"), shown=1)
    assert "A: a.jsonl (article, 2026-01-01, commit abcdef01)" in told
    assert "4 questions are in both runs, 2 in one alone." in told
    assert "| article | 4 | right | 25.0 | 75.0 | +50.0 (" in told
    assert "## Better in B: 2" in told
    assert "gold: 120亿元; A: 七百 [0.90]; B: 120亿元 [0.90]" in told
    assert "- … and 1 more (--show 2)" in told
    assert "## Worse in B: 1" in told


def test_runs_without_a_common_question_have_no_table() -> None:
    told = comparison_report(run(FIRST[:1], "a.jsonl"), run(SECOND[-1:], "b.jsonl"))
    assert "0 questions are in both runs, 2 in one alone." in told
    assert "|" not in told
