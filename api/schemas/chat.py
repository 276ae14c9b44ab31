"""The wire of POST /v1/chat/completions and GET /v1/models, as clients of OpenAI know it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.ask import CitationModel
from api.schemas.values import Replies, Text
from qa.types import Kind, Status, Verdict

MODEL = "wenqu"
_ANSWERED: dict[str, Any] = {
    "messages": [
        {"role": "user", "content": "宁德时代动力及储能电池项目投资了多少？"},
        {"role": "assistant", "content": "120亿元"},
        {"role": "user", "content": "什么时候签约的？"},
    ],
    "model": MODEL,
}


class ContentPart(BaseModel):
    """A part of a message; only those of type text are read."""

    model_config = ConfigDict(strict=True)

    type: str = Field(examples=["text"])
    text: Text | None = None


class ChatMessage(BaseModel):
    """A message; only those of user and assistant are read."""

    model_config = ConfigDict(strict=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[ContentPart] | None = None

    def text(self) -> str:
        """The text of the message, its parts joined by line breaks."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or [] if part.text is not None)


class StreamOptions(BaseModel):
    """What is asked of a stream."""

    model_config = ConfigDict(strict=True)

    include_usage: bool | None = None


class ResponseFormat(BaseModel):
    """Only text is written."""

    model_config = ConfigDict(strict=True)

    type: str = "text"


class ChatRequest(BaseModel):
    """Body of POST /v1/chat/completions. What is not named here (temperature, max_tokens…) is ignored."""

    model_config = ConfigDict(extra="ignore", strict=True, json_schema_extra={"examples": [_ANSWERED]})

    model: str = Field(description=f"模型名，只有 {MODEL}；见 GET /v1/models")
    messages: list[ChatMessage] = Field(
        min_length=1, max_length=1000, description="对话；最后一条 user 消息是问题，之前的问答用来理解追问"
    )
    stream: bool | None = Field(None, description="是否以服务器推送事件返回")
    stream_options: StreamOptions | None = None
    n: Replies | None = Field(None, description="只支持 1")
    tools: list[Any] | None = Field(None, description="不支持；给出则报错")
    functions: list[Any] | None = Field(None, description="不支持；给出则报错")
    response_format: ResponseFormat | None = Field(None, description="只支持 text")
    document_ids: list[Text] | None = Field(
        None, min_length=1, max_length=1000, description="问渠的扩展：只在这些文档中查找"
    )
    threshold: float | None = Field(None, ge=0.0, le=1.0, description="问渠的扩展：给出答案所需的最低把握")


class UrlCitation(BaseModel):
    """Where a part of the content was copied from: content[start_index:end_index], in code points."""

    start_index: int
    end_index: int
    url: str = Field(description="在网页中打开原文的链接")
    title: str = Field(description="文档标题")


class Annotation(BaseModel):
    """An annotation of a message."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AssistantMessage(BaseModel):
    """The reply."""

    role: Literal["assistant"] = "assistant"
    content: str = Field(description="答案，原文照录；文档没有说时为一句说明")
    refusal: str | None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one reply there is."""

    index: int = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Lengths in characters (code points): Wenqu has no tokens to bill."""

    prompt_tokens: int = Field(description="全部消息的字符数")
    completion_tokens: int = Field(description="答案的字符数")
    total_tokens: int


class Evidence(BaseModel):
    """What Wenqu says beyond the protocol: the same fields as in /v1/ask."""

    status: Status
    kind: Kind
    verdict: Verdict | None
    confidence: float
    citations: list[CitationModel]
    conflicting: list[CitationModel] = Field(default_factory=list, description="别的文档中不同的说法")
    nearest: list[CitationModel] = Field(description="没有答案时，最接近的原文")
    question_as_understood: str


class ChatCompletion(Evidence):
    """The reply as a whole."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Unix 时间（秒）")
    model: str
    choices: list[Choice]
    usage: Usage


class ModelModel(BaseModel):
    """A model that can be asked."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(description="Unix 时间（秒）")
    owned_by: str


class ModelListModel(BaseModel):
    """The models that can be asked."""

    object: Literal["list"] = "list"
    data: list[ModelModel]
