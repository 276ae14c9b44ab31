"""Conversations, and what readers think of the answers."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.ask import AskResponse
from api.schemas.common import ListingModel
from api.schemas.values import MAX_COMMENT_CHARACTERS, MAX_TITLE_CHARACTERS, Comment, Title
from index.conversations import Conversation, Message
from index.feedback import Feedback, RatedMessage


class Rating(StrEnum):
    """Whether an answer helped."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """What is wrong with an answer: 答案不对, 出处不对, 文中没有."""

    WRONG_ANSWER = "wrong_answer"
    WRONG_EVIDENCE = "wrong_evidence"
    SHOULD_ABSTAIN = "should_abstain"


class FeedbackRequest(BaseModel):
    """Body of POST /v1/messages/{id}/feedback."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"rating": "down", "reason": "wrong_evidence"}]}
    )

    rating: Rating = Field(description="up 有用，down 没用")
    reason: Reason | None = Field(
        None, description="原因：wrong_answer 答案不对，wrong_evidence 出处不对，should_abstain 文中没有"
    )
    text: Comment | None = Field(None, description=f"补充说明，至多 {MAX_COMMENT_CHARACTERS} 个字符")


class FeedbackModel(BaseModel):
    """The feedback of one message."""

    message_id: str
    rating: Rating
    reason: Reason | None
    text: str | None
    created_at: str

    @classmethod
    def of(cls, feedback: Feedback) -> FeedbackModel:
        """The wire form of stored feedback."""
        return cls(
            message_id=feedback.message_id,
            rating=Rating(feedback.rating),
            reason=None if feedback.reason is None else Reason(feedback.reason),
            text=feedback.text,
            created_at=feedback.created_at,
        )


class RatedMessageModel(FeedbackModel):
    """Feedback with what it is about."""

    conversation_id: str
    question: str
    response: AskResponse

    @classmethod
    def about(cls, rated: RatedMessage) -> RatedMessageModel:
        """The wire form of a message with its feedback."""
        return cls(
            **FeedbackModel.of(rated.feedback).model_dump(),
            conversation_id=rated.conversation_id,
            question=rated.question,
            response=AskResponse.model_validate_json(rated.response),
        )


class FeedbackListModel(ListingModel):
    """One page of the feedback, newest first."""

    feedback: list[RatedMessageModel]


class ConversationModel(BaseModel):
    """A conversation in a list."""

    id: str
    title: str = Field(description="标题，起初为第一个问题")
    messages: int = Field(description="问题的个数")
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, conversation: Conversation) -> ConversationModel:
        """The wire form of a conversation."""
        return cls(
            id=conversation.id,
            title=conversation.title,
            messages=conversation.messages,
            created_at=conversation.created_at,
            updated_at=conversation.updated_at,
        )


class ConversationListModel(ListingModel):
    """One page of the conversations, the last used first."""

    conversations: list[ConversationModel]


class MessageModel(BaseModel):
    """A question, what it got, and what the reader thought of it."""

    id: str
    question: str = Field(description="问题，照提问时的原样")
    response: AskResponse
    feedback: FeedbackModel | None
    created_at: str

    @classmethod
    def of(cls, message: Message) -> MessageModel:
        """The wire form of a message."""
        return cls(
            id=message.id,
            question=message.question,
            response=AskResponse.model_validate_json(message.response),
            feedback=None if message.feedback is None else FeedbackModel.of(message.feedback),
            created_at=message.created_at,
        )


class ConversationDetailModel(BaseModel):
    """A conversation with all its messages, oldest first."""

    id: str
    title: str
    created_at: str
    updated_at: str
    messages: list[MessageModel]

    @classmethod
    def of(cls, conversation: Conversation, messages: tuple[Message, ...]) -> ConversationDetailModel:
        """The wire form of a conversation and its messages."""
        return cls(
            id=conversation.id,
            title=conversation.title,
            created_at=conversation.created_at,
            updated_at=conversation.updated_at,
            messages=[MessageModel.of(message) for message in messages],
        )


class ConversationRenaming(BaseModel):
    """Body of PATCH /v1/conversations/{id}."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"title": "投资额"}]})

    title: Title = Field(description=f"标题，1 至 {MAX_TITLE_CHARACTERS} 个字符，首尾空白不计")
