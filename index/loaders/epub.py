"""Electronic books (.epub): the chapters in reading order."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from zipfile import ZipFile

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from index.errors import DamagedFile, EncryptedFile, FileTooLarge
from index.loaders.containers import open_zip, read_member, refuse_bomb
from index.loaders.encoding import decode
from index.loaders.package_xml import resolved
from index.loaders.web import write_html
from index.loaders.writer import TextWriter
from index.types import LoadedText

_PACKAGE = "{http://www.idpf.org/2007/opf}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CIPHER = "{http://www.w3.org/2001/04/xmlenc#}CipherReference"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_LARGEST_CHAPTER = 64 * 1024 * 1024


def load_epub(data: bytes, name: str) -> LoadedText:
    """The chapters of the spine, in order, without the book's own table of contents.

    Raises EncryptedFile when chapters are under copy protection; DamagedFile when the book's description is missing.
    """
    with open_zip(data) as archive:
        try:
            refuse_bomb(archive.infolist(), len(data))
        except FileTooLarge as error:
            raise FileTooLarge(f"“{name}”{error}") from None
        book = _Book(archive, name)
        chapters = list(book.chapters())
        if set(chapters) & book.encrypted():
            raise EncryptedFile(f"“{name}”有版权保护（DRM），无法读取；请换成没有加密的版本。")
        writer = TextWriter()
        for path in chapters:
            content = book.read(path)
            if content is not None:
                write_html(writer, decode(content, path), is_xml=True)
        return writer.finish(name, book.title(), numbered=True)


class _Book:
    """The description of the book, and its files by path."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._infos = {info.filename.lower(): info for info in archive.infolist()}
        container = self._xml("META-INF/container.xml")
        found = container.find(f".//{_CONTAINER}rootfile") if container is not None else None
        path = found.get("full-path", "") if found is not None else ""
        self._folder = posixpath.dirname(path)
        self._package = self._xml(path)
        if self._package is None:
            raise DamagedFile(f"“{name}”缺少电子书的目录文件（OPF）；请重新下载后再添加。")

    def title(self) -> str | None:
        found = next(self._package.iter(_TITLE), None)
        return found.text if found is not None else None

    def chapters(self) -> Iterator[str]:
        """The paths of the pages in the order of the spine."""
        items = {item.get("id"): item for item in self._package.iter(f"{_PACKAGE}item")}
        for reference in self._package.iter(f"{_PACKAGE}itemref"):
            item = items.get(reference.get("idref"))
            if item is None or "nav" in item.get("properties", "").split():
                continue
            if item.get("media-type", _PAGES[0]) in _PAGES:
                yield resolved(self._folder, item.get("href", ""))

    def encrypted(self) -> set[str]:
        """The files under copy protection; fonts are often scrambled without it."""
        root = self._xml("META-INF/encryption.xml")
        return {resolved("", node.get("URI", "")) for node in root.iter(_CIPHER)} if root is not None else set()

    def read(self, path: str) -> bytes | None:
        info = self._infos.get(path.lower())
        if info is None:
            return None
        if info.file_size > _LARGEST_CHAPTER:
            raise FileTooLarge(f"“{self._name}”里的一章（{path}）过大；请拆开后再添加。")
        return read_member(self._archive, info)

    def _xml(self, path: str):  # type: ignore[no-untyped-def]  # defusedxml has no types
        content = self.read(path)
        if content is None:
            return None
        try:
            # Document types are usual in books; entities that swell or reach outside are refused.
            return ElementTree.fromstring(content)
        except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
            raise DamagedFile(f"“{self._name}”里的 {path} 不是安全完好的 XML；请重新下载后再添加。") from None
