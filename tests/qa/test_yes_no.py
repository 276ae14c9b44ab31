"""Yes/no questions: recognised, taken apart, judged by their best sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import ModelError
from qa.settings import Settings
from qa.statement import state, support, surroundings
from qa.types import Verdict, VerdictReading
from qa.yes_no import (
    READER_FEATURES,
    WORD_FEATURES,
    Logistic,
    VerdictModel,
    asks_yes_or_no,
    judge,
    judge_features,
    read_verdict_models,
)
from tests.fakes import make_hit


@pytest.mark.parametrize(
    "question",
    [
        *("项目开工了吗？", "是否需要预约", "有没有补贴？", "能不能带宠物？", "被告是不是公务员？", "可以退款么"),
        *(
            "停车要收费不",
            "这算不算工伤",
            "钱到账了没有",
            "检票前能改签吧？",
            "中学生能用吗，孩子14岁了",
            "做没做评估？",
        ),
    ],
)
def test_yes_no_questions(question: str) -> None:
    assert asks_yes_or_no(question)


@pytest.mark.parametrize(
    "question",
    [
        *("投资多少？", "是否开工由谁决定？", "有没有人知道什么时候开工？", "什么情况下可以退款", "天气怎么样"),
        *("附近的酒吧？", "献完血当场就能走吗，要坐多久", "网络时不时断开的原因"),
    ],
)
def test_other_questions(question: str) -> None:
    assert not asks_yes_or_no(question)


def test_a_question_is_taken_apart_at_its_alternative() -> None:
    statement = state("宁德时代是否投资120亿元？")
    assert statement.subject == ("宁德", "时代")
    assert "投资" in statement.predicate
    assert statement.numbers == (("120亿元", "money"),)
    assert not statement.negated


@pytest.mark.parametrize(
    "question", ["停车要收费不", "钱到账了没有", "这算不算工伤", "做没做评估？", "检票前能改签吧？", "开工了吗，急"]
)
def test_how_a_question_asks_is_no_negation(question: str) -> None:
    assert not state(question).negated


@pytest.mark.parametrize("question", ["停车不收费吗", "是否尚未开工", "不用交押金吧？"])
def test_what_a_question_negates_is_one(question: str) -> None:
    assert state(question).negated


def test_support_by_hand() -> None:
    found = support(state("项目是否开工？"), "项目没有开工。")
    # Both words of the question stand in the sentence; of its pairs 项目, 目开, 开工 two do.
    assert (found["coverage"], found["subject"], found["predicate"]) == (1.0, 1.0, 1.0)
    assert found["pairs"] == pytest.approx(2 / 3)
    assert found["negation differs"] == 1.0


def test_another_number_speaks_against() -> None:
    statement = state("投资是否为120亿元？")
    assert support(statement, "投资120亿元。")["same number"] == 1.0
    other = support(statement, "投资30亿元。")
    assert (other["same number"], other["other number"]) == (0.0, 1.0)


def test_surroundings_count_the_predicate_with_and_without_negation() -> None:
    found = surroundings(state("是否开工？"), ["没有开工。", "开工了。开工。"])
    assert found["predicate negated often"] == 1 / 4
    assert found["predicate plain often"] == 2 / 6


def model(yes: float) -> VerdictModel:
    weights = dict.fromkeys(WORD_FEATURES, 0.0)
    return VerdictModel(Logistic(0.0, weights), Logistic(yes, weights), 0.5)


def test_the_verdict_is_the_more_probable_one() -> None:
    hits = [make_hit("天气晴。项目已经开工。")]
    for intercept, verdict in ((2.0, Verdict.YES), (-2.0, Verdict.NO)):
        found = judge("项目开工了吗？", hits, model(intercept))
        assert found is not None
        assert (found.verdict, found.sentence.text) == (verdict, "项目已经开工。")
        # sigmoid(0) · sigmoid(2) = 0.5 · 0.880797
        assert found.probability == pytest.approx(0.4403985, abs=1e-6)


def test_no_passage_no_verdict() -> None:
    assert judge("项目开工了吗？", [], model(0.0)) is None


def test_what_the_reader_points_at_settles_it() -> None:
    hits = [make_hit("项目已经开工。"), make_hit("天气晴。开工典礼推迟。还有。")]
    readings = [VerdictReading(hits[0], -5.0, -4.0, -3.0, 7), VerdictReading(hits[1], 1.0, 4.0, 2.0, 11)]
    values = judge_features("项目开工了吗？", hits, readings)
    assert {name: values[name] for name in READER_FEATURES} == {
        "reader settles": 4.0,
        "reader says yes": -3.0,
        "reader's grounds": 2.0,
        "first passage": 0.0,
    }
    weights = dict.fromkeys(READER_FEATURES, 0.0)
    by_reader = VerdictModel(
        Logistic(0.0, {**weights, "reader settles": 0.5}), Logistic(0.0, {**weights, "reader says yes": 1.0}), 0.5
    )
    found = judge("项目开工了吗？", hits, by_reader, readings)
    assert found is not None
    assert (found.verdict, found.sentence.text) == (Verdict.NO, "开工典礼推迟。")
    # sigmoid(2) · (1 − sigmoid(−3)) = 0.880797 · 0.952574
    assert found.probability == pytest.approx(0.8390245, abs=1e-6)


def test_the_shipped_models_know_every_feature() -> None:
    shipped = read_verdict_models(Settings().verdicts)
    for model, names in ((shipped.words, WORD_FEATURES), (shipped.reading, (*WORD_FEATURES, *READER_FEATURES))):
        assert set(model.settled.weights) == set(model.yes.weights) == set(names)
        assert 0.0 < model.threshold < 1.0


@pytest.mark.parametrize("stored", ["", "[]", "{}", json.dumps({"reading": {}, "words": {"threshold": 0.5}})])
def test_a_model_that_cannot_be_read_is_named(tmp_path: Path, stored: str) -> None:
    path = tmp_path / "v.json"
    path.write_text(stored)
    with pytest.raises(ModelError, match=r"v\.json"):
        read_verdict_models(path)
