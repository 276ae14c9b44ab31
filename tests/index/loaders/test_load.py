"""What holds for every format: names and contents, messages, marks, hostile bytes."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DamagedFile, EmptyDocument, EncryptedFile, LoadError, UnreadableText, UnsupportedFormat
from index.loaders import FORMATS, is_archive, load, members
from index.types import LoadedText
from qa.assemble import SAMPLE
from tests.documents import (
    fact,
    make_docx,
    make_eml,
    make_epub,
    make_folder,
    make_html,
    make_pdf,
    make_pptx,
    make_text,
    make_xlsx,
    make_zip,
    paragraphs_about,
)

pytestmark = pytest.mark.slow

CODES = {
    "unsupported_format", "unreadable_text", "empty_document", "encrypted_file", "scanned_document", "damaged_file",
    "archive_refused", "file_too_large",
}  # fmt: skip
DOCUMENTS = sorted(set(FORMATS) - {".zip"})
REAL = {
    ".pdf": make_pdf(paragraphs_about(1) * 3),
    ".docx": make_docx(paragraphs_about(1), [["甲", "乙"], ["丙", "丁"]]),
    ".pptx": make_pptx([("封面标题", [], ""), ("第二页", ["要点一", "要点二"], "备注")]),
    ".xlsx": make_xlsx({"人员": [["姓名", "年龄"], ["张三", 23], ["李四", 24]]}),
    ".epub": make_epub("书名", [paragraphs_about(1), paragraphs_about(2)]),
    ".eml": make_eml("主题", "正文。\n" * 5, [("附件.txt", b"text")], html="<p>正文</p>"),
    ".html": make_html(paragraphs_about(1), "gbk"),
    ".txt": make_text(paragraphs_about(1), "gb18030"),
    ".zip": make_zip({"甲.txt": b"abc", "乙.docx": b"not a document"}, "gbk"),
}


def assert_sound(loaded: LoadedText) -> None:
    """The promises of every loader about the text and its marks."""
    text = loaded.text
    assert text.encode("utf-8")
    assert loaded.title.strip()
    assert "\n" not in loaded.title
    assert text == text.strip("\n")
    assert "\n\n\n" not in text
    assert "\r" not in text
    assert all(line == line.rstrip() for line in text.split("\n"))
    assert not any(ord(character) < 32 and character not in "\n\t" for character in text)
    previous = -1
    for mark in loaded.headings:
        heading = text[mark.start : mark.end]
        assert heading.strip() == heading != ""
        assert "\n" not in heading
        assert 1 <= mark.level <= 6
        assert previous < mark.start
        previous = mark.start
    if loaded.pages:
        assert [page.number for page in loaded.pages] == list(range(1, len(loaded.pages) + 1))
        assert loaded.pages[0].start == 0
        assert loaded.pages[-1].end == len(text)
        for page, following in zip(loaded.pages, loaded.pages[1:], strict=False):
            assert page.start <= page.end == following.start


def test_a_folder_of_mixed_files_loads_with_every_fact_in_its_file(tmp_path: Path) -> None:
    for index, path in enumerate(make_folder(tmp_path, 26)):
        loaded = load(path.read_bytes(), path.name)
        assert_sound(loaded)
        assert fact(index).sentence in loaded.text, path.name
        assert fact(index).title in loaded.title, path.name
        assert not is_archive(path.name, path.read_bytes())
        assert load(path.read_bytes(), path.name) == loaded


def test_the_makers_write_the_same_bytes_each_time(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in make_folder(tmp_path / "one", 13)]
    assert [path.read_bytes() for path in make_folder(tmp_path / "two", 13)] == first


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".pptx", ".xlsx", ".epub"])
def test_content_goes_before_the_ending(ending: str) -> None:
    expected = load(REAL[ending], f"报告{ending}")
    for name in ("报告.txt", "报告.doc", "报告", "报告.pdf", "报告.csv"):
        assert load(REAL[ending], name).text == expected.text


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.pptx", "a.epub", "a.zip"])
@pytest.mark.parametrize(("data", "word"), [("只是文字。".encode(), "普通文本"), (b"<!DOCTYPE html><p>login", "网页")])
def test_texts_called_documents_are_damaged_and_the_message_says_what_they_are(
    name: str, data: bytes, word: str
) -> None:
    with pytest.raises(DamagedFile, match=word):
        load(data, name)


def test_web_pages_called_doc_are_read_as_what_they_are() -> None:
    assert load(REAL[".html"], "报表.xls").text == load(REAL[".html"], "报表.html").text


@pytest.mark.parametrize(
    ("data", "name", "advice"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧.doc", "另存为 .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧.xls", "另存为 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧.docx", "另存为 .docx"),
        (b"{\\rtf1\\ansi hello}", "a.rtf", "另存为 .docx"),
        (b"{\\rtf1\\ansi hello}", "a.doc", "另存为 .docx"),
        (b"Rar!\x1a\x07\x00rest", "a.rar", "ZIP|zip"),
        (b"\x89PNG\r\n\x1a\n\x00", "a.png", "OCR"),
        (b"\xff\xd8\xff\xe0", "照片", "OCR"),
        (b"", "a.jpg", "OCR"),
        (b"anything", "a.odt", "docx"),
        (
            make_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
            "a.docx",
            "OpenDocument",
        ),
    ],
)
def test_other_formats_come_with_advice(data: bytes, name: str, advice: str) -> None:
    with pytest.raises(UnsupportedFormat, match=advice):
        load(data, name)


def test_an_office_file_under_a_password_says_so() -> None:
    # Office keeps such files in an OLE2 container with a stream of this name (MS-OFFCRYPTO 2.3.4.4).
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedFile, match="密码"):
        load(data, "薪资.docx")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xff\xff", b"abc\x00def", bytes(range(1, 32)) * 9]
)
def test_binary_is_not_text(data: bytes) -> None:
    with pytest.raises(UnreadableText, match="UTF-8"):
        load(data, "假.txt")


@pytest.mark.parametrize("name", ["a.exe", "a", "a.MD5", ".md", "文件夹.md/a"])
def test_unknown_endings_name_the_known_ones(name: str) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.md.*\.docx"):
        load(b"text", name)


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.txt"), (b" \n\t", "a.txt"), (b"---\n", "a.md"), (b"#", "a.md"), (b"<p></p>", "a.html"), (b"", "a.pdf")],
)
def test_no_text(data: bytes, name: str) -> None:
    with pytest.raises(EmptyDocument, match=r"没有文字|空文件"):
        load(data, name)


def test_names_may_be_paths_of_any_system() -> None:
    assert load("一。".encode(), "C:\\资料\\年报.TXT").title == "年报"
    assert load("一。".encode(), "资料/2023.年报.txt").title == "2023.年报"


def test_an_archive_is_no_document() -> None:
    with pytest.raises(UnsupportedFormat, match="压缩包"):
        load(REAL[".zip"], "a.zip")


@settings(deadline=None)
@given(data=st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
@pytest.mark.parametrize("ending", DOCUMENTS)
def test_any_bytes_load_or_are_refused(data: bytes, ending: str) -> None:
    load_or_refuse(data, f"x{ending}")


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".csv", ".eml"])
def test_any_text_keeps_the_promises(text: str, ending: str) -> None:
    prefix = "Subject: x\n\n" if ending == ".eml" else ""
    load_or_refuse(f"{prefix}{text}".encode(), f"x{ending}")


@pytest.mark.parametrize("ending", sorted(REAL))
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_mutated_real_files_load_or_are_refused(ending: str, seed: int) -> None:
    load_or_refuse(mutated(REAL[ending], random.Random(seed)), f"x{ending}")


def load_or_refuse(data: bytes, name: str) -> None:
    try:
        if is_archive(name, data):
            list(members(data, name))
        else:
            assert_sound(load(data, name))
    except LoadError as refused:
        error = refused
    else:
        return
    assert str(error).strip()
    assert error.code in CODES


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Changed, cut, doubled and inserted bytes, a few or many."""
    content = bytearray(data)
    for _ in range(chance.choice([1, 1, 3, 10, 100])):
        place = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                del content[place : place + chance.choice([1, 4, 50])]
            case 2:
                content[place:place] = chance.randbytes(chance.choice([1, 4, 30]))
            case _:
                source = chance.randrange(len(content))
                content[place:place] = content[source : source + chance.choice([4, 50, 500])]
    return bytes(content)


def test_importing_the_loaders_imports_no_heavy_library() -> None:
    code = "import sys, index.loaders; print(sorted(set(sys.modules) & set(sys.argv[1].split())))"
    heavy = "docx pptx openpyxl pypdfium2 lxml selectolax markdown_it defusedxml email"
    done = subprocess.run([sys.executable, "-c", code, heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_shipped_article_keeps_headings_captions_and_by_lines() -> None:
    loaded = load(SAMPLE.read_bytes(), SAMPLE.name)
    assert [mark.level for mark in loaded.headings] == [1, 2, 2, 3, 2]
    assert loaded.title.startswith("广东省肇庆高新区深化改革激活发展动力")
    for kept in ("肇庆高新区一隅。", "西江日报通讯员 王振宇 摄", "西江日报记者 周永龙 特约记者 方斌 通讯员 吴君"):
        assert kept in loaded.text
    assert "#" not in loaded.text
