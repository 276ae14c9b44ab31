from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.extract import extract
from qa.spans import overlaps
from qa.types import Reading, Window
from tests.fakes import make_hit


def reading_of(text: str, starts: Sequence[float], ends: Sequence[float]) -> Reading:
    offsets = np.array([(place, place + 1) for place in range(len(text))], dtype=np.int64).reshape(-1, 2)
    window = Window(np.array(starts, dtype=np.float32), np.array(ends, dtype=np.float32), offsets, 0.0)
    return Reading(make_hit(text, start=10), (window,))


def pointing_at(text: str, *spans: tuple[str, float]) -> Reading:
    """A reader that gives each of `spans` its score, half at each end."""
    starts, ends = np.full(len(text), -9.0), np.full(len(text), -9.0)
    for span, score in spans:
        starts[text.index(span)] = ends[text.index(span) + len(span) - 1] = score / 2
    return reading_of(text, list(starts), list(ends))


def test_an_exact_thing_comes_whole() -> None:
    text = "从试产到万辆下线用时不到160天"
    (span, *_) = extract(pointing_at(text, ("160", 6.0)), "用了多长时间？", 50, 3)
    assert (span.text, span.margin) == ("不到160天", 6.0)
    assert span.start == 10 + text.index("不到")


def test_only_the_year_when_only_the_year_is_asked_for() -> None:
    reading = pointing_at("于1975年6月9日，贺龙逝世", ("1975年6月9日", 6.0))
    assert extract(reading, "贺龙的追悼会在哪一年举办？", 50, 1)[0].text == "1975年"
    assert extract(reading, "贺龙的追悼会在什么时候举办？", 50, 1)[0].text == "1975年6月9日"


def test_a_bound_that_the_question_states_is_not_repeated() -> None:
    reading = pointing_at("造成至少78人死亡", ("78", 6.0))
    assert extract(reading, "造成至少多少人死亡？", 50, 1)[0].text == "78人"
    assert extract(reading, "造成多少人死亡？", 50, 1)[0].text == "至少78人"


@pytest.mark.parametrize(
    ("text", "pointed", "question", "answer"),
    [
        ("每户补助不超过1.5万元", "1.5万", "最多补多少钱？", "1.5万元"),
        ("功率超过800瓦的跳闸", "800", "多少瓦就会跳闸？", "800瓦"),
        ("种群约1,400只", "1,400", "有多少只？", "约1,400只"),
        ("应在48小时内报案", "48", "多久之内报案？", "48小时"),
        ("身高158厘米以上", "158", "至少要多少厘米？", "158厘米"),
        ("损失30%以上", "30", "损失要占百分之多少？", "30%以上"),
        ("可设6至12小时", "12", "最长能设几个小时？", "12小时"),
        ("可设6至12小时", "12", "要几个小时？", "6至12小时"),
        ("自2025年3月1日起施行", "3月1", "哪天起施行？", "2025年3月1日"),
        ("6月7日前收完", "6月7", "哪天收完？", "6月7日"),
        ("三年前开工", "三", "什么时候开工的？", "三年前"),
        ("展期9月26日至10月5日", "10月5", "展览哪天结束？", "10月5日"),
        ("展期9月26日至10月5日", "9月26", "展览从哪天开始？", "9月26日"),
        ("展期9月26日至10月5日", "9月26", "展览是哪几天？", "9月26日至10月5日"),
        ("厂家于2023-12-31前修改", "2023-12-31", "最晚哪天修改？", "2023-12-31"),
        ("11月20日上午开标", "11月20", "哪天开标？", "11月20日"),
        ("11月20日上午9时开标", "11月20", "哪天开标？", "11月20日上午9时"),
        ("定于11月27日（星期四）", "11月27", "哪天举行？", "11月27日"),
        ("每年10月23日为雪豹日", "10月23", "雪豹日是哪天？", "10月23日"),
        ("每月18日到账", "18", "几号到账？", "每月18日"),
        ("每月18日到账", "18", "每个月几号到账？", "18日"),
        ("农历十月初一过节", "一", "农历哪天过节？", "十月初一"),
        ("桂香坊 | 38 | 620克", "38", "桂香坊一碗卖多少钱？", "38"),
        ("电机里 | 1991 | 274", "1991", "电机里是哪年建的？", "1991"),
    ],
)
def test_usually_what_the_question_does_not_imply(text: str, pointed: str, question: str, answer: str) -> None:
    # The reader points at the number alone.
    assert extract(pointing_at(text, (pointed, 6.0)), question, 50, 1)[0].text == answer


