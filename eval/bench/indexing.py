"""`python -m eval.bench.indexing`: passages and megabytes per second, reading, encoding and indexing files."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.bench.files import makers, paragraphs, write_files
from eval.report import table
from index.chunking import ChunkingPlan, chunk, retrieval_text
from index.database import Database
from index.jobs import JobQueue, JobStatus
from index.parsing import ParserProcess
from index.ports import Encoder
from index.types import Document, LoadedText, Revision
from index.worker import Worker
from qa.assemble import make_encoder, open_library
from qa.settings import Settings

BATCH = 32
_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class FormatFigures:
    """Files of one format: bytes of the files and of their texts in UTF-8, passages, and seconds for each part."""

    name: str
    files: int
    bytes: int
    text_bytes: int
    passages: int
    reading_seconds: float
    indexing_seconds: float


def main() -> None:
    """Parse the command line and print two tables."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.indexing", description=__doc__)
    parser.add_argument("--files", type=int, default=10, help="files of each format")
    parser.add_argument("--characters", type=int, default=10_000, help="characters of each file, about")
    parser.add_argument("--passages", type=int, default=512, help="passages for the comparison of the orders")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of that comparison; the best of each counts")
    arguments = parser.parse_args()
    settings = Settings()
    print(f"{os.cpu_count()} cores; {platform.machine()}; Python {platform.python_version()}\n")
    encoder = make_encoder(settings.encoder)
    texts = _passages(settings, arguments.passages)
    print(order_table(encoder, texts, arguments.rounds), end="\n\n")
    figures = [measure_format(settings, ending, arguments.files, arguments.characters) for ending in makers()]
    print(format_table(figures))


def order_table(encoder: Encoder, texts: Sequence[str], rounds: int) -> str:
    """Batches in the order of the texts against batches sorted by length, in turns, the best round of each."""
    orders = {"as they come": list(texts), "sorted by length": sorted(texts, key=len)}
    encoder.encode(texts[:BATCH])
    seconds: dict[str, list[float]] = {name: [] for name in orders}
    for _ in range(rounds):
        for name, ordered in orders.items():
            seconds[name].append(_timed(partial(_encode, encoder, ordered)))
    best = {name: min(found) for name, found in seconds.items()}
    size = sum(len(text.encode()) for text in texts)
    rows = [
        (name, _rate(len(texts), found), _megabytes(size, found), f"{best['as they come'] / found:.2f}")
        for name, found in best.items()
    ]
    return table((f"batches of {BATCH} of {len(texts)} passages", "passages/s", "MB of text/s", "times as fast"), rows)


def measure_format(settings: Settings, ending: str, files: int, characters: int) -> FormatFigures:
    """Read the files in the other process, and put them through the queue into a new library; each by itself."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        paths = write_files(folder, ending, files, characters)
        with ParserProcess(settings.parsing_seconds, settings.parsing_memory_bytes) as parser:
            parser.parse(paths[0], paths[0].name)  # the first file pays for the start of the process
            loaded: list[LoadedText] = []
            reading = _timed(lambda: loaded.extend(parser.parse(path, path.name) for path in paths))
            chosen = settings.model_copy(update={"data_dir": folder / "data"})
            queue = JobQueue(Database(chosen.data_dir / "catalogue.sqlite3"), chosen.data_dir / "uploads")
            with closing(open_library(chosen)) as library:
                for path in paths:
                    queue.submit(path, path.name)
                indexing = _timed(Worker(queue, library, parser).work_off)
                passages = library.statistics().passages
            if queue.counts()[JobStatus.INDEXED] != files:
                raise RuntimeError(f"{ending}: {queue.list(1, status=JobStatus.FAILED)}")
        return FormatFigures(
            ending,
            files,
            sum(path.stat().st_size for path in paths),
            sum(len(found.text.encode()) for found in loaded),
            passages,
            reading,
            indexing,
        )


def format_table(figures: Sequence[FormatFigures]) -> str:
    """A row for each format: reading alone, then everything from the queue to the library."""
    head = (
        "format",
        "files",
        "MB",
        "MB of text",
        "read: MB/s",
        "read: MB of text/s",
        "indexed: passages/s",
        "indexed: MB/s",
    )
    rows = [
        (
            found.name,
            str(found.files),
            f"{found.bytes / _MEGABYTE:.2f}",
            f"{found.text_bytes / _MEGABYTE:.2f}",
            _megabytes(found.bytes, found.reading_seconds),
            _megabytes(found.text_bytes, found.reading_seconds),
            _rate(found.passages, found.indexing_seconds),
            _megabytes(found.bytes, found.indexing_seconds),
        )
        for found in figures
    ]
    return table(head, rows)


def _passages(settings: Settings, count: int) -> list[str]:
    plan = ChunkingPlan(settings.max_passage_characters, settings.overlap_characters)
    text = "\n\n".join(paragraphs(count * settings.max_passage_characters, seed=1))
    document = Document(Revision("bench", 1, "", "文件"), text)
    return [retrieval_text(passage) for passage in chunk(document, plan)][:count]


def _encode(encoder: Encoder, texts: Sequence[str]) -> None:
    for begin in range(0, len(texts), BATCH):
        encoder.encode(texts[begin : begin + BATCH])


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:.1f}"


def _megabytes(size: int, seconds: float) -> str:
    return f"{size / _MEGABYTE / seconds:.3f}"


if __name__ == "__main__":
    main()
