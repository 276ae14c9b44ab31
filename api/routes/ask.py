"""POST /v1/ask."""

from __future__ import annotations

import uuid

from fastapi import APIRouter

from api.deps import ServiceDependency
from api.errors import error_responses
from api.schemas import AskRequest, AskResponse
from qa.types import Question, Turn

router = APIRouter(prefix="/v1", tags=["问答"])


@router.post(
    "/ask",
    summary="提问",
    description="在文档中查找答案。答案逐字摘自原文并附出处；文档没有说，就回答 no_answer，并给出最接近的原文。",
    responses=error_responses(400, 404, 413, 422, 503),
)
async def ask(request: AskRequest, service: ServiceDependency) -> AskResponse:
    """Answer one question, understood in the light of those before it in the same conversation."""
    conversation_id = request.conversation_id or f"conv-{uuid.uuid4().hex}"
    question = Question(
        text=request.question,
        document_ids=None if request.document_ids is None else tuple(request.document_ids),
        top_k=request.top_k,
        threshold=request.threshold,
        turns=service.conversations.turns(conversation_id),
    )
    answer = await service.ask(question)
    service.conversations.add(conversation_id, Turn(answer.question_as_understood, answer.text))
    return AskResponse.of(answer, f"ans-{uuid.uuid4().hex}", conversation_id)
