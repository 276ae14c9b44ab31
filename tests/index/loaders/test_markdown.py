from __future__ import annotations

from index.loaders import load

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

<div>网页<b>片段</b></div>
"""


def test_markdown_becomes_what_a_reader_sees() -> None:
    loaded = load(MARKDOWN.encode(), "说明.md")
    assert loaded.title == "总题 强调"
    assert loaded.text == (
        "总题 强调\n\n第一段，有链接和代码，\n第二行。\n\n小题\n\n甲\n\n乙\n\n引文\n\n"
        "列一 | 列二\n1 | 2\n\n  code  line\n\n图片说明\n\n网页片段"
    )
    marks = [(mark.level, loaded.text[mark.start : mark.end]) for mark in loaded.headings]
    assert marks == [(1, "总题 强调"), (2, "小题")]


def test_front_matter_gives_the_title_and_is_no_text() -> None:
    loaded = load('---\ntitle: "数据办法"\ntags:\n  - 数据\n---\n\n## 总则\n\n正文。\n'.encode(), "a.md")
    assert loaded.title == "数据办法"
    assert loaded.text == "总则\n\n正文。"


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert load("---\n正文在此。\n\n---\n".encode(), "a.md").text == "正文在此。"


def test_windows_line_ends() -> None:
    assert load("# 题\r\n\r\n文\r\n".encode("gbk"), "a.md").text == "题\n\n文"
