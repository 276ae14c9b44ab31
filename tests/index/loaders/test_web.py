from __future__ import annotations

import pytest

from index.errors import DamagedFile
from index.loaders import load


def text_of(body: str, name: str = "a.html") -> str:
    return load(f"<html><body>{body}</body></html>".encode(), name).text


def test_a_page_reads_as_in_a_browser() -> None:
    page = """<!doctype html><html><head><title>年报 - 某站</title><style>p{}</style></head><body>
    <nav>首页 关于</nav><h1>年报</h1><script>var x = "隐藏";</script>
    <p>中文换
       行的句子，继续。English
       words &amp; <b>粗</b>体<br>第二行</p>
    <div hidden>看不见</div><div style="display: none">也看不见</div>
    <ul><li>甲<li>乙<ul><li>丙</li></ul></ul>
    <table><caption>表一</caption><tr><th>名</th><th>值</th></tr>
    <tr><td>甲</td><td><p>一</p><p>二</p></td></tr></table>
    <pre>a  b
  c</pre><h2>小<br>结</h2>完 <ruby>漢<rt>hàn</rt></ruby>字</body></html>"""
    loaded = load(page.encode(), "a.html")
    assert loaded.title == "年报"
    assert loaded.text == (
        "年报\n\n中文换行的句子，继续。English words & 粗体\n第二行\n\n甲\n\n乙\n\n丙\n\n表一\n\n"
        "名 | 值\n甲 | 一 二\n\na  b\n  c\n\n小结\n\n完 漢字"
    )
    assert [(mark.level, loaded.text[mark.start : mark.end]) for mark in loaded.headings] == [(1, "年报"), (2, "小结")]


def test_the_main_part_stands_for_the_page_when_it_has_enough_text() -> None:
    long = "正文内容。" * 60
    assert text_of(f"<div>广告</div><main><p>{long}</p></main>") == long
    assert text_of("<div>前言</div><main>短</main>") == "前言\n\n短"
    assert text_of(f"<article>{long}</article><article>{long}</article>") == f"{long}\n\n{long}"


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gbk", "gb18030", "big5"])
def test_declared_encodings(encoding: str) -> None:
    page = f'<html><head><meta charset="{encoding}"></head><body><p>中文，公告。</p></body></html>'
    assert load(page.encode(encoding), "a.htm").text == "中文，公告。"
    old = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}"><p>中文，公告。</p>'
    assert load(old.encode(encoding), "a.htm").text == "中文，公告。"


def test_a_wrong_declaration_does_not_break_the_text() -> None:
    page = '<meta charset="gb2312"><p>这一页其实是 UTF-8 编码的。</p>'
    assert load(page.encode(), "a.html").text == "这一页其实是 UTF-8 编码的。"


def test_xhtml_with_empty_elements() -> None:
    page = (
        '<?xml version="1.0" encoding="gbk"?><html><head><title/><script src="a"/></head>'
        '<body><p>文<a id="x"/>字<br/>下</p></body></html>'
    )
    assert load(page.encode("gbk"), "a.xhtml").text == "文字\n下"


def test_nested_tables_lose_nothing() -> None:
    text = text_of("<table><tr><td>外</td><td><table><tr><td>内一</td><td>内二</td></tr></table></td></tr></table>尾")
    for word in ("外", "内一", "内二", "尾"):
        assert word in text


def test_a_page_nested_beyond_reason_is_refused_at_once() -> None:
    with pytest.raises(DamagedFile, match="嵌套"):
        load(b"<div>" * 100_000 + b"x", "a.html")


def test_html_called_txt_stays_what_it_says() -> None:
    assert load(b"<p>text</p>", "a.txt").text == "<p>text</p>"
