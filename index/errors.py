"""Everything the index can refuse.

LibraryError
├── LoadError
│   ├── UnsupportedFormat
│   ├── UnreadableText
│   └── EmptyDocument
├── UnknownDocument
├── UnknownRevision
├── EncoderMismatch
├── EncoderError
└── CatalogueError
"""

from __future__ import annotations


class LibraryError(Exception):
    """Root of the index's errors; the message is in Chinese, for the user."""


class LoadError(LibraryError):
    """A file could not be turned into a document."""


class UnsupportedFormat(LoadError):
    """No loader reads this kind of file."""


class UnreadableText(LoadError):
    """The bytes are not text in any encoding that is tried."""


class EmptyDocument(LoadError):
    """There is no text in the document."""


class UnknownDocument(LibraryError):
    """No document has this id."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"没有编号为“{document_id}”的文档；请用 GET /v1/documents 或 wenqu list 查看现有文档。")
        self.document_id = document_id


class UnknownRevision(LibraryError):
    """The document exists, but never had this revision."""

    def __init__(self, document_id: str, revision: int) -> None:
        super().__init__(f"文档“{document_id}”没有第 {revision} 版；不写 revision 即为最新版。")
        self.document_id = document_id
        self.revision = revision


class EncoderMismatch(LibraryError):
    """The vectors on disk were made by another encoder."""

    def __init__(self, stored: str, configured: str) -> None:
        super().__init__(
            f"数据目录中的向量由编码器 {stored} 生成，当前配置的是 {configured}；"
            "请运行 wenqu rebuild 用当前编码器重新编码，或改回原来的 WENQU_ENCODER。"
        )


class EncoderError(LibraryError):
    """The configured encoder cannot be loaded."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"无法加载编码模型 {model}（{reason}）；请检查 WENQU_ENCODER。")


class CatalogueError(LibraryError):
    """The database cannot be opened or is of an unknown version."""
