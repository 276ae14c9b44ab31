"""What readers think of the answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.deps import FeedbackDependency, Limit, Offset, OwnerDependency
from api.errors import ApiError, error_responses
from api.schemas.conversations import FeedbackListModel, FeedbackModel, FeedbackRequest, RatedMessageModel, Rating
from index.feedback import Feedback

router = APIRouter(prefix="/v1", tags=["评价"])

MessageId = Annotated[
    str, Path(description="回答的编号，即 /v1/ask 返回的 id", examples=["ans-0f8fad5bd9cb469fa16570867728950e"])
]


@router.post(
    "/messages/{message_id}/feedback",
    operation_id="give_feedback",
    summary="评价回答",
    description="有用（up）或没用（down），可以附上原因和说明。再次评价会取代前一次。",
    status_code=201,
    responses=error_responses(400, 404, 413, 422, 503, 507),
)
def give_feedback(
    message_id: MessageId, body: FeedbackRequest, feedback: FeedbackDependency, owner: OwnerDependency
) -> FeedbackModel:
    """Store what a reader thinks of an answer."""
    given = Feedback(message_id, body.rating.value, None if body.reason is None else body.reason.value, body.text)
    stored = feedback.put(given, owner)
    if stored is None:
        raise _message_not_found(message_id)
    return FeedbackModel.of(stored)


@router.delete(
    "/messages/{message_id}/feedback",
    operation_id="take_back_feedback",
    summary="撤回评价",
    description="没有评价过也算成功。",
    status_code=204,
    responses=error_responses(404, 422, 503, 507),
)
def take_back_feedback(message_id: MessageId, feedback: FeedbackDependency, owner: OwnerDependency) -> None:
    """Forget what was thought of an answer."""
    if not feedback.remove(message_id, owner):
        raise _message_not_found(message_id)


@router.get(
    "/feedback",
    operation_id="list_feedback",
    summary="评价列表",
    description="评价连同问题和完整的回答，新的在前，可用于评测。设置了密钥时，只列出对同一密钥所得回答的评价。",
    responses=error_responses(422, 503),
)
def list_feedback(
    feedback: FeedbackDependency,
    owner: OwnerDependency,
    limit: Limit = 50,
    offset: Offset = 0,
    rating: Annotated[Rating | None, Query(description="只列出这一种评价")] = None,
) -> FeedbackListModel:
    """One page of the feedback."""
    found, total = feedback.list(limit, offset, None if rating is None else rating.value, owner)
    listed = [RatedMessageModel.about(rated) for rated in found]
    return FeedbackListModel(feedback=listed, total=total, limit=limit, offset=offset)


def _message_not_found(message_id: str) -> ApiError:
    message = f"没有编号为“{message_id}”的回答；编号是 /v1/ask 返回的 id，没有存入对话历史的回答不能评价。"
    return ApiError(404, "message_not_found", message, {"message_id": message_id})
