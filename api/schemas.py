"""The only pydantic models of the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from index.types import Document, DocumentSummary, Heading
from qa.types import Answer, Citation, Kind, Status
from qa.understand import MAX_QUESTION_CHARACTERS

OFFSET_UNIT = "codepoint"


class AskRequest(BaseModel):
    """Body of POST /v1/ask."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"question": "宁德时代动力及储能电池项目投资了多少？"}]},
    )

    question: str = Field(description=f"问题，1 到 {MAX_QUESTION_CHARACTERS} 个字符")
    conversation_id: str | None = Field(
        None, max_length=64, description="对话编号：同一对话中可以追问“那…呢？”“它…？”；不给则开始新的对话"
    )
    document_ids: list[str] | None = Field(None, min_length=1, max_length=1000, description="只在这些文档中查找")
    top_k: int | None = Field(None, ge=1, le=50, description="阅读的段落数")
    threshold: float | None = Field(
        None, ge=0.0, le=1.0, description="给出答案所需的最低把握；不给则用服务的设置，越高越谨慎"
    )


class CitationModel(BaseModel):
    """One exact place in one exact revision: text[start:end] == quote."""

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
    page: int | None
    headings: list[str] = Field(description="所在标题，由外到内")
    score: float

    @classmethod
    def of(cls, citation: Citation) -> CitationModel:
        """The wire form of a citation."""
        revision = citation.revision
        return cls(
            document_id=revision.document_id,
            document_title=revision.title,
            revision=revision.number,
            sha256=revision.sha256,
            start=citation.start,
            end=citation.end,
            quote=citation.quote,
            prefix=citation.prefix,
            suffix=citation.suffix,
            page=citation.page,
            headings=list(citation.headings),
            score=round(citation.score, 6),
        )


class AskResponse(BaseModel):
    """An answer copied from the documents, or none."""

    id: str
    conversation_id: str
    status: Status
    kind: Kind
    answer: str | None = Field(description="答案，原文照录；status 为 no_answer 时为 null")
    confidence: float = Field(ge=0.0, le=1.0)
    citations: list[CitationModel]
    nearest: list[CitationModel] = Field(description="没有答案时，最接近的原文")
    question_as_understood: str
    index_generation: int
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, answer: Answer, answer_id: str, conversation_id: str) -> AskResponse:
        """The wire form of an answer."""
        return cls(
            id=answer_id,
            conversation_id=conversation_id,
            status=answer.status,
            kind=answer.kind,
            answer=answer.text,
            confidence=round(answer.confidence, 4),
            citations=[CitationModel.of(citation) for citation in answer.citations],
            nearest=[CitationModel.of(citation) for citation in answer.nearest],
            question_as_understood=answer.question_as_understood,
            index_generation=answer.generation,
            timings_ms=dict(answer.timings_ms),
        )


class DocumentModel(BaseModel):
    """A document in a list."""

    id: str
    title: str
    revision: int
    sha256: str
    status: str = "indexed"
    source: str = Field(description="文件名")
    characters: int
    passages: int
    created_at: str

    @classmethod
    def of(cls, summary: DocumentSummary) -> DocumentModel:
        """The wire form of a summary."""
        return cls(
            id=summary.revision.document_id,
            title=summary.revision.title,
            revision=summary.revision.number,
            sha256=summary.revision.sha256,
            source=summary.source,
            characters=summary.characters,
            passages=summary.passages,
            created_at=summary.created_at,
        )


class DocumentListModel(BaseModel):
    """One page of the documents, newest first."""

    documents: list[DocumentModel]
    total: int
    limit: int
    offset: int


class HeadingModel(BaseModel):
    """A heading inside the text."""

    level: int
    start: int
    end: int


class ContentModel(BaseModel):
    """The exact text of a revision, or a part of it."""

    id: str
    title: str
    revision: int
    sha256: str = Field(description="整版文本（UTF-8）的 SHA-256")
    start: int
    end: int
    length: int = Field(description="整版文本的长度（码点）")
    offset_unit: str = OFFSET_UNIT
    text: str
    headings: list[HeadingModel] = Field(description="位置以整版文本计")

    @classmethod
    def of(cls, document: Document, start: int, end: int) -> ContentModel:
        """The wire form of document.text[start:end]."""
        return cls(
            id=document.revision.document_id,
            title=document.revision.title,
            revision=document.revision.number,
            sha256=document.revision.sha256,
            start=start,
            end=end,
            length=len(document.text),
            text=document.text[start:end],
            headings=[_heading(mark) for mark in document.headings if mark.start < end and start < mark.end],
        )


def _heading(mark: Heading) -> HeadingModel:
    return HeadingModel(level=mark.level, start=mark.start, end=mark.end)


class ErrorDetail(BaseModel):
    """What went wrong, for programs (code) and people (message)."""

    code: str = Field(description="稳定的英文代码")
    message: str = Field(description="中文说明")
    detail: dict[str, Any] = Field(default_factory=dict)


class ErrorModel(BaseModel):
    """The one error shape."""

    error: ErrorDetail


class HealthModel(BaseModel):
    """Liveness and readiness."""

    status: str
