"""Files of every format, made of the shipped documents' sentences, no two with one text."""

from __future__ import annotations

import csv
import html
import importlib.util
import io
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path

import index
from eval.paths import SETS
from index.text import sentences

_MOST_SENTENCES = 5
_COLUMNS = 5
_FONT = "STSong-Light"
Paragraphs = Sequence[str]


def paragraphs(characters: int, seed: int) -> list[str]:
    """Paragraphs of about so many characters together: real sentences in an order of their own, each numbered."""
    chance, pool = random.Random(seed), _sentences()  # noqa: S311
    made: list[str] = []
    length = 0
    while length < characters:
        chosen = "".join(chance.choices(pool, k=chance.randint(1, _MOST_SENTENCES)))
        made.append(f"第{seed}份文件第{len(made) + 1}段：{chosen}")
        length += len(made[-1])
    return made


def makers() -> Mapping[str, Callable[[Paragraphs], bytes]]:
    """What makes a file of a format, by its ending; no PDF where reportlab is not installed."""
    made: dict[str, Callable[[Paragraphs], bytes]] = {
        ".txt": _text,
        ".md": _text,
        ".html": _html,
        ".docx": _docx,
        ".pptx": _pptx,
        ".xlsx": _xlsx,
        ".csv": _csv,
        ".epub": _epub,
        ".eml": _mail,
    }
    return made | {".pdf": _pdf} if importlib.util.find_spec("reportlab") else made


def _sentences() -> list[str]:
    shipped = [*(SETS / "documents").glob("*.md"), *(Path(index.__file__).parent / "sample").glob("*.md")]
    texts = [path.read_text(encoding="utf-8") for path in sorted(shipped)]
    found = [text[start:end].strip() for text in texts for start, end in sentences(text)]
    return [sentence for sentence in found if len(sentence) > 10 and not sentence.startswith(("#", "|"))]


def _text(content: Paragraphs) -> bytes:
    return "\n\n".join(content).encode()


def _html(content: Paragraphs) -> bytes:
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in content)
    return f"<!doctype html><meta charset=utf-8><title>文件</title><article>{body}</article>".encode()


def _docx(content: Paragraphs) -> bytes:
    import docx

    document, output = docx.Document(), io.BytesIO()
    for paragraph in content:
        document.add_paragraph(paragraph)
    document.save(output)
    return output.getvalue()


def _pptx(content: Paragraphs) -> bytes:
    import pptx

    slides, output = pptx.Presentation(), io.BytesIO()
    for paragraph in content:
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = paragraph[:12]
        slide.placeholders[1].text = paragraph
    slides.save(output)
    return output.getvalue()


def _xlsx(content: Paragraphs) -> bytes:
    import openpyxl

    workbook, output = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = workbook.create_sheet("表")
    for begin in range(0, len(content), _COLUMNS):
        sheet.append(list(content[begin : begin + _COLUMNS]))
    workbook.save(output)
    return output.getvalue()


def _csv(content: Paragraphs) -> bytes:
    output = io.StringIO()
    writer = csv.writer(output)
    for begin in range(0, len(content), _COLUMNS):
        writer.writerow(content[begin : begin + _COLUMNS])
    return output.getvalue().encode()


def _epub(content: Paragraphs) -> bytes:
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in content)
    head = '<?xml version="1.0" encoding="utf-8"?>'
    container = (
        f'{head}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    package = (
        f'{head}<package version="3.0" xmlns="http://www.idpf.org/2007/opf"><metadata'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>文件</dc:title></metadata><manifest>'
        '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="c"/></spine></package>'
    )
    page = f'{head}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>一</title></head><body>{body}</body></html>'
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, text in (("META-INF/container.xml", container), ("book.opf", package), ("c.xhtml", page)):
            archive.writestr(name, text)
    return output.getvalue()


def _mail(content: Paragraphs) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "文件", "a@example.org", "b@example.org"
    message.set_content("\n\n".join(content))
    return message.as_bytes()


def _pdf(content: Paragraphs) -> bytes:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    style, output = ParagraphStyle("text", fontName=_FONT, fontSize=11, leading=16, wordWrap="CJK"), io.BytesIO()
    SimpleDocTemplate(output).build([Paragraph(html.escape(paragraph), style) for paragraph in content])
    return output.getvalue()


def write_files(folder: Path, ending: str, count: int, characters: int) -> list[Path]:
    """Files of one format in `folder`, numbered."""
    make = makers()[ending]
    paths = [folder / f"{number}{ending}" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(make(paragraphs(characters, number)))
    return paths
