from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EmptyDocument, LoadError, UnreadableText, UnsupportedFormat
from index.loaders import LOADERS, load
from qa.assemble import SAMPLE

MARKDOWN = """# 总题 *强调*

第一段，有[链接](http://x)和`代码`，
第二行。

## 小题

- 甲
- 乙

> 引文

| 列一 | 列二 |
|---|---|
| 1 | 2 |

```
code  line
```

![图片说明](a.png)
"""


def test_markdown_becomes_what_a_reader_sees() -> None:
    loaded = load(MARKDOWN.encode(), "说明.md")
    assert loaded.title == "总题 强调"
    assert loaded.text == (
        "总题 强调\n\n第一段，有链接和代码，\n第二行。\n\n小题\n\n甲\n\n乙\n\n引文\n\n"
        "列一 | 列二\n1 | 2\n\ncode  line\n\n图片说明"
    )
    marks = [(mark.level, loaded.text[mark.start : mark.end]) for mark in loaded.headings]
    assert marks == [(1, "总题 强调"), (2, "小题")]


@pytest.mark.parametrize(
    "data",
    [
        "肇庆，2021年。\r\n第二行".encode(),
        codecs.BOM_UTF8 + "肇庆，2021年。\n第二行".encode(),
        "肇庆，2021年。\r第二行".encode("gb18030"),
        "肇庆，2021年。\n第二行".encode("utf-16"),
    ],
)
def test_encodings_and_line_ends(data: bytes) -> None:
    loaded = load(data, "报告.txt")
    assert loaded.text == "肇庆，2021年。\n第二行"
    assert loaded.title == "报告"
    assert loaded.headings == ()


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xff\xff", b"abc\x00def"])
def test_binary_is_not_text(data: bytes) -> None:
    with pytest.raises(UnreadableText, match="UTF-8"):
        load(data, "假.txt")


@pytest.mark.parametrize("name", ["a.exe", "a", "a.MD5", ".md"])
def test_unknown_endings_name_the_known_ones(name: str) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.md"):
        load(b"text", name)


@pytest.mark.parametrize(("data", "name"), [(b"", "a.txt"), (b" \n\t", "a.txt"), (b"---\n", "a.md"), (b"#", "a.md")])
def test_no_text(data: bytes, name: str) -> None:
    with pytest.raises(EmptyDocument, match="没有文字"):
        load(data, name)


@given(data=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
@pytest.mark.parametrize("suffix", sorted(LOADERS))
def test_any_bytes_load_or_are_refused(data: bytes, suffix: str) -> None:
    try:
        loaded = load(data, f"x{suffix}")
    except LoadError:
        return
    assert loaded.text.strip()
    for mark in loaded.headings:
        assert 0 <= mark.start < mark.end <= len(loaded.text)


def test_the_shipped_article_keeps_headings_captions_and_by_lines() -> None:
    loaded = load(SAMPLE.read_bytes(), SAMPLE.name)
    assert [mark.level for mark in loaded.headings] == [1, 2, 2, 3, 2]
    assert loaded.title.startswith("广东省肇庆高新区深化改革激活发展动力")
    for kept in ("肇庆高新区一隅。", "西江日报通讯员 王振宇 摄", "西江日报记者 周永龙 特约记者 方斌 通讯员 吴君"):
        assert kept in loaded.text
    assert "#" not in loaded.text
