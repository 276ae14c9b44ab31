"""Plain text, in the encodings that Chinese text files come in."""

from __future__ import annotations

from index.loaders.encoding import decode
from index.loaders.writer import TextWriter
from index.types import LoadedText


def load_plain(data: bytes, name: str) -> LoadedText:
    """A text file as it is; its headings are those that their numbers show, its title is its name."""
    writer = TextWriter()
    writer.write_raw(decode(data, name))
    return writer.finish(name, numbered=True)
