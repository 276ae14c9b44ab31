"""The text of a document, exactly, and its revisions. The router is a part of that in routes/documents.py."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from api.deps import LibraryDependency
from api.errors import ApiError, error_responses
from api.schemas.content import ContentModel, RevisionListModel, RevisionModel
from api.schemas.values import LARGEST
from index.errors import UnknownDocument, UnknownRevision
from index.library import Library
from index.types import RevisionSummary

router = APIRouter()

_NOT_FOUND = error_responses(404, 422, 503)


@router.get(
    "/{document_id}/revisions",
    operation_id="list_revisions",
    summary="各版",
    description="可以读取的各版，从新到旧；也可用于已删除的文档。",
    responses=error_responses(404, 503),
)
def revisions(document_id: str, library: LibraryDependency) -> RevisionListModel:
    """The versions of a document."""
    found = _revisions(library, document_id)
    return RevisionListModel(
        id=document_id,
        removed=library.is_removed(document_id),
        latest_revision=found[0].number,
        revisions=[RevisionModel.of(revision) for revision in found],
    )


@router.get(
    "/{document_id}/content",
    operation_id="read_content",
    response_model=ContentModel,
    summary="原文",
    description=(
        "某一版的原文；start、end 以 Unicode 码点计，从 0 起，不含 end。已被取代的旧版和已删除的文档也可读取，"
        "见 latest_revision 和 removed。带 ETag：用 If-None-Match 再问时，没有变化则返回 304。"
    ),
    responses={304: {"description": "与 If-None-Match 所指的相同"}, **_NOT_FOUND},
)
def content(
    document_id: str,
    library: LibraryDependency,
    response: Response,
    revision: Annotated[int | None, Query(ge=1, le=LARGEST, description="版次；不给则为最新版")] = None,
    start: Annotated[int, Query(ge=0, le=LARGEST, description="起始位置")] = 0,
    end: Annotated[int | None, Query(ge=0, le=LARGEST, description="结束位置；不给则到文末")] = None,
    if_none_match: Annotated[str | None, Header(description="上次得到的 ETag")] = None,
) -> ContentModel | Response:
    """The exact text of a revision, or a part of it."""
    known = _revisions(library, document_id)
    wanted = known[0].number if revision is None else revision
    summary = next((one for one in known if one.number == wanted), None)
    if summary is None:
        raise UnknownRevision(document_id, wanted)
    stop = summary.characters if end is None else end
    _check_range(start, stop, summary.characters)
    is_removed = library.is_removed(document_id)
    tag = _tag(summary, start, stop, known[0].number, is_removed=is_removed)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if _matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    document = library.document(document_id, wanted)
    response.headers.update(headers)
    return ContentModel.of(document, start, stop, known[0].number, removed=is_removed)


def _revisions(library: Library, document_id: str) -> list[RevisionSummary]:
    """The readable revisions, newest first. Raises UnknownDocument, also when all were purged."""
    found = sorted(library.revisions(document_id), key=lambda revision: revision.number, reverse=True)
    if not found:
        raise UnknownDocument(document_id)
    return found


def _check_range(start: int, stop: int, length: int) -> None:
    if not start <= stop <= length:
        raise ApiError(
            422,
            "range_invalid",
            f"范围 [{start}, {stop}) 不在原文之内；应满足 0 ≤ start ≤ end ≤ {length}。",
            {"start": start, "end": stop, "length": length},
        )


def _tag(summary: RevisionSummary, start: int, stop: int, latest: int, *, is_removed: bool) -> str:
    """Everything that an answer is made of. Weak, because it is sent compressed or not."""
    parts = (summary.sha256, summary.number, summary.title, start, stop, latest, is_removed)
    return f'W/"{hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:32]}"'


def _matches(if_none_match: str | None, tag: str) -> bool:
    """Whether a list of tags holds this one, by the weak comparison of RFC 9110."""
    if if_none_match is None:
        return False
    tags = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags
