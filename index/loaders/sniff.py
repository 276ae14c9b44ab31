"""What a file is by its content, whatever it is called."""

from __future__ import annotations

import re
from zipfile import ZipFile

from index.errors import DamagedFile, EmptyDocument, EncryptedFile, LoadError, UnsupportedFormat
from index.loaders.containers import ZIP_MARKS, open_zip, read_member
from index.loaders.formats import KINDS, Kind, ending_of, supported_formats

_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN = 1024
"""Readers accept this many bytes of rubbish before a PDF begins."""
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_BINARY_KINDS = frozenset({Kind.PDF, Kind.WORD, Kind.SLIDES, Kind.WORKBOOK, Kind.EPUB, Kind.ARCHIVE})
_SAVE_AS = {
    ".doc": "请用 Word 或 WPS 打开后另存为 .docx 再添加",
    ".dot": "请用 Word 或 WPS 打开后另存为 .docx 再添加",
    ".wps": "请用 WPS 打开后另存为 .docx 再添加",
    ".xls": "请用 Excel 或 WPS 打开后另存为 .xlsx 再添加",
    ".et": "请用 WPS 打开后另存为 .xlsx 再添加",
    ".ppt": "请用 PowerPoint 或 WPS 打开后另存为 .pptx 再添加",
    ".pps": "请用 PowerPoint 或 WPS 打开后另存为 .pptx 再添加",
    ".dps": "请用 WPS 打开后另存为 .pptx 再添加",
    ".msg": "请在 Outlook 里另存为 .eml 再添加",
    ".rtf": "请用 Word 或 WPS 打开后另存为 .docx 再添加",
    ".odt": "请另存为 .docx 再添加",
    ".ods": "请另存为 .xlsx 再添加",
    ".odp": "请另存为 .pptx 再添加",
    ".pages": "请导出为 .docx 或 PDF 再添加",
    ".numbers": "请导出为 .xlsx 再添加",
    ".key": "请导出为 .pptx 或 PDF 再添加",
    ".caj": "请用 CAJViewer 另存为 PDF 再添加",
    ".mobi": "请转换为 .epub 再添加",
    ".azw3": "请转换为 .epub 再添加",
    ".rar": "请解压后添加里面的文件，或重新打包为 .zip",
    ".7z": "请解压后添加里面的文件，或重新打包为 .zip",
    ".gz": "请解压后添加里面的文件，或重新打包为 .zip",
    ".tar": "请解压后添加里面的文件，或重新打包为 .zip",
    ".ofd": "请导出为 PDF 再添加",
}
_FOREIGN_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "RTF 文档", ".rtf"),
    (b"Rar!\x1a\x07", "RAR 压缩包", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", ".7z"),
    (b"\x1f\x8b\x08", "gzip 压缩包", ".gz"),
)
_PICTURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
)
_PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"})
_PACKAGES = (("word/", Kind.WORD), ("xl/", Kind.WORKBOOK), ("ppt/", Kind.SLIDES))
_OPEN_DOCUMENT = {b"text": ".odt", b"spreadsheet": ".ods", b"presentation": ".odp"}
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.I | re.S
)


def identify(data: bytes, file_name: str) -> Kind:
    """The kind of file that `data` is; its content goes before its ending.

    A PDF called .txt is a PDF. A text called .pdf is no PDF: DamagedFile says so, because such files are web pages
    saved by mistake. Raises UnsupportedFormat with advice for other programs' formats, EncryptedFile for an Office
    file under a password, EmptyDocument for no bytes at all.
    """
    ending = ending_of(file_name)
    declared = KINDS.get(ending)
    if declared is None and not data:
        raise _unknown(file_name)
    if not data:
        raise EmptyDocument(f"“{file_name}”是空文件（0 字节）；请检查它是否下载或保存完整。")
    found = _by_content(data, file_name, declared)
    if found is not None:
        return found
    if declared in _BINARY_KINDS:
        raise DamagedFile(
            f"“{file_name}”的内容不是{declared}{_resemblance(data)}；请重新下载或导出，或改成与内容相符的扩展名。"
        )
    if declared is None:
        # Exports called .doc or .xls are often web pages.
        if ending in (".doc", ".xls") and _MARKUP.match(data[:4096]):
            return Kind.HTML
        raise _unknown(file_name)
    return declared


