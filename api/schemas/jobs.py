"""Uploads at work."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import ListingModel
from index.jobs import Job, JobStatus

_JOB: dict[str, Any] = {
    "id": "job-5f2b8c1d9e0a4b37",
    "parent_id": None,
    "document_id": "doc-9f86d081884c",
    "file_name": "年度报告.pdf",
    "status": "indexing",
    "code": None,
    "reason": None,
    "progress": {"done": 64, "total": 412},
    "revision": None,
    "bytes": 1843201,
    "created_at": "2025-03-01T08:00:00.000+00:00",
    "updated_at": "2025-03-01T08:00:03.512+00:00",
    "children": None,
}


class ProgressModel(BaseModel):
    """How far the work is; `total` is 0 while it is not known."""

    done: int = Field(description="已编码的段落数；压缩包为已处理完的文件数")
    total: int = Field(description="段落总数；压缩包为文件总数；0 表示还不知道")


class JobModel(BaseModel):
    """One uploaded file on its way into the library."""

    model_config = ConfigDict(json_schema_extra={"examples": [_JOB]})

    id: str
    parent_id: str | None = Field(description="来自压缩包时，压缩包的任务编号")
    document_id: str | None = Field(description="文档编号；压缩包为 null，其中每个文件各有一份文档，见 children")
    file_name: str
    status: JobStatus = Field(
        description="queued 排队，parsing 解析，indexing 索引，indexed 完成，failed 失败，cancelled 已取消"
    )
    code: str | None = Field(description="失败原因的英文代码；正在取消时为 cancelling")
    reason: str | None = Field(description="失败原因的中文说明")
    progress: ProgressModel
    revision: int | None = Field(description="完成后，文档的版次")
    bytes: int = Field(description="文件大小（字节）")
    created_at: str
    updated_at: str
    children: list[JobModel] | None = Field(None, description="压缩包中各文件的任务；其他任务和列表中为 null")

    @classmethod
    def of(cls, job: Job, children: list[Job] | None = None) -> JobModel:
        """The wire form of a job; with `children` when they are to be shown."""
        return cls(
            id=job.id,
            parent_id=job.parent_id,
            document_id=job.document_id or None,
            file_name=job.file_name,
            status=job.status,
            code=job.code,
            reason=job.reason,
            progress=ProgressModel(done=job.done, total=job.total),
            revision=job.revision,
            bytes=job.bytes,
            created_at=job.created_at,
            updated_at=job.updated_at,
            children=[cls.of(child) for child in children] if children else None,
        )


class JobListModel(ListingModel):
    """One page of the jobs, newest first."""

    jobs: list[JobModel]
