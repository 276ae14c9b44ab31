"""Loaders that do what a hostile file could make a library do; the process that reads files is started with them."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import EncryptedFile
from index.types import Heading, LoadedText, Page


@dataclass(frozen=True)
class Member:
    name: str
    data: bytes


def load(data: bytes, file_name: str) -> LoadedText:
    """The content names the deed; any other content is the text."""
    deed = data.decode("utf-8", "surrogatepass")
    _do(deed)
    if deed.startswith("marks"):
        return LoadedText(deed, file_name, (Heading(1, 0, 5),), (Page(1, 0, 2), Page(2, 2, 5)))
    return LoadedText(f"{os.getpid()}" if deed == "who" else deed, file_name)


def _do(deed: str) -> None:
    _DEEDS.get(deed, lambda: None)()


def _hang() -> None:
    time.sleep(600)


def _hang_without_a_pause() -> None:
    ctypes.PyDLL(None).pause()  # a call into C that keeps every other thread of the interpreter from running


def _compute() -> None:
    while True:
        pass


def _eat_memory() -> None:
    held = []
    while True:
        held.append(bytearray(1 << 24))


def _leave() -> None:
    os._exit(0)


def _refuse() -> None:
    raise EncryptedFile("文件有密码。")


def _stumble() -> None:
    raise RecursionError("too deep")


def _talk() -> None:
    print("noise" * 1000)
    os.write(1, b"\x00\x00\x00\x02{}")
    os.write(2, b"noise" * 100_000)
    sys.stdout.flush()


def _use_the_network() -> None:
    with socket.socket() as connection:
        connection.connect(("127.0.0.1", 9))


def _read_input() -> None:
    assert sys.stdin.read() == ""


_DEEDS = {
    "hang": _hang,
    "hang without a pause": _hang_without_a_pause,
    "compute": _compute,
    "eat memory": _eat_memory,
    "crash": os.abort,
    "leave": _leave,
    "encrypted": _refuse,
    "stumble": _stumble,
    "talk": _talk,
    "network": _use_the_network,
    "read input": _read_input,
}


def is_archive(file_name: str, data: bytes) -> bool:
    return file_name.endswith(".zip")


def members(data: bytes, file_name: str) -> Iterator[Member]:
    """Each line is a member of the archive: its text, or a deed."""
    for number, line in enumerate(data.decode().splitlines()):
        if line.startswith("then "):
            _do(line.removeprefix("then "))
        else:
            yield Member(f"夹/{number}.txt", line.encode())
