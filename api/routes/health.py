"""GET /healthz and /readyz."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import ServiceDependency
from api.errors import error_responses
from api.schemas import HealthModel

router = APIRouter(tags=["运行状态"])


@router.get("/healthz", summary="进程是否活着")
def healthz() -> HealthModel:
    """Always ok while the process runs."""
    return HealthModel(status="ok")


@router.get("/readyz", summary="是否可以回答", responses=error_responses(503))
def readyz(service: ServiceDependency) -> HealthModel:
    """Ok when models and indexes are loaded."""
    service.ready()
    return HealthModel(status="ready")
