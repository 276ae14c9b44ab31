"""`python -m eval.bench`: start to ready, time per question, resident memory, of `wenqu serve` on this machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.paths import ARTICLE
from eval.questions import read_questions

READY_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Running:
    """A server that is ready, and how long that took."""

    process: subprocess.Popen[bytes]
    address: str
    ready_seconds: float


@contextmanager
def serving(data_dir: Path) -> Iterator[Running]:
    """`wenqu serve` on a free port, until the end of the block. Raises RuntimeError when it does not become ready."""
    log = data_dir / "serve.log"
    began = time.monotonic()
    environment = {**os.environ, "WENQU_DATA_DIR": str(data_dir), "HOST": "127.0.0.1", "PORT": "0"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve"], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield Running(process, _ready_address(process, log), time.monotonic() - began)
    finally:
        process.terminate()
        process.wait()


def _ready_address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        found = re.search(r"(http://127\.0\.0\.1:\d+)", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"wenqu serve did not become ready; it said:\n{log.read_text(encoding='utf-8')}")


def ask(address: str, question: str) -> float:
    """Seconds from sending the question to having the whole answer."""
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{address}/v1/ask", data=body, headers={"Content-Type": "application/json"}
    )
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        response.read()
    return time.perf_counter() - began


def resident_megabytes(process_id: int, field: str) -> float:
    """`field` of /proc/PID/status (VmRSS: now, VmHWM: the highest so far) in megabytes; Linux only."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


def main() -> None:
    """Start twice (the second time nothing is encoded), ask every question of the article's set, print a table."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument("--questions", type=int, default=120, help="how many questions of the article's set")
    arguments = parser.parse_args()
    questions = [item.question for item in read_questions(ARTICLE)][: arguments.questions]
    with tempfile.TemporaryDirectory() as folder:
        with serving(Path(folder)) as first:
            first_seconds = first.ready_seconds
        with serving(Path(folder)) as second:
            ask(second.address, questions[0])
            seconds = sorted(ask(second.address, question) for question in questions)
            rows = [
                ("first start to ready, article encoded (s)", f"{first_seconds:.1f}"),
                ("second start to ready (s)", f"{second.ready_seconds:.1f}"),
                ("time per question over HTTP, median (ms)", f"{statistics.median(seconds) * 1000:.0f}"),
                ("time per question over HTTP, 95 % (ms)", f"{seconds[int(len(seconds) * 0.95)] * 1000:.0f}"),
                ("resident memory after the questions (MB)", f"{resident_megabytes(second.process.pid, 'VmRSS'):.0f}"),
                ("highest resident memory (MB)", f"{resident_megabytes(second.process.pid, 'VmHWM'):.0f}"),
            ]
    print(
        f"{len(questions)} questions; {os.cpu_count()} cores; {platform.machine()}; Python {platform.python_version()}"
    )
    print("\n| figure | value |\n|---|--:|")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
