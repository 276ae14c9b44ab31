from __future__ import annotations

import io

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.errors import DamagedFile
from index.loaders import load
from index.loaders.word_numbers import chinese_number, number_text
from tests.documents import make_docx, make_zip
from tests.index.loaders.test_load import assert_sound

W = nsdecls("w")


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_body(*elements: str) -> docx.document.Document:
    document = docx.Document()
    for element in elements:
        document.element.body.insert(-1, parse_xml(element))
    return document


def headings(data: bytes) -> list[tuple[int, str]]:
    loaded = load(data, "a.docx")
    return [(mark.level, loaded.text[mark.start : mark.end]) for mark in loaded.headings]


def test_paragraphs_headings_and_tables_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("员工手册", style="Title")
    document.add_heading("考勤", 1)
    document.add_paragraph("上班时间为九点。")
    table = document.add_table(3, 3)
    for row, cells in enumerate([["区域", "省份", "销量"], ["华南", "广东", "100"], ["", "广西", "80"]]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_heading("附则", 2)
    document.add_paragraph("本手册自印发之日起施行。")
    loaded = load(saved(document), "手册.docx")
    assert_sound(loaded)
    assert loaded.title == "员工手册"
    assert loaded.text == (
        "员工手册\n\n考勤\n\n上班时间为九点。\n\n区域 | 省份 | 销量\n华南 | 广东 | 100\n华南 | 广西 | 80\n\n附则\n\n"
        "本手册自印发之日起施行。"
    )
    assert headings(saved(document)) == [(1, "员工手册"), (1, "考勤"), (2, "附则")]


def test_the_stated_title_goes_first_unless_a_program_gave_it() -> None:
    document = docx.Document()
    document.add_heading("考勤制度", 1)
    document.core_properties.title = "员工手册"
    assert load(saved(document), "a.docx").title == "员工手册"
    document.core_properties.title = "Microsoft Word - 文档1"
    assert load(saved(document), "a.docx").title == "考勤制度"


def test_what_a_reader_sees_of_runs() -> None:
    paragraph = (
        f"<w:p {W}><w:ins w:id='1'><w:r><w:t>插入</w:t></w:r></w:ins>"
        "<w:del w:id='2'><w:r><w:delText>删除</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r>"
        "</w:sdtContent></w:sdt><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        "<w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t><w:softHyphen/><w:noBreakHyphen/><w:t>四</w:t></w:r></w:p>"
    )
    assert load(saved(with_body(paragraph)), "a.docx").text == "插入链接控件一\t二\n三-四"


def test_text_boxes_come_once_after_their_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框中文字</w:t></w:r></w:p></w:txbxContent>"
    paragraph = (
        f"<w:p {W} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
        "xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' "
        f"xmlns:v='urn:schemas-microsoft-com:vml'><w:r><w:t>段落</w:t></w:r><w:r>"
        "<mc:AlternateContent><mc:Choice Requires='wps'>"
        f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert load(saved(with_body(paragraph)), "a.docx").text == "段落\n\n框中文字"


def test_automatic_numbers_are_text() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = (("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%1.%3"))
    level_xml = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (style, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{level_xml}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for depth, text in ((0, "甲方责任"), (1, "付款"), (1, "验收"), (0, "乙方责任"), (1, "交货")):
        number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
        document.element.body.insert(
            -1, parse_xml(f"<w:p {W}><w:pPr>{number}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
        )
    assert load(saved(document), "a.docx").text.split("\n\n") == [
        "第一条 甲方责任", "（一）付款", "（二）验收", "第二条 乙方责任", "（一）交货",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (2024, "二千零二十四"),
    ],
)
def test_chinese_numbers(number: int, text: str) -> None:
    assert chinese_number(number) == text


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        (4, "upperRoman", "IV"),
        (1990, "lowerRoman", "mcmxc"),
        (28, "lowerLetter", "bb"),
        (3, "decimalEnclosedCircle", "③"),
        (2, "ideographTraditional", "乙"),
        (15, "chineseLegalSimplified", "壹拾伍"),
        (7, "decimalZero", "07"),
        (9, "none of these", "9"),
    ],
)
def test_number_formats(number: int, number_format: str, text: str) -> None:
    assert number_text(number, number_format) == text


def test_outline_levels_make_headings_and_contents_are_left_out() -> None:
    paragraphs = (
        f'<w:p {W}><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>自定标题</w:t></w:r></w:p>',
        f'<w:p {W}><w:pPr><w:outlineLvl w:val="9"/></w:pPr><w:r><w:t>正文</w:t></w:r></w:p>',
        f'<w:p {W}><w:pPr><w:pStyle w:val="TOC1"/></w:pPr><w:r><w:t>自定标题</w:t><w:tab/><w:t>1</w:t></w:r></w:p>',
    )
    document = with_body(*paragraphs)
    document.styles.element.append(
        parse_xml(f'<w:style {W} w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>')
    )
    assert load(saved(document), "a.docx").text == "自定标题\n\n正文"
    assert headings(saved(document)) == [(2, "自定标题")]


def test_notes_follow_the_paragraph_that_refers_to_them() -> None:
    body = (
        f'<w:document {W}><w:body><w:p><w:r><w:t>正文</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
        "<w:p><w:r><w:t>下段</w:t></w:r></w:p></w:body></w:document>"
    )
    notes = (
        f'<w:footnotes {W}><w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>注文</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    assert load(package(body, notes), "a.docx").text == "正文\n\n注文\n\n下段"


def package(body: str, notes: str = "") -> bytes:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    return make_zip(
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": links.format(
                f'<Relationship Id="a" Type="{relation}/officeDocument" Target="word/document.xml"/>'
            ).encode(),
            "word/_rels/document.xml.rels": links.format(
                f'<Relationship Id="b" Type="{relation}/footnotes" Target="footnotes.xml"/>'
                f'<Relationship Id="c" Type="{relation}/image" Target="NULL"/>'
            ).encode(),
            "word/document.xml": body.encode(),
            "word/footnotes.xml": notes.encode() or b"<x/>",
        }
    )


def test_a_missing_picture_does_not_lose_the_document() -> None:
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:document>"
    assert load(package(body), "a.docx").text == "正文"


def test_numbered_lines_are_headings_when_no_style_says_so() -> None:
    assert headings(make_docx(["一、总则", "为了规范，制定本办法。", "二、附则", "自印发之日起施行。"])) == [
        (1, "一、总则"),
        (1, "二、附则"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        f"<w:document {W}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    data = make_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": bomb.encode(encoding)})
    with pytest.raises(DamagedFile, match="DOCTYPE"):
        load(data, "a.docx")
