"""Excel workbooks (.xlsx): a heading for each sheet, a line for each row, values as Excel shows them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import openpyxl

from index.loaders.containers import check_package
from index.loaders.number_format import shown
from index.loaders.rows import write_rows
from index.loaders.writer import TextWriter
from index.types import LoadedText

_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表格?|chart)\s*\d*", re.I)
_MOST_COLUMNS = 1000
"""Cells beyond this column are not looked at: one stray cell in the last column would make every row 16384 wide."""


def load_workbook(data: bytes, name: str) -> LoadedText:
    """The visible sheets in order; see `index.loaders.rows` for how a row reads.

    Formulas give the value that was last calculated. The only sheet of a workbook needs no heading when its name is
    the program's (Sheet1).
    """
    check_package(data, name)
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"] or workbook.worksheets
        writer = TextWriter()
        for sheet in visible:
            if len(visible) > 1 or not _DEFAULT_NAME.fullmatch(sheet.title):
                writer.heading(sheet.title, 1)
            write_rows(writer, _rows(sheet), headers_are_usual=False)
        loaded = writer.finish(name, workbook.properties.title)
        # A sheet's name is not what the workbook is called.
        return LoadedText(loaded.text, _title(loaded, name, workbook.properties.title), loaded.headings)
    finally:
        workbook.close()


def _title(loaded: LoadedText, name: str, stated: str | None) -> str:
    from index.loaders.titles import choose_title

    return choose_title(name, loaded.text, (), stated)


def _rows(sheet: Any) -> Iterator[list[str]]:
    # Programs other than Excel write wrong dimensions, which would cut rows off.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_col=_MOST_COLUMNS):
        cells = [shown(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells
