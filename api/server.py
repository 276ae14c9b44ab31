"""Run the application under uvicorn: bind first, build in the background, say when it is ready."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from api.app import create_app
from api.errors import StartError
from index.library import Progress
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.assemble import Wenqu


def run(settings: Settings, progress: Progress, say: Callable[[str], None]) -> None:
    """Serve until told to stop; `say` prints a line for the user.

    Raises StartError when the address cannot be bound or the program cannot be built.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    began = time.monotonic()
    listener = bind(settings.host, settings.port)
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
    server = uvicorn.Server(
        uvicorn.Config(application, log_level="warning", access_log=False, timeout_graceful_shutdown=10)
    )
    server.run(sockets=[listener])
    if failures:
        raise StartError(f"启动失败：{failures[0]}") from failures[0]


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
    return f"[{host}]" if ":" in host else host
