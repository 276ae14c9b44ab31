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
        ("設得蘭何時開始限捕？", "date"),
        ("店里星期几不开门", "date"),
        ("会员日是哪几天", "date"),
        ("他是几几年入职的", "date"),
        ("小程序几时上线的", "date"),
        ("得提前几天申请", "duration"),
        ("每天戴几个钟头", "duration"),
        ("能免费住几晚", "duration"),
        ("试用期多长", "duration"),
        ("测线有多长", "count duration"),
        ("在多久以前分开的", "date duration"),
        ("补交期限", "date duration"),
        ("平时卖什么价", "money"),
        ("2026年买一块要几毛", "money"),
        ("要收多少工钱", "money"),
        ("运费", "money"),
        ("荧光帽几多钱", "money"),
        ("网球场占几块地", "count"),
        ("央金挣了几万", "count money"),
        ("半夜用打几折", "percentage"),
        ("利率多少", "percentage"),
        ("最大功率多少瓦", "count"),
        ("扣几分", "count"),
        ("这车有多沉", "count money percentage"),
        ("拧到几了", "count money percentage"),
        ("开车前十个小时退票扣多少手续费？", "count money percentage"),
        ("咨询电话是多少", ""),
        ("想投诉打哪个电话", ""),
        ("带小孩的走几号门", ""),
        ("坐几路车去", ""),
        ("决赛几比几", ""),
        ("茶几放哪里", ""),
        ("巡船由谁督率", ""),
        ("垃圾处理费指的是什么费用", ""),
        ("为什么要单独规定提交日期？", ""),
        ("怎样延长药效时间", ""),
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
        ("召回多少个杯子？", "31246只", True),
        ("有几张铺？", "14个", True),
        ("养了多少条狗？", "3280只", True),
        ("常住多少人？", "312.6万", True),
        ("花了多少钱？", "312.6万", True),
        ("花了多长时间？", "312.6万", False),
        ("提前几天申请？", "15日", True),
        ("几号申请？", "15日", True),
        ("考了多少分？", "63分", True),
        ("考了多少分？", "63人", False),
        ("温度到多少度？", "61.5 ℃", True),
    ],
)
def test_a_count_needs_a_like_unit(question: str, text: str, fits: bool) -> None:
    expected = expected_of(question)
    (expression,) = expressions(text)
    assert expected is not None
    assert expected.fits(expression) is fits
