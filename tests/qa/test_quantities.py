from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quantities import Quantity, cell_numbers, expressions


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
        (
            "充电45分钟，全程1小时50分钟，历时四年零两个月",
            [("45分钟", "duration"), ("1小时50分钟", "duration"), ("四年零两个月", "duration")],
        ),
        (
            "提前48小时，48小时内，30日内，泡十个时辰",
            [
                ("48小时", "duration"),
                ("48小时内", "duration"),
                ("30日内", "duration"),
                ("十个时辰", "duration"),
            ],
        ),
        ("浸120 s，57 h后", [("120 s", "duration"), ("57 h", "duration")]),
        ("每年8月8日晚间，农历二月初八", [("每年8月8日晚间", "date"), ("农历二月初八", "date")]),
        (
            "清光绪二十三年开炉，嘉祐四年（1059年）十二月完工",
            [
                ("清光绪二十三年", "date"),
                ("嘉祐四年（1059年）十二月", "date"),
            ],
        ),
        (
            "每周三晚上7点，周一至周五，下周五（4月18日）",
            [
                ("每周三晚上7点", "date"),
                ("周一至周五", "date"),
                ("下周五（4月18日）", "date"),
            ],
        ),
        (
            "两周一次，每周一次，40周岁",
            [("两周", "duration"), ("一次", "count"), ("一次", "count"), ("40周岁", "count")],
        ),
        ("6月12日（周一）晚10点至13日早6点", [("6月12日（周一）晚10点至13日早6点", "date")]),
        (
            "9:00—17:00，最晚21:00，次月1日，6月1日零点",
            [
                ("9:00—17:00", "date"),
                ("21:00", "date"),
                ("次月1日", "date"),
                ("6月1日零点", "date"),
            ],
        ),
        ("2024-11-04，310万年前", [("2024-11-04", "date"), ("310万年前", "date")]),
        (
            "购入时间2025年6月18日，当地时间13日20时07分",
            [
                ("2025年6月18日", "date"),
                ("当地时间13日20时07分", "date"),
            ],
        ),
        (
            "0.558元/千瓦时，480元/晚，五元三角，二等一角二分",
            [
                ("0.558元/千瓦时", "money"),
                ("480元/晚", "money"),
                ("五元三角", "money"),
                ("一角二分", "money"),
            ],
        ),
        (
            "每斤贵三块八，80元一张，壹拾伍万元整",
            [
                ("三块八", "money"),
                ("80元", "money"),
                ("一张", "count"),
                ("壹拾伍万元整", "money"),
            ],
        ),
        (
            "44.8～57.6 V，350m³/h，0.07mg/m³，20℃",
            [
                ("44.8～57.6 V", "count"),
                ("350m³/h", "count"),
                ("0.07mg/m³", "count"),
                ("20℃", "count"),
            ],
        ),
        ("型号LJ-80A、VN10K、S3", []),
        (
            "1200转/分，8次/分，78.5千瓦时，300毫克",
            [
                ("1200转/分", "count"),
                ("8次/分", "count"),
                ("78.5千瓦时", "count"),
                ("300毫克", "count"),
            ],
        ),
        ("得18分，身高1米78，共37键，一面旗", [("18分", "count"), ("1米78", "count"), ("37键", "count")]),
        ("常住人口312.6万，耗钱一千四百万", [("312.6万", "count"), ("一千四百万", "count")]),
        (
            "同比-16.96%，打七折，三分之二以上，千分之三，退一半",
            [
                ("-16.96%", "percentage"),
                ("七折", "percentage"),
                ("三分之二以上", "percentage"),
                ("千分之三", "percentage"),
                ("一半", "percentage"),
            ],
        ),
        (
            "不得超过80万元，不超过3项，放大约20倍",
            [
                ("80万元", "money"),
                ("不超过3项", "count"),
                ("约20倍", "count"),
            ],
        ),
        ("第37分钟进球，第二年二月投降", [("第37分钟", "ordinal"), ("第二年二月", "date")]),
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


def test_bare_days_and_bare_numbers() -> None:
    (day,) = expressions("15日")
    assert (day.quantity, day.is_bare_day, day.is_bare_number) == (Quantity.DATE, True, False)
    (people,) = expressions("312.6万")
    assert (people.is_bare_day, people.is_bare_number) == (False, True)


def test_the_cells_of_a_table_that_hold_a_number_alone() -> None:
    text = "桂香坊 | 38 | 1,380元\n桥 | -6.9\n12 | 甲 | A7 | 2 x |"
    assert [text[cell.start : cell.end] for cell in cell_numbers(text)] == ["38", "-6.9", "12"]


@pytest.mark.parametrize(
    "unit",
    ["1", "1,111", "一", "万", "1-", "1:", "约", "1年", "一百多", "1/", "第1", "每", "周一", "分之", "1月1", "- "],
)
def test_no_text_takes_long(unit: str) -> None:
    text = unit * (5_000 // len(unit))
    begin = time.perf_counter()
    list(expressions(text))
    list(cell_numbers(text))
    assert time.perf_counter() - begin < 3


@given(
    st.text(
        alphabet="不到约超第前后0123456789１２一二十百万亿点.,，-~至年月日号天个半元%家名 的时周初万折|每", max_size=40
    )
)
def test_expressions_are_ordered_disjoint_and_not_empty(text: str) -> None:
    last = 0
    for expression in expressions(text):
        assert last <= expression.start < expression.end <= len(text)
        last = expression.end
