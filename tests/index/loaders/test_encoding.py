from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableText
from index.loaders import load
from index.loaders.encoding import decode, decode_name, known_encoding

SIMPLIFIED = "肇庆高新区今年一季度同比增长百分之三十二，引进项目计划投资额一百二十七亿元。"
TRADITIONAL = "臺灣鐵路管理局表示，颱風過後列車將於明日恢復行駛，請旅客留意車站公告。"


@pytest.mark.parametrize(
    "data",
    [
        "肇庆，2021年。\r\n第二行".encode(),
        codecs.BOM_UTF8 + "肇庆，2021年。\n第二行".encode(),
        "肇庆，2021年。\r第二行".encode("gb18030"),
        "肇庆，2021年。\n第二行".encode("utf-16"),
        codecs.BOM_UTF16_BE + "肇庆，2021年。\n第二行".encode("utf-16-be"),
        "肇庆，2021年。\n第二行".encode("utf-16-le"),
        "肇庆，2021年。\n第二行".encode("utf-16-be"),
        "肇庆，2021年。\n第二行".encode("utf-32"),
    ],
)
def test_encodings_and_line_ends(data: bytes) -> None:
    loaded = load(data, "报告.txt")
    assert loaded.text == "肇庆，2021年。\n第二行"
    assert loaded.title == "报告"
    assert loaded.headings == ()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gb2312"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "cp950"),
        (TRADITIONAL, "gbk"),
        (SIMPLIFIED, "utf-16-le"),
        (TRADITIONAL, "utf-16-be"),
    ],
)
@pytest.mark.parametrize("length", [4, 6, 10, 20, 1_000_000])
def test_the_encoding_is_told_from_short_and_long_texts(text: str, encoding: str, length: int) -> None:
    piece = text[:length] if length < 100 else text * 3000
    assert decode(piece.encode(encoding), "x") == piece


@pytest.mark.parametrize("text", ["联通", "移动", "中国", "陆"])
def test_short_gbk_texts_that_are_valid_utf_8_as_well(text: str) -> None:
    # The famous notepad bug: the bytes of “联通” in GBK look like UTF-8 to a lenient decoder.
    assert decode(text.encode("gbk"), "x") == text


@pytest.mark.parametrize("text", ["Привет, мир", "Ελληνικά", "café au lait", "naïve", "plain English, no marks"])
def test_other_scripts_in_utf_8_stay_what_they_are(text: str) -> None:
    assert decode(text.encode(), "x") == text


@given(
    st.text(
        alphabet=st.characters(
            codec="utf-8", exclude_characters="\0\ufeff", min_codepoint=32, exclude_categories=["Cc"]
        )
    )
)
def test_valid_utf_8_with_a_chinese_character_is_utf_8(text: str) -> None:
    assert decode(f"中{text}".encode(), "x") == f"中{text}"


def test_what_the_page_declares_counts_only_as_far_as_the_bytes_allow() -> None:
    assert decode(SIMPLIFIED.encode("gbk"), "x", "gb2312") == SIMPLIFIED
    assert decode(SIMPLIFIED.encode(), "x", "gb2312") == SIMPLIFIED
    assert decode(SIMPLIFIED.encode("gbk"), "x", "iso-8859-1") == SIMPLIFIED
    assert decode(SIMPLIFIED.encode("gbk"), "x", "big5") == SIMPLIFIED
    assert decode(SIMPLIFIED.encode("gbk"), "x", "no such encoding") == SIMPLIFIED
    assert decode("日本語のテキスト".encode("shift_jis"), "x", "shift_jis") == "日本語のテキスト"
    assert decode("déjà vu".encode("cp1252"), "x", "iso-8859-1") == "déjà vu"


def test_codecs_that_make_no_text_are_not_known() -> None:
    assert known_encoding("rot13") is None
    assert known_encoding("base64") is None
    assert known_encoding("GB2312") == "gb18030"


def test_a_few_broken_bytes_do_not_lose_a_text() -> None:
    broken = bytearray((SIMPLIFIED * 20).encode())
    broken[100] = 0xFF
    text = decode(bytes(broken), "x")
    assert "\ufffd" in text
    assert SIMPLIFIED in text
    cut = (SIMPLIFIED * 20).encode("gb18030")[:-1]
    assert decode(cut, "x").startswith(SIMPLIFIED)


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x00\x01\x02\x03", b"PK\x03\x04" + bytes(200)])
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableText, match="“x”"):
        decode(data, "x")


@pytest.mark.parametrize(
    ("text", "encoding"), [("年度报告.docx", "gbk"), ("年度報告.docx", "big5"), ("年度报告.docx", "utf-8")]
)
def test_names(text: str, encoding: str) -> None:
    assert decode_name(text.encode(encoding)) == text


def test_what_nobody_sees_is_gone_and_what_is_seen_stays() -> None:
    text = "\ufeff　　零\u200b宽\u00ad\x07字符 \t\n\n\n\n第二段\u2028第三行  \x0c\u0000"
    assert load(text.replace("\0", "").encode(), "a.txt").text == "　　零宽字符\n\n第二段\n第三行"
