"""GET /v1/status."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.deps import ServiceDependency
from api.errors import error_responses
from api.schemas.documents import MAX_TITLE_CHARACTERS
from api.schemas.status import FormatModel, LimitsModel, QueueModel, StatusModel
from index.loaders import FORMATS
from qa.settings import Settings
from qa.understand import MAX_QUESTION_CHARACTERS

router = APIRouter(prefix="/v1", tags=["运行状态"])


@router.get(
    "/status",
    operation_id="show_status",
    summary="库、队列、格式和上限",
    description="文档库有多大，上传队列有多长，支持哪些格式，各种上限是多少。",
    responses=error_responses(503),
)
def show_status(request: Request, service: ServiceDependency) -> StatusModel:
    """The state of the library and of the server."""
    wenqu, settings = service.ready(), request.app.state.settings
    statistics = wenqu.library.statistics()
    return StatusModel(
        version=request.app.version,
        documents=statistics.documents,
        passages=statistics.passages,
        characters=statistics.characters,
        generation=statistics.generation,
        bytes_on_disk=statistics.bytes_on_disk,
        queue=QueueModel(**{status.value: count for status, count in wenqu.queue.counts().items()}),
        formats=[FormatModel(ending=ending, name=name) for ending, name in FORMATS.items()],
        limits=_limits(settings),
    )


def _limits(settings: Settings) -> LimitsModel:
    return LimitsModel(
        max_file_bytes=settings.max_file_bytes,
        max_body_bytes=settings.max_body_bytes,
        max_question_characters=MAX_QUESTION_CHARACTERS,
        max_title_characters=MAX_TITLE_CHARACTERS,
        max_queued_jobs=settings.max_queued_jobs,
    )
