"""`python -m eval.bench.load`: many clients asking and some adding, for a minute, against a server started for it.

The server is `wenqu serve` on a free port of this machine, over a new data folder; nothing else is ever called. Ends
with 1 when an acknowledged document was lost or changed, or when a request failed otherwise than by a 503 that says
when to come again.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from eval.bench.__main__ import resident_megabytes, serving
from eval.paths import ARTICLE
from eval.questions import read_questions

MAX_SECONDS = 600
MAX_CLIENTS = 200
_REQUEST_SECONDS = 120.0
_DRAIN_SECONDS = 300.0
_MEMORY_EVERY_SECONDS = 2.0
_WARM_UP_QUESTIONS = 20
_LONGEST_PAUSE_SECONDS = 5.0
_PERCENTILES = (50, 90, 95, 99)


@dataclass(slots=True)
class Tally:
    """What became of the requests of one kind; used from several threads."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    bad: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, status: str, seconds: float, *, is_bad: bool) -> None:
        """Count one request."""
        with self._lock:
            self.statuses[status] += 1
            self.bad += is_bad
            if status.startswith("2"):
                self.seconds.append(seconds)


@dataclass(frozen=True, slots=True)
class Added:
    """A document that the server acknowledged."""

    document_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Load:
    """How much is done, and for how many seconds."""

    seconds: float
    askers: int
    writers: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured; memory is that of the server, in megabytes."""

    asking: Tally
    adding: Tally
    added: int
    lost: Sequence[str]
    memory: Sequence[float]
    drain_seconds: float


class Client:
    """One connection that is kept, as a browser or a program would."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.hostname != "127.0.0.1":
            raise ValueError(f"only this machine is put under load, got {address}")
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=_REQUEST_SECONDS)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case, body. Raises OSError or http.client.HTTPException when there is no answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        try:
            self._connection.request(method, path, data, headers)
            response = self._connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """End the connection; the next call opens another."""
        self._connection.close()

    def counted(self, tally: Tally, method: str, path: str, body: object) -> dict[str, Any] | None:
        """The JSON of a success; a 503 is waited out as it says."""
        began = time.perf_counter()
        try:
            status, headers, data = self.call(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            tally.add(type(error).__name__, 0.0, is_bad=True)
            return None
        is_bad = status >= 500 and not (status == 503 and headers.get("retry-after", "").isdigit())
        tally.add(str(status), time.perf_counter() - began, is_bad=is_bad or 400 <= status < 500)
        if status == 503 and not is_bad:
            self.close()
            time.sleep(min(float(headers["retry-after"]), _LONGEST_PAUSE_SECONDS))
        return json.loads(data) if 200 <= status < 300 else None


class Session:
    """The clients of one load, each in a thread of its own until the time is over."""

    def __init__(self, address: str, process_id: int, load: Load, questions: Sequence[str]) -> None:
        self._address = address
        self._process_id = process_id
        self._load = load
        self._questions = questions
        self._asking, self._adding = Tally(), Tally()
        self._added: list[Added] = []
        self._memory: list[float] = []
        self._until = 0.0

    def run(self) -> Outcome:
        """Put the server under load, wait until it has done what it took on, and look for every document."""
        with closing(Client(self._address)) as client:
            for question in itertools.islice(itertools.cycle(self._questions), _WARM_UP_QUESTIONS):
                client.call("POST", "/v1/ask", {"question": question})
        self._measure_memory()
        self._until = time.monotonic() + self._load.seconds
        roles = [self._ask] * self._load.askers + [self._add] * self._load.writers + [self._watch]
        with ThreadPoolExecutor(len(roles)) as pool:
            for future in [pool.submit(role, number) for number, role in enumerate(roles)]:
                future.result()
        with closing(Client(self._address)) as client:
            drain_seconds = drain(client)
            self._measure_memory()
            lost = [item.document_id for item in self._added if not is_kept(client, item)]
        return Outcome(self._asking, self._adding, len(self._added), lost, self._memory, drain_seconds)

    def _ask(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311
        with closing(Client(self._address)) as client:
            while time.monotonic() < self._until:
                client.counted(self._asking, "POST", "/v1/ask", {"question": chance.choice(self._questions)})

    def _add(self, number: int) -> None:
        counts = itertools.count()
        with closing(Client(self._address)) as client:
            while time.monotonic() < self._until:
                title, text = new_document(number, next(counts))
                answer = client.counted(self._adding, "POST", "/v1/documents?wait=30", {"title": title, "text": text})
                if answer is not None:
                    self._added.append(Added(answer["id"], text))

    def _watch(self, _: int) -> None:
        while time.monotonic() < self._until:
            time.sleep(_MEMORY_EVERY_SECONDS)
            self._measure_memory()

    def _measure_memory(self) -> None:
        self._memory.append(resident_megabytes(self._process_id, "VmRSS"))


def new_document(writer: int, count: int) -> tuple[str, str]:
    """Title and text of a document unlike all others; a few passages long."""
    lines = [
        f"第{writer}号仓库第{count}次盘点的第{item}项：存放设备{writer * 7919 + count * 104_729 + item}件，"
        f"负责人是{chr(0x4E00 + (writer * 31 + count * 17 + item) % 5000)}主任，"
        f"盘点于{2000 + count % 25}年{1 + item}月完成。"
        for item in range(8)
    ]
    return f"第{writer}号仓库第{count}次盘点", "\n\n".join(lines)


def drain(client: Client) -> float:
    """Seconds until nothing waits or is at work. Raises TimeoutError when that takes too long."""
    began = time.monotonic()
    while time.monotonic() - began < _DRAIN_SECONDS:
        status, _, data = client.call("GET", "/v1/status")
        if status == 200:
            queue = json.loads(data)["queue"]
            if not queue["queued"] + queue["parsing"] + queue["indexing"]:
                return time.monotonic() - began
        time.sleep(0.2)
    raise TimeoutError(f"the queue was not empty after {_DRAIN_SECONDS:g} s")


def is_kept(client: Client, added: Added) -> bool:
    """Whether the document can be found, with the very text that was sent."""
    path = f"/v1/documents/{quote(added.document_id, safe='')}"
    status, _, data = client.call("GET", path)
    if status != 200 or json.loads(data)["status"] != "indexed":
        return False
    status, _, data = client.call("GET", f"{path}/content")
    return status == 200 and json.loads(data)["text"] == added.text


def percentiles(seconds: Sequence[float]) -> dict[int, float]:
    """The value that so many percent of the values do not exceed; none for less than two values."""
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {percent: cuts[percent - 1] for percent in _PERCENTILES}


def print_outcome(outcome: Outcome, load: Load) -> None:
    """Print the figures."""
    print(f"{load.askers} clients asking and {load.writers} adding for {load.seconds:g} s")
    for name, tally in (("questions", outcome.asking), ("documents", outcome.adding)):
        counts = ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items())) or "none"
        times = ", ".join(f"p{percent} {value:.2f} s" for percent, value in percentiles(tally.seconds).items())
        print(f"{name:10} by status {counts}; {len(tally.seconds) / load.seconds:.1f} done in a second; {times}")
    kept = f"acknowledged {outcome.added}, lost {len(outcome.lost)}"
    print(f"documents  {kept}; all indexed {outcome.drain_seconds:.1f} s after the end")
    memory = outcome.memory
    print(f"memory     {memory[0]:.0f} MB at the start, {max(memory):.0f} MB at most, {memory[-1]:.0f} MB at the end")
    bad = outcome.asking.bad + outcome.adding.bad
    is_good = not bad and not outcome.lost
    print(f"verdict    {'OK' if is_good else f'FAIL: {bad} failed requests, lost {list(outcome.lost[:5])}'}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 0 when nothing was lost and nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help=f"how long, at most {MAX_SECONDS}")
    parser.add_argument("--askers", type=int, default=50, help=f"clients that ask, at most {MAX_CLIENTS}")
    parser.add_argument("--writers", type=int, default=2, help=f"clients that add, at most {MAX_CLIENTS}")
    given = parser.parse_args(arguments)
    if not 0 < given.seconds <= MAX_SECONDS or not all(0 <= n <= MAX_CLIENTS for n in (given.askers, given.writers)):
        parser.error(f"at most {MAX_SECONDS} seconds and {MAX_CLIENTS} clients of a kind")
    load = Load(given.seconds, given.askers, given.writers)
    questions = [question.question for question in read_questions(ARTICLE)]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        outcome = Session(server.address, server.process.pid, load, questions).run()
    print_outcome(outcome, load)
    return 1 if outcome.lost or outcome.asking.bad or outcome.adding.bad else 0


if __name__ == "__main__":
    sys.exit(main())
