from __future__ import annotations

from qa.training.examples import Example
from qa.training.tune_length import tune_length
from tests.fakes import FakeReader


def test_a_heavy_penalty_loses_the_long_answers() -> None:
    # The fake reader scores the ends of a run of digits 3 + 3 and any other pair less: 9月 needs no penalty's help,
    # while a penalty of 6 per e-fold makes one digit (score 0) better than all eight (6 - 6 · ln 8 = -6.5).
    examples = [
        Example("1", "", "计划9月开工", "什么时候开工？", "9", 2),
        Example("2", "", "编号20261122号", "编号是多少？", "20261122", 2),
        Example("3", "", "没有数字", "编号是多少？", "", None),
    ]
    assert tune_length(examples, FakeReader(), (0.0, 6.0)) == {0.0: 1.0, 6.0: 0.5}
