"""Everything the index can refuse.

LibraryError
├── LoadError                    a file that cannot become a document
│   ├── UnsupportedFormat
│   ├── UnreadableText
│   ├── EmptyDocument
│   ├── EncryptedFile
│   ├── ScannedDocument
│   ├── DamagedFile
│   ├── ArchiveRefused
│   ├── FileTooLarge
│   ├── ParsingTimeout
│   └── ParsingCrashed
├── UnknownDocument
├── UnknownRevision
├── UnknownJob
├── QueueFull
├── RetryRefused
├── InvalidTitle
├── DocumentConflict
├── EncoderMismatch
├── EncoderError
├── TransferError                a file of a whole library that cannot be written or read
└── CatalogueError
    ├── CatalogueDamaged
    ├── CatalogueReadOnly
    └── DiskFull
"""

from __future__ import annotations


class LibraryError(Exception):
    """Root of the index's errors; the message is in Chinese, for the user, `code` stable and in English."""

    code: str = "library_error"


class LoadError(LibraryError):
    """A file could not be turned into a document."""

    code = "load_error"


class UnsupportedFormat(LoadError):
    """No loader reads this kind of file."""

    code = "unsupported_format"


class UnreadableText(LoadError):
    """The bytes are not text in any encoding that is tried."""

    code = "unreadable_text"


class EmptyDocument(LoadError):
    """There is no text in the document."""

    code = "empty_document"


class EncryptedFile(LoadError):
    """The file wants a password."""

    code = "encrypted_file"


class ScannedDocument(LoadError):
    """The pages are pictures, without a layer of text."""

    code = "scanned_document"


class DamagedFile(LoadError):
    """The file is not what its ending says, or is cut off or broken."""

    code = "damaged_file"


class ArchiveRefused(LoadError):
    """An archive that is damaged, encrypted, or made to fill the disk."""

    code = "archive_refused"


class FileTooLarge(LoadError):
    """The file has more bytes than are accepted."""

    code = "file_too_large"


class ParsingTimeout(LoadError):
    """Reading the file took longer than allowed."""

    code = "parsing_timeout"


class ParsingCrashed(LoadError):
    """The process that read the file died, or ran out of the memory it may use."""

    code = "parsing_crashed"


class UnknownDocument(LibraryError):
    """No document has this id."""

    code = "document_not_found"

    def __init__(self, document_id: str) -> None:
        super().__init__(f"没有编号为“{document_id}”的文档；请用 GET /v1/documents 或 wenqu list 查看现有文档。")
        self.document_id = document_id


class UnknownRevision(LibraryError):
    """The document exists, but never had this revision, or it was purged."""

    code = "revision_not_found"

    def __init__(self, document_id: str, revision: int) -> None:
        super().__init__(f"文档“{document_id}”没有第 {revision} 版；不写 revision 即为最新版。")
        self.document_id = document_id
        self.revision = revision


class UnknownJob(LibraryError):
    """No job has this id."""

    code = "job_not_found"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"没有编号为“{job_id}”的任务；请用 GET /v1/jobs 查看现有任务。")
        self.job_id = job_id


class QueueFull(LibraryError):
    """As many files wait as may wait."""

    code = "queue_full"

    def __init__(self, limit: int) -> None:
        super().__init__(f"排队的文件已达上限 {limit} 个；请等待一部分处理完后再上传，或调大 WENQU_MAX_QUEUED_JOBS。")
        self.limit = limit


class RetryRefused(LibraryError):
    """The job is not one that failed, or its file is no longer kept."""

    code = "retry_refused"


class InvalidTitle(LibraryError):
    """A title that cannot be shown."""

    code = "invalid_title"

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"标题应有 1 至 {limit} 个字符（不含首尾空白），得到 {length} 个；请换一个标题。")
        self.length = length
        self.limit = limit


class DocumentConflict(LibraryError):
    """Others kept changing the document while this change was made."""

    code = "document_conflict"

    def __init__(self, document_id: str) -> None:
        super().__init__(f"文档“{document_id}”正被其他程序反复修改，这次修改没有生效；请稍后重试。")
        self.document_id = document_id


class EncoderMismatch(LibraryError):
    """The vectors on disk were made by another encoder."""

    code = "encoder_mismatch"

    def __init__(self, stored: str, configured: str) -> None:
        super().__init__(
            f"数据目录中的向量由编码器 {stored} 生成，当前配置的是 {configured}；"
            "请运行 wenqu rebuild 用当前编码器重新编码，或改回原来的 WENQU_ENCODER。"
        )


class EncoderError(LibraryError):
    """The configured encoder cannot be loaded."""

    code = "encoder_error"

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"无法加载编码模型 {model}（{reason}）；请检查 WENQU_ENCODER。")


class TransferError(LibraryError):
    """The file of a whole library is damaged, of a newer program, or cannot be written."""

    code = "transfer_error"


class CatalogueError(LibraryError):
    """The database cannot be opened or is of an unknown version."""

    code = "catalogue_error"


class CatalogueDamaged(CatalogueError):
    """The database file is corrupted."""

    code = "catalogue_damaged"

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"数据库 {path} 已损坏（{reason}）；请停止服务，运行 wenqu check 查看损坏之处，"
            "然后把数据目录移开，用 wenqu import 导入最近一次 wenqu export 的备份。原文件没有改动。"
        )


class CatalogueReadOnly(CatalogueError):
    """The database may be read but not written."""

    code = "catalogue_read_only"

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"数据库 {path} 只能读，不能写（{reason}）；已有内容没有改动。"
            "请检查 WENQU_DATA_DIR 及其中文件的权限，或磁盘是否以只读方式挂载。"
        )


class DiskFull(CatalogueError):
    """There is no room for the change."""

    code = "disk_full"

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"磁盘空间不足，数据库 {path} 未能写入（{reason}）；这次修改没有生效，已有内容没有改动。请清理磁盘后重试。"
        )
