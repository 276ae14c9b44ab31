"""Messages of a chat → a question; an answer → a chat completion, whole or in chunks (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from api.errors import ApiError
from api.exchange import MAX_TURNS
from api.links import deep_link
from api.schemas.ask import AskResponse, CitationModel
from api.schemas.chat import (
    Annotation,
    AssistantMessage,
    ChatCompletion,
    ChatMessage,
    ChatRequest,
    Choice,
    Evidence,
    UrlCitation,
    Usage,
)
from qa.errors import AskError
from qa.followup import stand_alone
from qa.types import Kind, Question, Turn
from qa.understand import understand

NO_ANSWER = "文档中没有找到这个问题的答案。"


def to_question(body: ChatRequest) -> Question:
    """The last message of the user, understood in the light of those before it.

    Raises ApiError 400 for what cannot be done (several replies, tools, pictures).
    """
    _check_supported(body)
    spoken = [message for message in body.messages if message.role in ("user", "assistant")]
    asked = [at for at, message in enumerate(spoken) if message.role == "user"]
    question = spoken[asked[-1]] if asked else ChatMessage(role="user", content="")
    others = [part.type for part in question.content or [] if not isinstance(part, str) and part.type != "text"]
    if others:
        message = f"只能读文字，不能读 {others[0]}；请只发送 type 为 text 的内容。"
        raise ApiError(400, "unsupported_content", message, {"type": others[0]})
    return Question(
        text=question.text(),
        document_ids=None if body.document_ids is None else tuple(body.document_ids),
        threshold=body.threshold,
        turns=_turns(spoken[: asked[-1]] if asked else []),
    )


def _check_supported(body: ChatRequest) -> None:
    wrong = {
        "n": body.n is not None and body.n > 1,
        "tools": bool(body.tools),
        "functions": bool(body.functions),
        "response_format": body.response_format is not None and body.response_format.type != "text",
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            message = f"不支持参数 {name}：问渠只从文档中摘录一个答案，以文字返回；请去掉它。"
            raise ApiError(400, "unsupported_parameter", message, {"param": name})


def _turns(messages: Sequence[ChatMessage]) -> tuple[Turn, ...]:
    """The last MAX_TURNS questions, as they were understood then, with their answers; oldest first."""
    turns: tuple[Turn, ...] = ()
    asked = [at for at, message in enumerate(messages) if message.role == "user"][-MAX_TURNS:]
    for begin, end in pairwise([*asked, len(messages)]):
        try:
            understood = stand_alone(understand(messages[begin].text()), turns)
        except AskError:
            continue  # It got no answer then, and says nothing now.
        answers = [message.text() for message in messages[begin + 1 : end]]
        answer = answers[-1] if answers and answers[-1] not in ("", NO_ANSWER) else None
        turns = (*turns, Turn(understood, answer))
    return turns


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way into a chat. `page` is the address of our page, `created` Unix time in seconds."""

    id: str
    created: int
    page: str
    body: ChatRequest

    def completion(self, response: AskResponse) -> ChatCompletion:
        """The reply as a whole."""
        content = response.answer or NO_ANSWER
        return ChatCompletion(
            id=self.id,
            created=self.created,
            model=self.body.model,
            choices=[Choice(message=AssistantMessage(content=content, annotations=self._annotations(response)))],
            usage=self._usage(content),
            **_evidence(response),
        )

    def opening(self) -> dict[str, Any]:
        """The first chunk: who speaks."""
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def chunks(self, response: AskResponse) -> Iterator[dict[str, Any]]:
        """The chunks after the first: the content, its sources with the end, and the usage where it is wanted."""
        content = response.answer or NO_ANSWER
        yield self._chunk({"content": content})
        annotations = [annotation.model_dump(mode="json") for annotation in self._annotations(response)]
        evidence = Evidence(**_evidence(response)).model_dump(mode="json")
        yield self._chunk({"annotations": annotations}, "stop") | evidence
        if self._wants_usage():
            yield self._chunk(None) | {"usage": self._usage(content).model_dump(mode="json")}

    def _chunk(self, delta: dict[str, Any] | None, finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        chunk = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.body.model,
            "choices": [] if delta is None else [choice],
        }
        return chunk | {"usage": None} if self._wants_usage() else chunk

    def _wants_usage(self) -> bool:
        return self.body.stream_options is not None and bool(self.body.stream_options.include_usage)

    def _usage(self, content: str) -> Usage:
        prompt = sum(len(message.text()) for message in self.body.messages)
        return Usage(prompt_tokens=prompt, completion_tokens=len(content), total_tokens=prompt + len(content))

    def _annotations(self, response: AskResponse) -> list[Annotation]:
        places = _places(response)
        return [
            self._annotation(citation, start, end)
            for citation, (start, end) in zip(response.citations, places, strict=True)
        ]

    def _annotation(self, citation: CitationModel, start: int, end: int) -> Annotation:
        url, title = deep_link(self.page, citation), citation.document_title
        return Annotation(url_citation=UrlCitation(start_index=start, end_index=end, url=url, title=title))


def _places(response: AskResponse) -> list[tuple[int, int]]:
    """Where in the answer each citation is: its own quote, or the whole answer where that is no quote (是, 否)."""
    answer = response.answer or ""
    places: list[tuple[int, int]] = []
    begin = 0
    for citation in response.citations:
        found = -1 if response.kind is Kind.YES_NO else answer.find(citation.quote, begin)
        place = (0, len(answer)) if found < 0 else (found, found + len(citation.quote))
        begin = begin if found < 0 else place[1]
        places.append(place)
    return places


def _evidence(response: AskResponse) -> dict[str, Any]:
    return {name: getattr(response, name) for name in Evidence.model_fields}
