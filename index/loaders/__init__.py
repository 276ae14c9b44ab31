"""One file per format: bytes → text with its headings and pages.

What reads a format is imported when the first such file comes, so that nobody waits for it who has none.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module

from index.errors import DamagedFile, EmptyDocument, LoadError, UnsupportedFormat
from index.loaders.archive import Member, is_archive, members
from index.loaders.formats import FORMATS, Kind
from index.loaders.sniff import identify
from index.loaders.titles import base_name
from index.types import LoadedText

__all__ = ["FORMATS", "Member", "is_archive", "load", "members"]

Loader = Callable[[bytes, str], LoadedText]

_LOADERS: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("index.loaders.plain", "load_plain"),
    Kind.MARKDOWN: ("index.loaders.markdown", "load_markdown"),
    Kind.HTML: ("index.loaders.web", "load_html"),
    Kind.PDF: ("index.loaders.pdf", "load_pdf"),
    Kind.WORD: ("index.loaders.word", "load_word"),
    Kind.SLIDES: ("index.loaders.slides", "load_slides"),
    Kind.WORKBOOK: ("index.loaders.workbook", "load_workbook"),
    Kind.TABLE: ("index.loaders.table", "load_table"),
    Kind.EPUB: ("index.loaders.epub", "load_epub"),
    Kind.MAIL: ("index.loaders.mail", "load_mail"),
}


def load(data: bytes, file_name: str) -> LoadedText:
    """Turn the bytes of a file into text; what it is, is told by its content, then by the ending of `file_name`.

    Raises LoadError's kinds, and nothing else whatever the bytes: UnsupportedFormat, UnreadableText, EmptyDocument,
    EncryptedFile, ScannedDocument, DamagedFile, FileTooLarge. Archives are refused: see `is_archive` and `members`.
    """
    name = base_name(file_name)
    kind = identify(data, name)
    if kind is Kind.ARCHIVE:
        raise UnsupportedFormat(f"“{name}”是压缩包，不是一个文档；请添加里面的文件。")
    try:
        loaded = _read(_loader(kind), data, name)
    except (LoadError, MemoryError):
        raise
    except RecursionError:
        raise DamagedFile(f"“{name}”的内容嵌套过深，无法读取；文件可能已损坏，请重新导出后再添加。") from None
    except Exception as error:
        raise DamagedFile(
            f"“{name}”不是完好的{kind}文件，无法读取（{type(error).__name__}）；请确认它能正常打开，或重新导出后再添加。"
        ) from error
    if not any(character.isprintable() and not character.isspace() for character in loaded.text):
        raise EmptyDocument(f"“{name}”里没有文字。")
    return loaded


def _loader(kind: Kind) -> Loader:
    module, function = _LOADERS[kind]
    loader: Loader = getattr(import_module(module), function)
    return loader


def _read(loader: Loader, data: bytes, name: str) -> LoadedText:
    with warnings.catch_warnings():
        # Libraries warn about features that do not matter for the text, such as the validation of cells.
        warnings.simplefilter("ignore")
        return loader(data, name)
