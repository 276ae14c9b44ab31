"""Run the application under uvicorn: bind first, build in the background, say when it is ready, stop gracefully."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from api.app import create_app
from api.errors import StartError
from api.keys import DATABASE_NAME, KeyRing
from api.logs import configure_logging
from api.security import check_start
from qa.settings import Settings

if TYPE_CHECKING:
    from index.library import Progress
    from qa.assemble import Wenqu

GRACEFUL_STOP_SECONDS = 20


def run(settings: Settings, progress: Progress, say: Callable[[str], None]) -> None:
    """Serve until told to stop; `say` prints a line for the user.

    Raises StartError when the address cannot be bound, when serving there would open the documents to others, or when
    the program cannot be built.
    """
    configure_logging(settings.log_level)
    began = time.monotonic()
    with bind(settings.host, settings.port) as listener:
        check_start_of(settings, listener)
        address = f"http://{_printable(settings.host)}:{listener.getsockname()[1]}"
        say(f"问渠正在启动，数据目录 {settings.data_dir}")
        failures: list[Exception] = []

        def when_built(failure: Exception | None) -> None:
            if failure is None:
                say(f"问渠已就绪：{address}  （用时 {time.monotonic() - began:.1f} 秒，按 Ctrl+C 停止）")
            else:
                failures.append(failure)
                server.should_exit = True

        def build() -> Wenqu:
            # Loading the models and encoding the article take a while; the server answers /healthz meanwhile.
            from qa.assemble import assemble

            return assemble(settings, progress)

        application = create_app(build, settings, when_built)
        server = GracefulServer(uvicorn_config(application), application.state.stopping, say)
        server.run(sockets=[listener])
    if failures:
        raise StartError(f"启动失败：{failures[0]}") from failures[0]


def check_start_of(settings: Settings, listener: socket.socket) -> None:
    """Raises StartError when this server must not be reached at the address that was bound."""
    ring = KeyRing(settings.api_keys, settings.data_dir / DATABASE_NAME)
    try:
        check_start(settings, listener.getsockname()[0], ring)
    finally:
        ring.close()


def uvicorn_config(application: object) -> uvicorn.Config:
    """How uvicorn serves the application: it logs by our formatter, and gives requests time to finish."""
    return uvicorn.Config(
        application,  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_STOP_SECONDS,
    )


class GracefulServer(uvicorn.Server):
    """Sets `stopping` as soon as it is told to stop, while requests in flight are still being finished."""

    def __init__(
        self, config: uvicorn.Config, stopping: threading.Event, say: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._say = say

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let no new request in, wait for those in flight, and end the application."""
        self._stopping.set()
        if self._say is not None and self.server_state.tasks:
            self._say(f"正在停止：等待进行中的请求完成，最多 {GRACEFUL_STOP_SECONDS} 秒（再按 Ctrl+C 立即停止）")
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket at the address. Raises StartError when it is taken or not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as failure:
        raise StartError(
            f"无法监听 {host}:{port}（{failure}）；请换一个端口或地址，"
            "例如 PORT=8001 make serve 或 wenqu serve --port 8001。"
        ) from failure


def _printable(host: str) -> str:
    """The host of an address that a browser of this machine opens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{host}]" if ":" in host else host
