"""GET /v1/conversations and what is under it."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from api.deps import ConversationsDependency, Limit, Offset, OwnerDependency
from api.errors import error_responses
from api.exchange import conversation_not_found
from api.links import page_address
from api.markdown import to_markdown
from api.schemas.conversations import (
    ConversationDetailModel,
    ConversationListModel,
    ConversationModel,
    ConversationRenaming,
)

router = APIRouter(prefix="/v1/conversations", tags=["对话"])

_NOT_FOUND = error_responses(404, 422, 503)
_UNFIT_FOR_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_MARKDOWN: dict[int | str, dict[str, object]] = {
    200: {"description": "Markdown 文本", "content": {"text/markdown": {"schema": {"type": "string"}}}}
}
ConversationId = Annotated[str, Path(description="对话编号", examples=["conv-7c9e6679f42b4d6a9d2c1b1e5a3f8e21"])]


@router.get(
    "",
    operation_id="list_conversations",
    summary="对话列表",
    description="最近用过的在前。设置了密钥时，只列出用同一密钥进行的对话。",
    responses=error_responses(422, 503),
)
def list_conversations(
    conversations: ConversationsDependency,
    owner: OwnerDependency,
    limit: Limit = 50,
    offset: Offset = 0,
    q: Annotated[str | None, Query(max_length=200, description="只列出标题、问题或答案中含有这段文字的对话")] = None,
) -> ConversationListModel:
    """One page of the conversations."""
    found, total = conversations.list(limit, offset, q, owner)
    listed = [ConversationModel.of(conversation) for conversation in found]
    return ConversationListModel(conversations=listed, total=total, limit=limit, offset=offset)


@router.get("/{conversation_id}", operation_id="show_conversation", summary="一个对话", responses=_NOT_FOUND)
def show_conversation(
    conversation_id: ConversationId, conversations: ConversationsDependency, owner: OwnerDependency
) -> ConversationDetailModel:
    """A conversation with all its questions and answers, oldest first."""
    found = conversations.get(conversation_id, owner)
    if found is None:
        raise conversation_not_found(conversation_id)
    return ConversationDetailModel.of(*found)


@router.patch(
    "/{conversation_id}",
    operation_id="rename_conversation",
    summary="给对话改名",
    responses=error_responses(400, 404, 413, 422, 503, 507),
)
def rename_conversation(
    conversation_id: ConversationId,
    body: ConversationRenaming,
    conversations: ConversationsDependency,
    owner: OwnerDependency,
) -> ConversationModel:
    """Another title."""
    renamed = conversations.rename(conversation_id, body.title, owner)
    if renamed is None:
        raise conversation_not_found(conversation_id)
    return ConversationModel.of(renamed)


@router.delete(
    "/{conversation_id}",
    operation_id="delete_conversation",
    summary="删除对话",
    description="连同其中的问答和评价一起删除，不能恢复。",
    status_code=204,
    responses=error_responses(404, 422, 503, 507),
)
def delete_conversation(
    conversation_id: ConversationId, conversations: ConversationsDependency, owner: OwnerDependency
) -> None:
    """For good."""
    if not conversations.remove(conversation_id, owner):
        raise conversation_not_found(conversation_id)


@router.get(
    "/{conversation_id}/export",
    operation_id="export_conversation",
    summary="导出对话",
    description="Markdown 文件：问题、答案、引文及其位置，位置链接到本服务的网页。",
    response_class=Response,
    responses={**_MARKDOWN, **_NOT_FOUND},
)
def export_conversation(
    conversation_id: ConversationId,
    request: Request,
    conversations: ConversationsDependency,
    owner: OwnerDependency,
) -> Response:
    """The conversation as a file."""
    found = conversations.get(conversation_id, owner)
    if found is None:
        raise conversation_not_found(conversation_id)
    conversation = ConversationDetailModel.of(*found)
    name = _UNFIT_FOR_FILE_NAMES.sub(" ", conversation.title).strip(" .") or "对话"
    disposition = f"attachment; filename=\"conversation.md\"; filename*=UTF-8''{quote(name, safe='')}.md"
    return Response(
        to_markdown(conversation, page_address(request)),
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )
