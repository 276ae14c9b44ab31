"""GET /v1/documents and what is under it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import LibraryDependency
from api.errors import ApiError, error_responses
from api.schemas import ContentModel, DocumentListModel, DocumentModel

router = APIRouter(prefix="/v1/documents", tags=["文档"])

_LARGEST = 2**31 - 1
_NOT_FOUND = error_responses(404, 422, 503)


@router.get("", summary="文档列表", responses=error_responses(422, 503))
def list_documents(
    library: LibraryDependency,
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数")] = 50,
    offset: Annotated[int, Query(ge=0, le=_LARGEST, description="跳过的条数")] = 0,
) -> DocumentListModel:
    """One page of the documents, newest first."""
    summaries, total = library.summaries(limit, offset)
    documents = [DocumentModel.of(summary) for summary in summaries]
    return DocumentListModel(documents=documents, total=total, limit=limit, offset=offset)


@router.get("/{document_id}", summary="一份文档", responses=_NOT_FOUND)
def show_document(document_id: str, library: LibraryDependency) -> DocumentModel:
    """One document, without its text."""
    return DocumentModel.of(library.summary(document_id))


@router.get(
    "/{document_id}/content",
    summary="原文",
    description="某一版的原文；start、end 以 Unicode 码点计，从 0 起，不含 end。已被取代的旧版也可读取。",
    responses=_NOT_FOUND,
)
def content(
    document_id: str,
    library: LibraryDependency,
    revision: Annotated[int | None, Query(ge=1, le=_LARGEST, description="版次；不给则为最新版")] = None,
    start: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
    end: Annotated[int | None, Query(ge=0, le=_LARGEST, description="不给则到文末")] = None,
) -> ContentModel:
    """The exact text of a revision, or a part of it."""
    document = library.document(document_id, revision)
    length = len(document.text)
    stop = length if end is None else end
    if not start <= stop <= length:
        raise ApiError(
            422,
            "range_invalid",
            f"范围 [{start}, {stop}) 不在原文之内；应满足 0 ≤ start ≤ end ≤ {length}。",
            {"start": start, "end": stop, "length": length},
        )
    return ContentModel.of(document, start, stop)