@pytest.mark.parametrize(
    ("text", "part", "question"),
    [
        ("种群约1,400只", "1,400只", "有多少只？"),
        ("每户补助不超过1.5万元", "不超过1.5万元", "最多补多少钱？"),
        ("应在48小时内报案", "48小时内", "多久之内报案？"),
        ("2011年8月设立", "2011年8月", "哪一年设立的？"),
        ("4月28日晚间发布", "4月28日", "什么时候发布？"),
        ("周五、周六23:30熄灯", "23:30", "几点熄灯？"),
        ("7:00—21:00", "21:00", "几点能来？"),
    ],
)
def test_a_part_that_the_reader_clearly_prefers(text: str, part: str, question: str) -> None:
    assert extract(pointing_at(text, (part, 6.0)), question, 50, 1)[0].text == part


@pytest.mark.parametrize(
    ("text", "part", "question", "answer"),
    [
        ("从试产到下线不到160天", "60天", "用了多长时间？", "不到160天"),
        ("从试产到下线不到160天", "160天", "用了多长时间？", "不到160天"),
        ("下周二交作业", "二", "作业什么时候交？", "下周二"),
        ("2025年6月18日购入", "2025年6", "什么时候买的？", "2025年6月18日"),
        ("耗资八百五十万元", "十万元", "花了多少钱？", "八百五十万元"),
    ],
)
def test_what_cuts_a_number_or_its_unit_is_no_part(text: str, part: str, question: str, answer: str) -> None:
    assert extract(pointing_at(text, (part, 6.0)), question, 50, 1)[0].text == answer


def test_another_span_wins_only_when_the_reader_is_much_surer() -> None:
    text = "宁德时代投资120亿元"
    for lead, wanted in ((1.0, "120亿元"), (9.0, "宁德时代")):
        reading = pointing_at(text, ("120亿元", 4.0), ("宁德时代", 4.0 + lead))
        spans = extract(reading, "投了多少钱？", 50, 3)
        assert spans[0].text == wanted


def test_other_questions_get_the_readers_spans_tidied() -> None:
    (span,) = extract(pointing_at("出台了《实施办法》等政策", ("实施办法", 6.0)), "出台了什么？", 50, 1)
    assert span.text == "《实施办法》"


def test_a_tidied_span_is_no_longer_than_allowed() -> None:
    (span,) = extract(pointing_at("出台了《实施办法》等政策", ("实施办法", 6.0)), "出台了什么？", 4, 1)
    assert span.text == "实施办法"


@given(
    st.text(alphabet="甲乙1２年日不到的《》“”，。 \n", min_size=1, max_size=14),
    st.sampled_from(["甲是谁？", "哪一年？", "用了多少天？", "至少有多少个？"]),
    st.integers(1, 8),
    st.data(),
)
def test_extracted_spans_are_copied_allowed_and_disjoint(
    text: str, question: str, limit: int, data: st.DataObject
) -> None:
    scores = st.lists(st.integers(-5, 5).map(float), min_size=len(text), max_size=len(text))
    reading = reading_of(text, data.draw(scores), data.draw(scores))
    spans = extract(reading, question, limit, 3)
    for span in spans:
        assert 10 <= span.start < span.end <= 10 + len(text)
        assert span.text == text[span.start - 10 : span.end - 10]
        assert len(span.text) <= limit
    assert not any(overlaps(a, b) for at, a in enumerate(spans) for b in spans[at + 1 :])
