from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import in_script_of, normalise, plain_form, search_tokens, sentences, strip_span


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("計劃總投資１２０億元", "计划总投资120亿元"),
        ("ＧＤＰ　增长", "gdp 增长"),
        ("㈱①½", "(株)11⁄2"),
        ("a\n\n\tb", "a b"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("", ""),
    ],
)
def test_normalise(raw: str, expected: str) -> None:
    assert normalise(raw).text == expected


@given(st.text())
def test_every_normalised_character_has_one_raw_origin_in_order(raw: str) -> None:
    found = normalise(raw)
    assert len(found.offsets) == len(found.text)
    assert list(found.offsets) == sorted(found.offsets)
    assert all(0 <= offset < len(raw) for offset in found.offsets)


@given(st.text(alphabet="天氣今日１２３ＡＢＣabc你好。，", min_size=1))
def test_normalise_agrees_with_nfkc_up_to_script_and_case(raw: str) -> None:
    # Independent: the standard library's NFKC over the whole string; only 氣 changes script in this alphabet.
    assert normalise(raw).text == unicodedata.normalize("NFKC", raw).lower().replace("氣", "气")


def test_a_question_is_read_in_plain_form() -> None:
    assert plain_form("寧德時代投資了１２０億元？（ＧＤＰ）") == "宁德时代投资了120亿元？（GDP）"


def test_a_question_is_put_into_the_script_of_the_passage() -> None:
    assert in_script_of("臺北市的人口增長很快", "台北的人口增长多少？") == "臺北的人口增長多少？"
    assert in_script_of("肇庆高新区投资120亿元", "投资了多少？") == "投资了多少？"
    # One odd character makes no traditional text.
    assert in_script_of("肇庆高新区的著名企業", "投资了多少？") == "投资了多少？"
    assert in_script_of("", "投资了多少？") == "投资了多少？"


def test_a_normalised_span_maps_back() -> None:
    raw = "共計　１２０億元。"
    found = normalise(raw)
    start = found.text.index("120亿")
    begin, end = found.raw_span(start, start + 4)
    assert raw[begin:end] == "１２０億"


def test_sentences() -> None:
    text = "“走！”他说。好吗？\n第二行；完\n\n  \n末句没有标点"
    assert [text[start:end] for start, end in sentences(text)] == [
        "“走！”",
        "他说。",
        "好吗？",
        "第二行；",
        "完",
        "末句没有标点",
    ]


@given(st.text(alphabet="甲乙。！？\n ”a；", max_size=60))
def test_sentences_hold_every_visible_character_once_in_order(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())


@given(st.text(), st.data())
def test_strip_span_agrees_with_str_strip(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    begin, stop = strip_span(text, start, end)
    assert text[begin:stop] == text[start:end].strip()


def test_search_tokens_are_those_of_jieba() -> None:
    # Expected: jieba 0.42.1, list(jieba.cut_for_search(...)), punctuation left out.
    assert search_tokens("宁德时代动力及储能电池项目投资了多少？") == [
        "宁德",
        "时代",
        "动力",
        "及",
        "储能",
        "电池",
        "项目",
        "投资",
        "了",
        "多少",
    ]


def test_search_tokens_do_not_depend_on_script_or_width() -> None:
    assert search_tokens("廣東省ＧＤＰ") == search_tokens("广东省gdp")


@given(st.text(max_size=50))
def test_any_text_can_be_tokenised(text: str) -> None:
    assert all(token.strip() for token in search_tokens(text))
