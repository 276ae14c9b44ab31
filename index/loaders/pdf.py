"""PDF files: the text layer, page by page, with sentences whole again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from index.errors import DamagedFile, EmptyDocument, EncryptedFile, ScannedDocument
from index.loaders.pdf_headings import OutlineEntry, heading_levels
from index.loaders.pdf_layout import layout
from index.loaders.pdf_lines import Line, page_lines
from index.loaders.pdf_running import without_running_lines
from index.loaders.writer import TextWriter
from index.types import LoadedText

_PDFIUM = threading.Lock()
"""PDFium must not be called from two threads at once."""
_MOST_OUTLINE_ENTRIES = 5000
_PICTURE_SHARE = 0.5
"""Share of a page that a picture covers from which on the page may be a scan."""
_SCANNER_MARKS = ("扫描全能王", "camscanner", "wps扫描", "扫描王")
_FEW_CHARACTERS = 40


def load_pdf(data: bytes, name: str) -> LoadedText:
    """Text in the order of the file, with a Page for every page, empty ones too.

    Lines that only the page's width broke are joined; running headers stay once, page numbers go. Headings are those
    of the outline, else lines in larger type, else numbered lines. Raises EncryptedFile for a password,
    ScannedDocument when the pages are pictures, DamagedFile when it is no PDF.
    """
    with _PDFIUM:
        document = _opened(data, name)
        try:
            title = _title(document)
            pages, pictures = _read_pages(document)
            outline = list(_outline(document))
        finally:
            document.close()
    if not any(line.text.strip() for lines in pages for line in lines) or _only_marks(pages):
        if any(pictures):
            raise ScannedDocument(
                f"“{name}”是扫描件，没有文字层：{len(pages)} 页都是图片；"
                "请先做文字识别（OCR），存成带文字层的 PDF 再添加。"
            )
        raise EmptyDocument(f"“{name}”里没有文字。")
    pages = without_running_lines(pages)
    writer = TextWriter()
    layout(writer, pages, heading_levels(pages, outline))
    return writer.finish(name, title, numbered=True)


def _opened(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        code = pdfium_c.FPDF_GetLastError()
        if code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise EncryptedFile(f"“{name}”有打开密码；请用 PDF 软件去掉密码后再添加。") from None
        raise DamagedFile(f"“{name}”不是完好的 PDF，无法打开；请确认它能正常打开，或重新下载、导出。") from None


def _title(document: pdfium.PdfDocument) -> str:
    try:
        title: str = document.get_metadata_value("Title")
    except UnicodeError:
        return ""
    return title


def _read_pages(document: pdfium.PdfDocument) -> tuple[list[list[Line]], list[bool]]:
    """The lines of every page, and whether a picture covers it. A page that cannot be read counts as empty."""
    pages: list[list[Line]] = []
    pictures: list[bool] = []
    broken = 0
    for index in range(len(document)):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            broken += 1
            pages.append([])
            pictures.append(False)
            continue
        try:
            pages.append(page_lines(page, index))
            # Looking for pictures takes a while, and only pages without words can be scans.
            has_words = sum(len(line.text) for line in pages[-1]) > _FEW_CHARACTERS
            pictures.append(not has_words and _has_large_picture(page))
        finally:
            page.close()
    if broken and broken == len(pages):
        raise DamagedFile("PDF 的每一页都无法读取；文件已损坏，请重新下载或导出。")
    return pages, pictures


def _has_large_picture(page: Any) -> bool:
    width, height = page.get_size()
    for picture in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if abs((right - left) * (top - bottom)) >= _PICTURE_SHARE * width * height:
            return True
    return False


def _only_marks(pages: list[list[Line]]) -> bool:
    """Whether all the text there is, is what scanning programs stamp on their pictures."""
    texts = {line.text.strip().lower() for lines in pages for line in lines if line.text.strip()}
    return all(any(mark in text for mark in _SCANNER_MARKS) for text in texts)


def _outline(document: pdfium.PdfDocument) -> Iterator[OutlineEntry]:
    try:
        for count, bookmark in enumerate(document.get_toc(max_depth=6)):
            if count >= _MOST_OUTLINE_ENTRIES:
                return
            destination = bookmark.get_dest()
            page = destination.get_index() if destination is not None else None
            if page is not None:
                yield OutlineEntry(bookmark.get_title(), bookmark.level + 1, page)
    except (pdfium.PdfiumError, UnicodeError):
        return
