"""A question of a conversation on its way to an answer that is kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from anyio.to_thread import run_sync

from api.errors import ApiError
from api.schemas.ask import AskRequest, AskResponse
from api.service import Asking, Service
from index.conversations import Conversations, Message
from qa.types import Answer, Question, Turn

MAX_TURNS = 8
"""How many of the questions before are looked at to understand the next."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question, put by `owner`, and the ids of what becomes of it."""

    id: str
    conversation_id: str
    owner: str
    body: AskRequest
    asking: Asking
    conversations: Conversations

    async def response(self) -> AskResponse:
        """The reply, once the answer is there and stored with its question.

        Raises what answering raises, and ApiError 404 when the conversation has become another owner's meanwhile.
        """
        answer = await self.asking.work.result()
        response = AskResponse.of(answer, self.id, self.conversation_id)
        if self.body.store and not await run_sync(self.conversations.add, self._message(answer, response), self.owner):
            raise conversation_not_found(self.conversation_id)
        return response

    def _message(self, answer: Answer, response: AskResponse) -> Message:
        return Message(
            id=self.id,
            conversation_id=self.conversation_id,
            question=self.body.question,
            understood=answer.question_as_understood,
            answer=answer.text,
            response=response.model_dump_json(),
        )


async def begin_exchange(body: AskRequest, service: Service, conversations: Conversations, owner: str) -> Exchange:
    """Begin to answer a question in the light of those before it in the same conversation.

    Raises ApiError 404 when the conversation is another owner's, and 503 when too many questions wait.
    """
    turns: tuple[Turn, ...] = ()
    if body.conversation_id is not None:
        messages = await run_sync(conversations.last_messages, body.conversation_id, MAX_TURNS, owner)
        if messages is None:
            raise conversation_not_found(body.conversation_id)
        turns = tuple(Turn(message.understood, message.answer) for message in messages)
    question = Question(
        text=body.question,
        document_ids=None if body.document_ids is None else tuple(body.document_ids),
        top_k=body.top_k,
        threshold=body.threshold,
        turns=turns,
    )
    return Exchange(
        id=f"ans-{uuid.uuid4().hex}",
        conversation_id=body.conversation_id or f"conv-{uuid.uuid4().hex}",
        owner=owner,
        body=body,
        asking=service.ask(question),
        conversations=conversations,
    )


def conversation_not_found(conversation_id: str) -> ApiError:
    """What is said of a conversation that is not there, or is another owner's."""
    message = f"没有编号为“{conversation_id}”的对话；请用 GET /v1/conversations 查看现有对话。"
    return ApiError(404, "conversation_not_found", message, {"conversation_id": conversation_id})
