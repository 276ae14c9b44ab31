from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.passage import LONGEST_SENTENCE, Extent, extent_of, grown


@pytest.mark.parametrize(
    ("question", "extent"),
    [
        ("怎么办理加装电梯？", Extent.SENTENCE),
        ("如何申请补贴？", Extent.SENTENCE),
        ("办理流程是什么？", Extent.SENTENCE),
        ("项目怎么样了？", Extent.SPAN),
        ("为什么选择肇庆？", Extent.CLAUSE),
        ("什么是先建后验？", Extent.CLAUSE),
        ("谁投资了项目？", Extent.SPAN),
    ],
)
def test_how_much_a_question_asks_for(question: str, extent: Extent) -> None:
    assert extent_of(question) is extent


def test_a_sentence_too_long_to_read_gives_its_clause() -> None:
    text = "甲" * LONGEST_SENTENCE + "，乙在网上填表，丙。"
    start = text.index("网上")
    assert text[slice(*grown(text, start, start + 2, Extent.SENTENCE))] == "乙在网上填表"


@given(
    text=st.text(alphabet="甲乙，。；\n 1“”《》", min_size=1, max_size=60),
    data=st.data(),
    extent=st.sampled_from(Extent),
)
def test_what_is_grown_stays_in_the_text(text: str, data: st.DataObject, extent: Extent) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = grown(text, start, end, extent)
    assert 0 <= first < last <= len(text)
    if extent is Extent.SPAN:
        assert (first, last) == (start, end)
