"""GET /v1/suggestions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.deps import ServiceDependency
from api.errors import error_responses
from api.schemas.status import SuggestionModel, SuggestionsModel
from api.suggested import Suggester

router = APIRouter(prefix="/v1", tags=["问答"])


@router.get(
    "/suggestions",
    operation_id="suggest_questions",
    summary="建议的问题",
    description=(
        "由文档原文得出、并已试答成功的问题，每份文档轮流各取一个。不给 document_ids 时取自最新的几份文档；"
        "文档中没有合适的句子，或服务正忙时，会少于 limit，也可能为空。"
    ),
    responses=error_responses(404, 422, 503),
)
async def suggest_questions(
    request: Request,
    service: ServiceDependency,
    limit: Annotated[int, Query(ge=1, le=20, description="最多几个")] = 4,
    document_ids: Annotated[
        list[str] | None, Query(min_length=1, max_length=50, description="只取自这些文档，可重复")
    ] = None,
) -> SuggestionsModel:
    """Questions that the documents answer."""
    suggested = await _suggester(request).suggest(service, request, limit, document_ids)
    questions = [SuggestionModel(question=one.question, document_id=one.revision.document_id) for one in suggested]
    return SuggestionsModel(questions=questions)


def _suggester(request: Request) -> Suggester:
    state = request.app.state
    if not hasattr(state, "suggester"):
        state.suggester = Suggester()
    suggester: Suggester = state.suggester
    return suggester
