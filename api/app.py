"""create_app: the application factory. Nothing loads at import."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api.docs import add_docs, new_api
from api.errors import ApiError, install_error_handlers
from api.keys import DATABASE_NAME, KeyRing
from api.limits import RateLimiter
from api.metrics import CountedAnswerer, Gauges, Metrics
from api.middleware import REQUEST_ID_HEADER, BodyLimit, RequestLog, ResponseHeaders, Timeout
from api.routes import (
    ask,
    chat_completions,
    citations,
    conversations,
    documents,
    feedback,
    health,
    jobs,
    retrieval,
    status,
    suggestions,
)
from api.security import AccessGate
from api.service import Build, Service
from api.sites import SiteGuard, listed
from index.errors import LibraryError
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.assemble import Wenqu

WEB = Path(__file__).parent / "web"
_ROUTES = (
    ask,
    retrieval,
    citations,
    chat_completions,
    documents,
    jobs,
    suggestions,
    conversations,
    feedback,
    status,
    health,
)
_SMALLEST_ZIPPED_BYTES = 1024
_ZIP_LEVEL = 5
# A question gives up by itself, and says why; this is for whatever else hangs.
_GRACE_SECONDS = 5.0
_CORS_MAX_AGE_SECONDS = 600


def create_app(
    build: Build, settings: Settings, when_built: Callable[[Exception | None], None] | None = None
) -> FastAPI:
    """The application over what `build` makes; `build` runs in the background once the server has started.

    `when_built` is then called with the failure, or None. `app.state` holds `service`, `settings`, `metrics`, `keys`,
    and `stopping`: an event that is set as soon as the server is told to stop, so that endless streams end.
    """

    def build_counted() -> Wenqu:
        wenqu = build()
        return replace(wenqu, answerer=CountedAnswerer(wenqu.answerer, metrics))

    service = Service(
        build_counted, settings.concurrent_questions, settings.max_waiting_questions, settings.request_timeout_seconds
    )
    metrics = Metrics(version("wenqu"), lambda: read_gauges(service))
    ring = KeyRing(settings.api_keys, settings.data_dir / DATABASE_NAME)
    stopping = threading.Event()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start(when_built)
        yield
        stopping.set()
        await anyio.to_thread.run_sync(service.stop)
        ring.close()

    app = new_api(lifespan=lifespan)
    app.state.service = service
    app.state.settings = settings
    app.state.metrics = metrics
    app.state.keys = ring
    app.state.stopping = stopping
    app.state.is_stopping = stopping.is_set
    install_error_handlers(app)
    _add_middleware(app, settings, ring, metrics)
    for module in _ROUTES:
        app.include_router(module.router)
    add_docs(app)
    _add_page(app)
    return app


def read_gauges(service: Service) -> Gauges:
    """The state of the program as numbers; only the questions while it is being built."""
    questions = (service.at_work, service.waiting)
    try:
        wenqu = service.ready()
        statistics = wenqu.library.statistics()
        queue = {status.value: count for status, count in wenqu.queue.counts().items()}
    except (ApiError, LibraryError):
        return Gauges(False, *questions)
    return Gauges(
        True,
        *questions,
        documents=statistics.documents,
        passages=statistics.passages,
        generation=statistics.generation,
        bytes_on_disk=statistics.bytes_on_disk,
        queue=queue,
    )


def _add_middleware(app: FastAPI, settings: Settings, ring: KeyRing, metrics: Metrics) -> None:
    """What is added last is outermost."""
    origins = listed(settings.cors_origins)
    limiter = RateLimiter(settings.rate_limit_per_minute) if settings.rate_limit_per_minute else None
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, max_file_bytes=settings.max_file_bytes)
    app.add_middleware(Timeout, seconds=settings.request_timeout_seconds + _GRACE_SECONDS)
    app.add_middleware(AccessGate, ring=ring, limiter=limiter)
    app.add_middleware(SiteGuard, ring=ring, host=settings.host, origins=origins)
    app.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_ZIPPED_BYTES, compresslevel=_ZIP_LEVEL)
    app.add_middleware(RequestLog, metrics=metrics)
    # Outside of what answers unexpected failures, so that these too are readable where they may be.
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", "X-API-Key", REQUEST_ID_HEADER],
            expose_headers=[
                "Content-Disposition",
                "ETag",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
                "Retry-After",
                REQUEST_ID_HEADER,
            ],
            max_age=_CORS_MAX_AGE_SECONDS,
        )
    app.add_middleware(ResponseHeaders)


def _add_page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(WEB / "index.html")

    app.mount("/web", StaticFiles(directory=WEB), name="web")
