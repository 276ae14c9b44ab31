"""PowerPoint presentations (.pptx): a page for each slide, its title as heading, then what stands on it, then notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.shapes.base import BaseShape

from index.loaders.containers import XML_BYTES, check_package
from index.loaders.package_xml import parse_xml
from index.loaders.writer import TextWriter
from index.types import LoadedText

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_UNWANTED = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER})
_TITLES = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE})
_LINES_ON_A_SLIDE = 24
"""Boxes whose tops differ by less than one such line stand side by side and are read from left to right."""


def load_slides(data: bytes, name: str) -> LoadedText:
    """Slides in order, hidden ones too; boxes from top to bottom, tables as rows, charts as rows of their numbers.

    The first slide's title is a heading of level 1 when it is a title slide, all other titles of level 2. Dates,
    slide numbers and footers are left out.
    """
    check_package(data, name, XML_BYTES)
    presentation = Presentation(io.BytesIO(data))
    writer = TextWriter()
    line = max(1, int(presentation.slide_height or 0) // _LINES_ON_A_SLIDE)
    first_title = ""
    for number, slide in enumerate(presentation.slides, start=1):
        writer.start_page(number)
        title = next((shape for shape in slide.shapes if _placeholder(shape) in _TITLES), None)
        if title is not None and title.text_frame.text.strip():
            is_title_slide = number == 1 and _placeholder(title) == PP_PLACEHOLDER.CENTER_TITLE
            first_title = first_title or title.text_frame.text
            writer.heading(title.text_frame.text, 1 if is_title_slide else 2)
        shapes = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
        for shape in sorted(shapes, key=lambda shape: _place(shape, line)):
            _write_shape(writer, shape)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            writer.write(slide.notes_slide.notes_text_frame.text)
    return writer.finish(name, presentation.core_properties.title or " ".join(first_title.split()))


def _placeholder(shape: BaseShape) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _place(shape: BaseShape, line: int) -> tuple[int, int]:
    return int(shape.top or 0) // line, int(shape.left or 0)


def _write_shape(writer: TextWriter, shape: Any) -> None:
    if _placeholder(shape) in _UNWANTED:
        return
    if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
        for inner in shape.shapes:
            _write_shape(writer, inner)
    elif getattr(shape, "has_table", False):
        _write_rows(writer, ([cell.text for cell in row.cells if not cell.is_spanned] for row in shape.table.rows))
    elif getattr(shape, "has_chart", False):
        _write_chart(writer, shape.chart)
    elif shape.has_text_frame:
        # Bullets are lines of one block, as on the slide.
        writer.write("\n".join(paragraph.text for paragraph in shape.text_frame.paragraphs if paragraph.text.strip()))
    else:
        _write_diagram(writer, shape)


def _write_rows(writer: TextWriter, rows: Iterator[list[str]]) -> None:
    written = False
    for cells in rows:
        written = writer.row(cells, follows=written) is not None or written


def _write_chart(writer: TextWriter, chart: Any) -> None:
    """The chart's title, and its numbers as a table with a column for each series."""
    if chart.has_title and chart.chart_title.has_text_frame:
        writer.write(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        series = list(plot.series)
        rows = [["", *(one.name for one in series)]]
        values = [list(one.values) for one in series]
        for index, category in enumerate(plot.categories):
            numbers = [column[index] if index < len(column) else None for column in values]
            rows.append([str(category), *("" if number is None else f"{number:.12g}" for number in numbers)])
        _write_rows(writer, iter(rows))


def _write_diagram(writer: TextWriter, shape: Any) -> None:
    """The texts of SmartArt, which stand in a part of their own."""
    for node in shape.element.iter(f"{_DIAGRAM}relIds"):
        part = shape.part.related_part(node.get(f"{_RELATION}dm"))
        points = parse_xml(part.blob).iter(f"{_DIAGRAM}pt")
        texts = ("".join(piece.text or "" for piece in point.iter(f"{_DRAWING}t")) for point in points)
        writer.write("\n".join(text for text in texts if text.strip()))
