"""Makers of real files of every format, with real libraries, the same bytes each time.

Most take paragraphs (one that begins with "# " or "## " is a heading); all return the file's bytes.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from html import escape

import docx
import openpyxl
import pptx
from pptx.util import Inches
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

FONT = "STSong-Light"
_WHEN = (2024, 5, 6, 7, 8, 10)
_TIME_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def make_text(paragraphs: Sequence[str], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(plain(paragraphs)).encode(encoding)


def make_markdown(paragraphs: Sequence[str]) -> bytes:
    return "\n\n".join(paragraphs).encode()


def make_html(paragraphs: Sequence[str], encoding: str = "utf-8") -> bytes:
    body = "\n".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in _tagged(paragraphs))
    head = f'<meta charset="{encoding}"><title>{escape(plain(paragraphs)[0])}</title><style>p {{ margin: 0 }}</style>'
    return f"<!doctype html><html><head>{head}</head><body><nav>首页 | 关于</nav>{body}</body></html>".encode(encoding)


def make_pdf(paragraphs: Sequence[str], *, password: str | None = None, running_header: str = "") -> bytes:
    """Justified text in Song type on A4 pages with page numbers; headings are larger; "\\f" starts a new page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    body = ParagraphStyle(
        "body", fontName=FONT, fontSize=12, leading=20, wordWrap="CJK", firstLineIndent=24, alignment=4
    )
    styles = {
        "h1": ParagraphStyle("h1", fontName=FONT, fontSize=20, leading=30, wordWrap="CJK", spaceAfter=12),
        "h2": ParagraphStyle("h2", fontName=FONT, fontSize=15, leading=24, wordWrap="CJK", spaceBefore=8, spaceAfter=6),
        "p": body,
    }
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=plain(paragraphs)[0],
        invariant=1,
        encrypt=StandardEncryption(password, canPrint=0) if password else None,
    )

    def decorate(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(A4[0] / 2, 30, f"- {document.page} -")
        if running_header:
            canvas.drawString(72, A4[1] - 40, running_header)

    story: list[object] = []
    for tag, text in _tagged(paragraphs):
        story += [Paragraph(escape(text), styles[tag]), Spacer(1, 4)]
    template.build(story, onFirstPage=decorate, onLaterPages=decorate)
    return out.getvalue()


def make_scanned_pdf(pages: int = 2) -> bytes:
    """Pages that are pictures: nothing but an image on each."""
    from PIL import Image, ImageDraw
    from reportlab.lib.utils import ImageReader

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for number in range(pages):
        picture = Image.new("L", (620, 877), 250)
        ImageDraw.Draw(picture).rectangle((80, 100 + number * 10, 540, 120), fill=20)
        canvas.drawImage(ImageReader(picture), 0, 0, A4[0], A4[1])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_encrypted_pdf() -> bytes:
    return make_pdf(["# 内部资料", "这份文件有打开密码。"], password="secret")


def make_docx(paragraphs: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    document = docx.Document()
    for tag, text in _tagged(paragraphs):
        if tag == "p":
            document.add_paragraph(text)
        else:
            document.add_heading(text, int(tag[1]))
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return _same_each_time(out.getvalue())


def make_pptx(slides: Sequence[tuple[str, Sequence[str], str]]) -> bytes:
    """Slides of (title, bullets, notes); a slide without bullets is a title slide."""
    presentation = pptx.Presentation()
    for title, bullets, notes in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1 if bullets else 0])
        slide.shapes.title.text = title
        if bullets:
            slide.placeholders[1].text_frame.text = "\n".join(bullets)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    out = io.BytesIO()
    presentation.save(out)
    return _same_each_time(out.getvalue())


