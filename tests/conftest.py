"""Fixtures shared by the packages: a really running server over the shipped models, and its address."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

READY_SECONDS = 180


@dataclass(frozen=True, slots=True)
class RunningServer:
    """`wenqu serve` in a process of its own."""

    address: str
    data_dir: Path
    environment: dict[str, str]


def wenqu_environment(data_dir: Path) -> dict[str, str]:
    return {**os.environ, "WENQU_DATA_DIR": str(data_dir), "HOST": "127.0.0.1", "PORT": "0", "COLUMNS": "200"}


def start_server(environment: dict[str, str], log: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start `wenqu serve`; the process and its address once it says that it is ready."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve"], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        found = re.search(r"已就绪：(http://\S+)", log.read_text(encoding="utf-8"))
        if found:
            return process, found[1]
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise AssertionError(f"the server did not become ready:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def running_server(folder: Path) -> Iterator[RunningServer]:
    """A server over a fresh data folder, stopped at the end of the block."""
    environment = wenqu_environment(folder / "data")
    process, address = start_server(environment, folder / "log")
    try:
        yield RunningServer(address, folder / "data", environment)
    finally:
        process.terminate()
        status = process.wait(timeout=30)
    assert status in (0, -signal.SIGTERM)  # uvicorn passes the signal on once it has stopped


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests that change nothing; it holds the shipped article alone."""
    with running_server(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=60) as made:
        yield made
