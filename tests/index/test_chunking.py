from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import ChunkingPlan, chunk
from index.types import Document, Heading, Page
from tests.fakes import make_document

texts = st.text(alphabet="甲乙丙丁。！，\n ab𠮷", max_size=400)
plans = st.builds(lambda size, share: ChunkingPlan(size, min(size - 1, share)), st.integers(10, 80), st.integers(0, 40))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(texts)
    cuts = sorted(draw(st.sets(st.integers(0, max(len(text) - 1, 0)), max_size=4))) if text else []
    headings = [Heading(draw(st.integers(1, 3)), cut, min(cut + 3, len(text))) for cut in cuts]
    return make_document(text, headings)


@given(documents(), plans)
def test_a_passage_is_a_stretch_of_the_document(document: Document, plan: ChunkingPlan) -> None:
    for passage in chunk(document, plan):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip()
        assert 0 < len(passage.text) <= plan.max_characters


@given(documents(), plans)
def test_every_visible_character_is_in_a_passage(document: Document, plan: ChunkingPlan) -> None:
    covered: set[int] = set()
    for passage in chunk(document, plan):
        covered.update(range(passage.start, passage.end))
    assert [c for place, c in enumerate(document.text) if place not in covered and not c.isspace()] == []


@given(documents(), plans)
def test_passages_never_cross_a_heading_and_go_forward(document: Document, plan: ChunkingPlan) -> None:
    passages = chunk(document, plan)
    for heading in document.headings:
        assert not any(passage.start < heading.start < passage.end for passage in passages)
    starts = [passage.start for passage in passages]
    assert starts == sorted(set(starts))


def test_sentences_stay_whole_and_overlap() -> None:
    document = make_document("第一句话在这里。第二句话在这里。第三句话在这里。第四句话在这里。")
    passages = chunk(document, ChunkingPlan(max_characters=24, overlap_characters=8))
    assert [passage.text for passage in passages] == [
        "第一句话在这里。第二句话在这里。第三句话在这里。",
        "第三句话在这里。第四句话在这里。",
    ]


def test_headings_make_a_path() -> None:
    text = "总题\n\n引子。\n\n一、甲\n\n甲文。\n\n（一）乙\n\n乙文。\n\n二、丙\n\n丙文。"
    marks = [(1, "总题"), (2, "一、甲"), (3, "（一）乙"), (2, "二、丙")]
    headings = [Heading(level, text.index(title), text.index(title) + len(title)) for level, title in marks]
    found = chunk(make_document(text, headings), ChunkingPlan())
    assert [passage.headings for passage in found] == [
        ("总题",),
        ("总题", "一、甲"),
        ("总题", "一、甲", "（一）乙"),
        ("总题", "二、丙"),
    ]


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    document = make_document("一二三四五六七八，九十一二三四五六七八九十")
    passages = chunk(document, ChunkingPlan(max_characters=12, overlap_characters=0))
    assert [passage.text for passage in passages] == ["一二三四五六七八，", "九十一二三四五六七八九十"]


def test_a_hundred_thousand_characters_without_a_break() -> None:
    passages = chunk(make_document("字" * 100_000), ChunkingPlan())
    assert sum(len(passage.text) for passage in passages) == 100_000


def test_pages_are_kept() -> None:
    plain = make_document("第一页的话。\n第二页的话。")
    document = Document(plain.revision, plain.text, (), (Page(1, 0, 7), Page(2, 7, 13)))
    passages = chunk(document, ChunkingPlan(max_characters=10, overlap_characters=0))
    assert [passage.page for passage in passages] == [1, 2]


@pytest.mark.parametrize(("size", "overlap"), [(10, 10), (10, -1)])
def test_an_impossible_plan_is_refused(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="expected 0 to 9"):
        ChunkingPlan(size, overlap)