def make_pptx_with_table(title: str, rows: Sequence[Sequence[str]]) -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = title
    shape = slide.shapes.add_table(len(rows), len(rows[0]), Inches(1), Inches(2), Inches(6), Inches(2))
    for row, cells in zip(shape.table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    out = io.BytesIO()
    presentation.save(out)
    return _same_each_time(out.getvalue())


def make_xlsx(sheets: Mapping[str, Sequence[Sequence[object]]], formats: Mapping[str, str] | None = None) -> bytes:
    """A workbook of sheets of rows; `formats` gives cells ("B2", on the first sheet) their number formats."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        workbook.worksheets[0][cell].number_format = number_format
    out = io.BytesIO()
    workbook.save(out)
    return _same_each_time(out.getvalue())


def make_csv(rows: Sequence[Sequence[str]], encoding: str = "gb18030", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def make_epub(title: str, chapters: Sequence[Sequence[str]]) -> bytes:
    """An EPUB 2 book with a table of contents, one XHTML file for each chapter."""
    names = [f"chapter{number}.xhtml" for number in range(1, len(chapters) + 1)]
    items = "".join(
        f'<item id="c{i}" href="text/{name}" media-type="application/xhtml+xml"/>' for i, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(names)))
    package = (
        '<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="2.0" '
        'unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title>{escape(title)}</dc:title><dc:language>zh</dc:language><dc:identifier id="id">x</dc:identifier>'
        f'</metadata><manifest><item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>{items}</manifest>'
        f'<spine toc="ncx">{spine}</spine></package>'
    )
    points = "".join(
        f'<navPoint id="p{i}" playOrder="{i + 1}"><navLabel><text>{escape(plain(chapter)[0])}</text></navLabel>'
        f'<content src="text/{name}"/></navPoint>'
        for i, (name, chapter) in enumerate(zip(names, chapters, strict=True))
    )
    contents = (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" '
        '"http://www.daisy.org/z3986/2005/ncx-2005-1.dtd"><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" '
        f'version="2005-1"><navMap>{points}</navMap></ncx>'
    )
    container = (
        '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>"
    )
    files = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": container.encode(),
        "OEBPS/content.opf": package.encode(),
        "OEBPS/toc.ncx": contents.encode(),
    }
    for name, chapter in zip(names, chapters, strict=True):
        body = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in _tagged(chapter))
        files[f"OEBPS/text/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
            f"<body>{body}</body></html>"
        ).encode()
    return make_zip(files)


def make_eml(
    subject: str,
    text: str,
    attachments: Iterable[tuple[str, bytes]] = (),
    *,
    html: str | None = None,
    charset: str = "utf-8",
) -> bytes:
    message = EmailMessage()
    message["From"] = "王小明 <wang@example.com>"
    message["To"] = "李华 <li@example.com>"
    message["Date"] = "Mon, 06 May 2024 07:08:10 +0800"
    message["Subject"] = subject
    message.set_content(text, charset=charset)
    if html is not None:
        message.add_alternative(html, subtype="html", charset=charset)
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if message.is_multipart():
        message.set_boundary("=-=wenqu=-=")
    return message.as_bytes()


def make_zip(files: Mapping[str, bytes], name_encoding: str = "utf-8", *, unicode_path: bool = False) -> bytes:
    """A zip file. Names in another encoding than UTF-8 are written as Chinese Windows does: raw, without the flag.

    `unicode_path` adds the Info-ZIP field 0x7075 with the name in UTF-8.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            if name_encoding != "utf-8" and not name.isascii():
                raw = name.encode(name_encoding)
                info = _RawNameInfo(name, _WHEN)
                info.raw = raw
                info.compress_type = zipfile.ZIP_DEFLATED
                if unicode_path:
                    field = b"\x01" + zlib.crc32(raw).to_bytes(4, "little") + name.encode()
                    info.extra = b"\x75\x70" + len(field).to_bytes(2, "little") + field
            archive.writestr(info, data)
    return out.getvalue()


class _RawNameInfo(zipfile.ZipInfo):
    """A member whose name is written in bytes of our choice, without the UTF-8 flag."""

    raw: bytes = b""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.raw, self.flag_bits & ~0x800


def _tagged(paragraphs: Sequence[str]) -> list[tuple[str, str]]:
    tagged = []
    for paragraph in paragraphs:
        marks = len(paragraph) - len(paragraph.lstrip("#"))
        tagged.append((f"h{marks}" if marks else "p", paragraph.lstrip("# ")))
    return tagged


def plain(paragraphs: Sequence[str]) -> list[str]:
    return [text for _, text in _tagged(paragraphs)]


def _same_each_time(data: bytes) -> bytes:
    """The same zip file with every time stamp fixed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for old in source.infolist():
            new = zipfile.ZipInfo(old.filename, _WHEN)
            new.compress_type = zipfile.ZIP_DEFLATED
            content = source.read(old)
            if old.filename == "docProps/core.xml":
                content = _TIME_STAMP.sub(b"2024-05-06T07:08:10Z", content)
            target.writestr(new, content)
    return out.getvalue()
