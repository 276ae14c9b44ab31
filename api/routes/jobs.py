"""/v1/jobs: uploads at work."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, FastAPI, Query, Request

from api.adding import dismiss, is_settled
from api.deps import Limit, Offset, ServiceDependency
from api.errors import error_responses
from api.events import EVENT_STREAM, Event, EventStream, is_stopping
from api.schemas.jobs import JobListModel, JobModel
from index.errors import UnknownJob
from index.jobs import Job, JobQueue, JobStatus

router = APIRouter(prefix="/v1/jobs", tags=["上传任务"])

_POLL_SECONDS = 0.3
_NOT_FOUND = error_responses(404, 503)


@router.get(
    "",
    operation_id="list_jobs",
    summary="任务列表",
    description="一页上传任务，从新到旧。压缩包里的每个文件各有一个任务（parent_id 为压缩包的任务）。",
    responses=error_responses(422, 503),
)
def list_jobs(
    service: ServiceDependency,
    limit: Limit = 50,
    offset: Offset = 0,
    status: Annotated[list[JobStatus] | None, Query(max_length=20, description="只列出这些状态的，可重复")] = None,
) -> JobListModel:
    """One page of the jobs."""
    jobs, total = service.ready().queue.list(limit, offset, status)
    return JobListModel(jobs=[JobModel.of(job) for job in jobs], total=total, limit=limit, offset=offset)


@router.get("/{job_id}", operation_id="show_job", summary="一个任务", responses=_NOT_FOUND)
def show_job(job_id: str, service: ServiceDependency) -> JobModel:
    """One job; of an archive, with the jobs of its members."""
    return _whole(service.ready().queue, job_id)


@router.delete(
    "/{job_id}",
    operation_id="cancel_job",
    summary="取消或移除任务",
    description=(
        "排队的任务立即取消；进行中的在下一步停下（其间 code 为 cancelling）；压缩包连同其中未完成的文件。"
        "失败或已取消的任务从列表中移除，其上传文件随之删除。已完成的任务原样返回，不影响文档。"
    ),
    responses=_NOT_FOUND,
)
def cancel_job(job_id: str, service: ServiceDependency) -> JobModel:
    """Cancel an unfinished job, or take a failed one off the list."""
    return JobModel.of(dismiss(service.ready().queue, job_id))


@router.post(
    "/{job_id}/retry",
    operation_id="retry_job",
    summary="重试失败的任务",
    description="用保留的上传文件再试一次。文件已清理、或任务没有失败时返回 409。",
    responses=error_responses(404, 409, 503),
)
def retry_job(job_id: str, service: ServiceDependency) -> JobModel:
    """Queue a failed job again."""
    return JobModel.of(service.ready().queue.retry(job_id))


@router.get(
    "/{job_id}/events",
    operation_id="watch_job",
    summary="任务进度（服务器推送事件）",
    description=(
        "事件 `progress`：任务有变化时发送，内容同任务，不含 children。事件 `done`：任务完成、失败或取消"
        "（压缩包：其中每个文件都有结果）时发送，含 children，随后结束。无变化时发送注释行保持连接。"
    ),
    response_class=EventStream,
    responses={**EVENT_STREAM, **_NOT_FOUND},
)
async def watch_job(job_id: str, request: Request, service: ServiceDependency) -> EventStream:
    """The progress of a job until it is done."""
    queue = service.ready().queue
    job = await anyio.to_thread.run_sync(queue.get, job_id)
    return EventStream(_progress(request.app, queue, job))


async def _progress(app: FastAPI, queue: JobQueue, job: Job) -> AsyncGenerator[Event, None]:
    yield "progress", JobModel.of(job)
    while not is_settled(job) and not is_stopping(app):
        await anyio.sleep(_POLL_SECONDS)
        try:
            newer = await anyio.to_thread.run_sync(queue.get, job.id)
        except UnknownJob:  # taken off the list: what is known of it is its end
            break
        if newer != job:
            job = newer
            yield "progress", JobModel.of(job)
    if is_settled(job):
        yield "done", await anyio.to_thread.run_sync(partial(_whole, queue, job.id))


def _whole(queue: JobQueue, job_id: str) -> JobModel:
    return JobModel.of(queue.get(job_id), queue.children(job_id))
