"""POST /v1/citations/verify."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import LibraryDependency
from api.errors import error_responses
from api.schemas.ask import VerifyRequest, VerifyResponse
from index.errors import UnknownDocument, UnknownRevision
from index.library import Library
from index.types import Document

router = APIRouter(prefix="/v1/citations", tags=["问答"])


@router.post(
    "/verify",
    operation_id="verify_citation",
    summary="核对出处",
    description="核对引文是否与某份文档某一版在 [start, end) 处的原文逐字相同。旧版和已删除的文档也可核对。",
    responses=error_responses(400, 413, 422, 503),
)
def verify(body: VerifyRequest, library: LibraryDependency) -> VerifyResponse:
    """Whether text[start:end] of a revision is the quote, and whether the document has changed since."""
    try:
        latest = library.revisions(body.document_id)[0].number
        removed = library.is_removed(body.document_id)
    except UnknownDocument:
        return VerifyResponse(valid=False, reason="document_not_found", removed=False, latest_revision=None)
    reason = _objection(body, library)
    return VerifyResponse(valid=reason is None, reason=reason, removed=removed, latest_revision=latest)


def _objection(body: VerifyRequest, library: Library) -> str | None:
    try:
        document: Document = library.document(body.document_id, body.revision)
    except UnknownRevision:
        return "revision_not_found"
    except UnknownDocument:
        return "document_not_found"
    if not body.start < body.end <= len(document.text):
        return "out_of_range"
    return None if document.text[body.start : body.end] == body.quote else "quote_differs"