def is_zip(data: bytes) -> bool:
    """Whether `data` begins as a zip file does."""
    return data.startswith(ZIP_MARKS)


def package_kind(archive: ZipFile) -> Kind:
    """What the zip file is: an Office document, an EPUB, or an archive. Raises UnsupportedFormat, DamagedFile."""
    names = set(archive.namelist())
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        declared = read_member(archive, archive.getinfo("mimetype")).strip()
        if declared == b"application/epub+zip":
            return Kind.EPUB
        if declared.startswith(b"application/vnd.oasis.opendocument."):
            ending = _OPEN_DOCUMENT.get(declared.split(b".")[-1].split(b"-")[0], ".odt")
            raise UnsupportedFormat(f"这是 OpenDocument 文件（{ending}），目前不支持；{_SAVE_AS[ending]}。")
    if "META-INF/container.xml" in names:
        return Kind.EPUB
    if "[Content_Types].xml" in names:
        for folder, kind in _PACKAGES:
            if any(name.startswith(folder) for name in names):
                return kind
        raise UnsupportedFormat(
            "这是 Word、Excel、PowerPoint 以外的 Office 文件，目前不支持；请另存为 .docx、.xlsx 或 .pptx 再添加。"
        )
    return Kind.ARCHIVE


def _by_content(data: bytes, file_name: str, declared: Kind | None) -> Kind | None:
    if data.startswith(_PDF_MARK) or (declared in (Kind.PDF, None) and _PDF_MARK in data[:_PDF_MARK_WITHIN]):
        return Kind.PDF
    if is_zip(data):
        return _zip_kind(data, file_name, declared)
    if data.startswith(_OLE_MARK):
        raise _ole_error(data, file_name)
    for mark, what, ending in _FOREIGN_MARKS:
        if data.startswith(mark):
            raise UnsupportedFormat(f"“{file_name}”是{what}，目前不支持；{_SAVE_AS[ending]}。")
    for mark, what in _PICTURES:
        if declared not in (Kind.TEXT, Kind.MARKDOWN, Kind.TABLE) and data.startswith(mark):
            raise UnsupportedFormat(f"“{file_name}”是{what}，里面没有可以引用的文字；请先做文字识别（OCR）再添加。")
    return None


def _zip_kind(data: bytes, file_name: str, declared: Kind | None) -> Kind:
    try:
        with open_zip(data) as archive:
            return package_kind(archive)
    except UnsupportedFormat as error:
        raise UnsupportedFormat(f"“{file_name}”：{error}") from None
    except DamagedFile as error:
        if declared is Kind.ARCHIVE:
            return declared
        raise DamagedFile(f"“{file_name}”：{error}") from None


def _ole_error(data: bytes, file_name: str) -> LoadError:
    if _ENCRYPTED_OFFICE in data:
        return EncryptedFile(f"“{file_name}”有打开密码；请用 Office 或 WPS 去掉密码后再添加。")
    ending = ending_of(file_name)
    advice = _SAVE_AS.get(ending, "请用 Office 或 WPS 打开后另存为 .docx、.xlsx 或 .pptx 再添加")
    return UnsupportedFormat(f"“{file_name}”是旧版 Office（97–2003）格式，目前不支持；{advice}。")


def _unknown(file_name: str) -> UnsupportedFormat:
    ending = ending_of(file_name)
    if ending in _PICTURE_ENDINGS:
        return UnsupportedFormat(f"“{file_name}”是图片，里面没有可以引用的文字；请先做文字识别（OCR）再添加。")
    advice = _SAVE_AS.get(ending)
    return UnsupportedFormat(
        f"不支持“{file_name}”的格式{f'（{ending}）' if ending else ''}；"
        f"{f'{advice}。' if advice else ''}目前支持：{supported_formats()}。"
    )


def _resemblance(data: bytes) -> str:
    if _MARKUP.match(data[:4096]):
        return "，而像是一个网页（常见于下载时需要登录）"
    return "，而像是普通文本" if b"\0" not in data[:4096] else ""
