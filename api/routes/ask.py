"""POST /v1/ask and /v1/ask/stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from fastapi import APIRouter, Request

from api.deps import ConversationsDependency, OwnerDependency, ServiceDependency
from api.errors import error_responses
from api.events import EVENT_STREAM, KEEP_ALIVE_SECONDS, Event, EventStream
from api.exchange import Exchange, begin_exchange
from api.schemas.ask import AskRequest, AskResponse, PassageModel, RetrievalEvent

router = APIRouter(prefix="/v1", tags=["问答"])

_FAILURES = error_responses(400, 404, 413, 422, 503, 507)
_STREAM = """与 /v1/ask 相同的提问，以服务器推送事件（text/event-stream）逐步返回：

- `retrieval`：`{passages, question_as_understood}`，将要阅读的段落，先于答案到达；
- `answer`：`{id, conversation_id, status, kind, verdict, answer, confidence, question_as_understood, …}`；
- `citation`：每个出处一次；
- `done`：完整的回答，与 /v1/ask 的返回相同；
- `error`：`{"error": {"code", "message", "detail"}}`，出错时代替其余事件。

第一个事件之前发生的错误（如文档不存在、排队已满）以普通的 4xx/5xx JSON 返回。等待时有注释行保持连接。"""


@router.post(
    "/ask",
    operation_id="ask",
    summary="提问",
    description="在文档中查找答案。答案逐字摘自原文并附出处；文档没有说，就回答 no_answer，并给出最接近的原文。",
    responses=_FAILURES,
)
async def ask(
    body: AskRequest,
    request: Request,
    service: ServiceDependency,
    conversations: ConversationsDependency,
    owner: OwnerDependency,
) -> AskResponse:
    """Answer one question, understood in the light of those before it in the same conversation."""
    exchange = await begin_exchange(body, service, conversations, owner)
    await exchange.asking.work.wait(request=request)
    return await exchange.response()


@router.post(
    "/ask/stream",
    operation_id="ask_stream",
    summary="提问（逐步返回）",
    description=_STREAM,
    response_class=EventStream,
    responses={**EVENT_STREAM, **_FAILURES},
)
async def ask_stream(
    body: AskRequest,
    request: Request,
    service: ServiceDependency,
    conversations: ConversationsDependency,
    owner: OwnerDependency,
) -> EventStream:
    """The same as events. What fails at once is an ordinary error: the stream begins when something was found."""
    exchange = await begin_exchange(body, service, conversations, owner)
    await exchange.asking.work.wait(exchange.asking.found, seconds=KEEP_ALIVE_SECONDS, request=request)
    return EventStream(_events(exchange))


async def _events(exchange: Exchange) -> AsyncGenerator[Event, None]:
    found, work = exchange.asking
    try:
        await work.wait(found)
        if found.done():
            hits, understood = found.result()
            passages = [PassageModel.found(hit) for hit in hits]
            yield "retrieval", RetrievalEvent(passages=passages, question_as_understood=understood)
        response = await exchange.response()
        yield "answer", response.brief()
        for citation in response.citations:
            yield "citation", citation
        yield "done", response
    finally:
        work.cancel()
