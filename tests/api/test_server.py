"""Starting, being refused to start, and stopping without losing what is in flight."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from api.errors import StartError
from api.keys import DATABASE_NAME, KeyStore, Scope
from api.server import bind, check_start_of
from index.database import Database
from qa.settings import Settings
from tests.api.program import SECONDS, stoppable, with_idle_worker
from tests.api.serving import GatedAnswerer
from tests.fakes import make_wenqu

pytestmark = pytest.mark.slow


def test_a_taken_port_says_what_to_do() -> None:
    with bind("127.0.0.1", 0) as listener, pytest.raises(StartError, match="PORT="):
        bind("127.0.0.1", listener.getsockname()[1])


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(StartError, match="无法监听"):
        bind("192.0.2.1", 0)


def test_where_it_may_listen_depends_on_what_was_bound(tmp_path: Path) -> None:
    everywhere = "0.0.0.0"  # noqa: S104
    with bind(everywhere, 0) as listener:
        with pytest.raises(StartError, match="--allow-open-network"):
            check_start_of(Settings(data_dir=tmp_path, host=everywhere), listener)
        check_start_of(Settings(data_dir=tmp_path, host=everywhere, allow_open_network=True), listener)
        KeyStore(Database(tmp_path / DATABASE_NAME)).create("甲", Scope.READ)
        check_start_of(Settings(data_dir=tmp_path, host=everywhere), listener)
    with bind("127.0.0.1", 0) as listener:
        check_start_of(Settings(data_dir=tmp_path / "other"), listener)


def test_the_command_refuses_before_anything_is_loaded(tmp_path: Path) -> None:
    environment = {**os.environ, "WENQU_DATA_DIR": str(tmp_path / "data"), "HOST": "0.0.0.0", "PORT": "0"}  # noqa: S104
    command = [sys.executable, "-m", "api.cli", "serve"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "没有设置密钥" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_stop_lets_the_question_in_flight_be_answered(tmp_path: Path) -> None:
    answerer = GatedAnswerer()
    with stoppable(make_wenqu(tmp_path, answerer), tmp_path) as running, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(httpx.post, f"{running.address}/v1/ask", json={"question": "谁？"}, timeout=SECONDS)
        assert answerer.began.wait(SECONDS)
        running.server.should_exit = True
        wait_until_closed(running.address)
        answerer.open.set()
        assert asked.result(SECONDS).status_code == 200
        running.thread.join(SECONDS)
        assert not running.thread.is_alive()


def test_a_stop_ends_streams_that_wait_for_something(tmp_path: Path) -> None:
    wenqu = with_idle_worker(make_wenqu(tmp_path))
    with stoppable(wenqu, tmp_path) as running:
        job = httpx.post(f"{running.address}/v1/documents", json={"title": "甲", "text": "乙"}).json()["job_id"]
        with httpx.stream("GET", f"{running.address}/v1/jobs/{job}/events", timeout=SECONDS) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: progress"
            running.server.should_exit = True
            assert "event: done" not in list(lines)  # it ends as a stream should, not as a broken connection
        running.thread.join(SECONDS)
        assert not running.thread.is_alive()


def test_a_stop_stops_the_worker(tmp_path: Path) -> None:
    with stoppable(make_wenqu(tmp_path), tmp_path) as running:
        names = {thread.name for thread in threading.enumerate()}
    assert not running.thread.is_alive()
    left = {thread.name for thread in threading.enumerate() if thread.name.startswith("wenqu")}
    assert left == set(), names


def wait_until_closed(address: str) -> None:
    """Until no new connection is taken."""
    url = httpx.URL(address)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((url.host, url.port or 80), timeout=1).close()
        except OSError:
            return
        time.sleep(0.02)
    raise AssertionError("the server still takes connections")
