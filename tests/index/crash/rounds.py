"""Rounds of work, a kill, and a look at what is left. Processes are forked from one that has imported everything."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.connection
import os
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from index.library import Library
from tests.index.crash.operations import Model, Operation, draw, expected, observed, open_library, perform

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.index.crash.rounds"])
_LONGEST_SECONDS = 0.8


@dataclass(frozen=True, slots=True)
class Report:
    """What happened: acknowledged operations, and how many of those cut off were there as a whole, or not at all."""

    kills: int
    acknowledged: int
    cut_off_and_there: int
    cut_off_and_gone: int


class Lost(AssertionError):
    """The library is not what it must be."""


def run_rounds(folder: Path, kills: int, seed: int) -> Report:
    """Raises Lost with the seed at the first thing that is wrong."""
    chance = random.Random(seed)
    model: Model = {}
    acknowledged = there = gone = 0
    for number in range(1, kills + 1):
        log = folder / "log"
        log.write_bytes(b"")
        _work_and_die(folder, log, chance.randrange(2**31), chance.uniform(0.0, _LONGEST_SECONDS))
        done, cut_off = _read(log)
        acknowledged += len(done)
        for operation in done:
            model = expected(model, operation)
        found = _look(folder)
        after = model if cut_off is None else expected(model, cut_off)
        if found not in (model, after):
            raise Lost(f"seed {seed}, kill {number}: after {cut_off}\nexpected {model}\nor {after}\nfound {found}")
        if after != model:
            there, gone = (there + 1, gone) if found == after else (there, gone + 1)
        model = found
    return Report(kills, acknowledged, there, gone)


def _work_and_die(folder: Path, log: Path, seed: int, seconds: float) -> None:
    worker = _PROCESSES.Process(target=work, args=(folder, log, seed))
    worker.start()
    time.sleep(seconds)
    worker.kill()
    worker.join()
    worker.close()


def work(folder: Path, log: Path, seed: int) -> None:
    """Change the library until killed; each operation is written down before it begins and after it returned."""
    chance = random.Random(seed)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    library = open_library(folder)
    model = observed(library)
    while True:
        operation = draw(chance, model)
        os.write(descriptor, f"{json.dumps(asdict(operation))}\n".encode())
        perform(library, operation)
        os.write(descriptor, b"done\n")
        model = expected(model, operation)


def _read(log: Path) -> tuple[list[Operation], Operation | None]:
    """The operations that were acknowledged, and the one that had begun when the end came."""
    done: list[Operation] = []
    begun: Operation | None = None
    for line in log.read_text(encoding="utf-8").split("\n")[:-1]:
        if line == "done" and begun is not None:
            done.append(begun)
            begun = None
        else:
            begun = Operation(**json.loads(line))
    return done, begun


def _look(folder: Path) -> Model:
    """What a new process finds. Raises Lost when something in it is wrong."""
    ours, theirs = _PROCESSES.Pipe(duplex=False)
    viewer = _PROCESSES.Process(target=view, args=(folder, theirs))
    viewer.start()
    theirs.close()
    try:
        found: Model | str = ours.recv()
    finally:
        viewer.join()
        ours.close()
    if isinstance(found, str):
        raise Lost(found)
    return found


def view(folder: Path, answer: multiprocessing.connection.Connection) -> None:
    """Send what the library holds, or what is wrong with it."""
    library = open_library(folder)
    problems = library.check()
    found = observed(library)
    wrong = [str(problem) for problem in problems] or _wrong_hits(library, found)
    answer.send("\n".join(wrong) if wrong else found)


def _wrong_hits(library: Library, found: Model) -> list[str]:
    """A line of each living document must lead to it, and nothing may lead to another document."""
    wrong: list[str] = []
    for name, stored in found.items():
        text = stored.texts[stored.current]
        line = text.splitlines()[0]
        hits = library.search(line, 50)
        for hit in hits:
            revision, passage = hit.passage.revision, hit.passage
            holder = found.get(revision.document_id)
            if holder is None or holder.removed or holder.current != revision.number:
                wrong.append(f"{revision} must not be found")
            elif holder.texts[revision.number][passage.start : passage.end] != passage.text:
                wrong.append(f"{passage} is not in its text")
        if not stored.removed and not any(line in hit.passage.text for hit in hits):
            wrong.append(f"{line} of {name} is not found")
    return wrong
