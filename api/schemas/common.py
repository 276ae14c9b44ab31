"""What every route may answer with."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

OFFSET_UNIT = "codepoint"


class ErrorDetail(BaseModel):
    """What went wrong, for programs (code) and people (message)."""

    code: str = Field(description="稳定的英文代码")
    message: str = Field(description="中文说明")
    detail: dict[str, Any] = Field(default_factory=dict)


class ErrorModel(BaseModel):
    """The one error shape."""

    error: ErrorDetail


class ListingModel(BaseModel):
    """A part of a list, beside which a subclass puts its entries."""

    total: int = Field(description="总条数")
    limit: int
    offset: int


class HealthModel(BaseModel):
    """Liveness and readiness."""

    status: str
