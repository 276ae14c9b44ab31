"""/v1/documents: add, list, show, rename, replace, remove, restore. What a document holds is in routes/content.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter

from api import adding
from api.deps import Limit, Offset, ServiceDependency
from api.errors import ApiError, error_responses
from api.routes import content
from api.schemas.documents import (
    CreatedModel,
    DocumentId,
    DocumentListModel,
    DocumentModel,
    Renaming,
    TextReplacement,
    TextUpload,
)
from api.service import Service
from api.uploads import receive_upload
from index.jobs import JobStatus
from index.listing import Listing

router = APIRouter(prefix="/v1/documents", tags=["文档"])

_LONGEST_WAIT = 60
_UPLOADING = error_responses(400, 409, 413, 415, 422, 503, 507)
_Wait = Annotated[
    float, Query(ge=0, le=_LONGEST_WAIT, description="最多等待多少秒，直到索引完成或失败；0 为立即返回", examples=[30])
]
_NewId = Annotated[DocumentId, PathParameter(description="文档编号：1 至 64 个字母、数字、点、横线或下划线")]


def _body(text_model: type[TextUpload | TextReplacement], form_fields: dict[str, Any]) -> dict[str, Any]:
    """What OpenAPI says of a body that is read by hand, as it arrives."""
    file = {"type": "string", "format": "binary", "description": "文件；扩展名决定格式"}
    form = {"type": "object", "required": ["file"], "properties": {"file": file, **form_fields}}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": form | {"additionalProperties": False}},
                "application/json": {"schema": text_model.model_json_schema()},
            },
        }
    }


def _field(model: type[TextUpload], name: str) -> dict[str, Any]:
    schema: dict[str, Any] = model.model_json_schema()["properties"][name]
    string: dict[str, Any] = next((kind for kind in schema.get("anyOf", ()) if kind["type"] == "string"), schema)
    return {**string, "description": schema.get("description", "")}


_ID, _TITLE = _field(TextUpload, "id"), _field(TextUpload, "title")


@router.get(
    "",
    operation_id="list_documents",
    summary="文档列表",
    description="一页文档。未完成和失败的上传排在前面，其余按添加时间从新到旧；已取消的上传和已删除的文档不列出。",
    responses=error_responses(422, 503),
)
def list_documents(
    service: ServiceDependency,
    limit: Limit = 50,
    offset: Offset = 0,
    q: Annotated[str | None, Query(max_length=200, description="只列出标题或文件名含有这些字的")] = None,
    status: Annotated[list[JobStatus] | None, Query(max_length=20, description="只列出这些状态的，可重复")] = None,
) -> DocumentListModel:
    """One page of the documents and uploads."""
    entries, total = Listing(service.ready().database).page(limit, offset, (q or "").strip(), status)
    documents = [DocumentModel.of(entry.summary, entry.job) for entry in entries]
    return DocumentListModel(documents=documents, total=total, limit=limit, offset=offset)


@router.post(
    "",
    operation_id="add_document",
    status_code=201,
    summary="添加文档",
    description=(
        "上传一个文件（multipart/form-data 的 file 字段，可带 id、title），或提交一段文本（JSON）。存盘排队后"
        "立即返回，随后在后台解析和索引；进度见 `job_id` 对应的任务，或用 `wait` 等待结果，"
        "等到的失败也写在 status、reason 里。\n\n"
        "- 每次一个文件；多个文件请逐个上传，或打包成 zip，其中每个文件各成一份文档。\n"
        "- 不给 id 时编号由内容得出；文字已在库中的，不会重复添加，任务完成后的 document_id 就是已有的那份。\n"
        "- 给出的 id 已被使用时返回 409；提交的文本与已有的相同则返回 200 和已有的文档。要替换请用 PUT。"
    ),
    responses={200: {"model": CreatedModel, "description": "这段文字已在这个编号下"}, **_UPLOADING},
    openapi_extra=_body(TextUpload, {"id": _ID, "title": _TITLE}),
)
async def add_document(
    request: Request, response: Response, service: ServiceDependency, wait: _Wait = 0
) -> CreatedModel:
    """Queue a file or a text."""
    wenqu = service.ready()
    async with receive_upload(request, _folder(service), _max_file_bytes(request)) as upload:
        added = await anyio.to_thread.run_sync(adding.add, wenqu, upload)
    return await _answer(added, service, request, response, wait)


@router.get("/{document_id}", operation_id="show_document", summary="一份文档", responses=error_responses(404, 503))
def show_document(document_id: str, service: ServiceDependency) -> DocumentModel:
    """One document or upload, without its text."""
    entry = Listing(service.ready().database).entry(document_id)
    return DocumentModel.of(entry.summary, entry.job)


@router.put(
    "/{document_id}",
    operation_id="replace_document",
    summary="替换文档，或以指定的编号添加",
    description=(
        "使这个编号下的文档就是所给的文件或文本：已有的文档版次加一，旧版仍可凭 revision 读取；没有的则新建（201）。"
        "已删除的文档会随之恢复。文字没有变化时版次不变。新版索引完成之前，旧版照常可检索；新版失败时也不受影响。"
    ),
    responses={201: {"model": CreatedModel, "description": "原来没有这份文档，已新建"}, **_UPLOADING},
    openapi_extra=_body(TextReplacement, {"title": _TITLE}),
)
async def replace_document(
    document_id: _NewId, request: Request, response: Response, service: ServiceDependency, wait: _Wait = 0
) -> CreatedModel:
    """Queue a file or a text as the next revision."""
    wenqu = service.ready()
    async with receive_upload(request, _folder(service), _max_file_bytes(request), replaces=True) as upload:
        added = await anyio.to_thread.run_sync(adding.replace, wenqu, document_id, upload)
    return await _answer(added, service, request, response, wait)


@router.patch(
    "/{document_id}",
    operation_id="rename_document",
    summary="改标题",
    description="只改标题；文字、版次和已有的出处都不变。",
    responses=error_responses(400, 404, 409, 413, 422, 503),
)
def rename_document(document_id: str, renaming: Renaming, service: ServiceDependency) -> DocumentModel:
    """Give a document another title."""
    wenqu = service.ready()
    entry = Listing(wenqu.database).entry(document_id)
    if entry.summary is None:
        message = f"文档“{document_id}”还没有索引完成，不能改标题；请稍后再试。"
        raise ApiError(409, "document_not_ready", message, {"document_id": document_id})
    return DocumentModel.of(wenqu.library.rename(document_id, renaming.title), entry.job)


@router.delete(
    "/{document_id}",
    operation_id="remove_document",
    status_code=204,
    summary="删除文档",
    description=(
        "立即从所有回答中去掉这份文档，并取消它未完成的上传。旧的出处仍可打开原文（removed 为 true）；"
        "可用 restore 撤销。重复删除同样返回 204；从未有过的编号返回 404。"
    ),
    responses=error_responses(404, 503),
)
async def remove_document(document_id: str, service: ServiceDependency) -> None:
    """Take a document out of every answer."""
    await adding.remove(service.ready(), document_id)


@router.post(
    "/{document_id}/restore",
    operation_id="restore_document",
    summary="撤销删除",
    description="让删除的文档重新可检索，不需要重新索引。没有删除的文档原样返回。",
    responses=error_responses(404, 409, 503),
)
def restore_document(document_id: str, service: ServiceDependency) -> DocumentModel:
    """Undo a removal."""
    return DocumentModel.of(service.ready().library.restore(document_id))


async def _answer(
    added: adding.Added, service: Service, request: Request, response: Response, wait: float
) -> CreatedModel:
    added = await adding.settled(added, service.ready(), request, wait)
    model = added.model()
    response.status_code = 201 if added.is_new else 200
    if added.is_new and model.id is not None:
        response.headers["Location"] = f"/v1/documents/{model.id}"
    return model


def _folder(service: Service) -> Path:
    return Path(service.ready().database.path).parent / "incoming"


def _max_file_bytes(request: Request) -> int:
    limit: int = request.app.state.settings.max_file_bytes
    return limit


router.include_router(content.router)
