from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.followup import stand_alone, topic
from qa.types import Turn


@pytest.mark.parametrize(
    ("before", "answer", "question", "understood"),
    [
        ("小鹏汽车用了多久？", "不到160天", "那宁德时代呢？", "宁德时代用了多久？"),
        ("2019年办了多少个项目？", "34个", "那2020年呢？", "2020年办了多少个项目？"),
        ("首届博创会是哪年办的？", "2019年", "第二届呢？", "第二届博创会是哪年办的？"),
        ("VN-10K的额定功率是多少？", "10kW", "VN-10K Pro呢？", "VN-10K Pro的额定功率是多少？"),
        ("VN-10K的额定功率是多少？", "10kW", "待机功耗呢？", "VN-10K的待机功耗是多少？"),
        ("小鹏汽车用了多久？", "不到160天", "它计划投资多少？", "小鹏汽车计划投资多少？"),
        ("哪家新能源企业落户高新区？", "宁德时代", "它计划投资多少？", "宁德时代计划投资多少？"),
        ("照片是谁拍的？", "郎鹏翔", "他是哪个单位的？", "郎鹏翔是哪个单位的？"),
        ("宁德时代项目落户在哪里？", "肇庆高新区", "那里有多少家企业？", "肇庆高新区有多少家企业？"),
        ("宁德时代投资了多少？", "120亿元", "什么时候落户的？", "宁德时代什么时候落户的？"),
        ("高新区有哪些食品饮料企业？", "甲、乙", "那家具制造呢？", "高新区有哪些家具制造企业？"),
        ("施工队什么时候进场？", "12月5日", "那工期呢？", "施工队的工期是多久？"),
        ("电饭煲卖多少钱？", "399元", "保修期呢", "电饭煲的保修期是多久？"),
        ("项目的工期是多久？", "75天", "那联系人呢？", "项目的联系人是谁？"),
        ("高新区有哪些食品饮料企业？", "甲、乙", "端州区呢？", "端州区有哪些食品饮料企业？"),
        ("𠮷野家项目总投资多少？", "1亿元", "总投资多少？", "𠮷野家项目总投资多少？"),
        ("宁德时代项目落户在哪里？", "肇庆高新区", "总投资是多少？", "宁德时代项目总投资是多少？"),
    ],
)
def test_a_question_that_leans(before: str, answer: str, question: str, understood: str) -> None:
    # By hand: what a listener would understand.
    assert stand_alone(question, [Turn(before, answer)]) == understood


@pytest.mark.parametrize(
    "question",
    [
        "肇庆高新区人才总量",
        "群众要交几次材料？",
        "加装电梯最高补助多少钱？",
        "项目落地以后它的配套怎么办？",
        "其他高速什么时候通车？",
        "第二届博创会是哪年办的？",
        "“3+2+N”是什么？",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert stand_alone(question, [Turn("宁德时代投资了多少？", "120亿元")]) == question


def test_an_unanswered_turn_and_one_without_a_topic_are_passed_over() -> None:
    turns = [Turn("宁德时代投资了多少？", "120亿元"), Turn("为什么？", None)]
    assert stand_alone("什么时候签约的？", turns) == "宁德时代什么时候签约的？"
    assert topic("谁投资了？") == ""


def test_a_question_never_grows_beyond_the_limit() -> None:
    before = "甲公司" * 170 + "在哪里？"
    assert stand_alone("它有多少人？", [Turn(before, None)]) == "它有多少人？"


@given(st.text(max_size=30), st.text(max_size=30), st.none() | st.text(max_size=10))
def test_anything_is_understood_somehow(question: str, before: str, answer: str | None) -> None:
    assert stand_alone(question, []) == question
    assert isinstance(stand_alone(question, [Turn(before, answer)]), str)
