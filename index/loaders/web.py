"""Web pages: the text as a reader sees it, and where its headings are."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.errors import DamagedFile
from index.loaders.encoding import decode
from index.loaders.writer import TextWriter, is_wide
from index.types import LoadedText


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SKIPPED = _tags(
    "script style noscript template head svg math iframe object embed canvas audio video button select "
    "textarea input nav rt rp datalist dialog map"
)
_BLOCKS = _tags(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form "
    "header hgroup hr html legend li main menu ol p section summary ul caption table tbody thead tfoot tr td "
    "th"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""", re.I
)
_DECLARED_WITHIN = 4096
_SPACES = re.compile(r"[ \t\n\f\r]+")
_SELF_CLOSED = re.compile(r"<([A-Za-z][\w:-]*)((?:\s[^<>]*?)?)/>")
_VOID = _tags("area base br col embed hr img input link meta param source track wbr")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_NESTING = re.compile(r"<(/?)(?:div|span|font|b|i|u|em|strong|a|table|section|blockquote|ul|ol|dl|big|small)\b", re.I)
_DEEPEST = 5000
_ENOUGH_TEXT = 200
"""Characters from which on a page's <main> or only <article> counts as the page, without what stands around it."""


def load_html(data: bytes, name: str) -> LoadedText:
    """What a reader sees, without navigation: blocks parted by blank lines, table rows as lines with " | ".

    The encoding is that of the bytes; what the page declares decides where they leave a choice.
    """
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    label = next((group for group in declared.groups() if group), b"") if declared else b""
    text = decode(data, name, label.decode("ascii", "replace"))
    writer = TextWriter()
    title = write_html(writer, text, is_xml=name.lower().endswith(".xhtml") or text.lstrip()[:5] == "<?xml")
    return writer.finish(name, title)


def write_html(writer: TextWriter, text: str, *, is_xml: bool = False) -> str | None:
    """Write a page's text to `writer`; the page's own title, if it states one."""
    if is_xml:
        # An HTML parser reads <title/> as a title that never ends.
        text = _SELF_CLOSED.sub(_opened, text)
    _refuse_depth(text)
    parser = LexborHTMLParser(text.replace("\0", ""))
    title = parser.css_first("head > title")
    stated = title.text() if title is not None else None
    root = _main_part(parser)
    if root is not None:
        _PageWriter(writer).take(root)
    return stated


def _refuse_depth(text: str) -> None:
    """Raise DamagedFile for a page nested as no page is: the time to parse it grows with the square of its depth."""
    depth = 0
    for match in _NESTING.finditer(text):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        if depth > _DEEPEST:
            raise DamagedFile(f"网页的标签嵌套超过 {_DEEPEST:,} 层，不是正常的网页；请用浏览器重新保存后再添加。")


def _opened(match: re.Match[str]) -> str:
    tag, attributes = match.groups()
    return match.group() if tag.lower() in _VOID else f"<{tag}{attributes}></{tag}>"


def _main_part(parser: LexborHTMLParser) -> LexborNode | None:
    for selector in ("main", "article"):
        found = parser.css(selector)
        if len(found) == 1 and len(_SPACES.sub("", found[0].text())) >= _ENOUGH_TEXT:
            return found[0]
    return parser.body


class _PageWriter:
    """Walks a page without recursion: hostile pages nest a hundred thousand deep."""

    def __init__(self, writer: TextWriter) -> None:
        self._writer = writer
        self._inline: list[str] = []
        self._cells: list[str] | None = None
        self._row_follows = False
        self._heading = 0
        self._preformatted = 0

    def take(self, root: LexborNode) -> None:
        waiting: list[tuple[LexborNode, bool]] = [(root, False)]
        while waiting:
            node, leaving = waiting.pop()
            tag = node.tag or ""
            if leaving:
                self._leave(tag)
            elif tag == "-text":
                self._text(node.text_content or "")
            elif not _is_skipped(node, tag):
                self._enter(tag)
                waiting.append((node, True))
                children = []
                child = node.child
                while child is not None:
                    children.append((child, False))
                    child = child.next
                waiting.extend(reversed(children))
        self._flush()

    def _text(self, text: str) -> None:
        if self._preformatted:
            self._inline.append(text)
            return
        if not self._inline:
            text = text.lstrip(" \t\n\f\r")
        if text:
            self._inline.append(text)

    def _enter(self, tag: str) -> None:
        if tag == "br":
            self._inline.append("\v")
        elif tag == "pre":
            self._flush()
            self._preformatted += 1
        elif tag == "tr" and not self._in_table_cell():
            self._flush()
            self._cells = []
        elif tag in ("td", "th") and self._cells is not None:
            self._inline = []
        elif tag == "table" and self._cells is None:
            self._flush()
            self._row_follows = False
        elif tag in _HEADINGS:
            self._break()
            self._heading = _HEADINGS[tag]
        elif tag in _BLOCKS:
            self._break()

    def _leave(self, tag: str) -> None:
        if tag == "pre":
            self._flush()
            self._preformatted = max(0, self._preformatted - 1)
        elif tag in ("td", "th") and self._cells is not None:
            self._cells.append(self._taken())
        elif tag == "tr" and self._cells is not None:
            self._close_row()
        elif tag == "table" and self._cells is None:
            self._flush()
            self._row_follows = False
        elif tag in _HEADINGS:
            self._break()
            self._heading = 0
        elif tag in _BLOCKS:
            self._break()

    def _in_table_cell(self) -> bool:
        return self._cells is not None

    def _break(self) -> None:
        """A block begins or ends: inside a table's cell that is a line break."""
        if self._cells is None:
            self._flush()
        elif self._inline:
            self._inline.append("\v")

    def _close_row(self) -> None:
        cells, self._cells = self._cells or [], None
        if self._writer.row(cells, follows=self._row_follows) is not None:
            self._row_follows = True

    def _flush(self) -> None:
        text = self._taken()
        if not text.strip():
            return
        if self._heading:
            self._writer.heading(text, self._heading)
        else:
            self._writer.write(text)

    def _taken(self) -> str:
        text = "".join(self._inline)
        self._inline = []
        return text if self._preformatted else collapsed(text)


def _is_skipped(node: LexborNode, tag: str) -> bool:
    if tag in _SKIPPED or tag.startswith("-"):
        return True
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))


def collapsed(text: str) -> str:
    """White space as a browser shows it; vertical tabs, which stand for <br>, become line breaks.

    A line break in the source between two Chinese characters is no space.
    """
    lines = []
    for line in text.split("\v"):
        parts: list[str] = []
        position = 0
        for match in _SPACES.finditer(line):
            before = line[match.start() - 1 : match.start()]
            after = line[match.end() : match.end() + 1]
            parts.append(line[position : match.start()])
            wrapped = "\n" in match.group() and before and after and is_wide(before) and is_wide(after)
            parts.append("" if wrapped else " ")
            position = match.end()
        parts.append(line[position:])
        lines.append("".join(parts).strip())
    return "\n".join(lines)
