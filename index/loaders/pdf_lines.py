"""The lines of a PDF page as PDFium sees them, with what their layout says."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

from index.loaders.writer import clean

_HYPHEN = 0xFFFE
"""PDFium's mark for a hyphen that only the end of the line asked for; the line break behind it is gone already."""
_LINE_BREAKS = (0x0A, 0x0D)
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)
_SPACES = re.compile(r"[ \n]+")
_LEADERS = re.compile(r"(?:[.．·…‥・]\s?){5,}")
_BULLETS = str.maketrans(
    {"\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0a7": "▪", "\uf0b7": "•", "\uf0d8": "➢", "\uf0fc": "✓"}
)
# Fonts share one glyph between a radical and the character that looks the same, and PDF keeps only the glyph.
_RADICALS = str.maketrans(
    {
        **{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)},
        **dict(
            zip(
                "⺁⺇⺌⺎⺏⺐⺑⺒⺓⺛⺝⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
                "厂几小兀尣尢尣巳幺旡月母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
                strict=True,
            )
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. Positions are points from the page's lower left corner, as the page is seen.

    `left` and `right` bound the visible characters, `top` and `bottom` are the base lines of the first and the last
    one (they differ where a hyphenated word joined two lines), `size` is the height of the type. `has_leaders`: dots
    led to a page number, as in tables of contents.
    """

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    size: float
    page_width: float
    page_height: float
    has_leaders: bool = False


def page_lines(page: Any, number: int) -> list[Line]:
    """The visible lines of a page in the order of the file; `number` is the page's index."""
    text_page = page.get_textpage()
    try:
        return [line for indices in _line_indices(text_page) if (line := _line(page, text_page, indices, number)).text]
    finally:
        text_page.close()


def _line_indices(text_page: Any) -> Iterator[list[tuple[int, int]]]:
    """For each line its characters, as (index, code)."""
    line: list[tuple[int, int]] = []
    for index in range(pdfium_c.FPDFText_CountChars(text_page)):
        code = pdfium_c.FPDFText_GetUnicode(text_page, index)
        if code in _LINE_BREAKS:
            if line:
                yield line
            line = []
        elif code:
            line.append((index, code))
    if line:
        yield line


def _line(page: Any, text_page: Any, characters: list[tuple[int, int]], number: int) -> Line:
    width, height = page.get_size()
    seen = [index for index, code in characters if not chr(code).isspace() and code != _HYPHEN] or [characters[0][0]]
    first, last, middle = seen[0], seen[-1], seen[len(seen) // 2]
    left, top = _upright(page, *_origin(text_page, first))
    end_left, bottom = _upright(page, *_origin(text_page, last))
    size = sorted(_size(text_page, index) for index in (first, middle, last))[1]
    text = _decoded([code for _, code in characters])
    return Line(
        text=tidy(text),
        page=number,
        left=left,
        right=max(end_left, left) + _advance(text_page, last, size),
        top=top,
        bottom=bottom,
        size=size,
        page_width=width,
        page_height=height,
        has_leaders=bool(_LEADERS.search(text)),
    )


def tidy(text: str) -> str:
    """The line's characters as a person would type them: no look-alike radicals, no dot leaders."""
    text = _LEADERS.sub(" ", text.translate(_RADICALS).translate(_BULLETS))
    return _SPACES.sub(" ", clean(text)).strip()


def _decoded(codes: list[int]) -> str:
    """The text of UTF-16 units or code points; a hyphen at a line's end is dropped."""
    parts: list[str] = []
    high = 0
    for code in codes:
        if code in _HIGH_SURROGATES:
            high = code
        elif code in _LOW_SURROGATES and high:
            parts.append(chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)))
            high = 0
        elif code != _HYPHEN and code <= 0x10FFFF:
            parts.append(chr(code))
    return "".join(parts)


def _origin(text_page: Any, index: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(text_page, index, x, y)
    return _finite(x.value), _finite(y.value)


def _size(text_page: Any, index: int) -> float:
    """The type's height in points: the nominal size, which programs may scale by a matrix."""
    matrix = pdfium_c.FS_MATRIX()
    scale = 1.0
    if pdfium_c.FPDFText_GetMatrix(text_page, index, matrix):
        scale = math.hypot(matrix.c, matrix.d)
    return round(_finite(pdfium_c.FPDFText_GetFontSize(text_page, index) * scale), 1)


def _advance(text_page: Any, index: int, size: float) -> float:
    box = pdfium_c.FS_RECTF()
    if pdfium_c.FPDFText_GetLooseCharBox(text_page, index, box):
        return min(max(_finite(box.right - box.left), 0.0), 2 * size)
    return size


def _upright(page: Any, x: float, y: float) -> tuple[float, float]:
    """A position as it is seen on a page that viewers turn."""
    rotation = page.get_rotation()
    if not rotation:
        return x, y
    # The size is that of the page as it is seen.
    width, height = page.get_size()
    return {90: (y, height - x), 180: (width - x, height - y), 270: (width - y, x)}.get(rotation, (x, y))


def _finite(number: float) -> float:
    return number if math.isfinite(number) else 0.0
