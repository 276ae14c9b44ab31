"""The text of Word's runs: what a reader sees of them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
PARAGRAPH, TABLE, ROW, CELL = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc"
_TEXT_BOX = f"{W}txbxContent"
_ALTERNATE, _CHOICE = f"{_COMPATIBILITY}AlternateContent", f"{_COMPATIBILITY}Choice"
_TEXTS = frozenset({f"{W}t", f"{_MATH}t"})
_SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_UNSEEN = frozenset(
    {
        f"{W}{name}"
        for name in ("del", "moveFrom", "instrText", "delText", "pPr", "tblPr", "trPr", "tcPr", "sdtPr", "rt")
    }
)


def visible(parent: etree._Element) -> Iterator[etree._Element]:
    """The children that a reader sees, wrappers such as content controls and insertions taken off.

    Of alternatives for other versions of Word, the first. Removed text and settings are left out.
    """
    waiting = list(parent)[::-1]
    while waiting:
        node = waiting.pop()
        if node.tag in _UNSEEN or not isinstance(node.tag, str):
            continue
        if node.tag == _ALTERNATE:
            choice = node.find(_CHOICE)
            waiting.extend(list(choice if choice is not None else node)[::-1])
        elif node.tag in (PARAGRAPH, TABLE, ROW, CELL, f"{W}r", _TEXT_BOX):
            yield node
        else:
            yield node
            waiting.extend(list(node)[::-1])


def blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables directly in a body, a cell, a text box or a note, in order."""
    return (node for node in visible(parent) if node.tag in (PARAGRAPH, TABLE))


def paragraph_text(paragraph: etree._Element) -> str:
    """The paragraph as it reads: tabs and line breaks kept, hidden runs and field codes not."""
    parts: list[str] = []
    for node in visible(paragraph):
        if node.tag == f"{W}r":
            if not _is_hidden(node):
                parts += _run_parts(node)
        elif node.tag in _TEXTS:
            parts.append(node.text or "")
    return "".join(parts)


def text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """What is in the text boxes that are anchored in the paragraph."""
    for node in visible(paragraph):
        if node.tag == f"{W}r":
            yield from (inner for inner in visible(node) if inner.tag == _TEXT_BOX)


def note_ids(paragraph: etree._Element) -> Iterator[tuple[str, str]]:
    """The notes that the paragraph refers to: ("footnotes" or "endnotes", id)."""
    for node in visible(paragraph):
        if node.tag == f"{W}r":
            for inner in visible(node):
                kind = _NOTES.get(inner.tag)
                if kind is not None:
                    yield kind, inner.get(f"{W}id", "")


def is_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a switch such as w:vanish is there and not turned off."""
    switch = properties.find(f"{W}{name}") if properties is not None else None
    return switch is not None and switch.get(f"{W}val", "1") not in ("0", "false", "off")


def value(element: etree._Element | None, path: str) -> str | None:
    """The w:val of a descendant, or None."""
    found = element.find("/".join(f"{W}{step}" for step in path.split("/"))) if element is not None else None
    return found.get(f"{W}val") if found is not None else None


def _is_hidden(run: etree._Element) -> bool:
    return is_on(run.find(f"{W}rPr"), "vanish")


def _run_parts(run: etree._Element) -> Iterator[str]:
    for node in visible(run):
        if node.tag in _TEXTS:
            yield node.text or ""
        elif node.tag == f"{W}r":
            # The base text of a phonetic guide is made of runs in the run.
            yield from _run_parts(node)
        else:
            yield _SIGNS.get(node.tag, "")
