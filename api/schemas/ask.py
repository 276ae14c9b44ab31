"""Questions, answers and citations."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import OFFSET_UNIT
from api.schemas.values import ConversationId, Position, Question, RevisionNumber, Text, TopK
from index.types import Hit
from qa.cite import cite_passage
from qa.types import Answer, Citation, Kind, Status, Verdict

DEFAULT_PASSAGES = 5
_QUESTION = "宁德时代动力及储能电池项目投资了多少？"
_DOCUMENT_IDS = Field(None, min_length=1, max_length=1000, description="只在这些文档中查找；不给则查找全部")
_CITATION: dict[str, Any] = {
    "document_id": "doc-5f0b2a9c1d34",
    "document_title": "肇庆高新区",
    "revision": 1,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "start": 214,
    "end": 219,
    "offset_unit": OFFSET_UNIT,
    "quote": "120亿元",
    "prefix": "宁德时代动力及储能电池项目总投资",
    "suffix": "。",
    "page": None,
    "headings": ["肇庆高新区", "重大项目"],
    "score": 0.93,
}
_RESPONSE: dict[str, Any] = {
    "id": "ans-0f8fad5bd9cb469fa16570867728950e",
    "conversation_id": "conv-7c9e6679f42b4d6a9d2c1b1e5a3f8e21",
    "status": "answered",
    "kind": "span",
    "verdict": None,
    "answer": "120亿元",
    "confidence": 0.93,
    "citations": [_CITATION],
    "conflicting": [],
    "nearest": [],
    "question_as_understood": _QUESTION,
    "index_generation": 1,
    "timings_ms": {"understand": 0.2, "retrieve": 9.1, "read": 84.0, "decide": 1.3, "total": 94.6},
}


class AskRequest(BaseModel):
    """Body of POST /v1/ask and /v1/ask/stream."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"question": _QUESTION}]})

    question: Question
    conversation_id: ConversationId | None = Field(
        None,
        description="对话编号：同一对话中可以追问“那…呢？”“它…？”。可以自拟（字母、数字和 _ . : -，至多 64 个）；"
        "不给则开始新的对话",
    )
    document_ids: list[Text] | None = _DOCUMENT_IDS
    top_k: TopK | None = Field(None, description="阅读的段落数；不给则用服务的设置")
    threshold: float | None = Field(
        None, ge=0.0, le=1.0, description="给出答案所需的最低把握；不给则用服务的设置，越高越谨慎"
    )
    store: bool = Field(True, description="是否存入对话历史；不存的问答不能追问，也不能评价")


class RetrievalRequest(BaseModel):
    """Body of POST /v1/retrieval."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"question": _QUESTION}]})

    question: Question
    document_ids: list[Text] | None = _DOCUMENT_IDS
    top_k: TopK = Field(DEFAULT_PASSAGES, description="段落数")


class CitationModel(BaseModel):
    """One exact place in one exact revision: text[start:end] == quote."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CITATION]})

    document_id: str
    document_title: str
    revision: int
    sha256: str = Field(description="该版文本（UTF-8）的 SHA-256")
    start: int = Field(description="起始位置，Unicode 码点，从 0 起")
    end: int = Field(description="结束位置（不含）")
    offset_unit: str = OFFSET_UNIT
    quote: str = Field(description="原文，逐字")
    prefix: str = Field(description="同一句中引文之前的原文")
    suffix: str = Field(description="同一句中引文之后的原文")
    page: int | None = Field(description="所在页，从 1 起；没有页的格式为 null")
    headings: list[str] = Field(description="所在标题，由外到内")
    score: float = Field(description="答案的把握；整段引用时为检索得分")

    @classmethod
    def of(cls, citation: Citation) -> CitationModel:
        """The wire form of a citation."""
        return cls(**_fields(citation))


class PassageModel(CitationModel):
    """A passage that was found for a question, cited as a whole."""

    ranks: dict[str, int] = Field(description="在各路检索中的名次，从 1 起：dense 为向量检索，lexical 为词语检索")

    @classmethod
    def found(cls, hit: Hit) -> PassageModel:
        """The wire form of a hit."""
        return cls(**_fields(cite_passage(hit)), ranks=dict(hit.ranks))


class RetrievalResponse(BaseModel):
    """The passages that most resemble a question, best first."""

    passages: list[PassageModel]
    question_as_understood: str
    index_generation: int
    timings_ms: dict[str, float] = Field(description="各步用时（毫秒）：understand、retrieve、total")


