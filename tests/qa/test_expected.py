from __future__ import annotations

import pytest

from qa.expected import expected_of
from qa.quantities import expressions


@pytest.mark.parametrize(
    ("question", "quantities"),
    [
        ("宁德时代投了多少钱？", "money"),
        ("小鹏P7从试产到造出一万辆花了多长时间？", "duration"),
        ("不动产登记要几天才能办完", "duration"),
        ("肇庆第一次跟宁德时代接洽是哪天？", "date"),
        ("全省集中开工活动是几月几号办的？", "date"),
        ("三方签约的日期", "date"),
        ("工业增加值涨了百分之多少", "percentage"),
        ("一季度GDP增速", "percentage"),
        ("产值增长了多少？", "count money percentage"),
        ("动力电池市场份额排第几？", "ordinal"),
        ("引进了多少位院士", "count"),
        ("有几家企业？", "count"),
        ("项目占地面积有多大？", "count money percentage"),
        ("谁投资了120亿元？", ""),
        ("为什么产量减少了？", ""),
        ("哪几家企业造整车？", ""),
        ("最近几年出台了什么政策？", ""),
        ("好几月没有实施什么？", ""),
    ],
)
def test_what_is_asked_for(question: str, quantities: str) -> None:
    expected = expected_of(question)
    found = "" if expected is None else " ".join(sorted(quantity.value for quantity in expected.quantities))
    assert found == quantities


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("有多少位院士？", "25名", True),
        ("有几家企业？", "225家", True),
        ("有几家企业？", "225人", False),
        ("有几家企业？", "120亿元", False),
        ("规模有多大？", "120亿元", True),
        ("唐朝建立于哪一年？", "618年", True),
        ("持续了多少年？", "618年", True),
        ("唐朝建立于哪一年？", "18年", False),
    ],
)
def test_a_count_needs_a_like_unit(question: str, text: str, fits: bool) -> None:
    expected = expected_of(question)
    (expression,) = expressions(text)
    assert expected is not None
    assert expected.fits(expression) is fits
