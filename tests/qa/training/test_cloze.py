"""Questions made from plain text, and near misses; the expected ones are written by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.training.cloze import cloze_examples, slots
from qa.training.examples import Example
from qa.training.near_misses import names_of, near_miss

ARTICLE = (
    "2020年3月，小鹏汽车智能制造基地项目在肇庆高新区正式开工建设。项目计划总投资120亿元，占地面积约1500亩。"
    "外交部副部长张明在北京会见了法国总统。北京多个区县昨天下午公布暴雨橙色预警。"
)
TEXT = st.text(alphabet="一二三2019年月日在北京张明说，。；“”《》abc 亿元%投资项目的了", max_size=200)


def asked(text: str) -> dict[str, tuple[str, ...]]:
    return {text[slot.start : slot.end]: slot.asked for slot in slots(text)}


def test_exact_things_names_and_places_may_be_asked_for() -> None:
    found = asked("外交部副部长张明2020年3月在北京宣布投资120亿元。")
    assert found["张明"][0] == "谁"
    assert "什么时候" in found["2020年3月"]
    assert found["北京"][0] == "哪里"
    assert "多少钱" in found["120亿元"]


def test_a_year_is_asked_for_as_one_and_a_count_with_its_unit() -> None:
    assert "哪一年" in asked("公司成立于2015年。")["2015年"]
    assert asked("全省共有409个团队进入决赛。")["409个"] == ("多少个", "几个")


def test_a_question_asks_for_what_stands_at_its_place() -> None:
    examples = list(cloze_examples([ARTICLE] * 20, random.Random(1)))
    assert len(examples) > 10
    for example in examples:
        assert example.start is not None
        assert example.context[example.start : example.start + len(example.answer)] == example.answer
        assert example.answer not in example.question
        assert example.context in ARTICLE


@given(TEXT, st.integers(0, 10))
def test_any_text_gives_questions_that_hold_or_none(text: str, seed: int) -> None:
    for example in cloze_examples([text], random.Random(seed)):
        assert example.start is not None
        assert example.context[example.start : example.start + len(example.answer)] == example.answer


def test_the_same_chance_makes_the_same_questions() -> None:
    one, other = (list(cloze_examples([ARTICLE], random.Random(5))) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("seed", range(5))
def test_a_near_miss_asks_of_another_year(seed: int) -> None:
    context = "2020年办理了34个先建后验项目。"
    example = Example("1", "", context, "2020年办理了多少个项目？", "34个", context.index("34个"))
    missed = near_miss(example, {}, random.Random(seed))
    assert missed is not None
    assert (missed.start, missed.answer, missed.context) == (None, "", context)
    assert missed.question != example.question
    assert "2020" not in missed.question
    assert missed.question.endswith("年办理了多少个项目？")


def test_a_near_miss_takes_a_name_of_the_same_kind_that_the_context_lacks() -> None:
    example = Example("1", "", "张明在北京会见了法国总统。", "张明在北京会见了谁？", "法国总统", 8)
    names = {"ns": ["上海", "北京"], "nr": ["张明"]}
    found = {near_miss(example, names, random.Random(seed)) for seed in range(20)}
    assert {miss.question for miss in found if miss is not None} == {"张明在上海会见了谁？"}


def test_nothing_to_exchange_is_no_near_miss() -> None:
    assert near_miss(Example("1", "", "天气很好。", "怎么样？", "很好", 2), {}, random.Random(1)) is None


def test_names_are_kept_by_their_kind() -> None:
    assert names_of(["张明在北京。", "他在上海，也在北京。"])["ns"] == ["北京", "上海", "北京"]
