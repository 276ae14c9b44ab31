"""Word documents (.docx): headings, paragraphs with their automatic numbers, tables, text boxes and notes.

The XML is read directly: python-docx shows neither text boxes, notes, content controls nor automatic numbers, and
refuses documents that point to a missing picture.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from index.errors import DamagedFile
from index.loaders.containers import XML_BYTES, check_package, open_zip
from index.loaders.package_xml import Package
from index.loaders.word_numbers import Numbering
from index.loaders.word_styles import Styles
from index.loaders.word_text import CELL, ROW, TABLE, W, blocks, note_ids, paragraph_text, text_boxes, value, visible
from index.loaders.writer import TextWriter, one_line
from index.types import LoadedText

_LONG_CELL = 300
"""Characters from which on a table's only cell in a row is a piece of layout, and its paragraphs stay paragraphs."""


def load_word(data: bytes, name: str) -> LoadedText:
    """The body in document order; the text of boxes and notes follows the paragraph that they belong to.

    Table rows are lines with " | "; a cell merged over several rows is repeated in each. Tables of contents, headers,
    footers, comments and removed text are left out.
    """
    check_package(data, name, XML_BYTES)
    with open_zip(data) as archive:
        package = Package(archive)
        path = package.related_part("", "officeDocument") or "word/document.xml"
        root = package.part(path)
        body = root.find(f"{W}body") if root is not None else None
        if body is None:
            raise DamagedFile(f"“{name}”里没有正文（{path}）；请用 Word 或 WPS 打开后另存为 .docx 再添加。")
        links = dict(package.related(path).values())
        writer = TextWriter()
        reader = _BodyWriter(
            writer,
            Styles(package.part(links.get("styles"))),
            Numbering(package.part(links.get("numbering"))),
            {kind: _notes(package.part(links.get(kind))) for kind in ("footnotes", "endnotes")},
        )
        reader.take(body)
        return writer.finish(name, package.title(), numbered=True)


def _notes(root: etree._Element | None) -> dict[str, etree._Element]:
    """The notes by their ids; the lines that part notes from the text are none."""
    if root is None:
        return {}
    return {note.get(f"{W}id", ""): note for note in root if note.get(f"{W}type", "normal") == "normal"}


class _BodyWriter:
    """Writes blocks one after the other; tables in text boxes in tables end at some depth."""

    def __init__(
        self, writer: TextWriter, styles: Styles, numbering: Numbering, notes: dict[str, dict[str, etree._Element]]
    ) -> None:
        self._writer = writer
        self._styles = styles
        self._numbering = numbering
        self._notes = notes

    def take(self, parent: etree._Element) -> None:
        for block in blocks(parent):
            if block.tag == TABLE:
                self._table(block)
            else:
                self._paragraph(block)

    def _paragraph(self, paragraph: etree._Element) -> None:
        style = self._styles.of(paragraph)
        if style.is_contents:
            return
        text = self._numbered(paragraph, paragraph_text(paragraph))
        if style.level:
            self._writer.heading(text, style.level)
        else:
            self._writer.write(text)
        for box in text_boxes(paragraph):
            self.take(box)
        for kind, note_id in note_ids(paragraph):
            note = self._notes[kind].pop(note_id, None)
            if note is not None:
                self.take(note)

    def _numbered(self, paragraph: etree._Element, text: str) -> str:
        """An empty paragraph shows its number in Word as well, but nothing is lost without it."""
        number_id, depth = self._styles.number_of(paragraph)
        if not number_id or not text.strip():
            return text
        return self._numbering.label(number_id, depth) + text.lstrip()

    def _table(self, table: etree._Element) -> None:
        rows = [list(_cells(row)) for row in visible(table) if row.tag == ROW]
        if all(len(cells) <= 1 for cells in rows):
            # A frame around text, not a table.
            for cells in rows:
                for cell, _ in cells:
                    self.take(cell)
            return
        above: dict[int, str] = {}
        written = False
        for cells in rows:
            if len(cells) == 1 and len(self._cell_text(cells[0][0])) > _LONG_CELL:
                self.take(cells[0][0])
                written = False
                continue
            texts = []
            for cell, column in cells:
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                continues = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                text = above.get(column, "") if continues else self._cell_text(cell)
                above[column] = text
                texts.append(text)
            written = self._writer.row(texts, follows=written) is not None or written

    def _cell_text(self, cell: etree._Element) -> str:
        """All the text of a cell on one line, that of tables inside it too."""
        texts = []
        for block in blocks(cell):
            if block.tag == TABLE:
                inner = [found for row in visible(block) if row.tag == ROW for found, _ in _cells(row)]
                texts += [self._cell_text(found) for found in inner]
            else:
                texts.append(one_line(self._numbered(block, paragraph_text(block))))
        return " ".join(filter(None, texts))


def _cells(row: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    """The cells of a row with the column of the grid that each begins in."""
    column = 0
    for cell in visible(row):
        if cell.tag == CELL:
            yield cell, column
            span = value(cell, "tcPr/gridSpan") or "1"
            column += int(span) if span.isdigit() else 1
