"""What the server and the process that reads files say to each other: frames of JSON and bytes. Nothing is unpickled.

A frame is the length of its header in four bytes, the header (a JSON object in UTF-8), and `header["bytes"]` bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from index.types import Heading, LoadedText, Page

_HEADER_LENGTH_BYTES = 4
_LONGEST_HEADER = 64 * 1024 * 1024
_LONGEST_BODY = 2 * 1024**3
_UTF_8, _SURROGATES = "utf-8", "surrogatepass"


class BrokenWire(Exception):
    """The other side is gone, or says what no frame can be."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message."""

    header: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""


def send(stream: BinaryIO, frame: Frame) -> None:
    """Write one frame. Raises OSError when the other side is gone."""
    header = json.dumps({**frame.header, "bytes": len(frame.body)}).encode("ascii")
    stream.write(len(header).to_bytes(_HEADER_LENGTH_BYTES, "big") + header)
    stream.write(frame.body)
    stream.flush()


def receive(stream: BinaryIO) -> Frame:
    """Read one frame. Raises BrokenWire at the end of the stream and for what is no frame."""
    length = int.from_bytes(_exactly(stream, _HEADER_LENGTH_BYTES), "big")
    if length > _LONGEST_HEADER:
        raise BrokenWire(f"a header of {length} bytes, at most {_LONGEST_HEADER} expected")
    try:
        header = json.loads(_exactly(stream, length))
        size = header["bytes"]
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenWire(f"not the header of a frame: {error}") from error
    if not isinstance(size, int) or not 0 <= size <= _LONGEST_BODY:
        raise BrokenWire(f"a body of {size!r} bytes, at most {_LONGEST_BODY} expected")
    return Frame(header, _exactly(stream, size))


def text_frame(loaded: LoadedText) -> Frame:
    """A frame that holds a text with its headings and pages."""
    header = {
        "kind": "text",
        "title": loaded.title,
        "headings": [[mark.level, mark.start, mark.end] for mark in loaded.headings],
        "pages": [[page.number, page.start, page.end] for page in loaded.pages],
    }
    return Frame(header, loaded.text.encode(_UTF_8, _SURROGATES))


def text_of(frame: Frame) -> LoadedText:
    """The text that `text_frame` put in. Raises BrokenWire when it is none."""
    try:
        header = frame.header
        return LoadedText(
            text=frame.body.decode(_UTF_8, _SURROGATES),
            title=str(header["title"]),
            headings=tuple(Heading(*_numbers(mark)) for mark in header["headings"]),
            pages=tuple(Page(*_numbers(page)) for page in header["pages"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenWire(f"not a text: {error}") from error


def _numbers(values: Sequence[Any]) -> tuple[int, int, int]:
    first, start, end = values
    if not all(isinstance(value, int) for value in (first, start, end)):
        raise TypeError(f"{values!r} should be three whole numbers")
    return first, start, end


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise BrokenWire(f"the stream ended after {len(data)} of {length} bytes")
    return data
