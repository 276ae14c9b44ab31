from __future__ import annotations

from dataclasses import replace

import pytest

from eval.questions import EvaluationQuestion, GoldSpan
from eval.results import Outcome, Quote, Result, outcome, result_from_json, result_to_json
from tests.eval.builders import answered, refused, wrongly_answered

LIST = EvaluationQuestion(
    "7", "list", "有哪些公司？", (), ((GoldSpan("甲", 0),), (GoldSpan("乙", 2), GoldSpan("乙厂", 2))), "typo", "policy"
)
VERDICT = EvaluationQuestion("8", "yes_no", "开工了吗？", (GoldSpan("已开工", 5),), verdict="YES")


@pytest.mark.parametrize(
    "result",
    [
        answered("120亿元"),
        refused(),
        wrongly_answered(),
        replace(
            answered("甲"), question=LIST, citations=(Quote("policy", 2, 0, 1, "甲"), Quote("policy", 2, 2, 3, "乙"))
        ),
        replace(answered("是"), question=VERDICT, kind="yes_no", evidence=False, verified=False, rank=None),
    ],
)
def test_a_result_is_the_same_after_writing_and_reading(result: Result) -> None:
    assert result_from_json(result_to_json(result)) == result


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (answered("120亿元"), Outcome.RIGHT),
        (answered("120亿", f1=0.8), Outcome.PARTLY),
        (answered("七百"), Outcome.WRONG),
        (answered("七百", rank=6), Outcome.NOT_RETRIEVED),
        (answered("七百", rank=None), Outcome.NOT_RETRIEVED),
        (refused("120亿元", rank=2), Outcome.WRONGLY_REFUSED),
        (refused("120亿元", rank=None), Outcome.NOT_RETRIEVED),
        (refused(), Outcome.RIGHTLY_REFUSED),
        (wrongly_answered(), Outcome.WRONGLY_ANSWERED),
    ],
)
def test_what_became_of_a_question(result: Result, expected: Outcome) -> None:
    assert outcome(result) is expected


def test_ending_well_is_an_exact_answer_or_a_right_refusal() -> None:
    assert [item.right for item in (answered("120亿元"), answered("120亿", f1=0.8), refused(), wrongly_answered())] == [
        True,
        False,
        True,
        False,
    ]
    assert [item.score for item in (answered("120亿", f1=0.8), refused("120亿元"), refused())] == [0.8, 0.0, 1.0]
