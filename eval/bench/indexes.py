"""`python -m eval.bench.indexes`: exact search against the graph, and the whole search, for libraries of several sizes.

Vectors are drawn around random centres, so that they have near neighbours as those of texts have; words are drawn by
Zipf's law. Nothing is encoded, so that a million passages can be measured on a laptop.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from eval.report import table
from index.dense import FaissIndex
from index.generation import Generation
from index.lexical import count_terms
from index.segment import Run, Segment, new_name

DIMENSION = 384
NEAREST = 50
QUESTIONS = 100
PASSAGES_PER_DOCUMENT = 30
TOKENS_PER_PASSAGE = 70
TOKENS_PER_QUESTION = 10
VOCABULARY = 200_000
DRAWN_AT_ONCE = 50_000
PROBES = 32

OF_VECTORS = (
    "passages",
    "exact (ms)",
    "graph (ms)",
    "inverted file (ms)",
    "recall of the graph (%)",
    "60 % allowed",
    "5 % allowed",
    "recall of the inverted file",
    "making the graph (s)",
    "making the inverted file (s)",
)
OF_ALL = ("passages", "exact (ms)", "in 1,000 documents", "graph (ms)", "in 1,000 documents")

Mask = npt.NDArray[np.bool_]
Vectors = npt.NDArray[np.float32]
Search = Callable[[Vectors, Mask | None], list[int]]


def draw_vectors(count: int, chance: np.random.Generator) -> Vectors:
    """Unit vectors around `count` / 50 centres."""
    centres = chance.normal(size=(max(count // 50, 1), DIMENSION)).astype(np.float32)
    found = np.empty((count, DIMENSION), dtype=np.float32)
    for begin in range(0, count, DRAWN_AT_ONCE):
        here = found[begin : begin + DRAWN_AT_ONCE]
        here[:] = centres[chance.integers(len(centres), size=len(here))]
        here += chance.normal(scale=0.7, size=here.shape).astype(np.float32)
        here /= np.linalg.norm(here, axis=1, keepdims=True)
    return found


def draw_tokens(count: int, chance: np.random.Generator) -> list[list[str]]:
    """Lists of words of which a few are everywhere."""
    numbers = np.minimum(chance.zipf(1.3, size=count), VOCABULARY).tolist()
    begins = range(0, count, TOKENS_PER_PASSAGE)
    return [[str(number) for number in numbers[begin : begin + TOKENS_PER_PASSAGE]] for begin in begins]


def time_of(work: Callable[[int], object], times: int) -> float:
    """Mean milliseconds of processor time of a call: what others do on the machine changes little of it."""
    began = time.process_time()
    for number in range(times):
        work(number)
    return (time.process_time() - began) * 1000 / times


def recall_of(search: Search, exact: FaissIndex, queries: Vectors, allowed: Mask | None = None) -> float:
    """The share of the nearest 50 that is found."""
    shares: list[float] = []
    for query in queries:
        right = set(exact.search(query, NEAREST, allowed))
        shares.append(len(right & set(search(query, allowed))) / max(len(right), 1))
    return statistics.mean(shares)


def inverted_file(vectors: Vectors) -> Search:
    """The alternative to the graph: about √n · 4 lists, of which 32 are searched."""
    lists = int(min(4 * len(vectors) ** 0.5, len(vectors) / 40))
    index: Any = faiss.IndexIVFFlat(faiss.IndexFlatIP(DIMENSION), DIMENSION, lists, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[: 40 * lists])
    index.add(vectors)
    index.nprobe = PROBES

    def search(query: Vectors, _: Mask | None) -> list[int]:
        return [int(item) for item in index.search(query.reshape(1, -1), NEAREST)[1][0]]

    return search


def generation_of(dense: FaissIndex, chance: np.random.Generator) -> Generation:
    """One segment of all, in documents of 30 passages, a tenth of them removed."""
    count = len(dense)
    lexical = count_terms(draw_tokens(count * TOKENS_PER_PASSAGE, chance))
    runs = {
        f"doc{first}": Run(first, min(first + PASSAGES_PER_DOCUMENT, count), 1, first)
        for first in range(0, count, PASSAGES_PER_DOCUMENT)
    }
    segment = Segment(new_name(), np.arange(count), runs, dense, lexical)
    living = np.ones(count, dtype=bool)
    for run in list(runs.values())[::10]:
        living[run.start : run.stop] = False
    return Generation(1, (segment,), (living,))


def whole_search(generation: Generation, queries: Vectors, chance: np.random.Generator) -> tuple[float, float]:
    """Median milliseconds of a fused search in everything, and within a thousand documents."""
    words = draw_tokens(len(queries) * TOKENS_PER_QUESTION, chance)
    asked = [words[number % len(words)][:TOKENS_PER_QUESTION] for number in range(len(queries))]
    chosen = [f"doc{number * PASSAGES_PER_DOCUMENT}" for number in range(1, 1001)]
    return (
        time_of(lambda n: generation.search(queries[n], asked[n]), len(queries)),
        time_of(lambda n: generation.search(queries[n], asked[n], generation.within(chosen)), len(queries)),
    )


def measure(size: int, chance: np.random.Generator) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A row of each table."""
    vectors = draw_vectors(size + QUESTIONS, chance)
    queries = vectors[size:]
    exact = FaissIndex(vectors[:size], graph_items=1)
    began = time.process_time()
    graph = exact.accelerated()
    graph_made = time.process_time()
    inverted = inverted_file(vectors[:size])
    inverted_made = time.process_time()
    most, few = chance.random(size) < 0.6, chance.random(size) < 0.05

    def by_graph(query: Vectors, allowed: Mask | None) -> list[int]:
        return graph.search(query, NEAREST, allowed)

    of_vectors = (
        f"{size:,}",
        f"{time_of(lambda n: exact.search(queries[n], NEAREST), QUESTIONS):.2f}",
        f"{time_of(lambda n: by_graph(queries[n], None), QUESTIONS):.2f}",
        f"{time_of(lambda n: inverted(queries[n], None), QUESTIONS):.2f}",
        *(f"{recall_of(by_graph, exact, queries, allowed) * 100:.1f}" for allowed in (None, most, few)),
        f"{recall_of(inverted, exact, queries) * 100:.1f}",
        f"{graph_made - began:.0f}",
        f"{inverted_made - graph_made:.0f}",
    )
    times = [whole_search(generation_of(index, chance), queries, chance) for index in (exact, graph)]
    of_all = (f"{size:,}", *(f"{milliseconds:.1f}" for found in times for milliseconds in found))
    return of_vectors, of_all


def main() -> None:
    """Print two tables: of the vectors alone, and of the fused search."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.indexes", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000, 100_000, 200_000])
    sizes = parser.parse_args().sizes
    faiss.omp_set_num_threads(1)
    chance = np.random.default_rng(1)
    rows = [measure(size, chance) for size in sizes]
    print(f"Processor time of one core; {platform.machine()}; Python {platform.python_version()}; nearest {NEAREST}\n")
    print(table(OF_VECTORS, [row for row, _ in rows]))
    print(f"\nWith BM25, a tenth of the documents removed:\n\n{table(OF_ALL, [row for _, row in rows])}")


if __name__ == "__main__":
    main()
