from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from index.errors import DamagedFile, EncryptedFile, ScannedDocument
from index.loaders import load
from index.loaders.pdf_lines import tidy
from tests.documents import FONT, make_encrypted_pdf, make_pdf, make_scanned_pdf
from tests.index.loaders.test_load import assert_sound

SENTENCE = "本市行政区域内公共数据资源的采集、归集、共享、开放、开发利用及其监督管理活动适用本办法第{}号规定。"
PARAGRAPHS = ["".join(SENTENCE.format(number * 10 + part) for part in range(4)) for number in range(1, 31)]


class Sheet:
    """A PDF drawn line by line, for layouts of one's own."""

    def __init__(self, size: tuple[float, float] = A4) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self._out = io.BytesIO()
        self.canvas = Canvas(self._out, pagesize=size, invariant=1)

    def lines(
        self, lines: list[str], left: float = 72, top: float = 760, size: float = 12, leading: float = 20
    ) -> None:
        self.canvas.setFont(FONT, size)
        for number, line in enumerate(lines):
            self.canvas.drawString(left, top - number * leading, line)

    def data(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._out.getvalue()


def test_sentences_are_whole_over_lines_and_pages() -> None:
    loaded = load(
        make_pdf(["# 数据资源管理办法", "## 第一章", *PARAGRAPHS], running_header="内部资料 注意保存"), "a.pdf"
    )
    assert_sound(loaded)
    assert len(loaded.pages) > 3
    for number in range(10, 310):
        if number % 10 < 4:
            assert SENTENCE.format(number) in loaded.text
    # A page that ends with a sentence may end a paragraph as well: nothing tells.
    whole = sum(paragraph in loaded.text for paragraph in PARAGRAPHS)
    assert whole >= len(PARAGRAPHS) - len(loaded.pages) + 1
    assert [(mark.level, loaded.text[mark.start : mark.end]) for mark in loaded.headings] == [
        (1, "数据资源管理办法"),
        (2, "第一章"),
    ]
    assert loaded.title == "数据资源管理办法"


def test_a_running_header_stays_once_and_page_numbers_go() -> None:
    loaded = load(make_pdf(["# 办法", *PARAGRAPHS], running_header="内部资料 第7版"), "a.pdf")
    assert loaded.text.count("内部资料") == 1
    assert "- 2 -" not in loaded.text


def test_every_page_knows_its_text() -> None:
    sheet = Sheet()
    for number in (1, 3):
        sheet.lines([f"这是第{number}页上的一句话。"])
        sheet.canvas.showPage()
        if number == 1:
            sheet.canvas.rect(100, 100, 50, 50)
            sheet.canvas.showPage()
    loaded = load(sheet.data(), "a.pdf")
    assert_sound(loaded)
    assert [loaded.text[page.start : page.end].strip() for page in loaded.pages] == [
        "这是第1页上的一句话。", "", "这是第3页上的一句话。", "",
    ]  # fmt: skip


def test_a_sentence_that_goes_on_over_the_page_break_is_whole_and_on_both_pages() -> None:
    sheet = Sheet()
    full = "这一行从左边写到右边一直写满整个版心的宽度没有任何标点符号"
    sheet.lines([full + "接着还有若干文字"[:8]] * 2)
    sheet.canvas.showPage()
    sheet.lines(["下一页继续说完这句话。", "然后另起一行。"])
    loaded = load(sheet.data(), "a.pdf")
    assert "若干文字下一页继续说完这句话。" in loaded.text
    assert loaded.text[loaded.pages[1].start :].startswith("下一页继续")


def test_short_lines_stay_lines() -> None:
    sheet = Sheet()
    sheet.lines(["参会名单", "张三", "李四光", "欧阳修远", "司马相如"])
    assert load(sheet.data(), "a.pdf").text.split() == ["参会名单", "张三", "李四光", "欧阳修远", "司马相如"]


def test_items_after_a_full_sentence_begin_anew() -> None:
    width = "这一行写满了整个版心的宽度，一共有三十七个字，最后以句号结尾，这样才能算是写满了"
    sheet = Sheet()
    sheet.lines([f"{width}。", f"（一）{width[:-3]}。", f"二、{width[:-2]}。", "• 最后一项"])
    lines = [line for line in load(sheet.data(), "a.pdf").text.split("\n") if line]
    assert [line[:2] for line in lines] == ["这一", "（一", "二、", "• "]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["左栏第一行的文字写到栏边为止", "就换行了第二行也写到栏的边上", "第三行结束。"]
    right = ["右栏第一行的文字写到栏边为止", "就换行了第二行也写到栏的边上", "第三行结束。"]
    sheet = Sheet()
    sheet.lines(left)
    sheet.lines(right, left=320)
    text = load(sheet.data(), "a.pdf").text
    assert "左栏第一行的文字写到栏边为止就换行了第二行也写到栏的边上第三行结束。" in text
    assert "右栏第一行的文字写到栏边为止就换行了第二行也写到栏的边上第三行结束。" in text


def test_a_turned_page_reads_like_an_upright_one() -> None:
    wide = "这一行写满了横放的纸张的整个宽度，" * 3
    sheet = Sheet(landscape(A4))
    sheet.lines([wide[:55], wide[:55], "结束。"], top=500)
    upright = load(sheet.data(), "a.pdf").text
    assert upright == f"{wide[:55]}{wide[:55]}结束。"
    turned = Sheet()
    turned.canvas.setPageRotation(90)
    turned.canvas.rotate(90)
    turned.canvas.translate(0, -A4[0])
    turned.lines([wide[:55], wide[:55], "结束。"], top=500)
    assert load(turned.data(), "a.pdf").text == upright


def test_headings_of_the_outline_go_before_larger_type() -> None:
    sheet = Sheet()
    sheet.lines(["醒目的口号"], size=30, top=790)
    for number, (title, level) in enumerate((("总体要求", 0), ("主要目标", 1))):
        sheet.canvas.bookmarkPage(title)
        sheet.canvas.addOutlineEntry(title, title, level)
        sheet.lines([title, "这里是正文的一句话，说明有关情况。"], top=700 - 100 * number)
    loaded = load(sheet.data(), "a.pdf")
    assert [(mark.level, loaded.text[mark.start : mark.end]) for mark in loaded.headings] == [
        (1, "总体要求"),
        (2, "主要目标"),
    ]


def test_numbered_lines_are_headings_when_all_type_is_one_size() -> None:
    sheet = Sheet()
    sheet.lines(["一、总则", "为了规范管理，制定本办法。", "二、附则", "本办法自印发之日起施行。"])
    loaded = load(sheet.data(), "a.pdf")
    assert [loaded.text[mark.start : mark.end] for mark in loaded.headings] == ["一、总则", "二、附则"]


def test_words_broken_by_hyphens_are_whole() -> None:
    sheet = Sheet()
    sheet.canvas.setFont("Helvetica", 12)
    for number, line in enumerate(
        ["The committee decided unanimously to approve the implemen-", "tation of the plan."]
    ):
        sheet.canvas.drawString(72, 700 - 16 * number, line)
    assert load(sheet.data(), "a.pdf").text == (
        "The committee decided unanimously to approve the implementation of the plan."
    )


def test_look_alike_radicals_and_dot_leaders() -> None:
    # U+2F00 and U+2FA7 are Kangxi radicals, U+2ECB and U+2ED3 radical supplements; fonts draw them as 一, 長, 车, 长.
    assert tidy("\u2f00辆⻋的\u2ed3度") == "一辆车的长度"
    assert tidy("第一章 总则 ........................ 3") == "第一章 总则 3"
    assert tidy("\uf0b7 项目") == "• 项目"


def test_a_scan_says_that_it_has_no_text_layer() -> None:
    with pytest.raises(ScannedDocument, match=r"扫描件，没有文字层.*3 页"):
        load(make_scanned_pdf(3), "合同.pdf")


def test_a_password_and_damage_are_told_apart() -> None:
    with pytest.raises(EncryptedFile, match="密码"):
        load(make_encrypted_pdf(), "a.pdf")
    whole = make_pdf(["# 题", *PARAGRAPHS])
    with pytest.raises(DamagedFile, match="PDF"):
        load(b"%PDF-1.7\n" + bytes(500), "a.pdf")
    try:
        recovered = load(whole[: len(whole) // 2], "a.pdf")
    except DamagedFile:
        return
    assert_sound(recovered)
