"""The text of a document, and its revisions."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.common import OFFSET_UNIT
from index.types import Document, Heading, RevisionSummary


class RevisionModel(BaseModel):
    """One version of a document."""

    revision: int
    sha256: str
    title: str
    characters: int
    created_at: str

    @classmethod
    def of(cls, summary: RevisionSummary) -> RevisionModel:
        """The wire form of a version."""
        return cls(
            revision=summary.number,
            sha256=summary.sha256,
            title=summary.title,
            characters=summary.characters,
            created_at=summary.created_at,
        )


class RevisionListModel(BaseModel):
    """The versions of a document that can be read, newest first."""

    id: str
    removed: bool = Field(description="文档是否已删除（旧版仍可读）")
    latest_revision: int
    revisions: list[RevisionModel]


class HeadingModel(BaseModel):
    """A heading inside the text."""

    level: int
    start: int
    end: int


class PageModel(BaseModel):
    """A printed page inside the text."""

    number: int
    start: int
    end: int


class ContentModel(BaseModel):
    """The exact text of a revision, or a part of it."""

    id: str
    title: str
    revision: int
    latest_revision: int = Field(description="文档现在的版次；大于 revision 表示这是旧版")
    removed: bool = Field(description="文档是否已删除（原文仍可读，但不再检索）")
    sha256: str = Field(description="整版文本（UTF-8）的 SHA-256")
    start: int
    end: int
    length: int = Field(description="整版文本的长度（码点）")
    offset_unit: str = OFFSET_UNIT
    text: str
    headings: list[HeadingModel] = Field(description="与 [start, end) 相交的标题，位置以整版文本计")
    pages: list[PageModel] = Field(description="与 [start, end) 相交的页，位置以整版文本计；没有页的格式为空")

    @classmethod
    def of(cls, document: Document, start: int, end: int, latest_revision: int, *, removed: bool) -> ContentModel:
        """The wire form of document.text[start:end]."""
        return cls(
            id=document.revision.document_id,
            title=document.revision.title,
            revision=document.revision.number,
            latest_revision=latest_revision,
            removed=removed,
            sha256=document.revision.sha256,
            start=start,
            end=end,
            length=len(document.text),
            text=document.text[start:end],
            headings=[_heading(mark) for mark in document.headings if mark.start < end and start < mark.end],
            pages=[
                PageModel(number=page.number, start=page.start, end=page.end)
                for page in document.pages
                if page.start < end and start < page.end
            ],
        )


def _heading(mark: Heading) -> HeadingModel:
    return HeadingModel(level=mark.level, start=mark.start, end=mark.end)
