from __future__ import annotations

from qa.training.examples import Example
from qa.training.tune_length import tune_length
from tests.fakes import FakeReader


def test_a_heavy_penalty_loses_the_long_answers() -> None:
    # The fake reader scores the ends of a run of digits 3 + 3 and any other pair less: one digit needs no penalty's
    # help, while a penalty of 6 per e-fold makes one digit (score 0) better than all eight (6 - 6 · ln 8 = -6.5).
    # Full-width digits, since a span is never cut inside a run of plain ones.
    examples = [
        Example("1", "", "计划９月开工", "写着什么？", "９", 2),
        Example("2", "", "编号２０２６１１２２号", "写着什么？", "２０２６１１２２", 2),
        Example("3", "", "没有数字", "写着什么？", "", None),
    ]
    assert tune_length(examples, FakeReader(), (0.0, 6.0)) == {0.0: 1.0, 6.0: 0.5}
