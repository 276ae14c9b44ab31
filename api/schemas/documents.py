"""Documents, and what may become one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.common import ListingModel
from api.schemas.jobs import ProgressModel
from index.jobs import Job, JobStatus
from index.types import DocumentSummary

DOCUMENT_ID_PATTERN = r"^[A-Za-z0-9._-]{1,64}$"
MAX_TITLE_CHARACTERS = 500

DocumentId = Annotated[str, StringConstraints(pattern=DOCUMENT_ID_PATTERN)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE_CHARACTERS)]
_TITLE = f"标题，1 至 {MAX_TITLE_CHARACTERS} 个字符，首尾空白不计"
_EXAMPLE: dict[str, Any] = {
    "id": "doc-9f86d081884c",
    "title": "年度报告",
    "revision": 1,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "status": "indexed",
    "code": None,
    "reason": None,
    "source": "年度报告.pdf",
    "characters": 48213,
    "passages": 412,
    "pages": 36,
    "created_at": "2025-03-01T08:00:00.000+00:00",
    "updated_at": "2025-03-01T08:00:05.120+00:00",
    "job_id": None,
    "progress": None,
}


class TextUpload(BaseModel):
    """Body of POST /v1/documents as JSON: a text without a file."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"title": "会议纪要", "text": "会议于3月1日在三号楼召开。"}]},
    )

    title: Title = Field(description=_TITLE)
    text: str = Field(min_length=1, description="正文，不能只有空白")
    id: DocumentId | None = Field(None, description="文档编号；不给则由内容得出")


class TextReplacement(BaseModel):
    """Body of PUT /v1/documents/{id} as JSON."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"text": "会议改于3月8日在三号楼召开。"}]},
    )

    text: str = Field(min_length=1, description="新的正文，不能只有空白")
    title: Title | None = Field(None, description=f"{_TITLE}；不给则沿用原来的标题")


class Renaming(BaseModel):
    """Body of PATCH /v1/documents/{id}."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"title": "2024 年度报告"}]})

    title: Title = Field(description=_TITLE)


class _Described(BaseModel):
    """What is known of a document, or of an upload that is to become one."""

    id: str | None
    title: str
    revision: int | None = Field(description="可检索的版次；还没有索引成功过则为 null")
    sha256: str | None = Field(description="该版文本（UTF-8）的 SHA-256")
    status: JobStatus = Field(
        description="indexed 可检索；queued 排队，parsing 解析，indexing 索引；failed 失败（原因见 reason），"
        "cancelled 已取消。替换失败或进行中时 revision 不为 null，旧版仍可检索"
    )
    code: str | None = Field(description="失败原因的英文代码，如 scanned_document")
    reason: str | None = Field(description="失败原因的中文说明")
    source: str = Field(description="文件名")
    characters: int
    passages: int
    pages: int = Field(description="页数；没有页的格式为 0")
    created_at: str
    updated_at: str
    job_id: str | None = Field(description="未完成或失败的任务；没有则为 null")
    progress: ProgressModel | None = Field(description="进行中的任务的进度；没有则为 null")


class DocumentModel(_Described):
    """A document, or an upload that is to become one.

    With a job at work on it (or a failed one), `status` is that of the job; `revision` then is the one that answers
    come from meanwhile, null when there is none yet.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str

    @classmethod
    def of(cls, summary: DocumentSummary | None, job: Job | None = None) -> DocumentModel:
        """The wire form of a stored document, of an upload (`job`), or of one that replaces the other.

        Raises ValueError when both are None.
        """
        return cls(**_document(summary, job))


class CreatedModel(_Described):
    """What an upload has become so far."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _EXAMPLE
                | {
                    "revision": None,
                    "sha256": None,
                    "status": "queued",
                    "characters": 0,
                    "passages": 0,
                    "pages": 0,
                    "job_id": "job-5f2b8c1d9e0a4b37",
                    "progress": {"done": 0, "total": 0},
                    "file_name": "年度报告.pdf",
                }
            ]
        }
    )

    id: str | None = Field(description="文档编号；压缩包为 null，其中每个文件各成一份文档，见 GET /v1/jobs/{job_id}")
    job_id: str | None = Field(description="任务编号，可查进度；文字已在库中、无需处理时为 null")
    file_name: str = Field(description="去掉路径和控制字符之后的文件名")

    @classmethod
    def created(cls, summary: DocumentSummary | None, job: Job | None, *, is_archive: bool = False) -> CreatedModel:
        """The wire form of what a request added: `job` also when it is finished already."""
        document = _document(summary, job)
        file_name = job.file_name if job is not None else document["source"]
        given = {"file_name": file_name, "job_id": None if job is None else job.id}
        return cls(**{**document, **given, "id": None if is_archive else document["id"]})


class DocumentListModel(ListingModel):
    """One page: first the unfinished and failed uploads, then the documents, each newest first."""

    documents: list[DocumentModel]


def _document(summary: DocumentSummary | None, job: Job | None) -> dict[str, Any]:
    stored = {} if summary is None else _stored(summary)
    if job is None:
        if summary is None:
            raise ValueError("neither a stored document nor a job")
        return stored
    if job.status is JobStatus.INDEXED and summary is not None:
        return stored
    return _upload(job) | stored | _at_work(job)


def _stored(summary: DocumentSummary) -> dict[str, Any]:
    return {
        "id": summary.revision.document_id,
        "title": summary.revision.title,
        "revision": summary.revision.number,
        "sha256": summary.revision.sha256,
        "status": JobStatus.INDEXED,
        "code": None,
        "reason": None,
        "source": summary.source,
        "characters": summary.characters,
        "passages": summary.passages,
        "pages": summary.pages,
        "created_at": summary.created_at,
        "updated_at": summary.updated_at or summary.created_at,
        "job_id": None,
        "progress": None,
    }


def _upload(job: Job) -> dict[str, Any]:
    """An upload of which nothing is stored yet."""
    return {
        "id": job.document_id,
        "title": job.title or job.file_name,
        "revision": None,
        "sha256": None,
        "source": job.file_name,
        "characters": 0,
        "passages": 0,
        "pages": 0,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }


def _at_work(job: Job) -> dict[str, Any]:
    return {
        "status": job.status,
        "code": job.code,
        "reason": job.reason,
        "job_id": job.id,
        "progress": None if job.status.finished else ProgressModel(done=job.done, total=job.total),
    }
