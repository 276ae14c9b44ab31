"""GET /healthz, /readyz and /metrics."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.deps import ServiceDependency
from api.errors import error_responses
from api.metrics import CONTENT_TYPE, Metrics
from api.schemas.common import HealthModel

router = APIRouter(tags=["运行状态"])


@router.get(
    "/healthz",
    summary="进程是否活着",
    description="只要进程在运行就回答 ok，不看模型和索引；不需要密钥。",
)
async def healthz() -> HealthModel:
    """Always ok while the process runs; needs no thread, so that a busy server still answers."""
    return HealthModel(status="ok")


@router.get(
    "/readyz",
    summary="是否可以回答",
    description="模型和索引都已加载时回答 ready，否则 503；不需要密钥。",
    responses=error_responses(503),
)
async def readyz(service: ServiceDependency) -> HealthModel:
    """Ok when models and indexes are loaded."""
    service.ready()
    return HealthModel(status="ready")


@router.get(
    "/metrics",
    summary="Prometheus 指标",
    description="请求数和用时、各步用时、答案数、排队的任务数、文档数等，Prometheus 文本格式。设置了密钥时需要密钥。",
    response_class=Response,
    responses={
        200: {
            "description": "指标",
            "content": {
                "text/plain": {
                    "schema": {"type": "string"},
                    "example": "# TYPE wenqu_documents gauge\nwenqu_documents 12.0\n",
                }
            },
        }
    },
)
def metrics(request: Request) -> Response:
    """What was counted so far."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), media_type=CONTENT_TYPE)