class RetrievalEvent(BaseModel):
    """Event `retrieval` of /v1/ask/stream: the passages that are read, best first."""

    passages: list[PassageModel]
    question_as_understood: str


class AnswerBrief(BaseModel):
    """Event `answer` of /v1/ask/stream: the answer, before its citations."""

    id: str
    conversation_id: str
    status: Status
    kind: Kind
    verdict: Verdict | None
    answer: str | None
    confidence: float
    question_as_understood: str
    index_generation: int


class AskResponse(BaseModel):
    """An answer copied from the documents, or none."""

    model_config = ConfigDict(json_schema_extra={"examples": [_RESPONSE]})

    id: str = Field(description="回答的编号，评价时使用")
    conversation_id: str = Field(description="对话编号，追问时带上")
    status: Status = Field(description="answered 有答案；no_answer 文档没有说")
    kind: Kind = Field(
        description="span 一处原文；list 多处原文，逐项引用；passage 成句的说明；yes_no 是非判断，引用支持它的原句"
    )
    verdict: Verdict | None = Field(None, description="kind 为 yes_no 时的判断，否则为 null")
    answer: str | None = Field(description="答案，原文照录（是非判断为“是”或“否”）；status 为 no_answer 时为 null")
    confidence: float = Field(ge=0.0, le=1.0, description="把握：标出同样数值的答案中，正确的约占这个比例")
    citations: list[CitationModel] = Field(description="出处，列表答案每项一个")
    conflicting: list[CitationModel] = Field(
        default_factory=list, description="别的文档中不同的说法，与答案不一致；由读者判断该信哪一份"
    )
    nearest: list[CitationModel] = Field(description="没有答案时，最接近的原文")
    question_as_understood: str = Field(description="结合上文理解后的问题")
    index_generation: int = Field(description="文档库的版次，每次改动加一")
    timings_ms: dict[str, float] = Field(description="各步用时（毫秒）")

    @classmethod
    def of(cls, answer: Answer, answer_id: str, conversation_id: str) -> AskResponse:
        """The wire form of an answer."""
        return cls(
            id=answer_id,
            conversation_id=conversation_id,
            status=answer.status,
            kind=answer.kind,
            verdict=answer.verdict,
            answer=answer.text,
            confidence=round(answer.confidence, 4),
            citations=[CitationModel.of(citation) for citation in answer.citations],
            conflicting=[CitationModel.of(citation) for citation in answer.conflicting],
            nearest=[CitationModel.of(citation) for citation in answer.nearest],
            question_as_understood=answer.question_as_understood,
            index_generation=answer.generation,
            timings_ms=dict(answer.timings_ms),
        )

    def brief(self) -> AnswerBrief:
        """The answer without citations and timings."""
        return AnswerBrief.model_validate(self, from_attributes=True)


class VerifyRequest(BaseModel):
    """Body of POST /v1/citations/verify: the same fields as in a citation, the rest of which may be left in."""

    model_config = ConfigDict(
        extra="ignore",
        strict=True,
        json_schema_extra={
            "examples": [{name: _CITATION[name] for name in ("document_id", "revision", "start", "end", "quote")}]
        },
    )

    document_id: Text
    revision: RevisionNumber
    start: Position = Field(description="起始位置，Unicode 码点，从 0 起")
    end: Position = Field(description="结束位置（不含）")
    quote: Text = Field(description="应当与原文逐字相同的引文")


class VerifyResponse(BaseModel):
    """Whether a citation is what the document says."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"valid": True, "reason": None, "removed": False, "latest_revision": 1}]}
    )

    valid: bool
    reason: str | None = Field(
        description="不成立的原因：quote_differs 该处原文不同，out_of_range 位置不在原文之内，"
        "revision_not_found 没有这一版，document_not_found 没有这份文档",
        json_schema_extra={"enum": ["quote_differs", "out_of_range", "revision_not_found", "document_not_found", None]},
    )
    removed: bool = Field(description="文档是否已删除（原文仍可核对）")
    latest_revision: int | None = Field(description="文档现在的版次；大于 revision 表示引自旧版；没有这份文档时为 null")


def _fields(citation: Citation) -> dict[str, Any]:
    revision = citation.revision
    return {
        "document_id": revision.document_id,
        "document_title": revision.title,
        "revision": revision.number,
        "sha256": revision.sha256,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "prefix": citation.prefix,
        "suffix": citation.suffix,
        "page": citation.page,
        "headings": list(citation.headings),
        "score": round(citation.score, 6),
    }
