"""POST /v1/retrieval."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request

from api.deps import ServiceDependency
from api.errors import error_responses
from api.schemas.ask import PassageModel, RetrievalRequest, RetrievalResponse
from index.library import Library
from index.text import plain_form
from qa.pipeline import Stopwatch
from qa.understand import understand

router = APIRouter(prefix="/v1", tags=["问答"])


@router.post(
    "/retrieval",
    operation_id="retrieve",
    summary="检索段落",
    description="只检索、不阅读：返回与问题最相近的段落，按得分从高到低。段落也是出处，位置与原文逐字对应。",
    responses=error_responses(400, 404, 413, 422, 503),
)
async def retrieve(body: RetrievalRequest, request: Request, service: ServiceDependency) -> RetrievalResponse:
    """The passages that most resemble a question, without an answer."""
    library = service.ready().library
    return await service.begin(partial(_search, library, body)).result_unless_gone(request)


def _search(library: Library, body: RetrievalRequest) -> RetrievalResponse:
    watch = Stopwatch()
    generation = library.generation
    understood = understand(body.question)
    watch.lap("understand")
    hits = library.search(plain_form(understood), body.top_k, body.document_ids)
    watch.lap("retrieve")
    return RetrievalResponse(
        passages=[PassageModel.found(hit) for hit in hits],
        question_as_understood=understood,
        index_generation=generation,
        timings_ms=watch.timings_ms(),
    )
