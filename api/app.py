"""create_app: the application factory. Nothing loads at import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from api.errors import install_error_handlers
from api.middleware import BodyLimit, ResponseHeaders
from api.routes import ask, documents, health
from api.service import Build, Service
from qa.settings import Settings

WEB = Path(__file__).parent / "web"


def create_app(
    build: Build, settings: Settings, when_built: Callable[[Exception | None], None] | None = None
) -> FastAPI:
    """The application over what `build` makes; `build` runs in the background once the server has started.

    `when_built` is then called with the failure, or None.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service.start(when_built)
        yield

    app = FastAPI(
        title="问渠 Wenqu",
        summary="中文文档问答：答案逐字摘自原文，出处可核对，文中没有就说没有。",
        version=version("wenqu"),
        lifespan=lifespan,
        # The interactive pages of FastAPI load scripts from other hosts.
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = Service(build, settings.concurrent_questions)
    install_error_handlers(app)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(ResponseHeaders)
    for routes in (ask, documents, health):
        app.include_router(routes.router)

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(WEB / "index.html")

    app.mount("/web", StaticFiles(directory=WEB), name="web")
    return app
