from __future__ import annotations

from collections.abc import Sequence

import numpy as np
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
    reading = pointing_at("造成至少78人死亡", ("78人", 6.0))
    assert extract(reading, "造成至少多少人死亡？", 50, 1)[0].text == "78人"
    assert extract(reading, "造成多少人死亡？", 50, 1)[0].text == "至少78人"


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
