"""One file per format: bytes → text with its headings and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath

from index.errors import EmptyDocument, UnsupportedFormat
from index.loaders.markdown import load_markdown
from index.loaders.plain import load_plain
from index.types import LoadedText

Loader = Callable[[bytes, str], LoadedText]

LOADERS: Mapping[str, Loader] = {
    ".md": load_markdown,
    ".markdown": load_markdown,
    ".txt": load_plain,
}


def load(data: bytes, file_name: str) -> LoadedText:
    """Turn the bytes of a file into text; the ending of `file_name` chooses the loader.

    Raises UnsupportedFormat, UnreadableText or EmptyDocument.
    """
    path = PurePath(file_name)
    loader = LOADERS.get(path.suffix.lower())
    if loader is None:
        known = "、".join(LOADERS)
        raise UnsupportedFormat(f"不支持“{path.name}”的格式；目前支持：{known}。")
    loaded = loader(data, path.stem)
    if not loaded.text.strip():
        raise EmptyDocument(f"“{path.name}”里没有文字。")
    return loaded
