"""`python -m index.parsing_child`: the process that reads files. It ends when the one that started it does.

It knows the loaders and nothing else of the program: no database, no models, no network.
"""

from __future__ import annotations

import argparse
import importlib
import os
import queue
import resource
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from index.errors import LoadError
from index.parsing_wire import BrokenWire, Frame, receive, send, text_frame

_NETWORK_EVENTS = frozenset({"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"})
_OUT_OF_MEMORY = "读取“{}”需要的内存超过上限；请把文件拆小，或调大 WENQU_PARSING_MEMORY_BYTES。"
_NOT_READABLE = "无法读取“{}”，文件可能已损坏（{}）；请用原来的软件打开并另存后再试。"


def main() -> None:
    """Read requests from standard input and answer on standard output until the input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--loaders", required=True)
    parser.add_argument("--memory-bytes", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args()
    requests, replies = _private_streams()
    _limit_memory(arguments.memory_bytes)
    sys.addaudithook(_refuse_network)
    loaders = importlib.import_module(arguments.loaders)
    waiting = _read_in_background(requests)
    send(replies, Frame({"kind": "ready"}))
    _silence_errors()
    while True:
        request = waiting.get()
        _limit_time(arguments.seconds)
        for reply in _replies(loaders, request):
            send(replies, reply)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes under other numbers, so that what a library prints or reads cannot get in between."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return requests, replies


def _silence_errors() -> None:
    """From now on; what was said before tells the parent why the start failed."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


def _read_in_background(requests: BinaryIO) -> queue.SimpleQueue[Frame]:
    """The requests. A thread waits for them, because it also notices when the parent is gone."""
    waiting: queue.SimpleQueue[Frame] = queue.SimpleQueue()

    def read() -> None:
        try:
            while True:
                waiting.put(receive(requests))
        except (BrokenWire, OSError, MemoryError):
            os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return waiting


def _replies(loaders: ModuleType, request: Frame) -> Iterator[Frame]:
    """What to answer; a failure is an answer too."""
    name = request.header["file_name"]
    try:
        path = request.header.get("path")
        data = request.body if path is None else Path(path).read_bytes()
        yield from _work(loaders, request.header["operation"], data, name)
    except LoadError as failure:
        yield _failure(failure.code, str(failure))
    except MemoryError:
        yield _failure("parsing_crashed", _OUT_OF_MEMORY.format(name), worn=True)
    except Exception as failure:
        # A library that stumbles over a broken file in its own way; whatever it is, the file is the reason.
        yield _failure("damaged_file", _NOT_READABLE.format(name, type(failure).__name__))


def _work(loaders: Any, operation: str, data: bytes, name: str) -> Iterator[Frame]:
    if operation == "members":
        for member in loaders.members(data, name):
            yield Frame({"kind": "member", "name": member.name}, member.data)
        yield Frame({"kind": "end"})
    elif loaders.is_archive(name, data):
        yield Frame({"kind": "archive"})
    else:
        yield text_frame(loaders.load(data, name))


def _failure(code: str, message: str, *, worn: bool = False) -> Frame:
    return Frame({"kind": "failure", "code": code, "message": message, "worn": worn})


def _limit_memory(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """So many seconds of processor time for the next file; the kernel ends the process then."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(usage.ru_utime + usage.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _refuse_network(event: str, _: tuple[object, ...]) -> None:
    if event in _NETWORK_EVENTS:
        raise PermissionError("a file that is being read may not use the network")


if __name__ == "__main__":
    main()
