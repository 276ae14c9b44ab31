from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quantities import Quantity, expressions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("从试产到下线用时不到160天……", [("不到160天", "duration")]),
        (
            "2020年10月21日，肇庆首次接洽，半个月后双方敲定选址",
            [("2020年10月21日", "date"), ("半个月", "duration")],
        ),
        ("引进工业企业400多家，已投产225家", [("400多家", "count"), ("225家", "count")]),
        ("高级职称人才超1400名", [("超1400名", "count")]),
        ("计划投资额127.63亿元，新增开工项目37个", [("127.63亿元", "money"), ("37个", "count")]),
        ("GDP同比增长32%，占百分之四点五", [("32%", "percentage"), ("百分之四点五", "percentage")]),
        ("截至2020年12月底，2021年第一季度", [("2020年12月底", "date"), ("2021年第一季度", "date")]),
        ("实施办法（2016~2020年）", [("2016~2020年", "date")]),
        ("1个工作日内取得", [("1个工作日内", "duration")]),
        ("第三条高速，份额第一", [("第三条", "ordinal"), ("第一", "ordinal")]),
        (
            "今年早春，19世纪30年代，公元前221年",
            [("今年早春", "date"), ("19世纪30年代", "date"), ("公元前221年", "date")],
        ),
        ("补助不超过三万五千元", [("不超过三万五千元", "money")]),
        ("20-30%，二成五", [("20-30%", "percentage"), ("二成五", "percentage")]),
        ("当地时间10月15日晚9点左右", [("当地时间10月15日晚9点左右", "date")]),
        ("签约两年半，阿富汗战争持续18年", [("两年半", "duration"), ("18年", "duration")]),
        ("总长５００公里", [("５００公里", "count")]),
        ("“十四五”规划、第三产业、成功、二年级", [("二年级", "count")]),
    ],
)
def test_expressions_come_whole(text: str, found: list[tuple[str, str]]) -> None:
    # By hand: how a reader would mark them.
    assert [(text[e.start : e.end], e.quantity.value) for e in expressions(text)] == found


def test_units_and_bare_years() -> None:
    (people,) = expressions("共134人次")
    assert (people.quantity, people.unit) == (Quantity.COUNT, "人次")
    (year,) = expressions("618年")
    assert year.is_bare_year
    (long,) = expressions("超过60个工作日")
    assert (long.quantity, long.unit, long.is_bare_year) == (Quantity.DURATION, "个工作日", False)


@given(st.text(alphabet="不到约超第前后0123456789１２一二十百万亿点.,，-~至年月日号天个半元%家名 的时", max_size=40))
def test_expressions_are_ordered_disjoint_and_not_empty(text: str) -> None:
    last = 0
    for expression in expressions(text):
        assert last <= expression.start < expression.end <= len(text)
        last = expression.end
