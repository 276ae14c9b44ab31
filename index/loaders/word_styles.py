"""What Word's paragraph styles say: heading levels, list numbers, tables of contents."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from index.loaders.word_text import W, value

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])$", re.I)
_CONTENTS = re.compile(r"(?:toc|目录|目錄)\s*(?:[1-9]|heading|标题)$", re.I)
_TITLES = ("title", "标题", "文档标题")
_BODY_LEVEL = 9
_DEEPEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Style:
    """`level` is 1 to 9 for a heading, 0 for body text."""

    level: int = 0
    is_contents: bool = False
    number_id: str | None = None
    depth: int = 0


class Styles:
    """The styles by id, each with what it inherits."""

    def __init__(self, root: etree._Element | None) -> None:
        self._nodes: dict[str, etree._Element] = {}
        self._default = ""
        self._known: dict[str, Style] = {}
        for node in root.iterfind(f"{W}style") if root is not None else ():
            if node.get(f"{W}type", "paragraph") == "paragraph":
                self._nodes[node.get(f"{W}styleId", "")] = node
                if node.get(f"{W}default") in ("1", "true"):
                    self._default = node.get(f"{W}styleId", "")

    def of(self, paragraph: etree._Element) -> Style:
        """The style of a paragraph, with the outline level that the paragraph itself states."""
        properties = paragraph.find(f"{W}pPr")
        style = self._style(value(properties, "pStyle") or self._default)
        own = value(properties, "outlineLvl")
        return Style(_level(own), style.is_contents, style.number_id, style.depth) if own is not None else style

    def number_of(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list that numbers the paragraph and its depth there; ("", 0) for none."""
        style = self.of(paragraph)
        properties = paragraph.find(f"{W}pPr")
        number_id = value(properties, "numPr/numId")
        depth = _integer(value(properties, "numPr/ilvl"))
        if number_id is None:
            number_id, depth = style.number_id, depth if depth is not None else style.depth
        return (number_id, depth or 0) if number_id not in (None, "0") else ("", 0)

    def _style(self, style_id: str) -> Style:
        if style_id not in self._known:
            self._known[style_id] = self._inherited(style_id)
        return self._known[style_id]

    def _inherited(self, style_id: str) -> Style:
        level: int | None = None
        is_contents = False
        number_id: str | None = None
        depth: int | None = None
        for node in self._chain(style_id):
            name = value(node, "name") or ""
            heading = _HEADING.match(name)
            outline = value(node, "pPr/outlineLvl")
            if level is None and outline is not None:
                level = _level(outline)
            elif level is None and (heading or name.lower() in _TITLES):
                level = int(heading.group(1)) if heading else 1
            is_contents = is_contents or bool(_CONTENTS.match(name))
            number_id = number_id if number_id is not None else value(node, "pPr/numPr/numId")
            depth = depth if depth is not None else _integer(value(node, "pPr/numPr/ilvl"))
        return Style(level or 0, is_contents, number_id, depth or 0)

    def _chain(self, style_id: str) -> list[etree._Element]:
        """The style and those it is based on; a loop, which a broken file may have, ends."""
        chain: list[etree._Element] = []
        node = self._nodes.get(style_id)
        while node is not None and len(chain) < _DEEPEST_CHAIN:
            chain.append(node)
            node = self._nodes.get(value(node, "basedOn") or "")
        return chain


def _level(outline: str) -> int:
    level = _integer(outline)
    return level + 1 if level is not None and 0 <= level < _BODY_LEVEL else 0


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
