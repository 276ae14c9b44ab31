"""POST /v1/chat/completions and GET /v1/models: what programs written for OpenAI's API call."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Path, Request

from api.chat import Reply, to_question
from api.deps import ServiceDependency
from api.errors import ApiError, error_responses
from api.events import EVENT_STREAM, KEEP_ALIVE_SECONDS, Event, EventStream
from api.links import page_address
from api.schemas.ask import AskResponse
from api.schemas.chat import MODEL, ChatCompletion, ChatRequest, ModelListModel, ModelModel
from api.service import Asking
from qa.types import Answer

router = APIRouter(prefix="/v1", tags=["OpenAI 兼容"])

_MODELS = {MODEL: ModelModel(id=MODEL, created=1_767_225_600, owned_by="wenqu")}
_DESCRIPTION = f"""与 OpenAI 的 Chat Completions 兼容：把 `base_url` 设为本服务的 `/v1`、`model` 设为 `{MODEL}` 即可使用现成的客户端。

- 最后一条 user 消息是问题，之前的 user、assistant 消息用来理解追问；system、developer、tool 消息不读。对话不在服务器上保存。
- 答案原文照录。每个出处是 `message.annotations` 中的一个 `url_citation`：`start_index`、`end_index` 是答案中的位置（码点，不含末尾），
  `url` 在网页中打开原文；完整的出处在 `citations`。流式返回时，二者都在最后一个带 `finish_reason` 的块里（`delta.annotations` 和 `citations`）。
- 文档没有说时，`content` 是一句说明，`status` 为 `no_answer`，`nearest` 是最接近的原文。
- `usage` 以字符（码点）计。`temperature` 等参数不起作用；`n` 大于 1、`tools`、`response_format` 为 JSON 会得到 400。"""  # noqa: E501


@router.post(
    "/chat/completions",
    operation_id="create_chat_completion",
    summary="对话（OpenAI 兼容）",
    description=_DESCRIPTION,
    response_model=ChatCompletion,
    responses={
        200: {"description": "回答；stream 为 true 时是服务器推送事件", "content": EVENT_STREAM[200]["content"]},
        **error_responses(400, 404, 413, 422, 503),
    },
)
async def create_chat_completion(
    body: ChatRequest, request: Request, service: ServiceDependency
) -> ChatCompletion | EventStream:
    """Answer the last message of a chat."""
    _model(body.model)
    reply = Reply(f"chatcmpl-{uuid.uuid4().hex}", int(time.time()), page_address(request), body)
    asking = service.ask(to_question(body))
    if not body.stream:
        return reply.completion(_response(await asking.work.result_unless_gone(request), reply))
    await asking.work.wait(asking.found, seconds=KEEP_ALIVE_SECONDS, request=request)
    return EventStream(_events(reply, asking))


@router.get("/models", operation_id="list_models", summary="模型列表（OpenAI 兼容）", responses=error_responses(503))
async def list_models() -> ModelListModel:
    """What can be named as `model`."""
    return ModelListModel(data=list(_MODELS.values()))


@router.get(
    "/models/{model}",
    operation_id="show_model",
    summary="一个模型（OpenAI 兼容）",
    responses=error_responses(404, 503),
)
async def show_model(model: Annotated[str, Path(examples=[MODEL])]) -> ModelModel:
    """One of the models."""
    return _model(model)


async def _events(reply: Reply, asking: Asking) -> AsyncGenerator[Event, None]:
    try:
        await asking.work.wait(asking.found)
        yield None, reply.opening()
        response = _response(await asking.work.result(), reply)
        for chunk in reply.chunks(response):
            yield None, chunk
        yield None, "[DONE]"
    finally:
        asking.work.cancel()


def _response(answer: Answer, reply: Reply) -> AskResponse:
    return AskResponse.of(answer, reply.id, "")


def _model(name: str) -> ModelModel:
    if name not in _MODELS:
        message = f"没有名为“{name}”的模型；可用的是 {'、'.join(_MODELS)}，见 GET /v1/models。"
        raise ApiError(404, "model_not_found", message, {"model": name})
    return _MODELS[name]
