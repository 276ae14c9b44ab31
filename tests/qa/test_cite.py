from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.cite import cite_passage, cite_span
from qa.types import Span
from tests.fakes import make_hit


def test_the_rest_of_the_sentence_stands_around_the_quote() -> None:
    text = "前一句。投资120亿元的项目落户。后一句。"
    citation = cite_span(Span(make_hit(text, start=100), 106, 111, 3.0), 0.9)
    assert (citation.prefix, citation.quote, citation.suffix) == ("投资", "120亿元", "的项目落户。")
    assert (citation.start, citation.end, citation.score) == (106, 111, 0.9)


@given(st.text(alphabet="甲乙。\n 𠮷", min_size=1, max_size=40), st.data())
def test_prefix_quote_and_suffix_are_one_stretch(text: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(begin + 1, len(text)))
    citation = cite_span(Span(make_hit(text, start=7), begin + 7, end + 7, 0.0), 0.5)
    assert citation.quote == text[begin:end]
    start = begin - len(citation.prefix)
    assert citation.prefix + citation.quote + citation.suffix == text[start : end + len(citation.suffix)]


def test_a_passage_is_cited_whole() -> None:
    citation = cite_passage(make_hit("一段话。", start=5))
    assert (citation.start, citation.end, citation.quote, citation.prefix) == (5, 9, "一段话。", "")
