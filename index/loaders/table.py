"""Tables as text: .csv and .tsv, in any encoding and with any of the usual separators."""

from __future__ import annotations

import csv
import io
from collections import Counter

from index.loaders.encoding import decode
from index.loaders.rows import write_rows
from index.loaders.writer import TextWriter, clean
from index.types import LoadedText

_SEPARATORS = (",", "\t", ";", "|", "，")
_LINES_LOOKED_AT = 50
_LARGEST_FIELD = 10_000_000


def load_table(data: bytes, name: str) -> LoadedText:
    """Each row a line, “列名：值，…” below a header (see `index.loaders.rows`); its title is its name.

    A file that is no table of several columns is taken as plain text.
    """
    text = clean(decode(data, name))
    writer = TextWriter()
    separator = separator_of(text)
    if separator is None:
        writer.write_raw(text)
        return writer.finish(name)
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        rows = [line.split(separator) for line in text.split("\n")]
    write_rows(writer, rows, headers_are_usual=True)
    return writer.finish(name)


def separator_of(text: str) -> str | None:
    """The separator that cuts most lines into the same number of at least two columns, or None."""
    lines = [line for line in text[:200_000].split("\n") if line.strip()][:_LINES_LOOKED_AT]
    best: tuple[float, int, str] | None = None
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        except csv.Error:
            widths = [line.count(separator) + 1 for line in lines]
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        if width < 2:
            continue
        candidate = (count / len(widths), width, separator)
        if best is None or candidate[:2] > best[:2]:
            best = candidate
    return best[2] if best is not None and best[0] >= 0.5 else None
