"""`python -m eval.bench.runtime`: int8 on ONNX Runtime against float32 in PyTorch, quality and time, in one run."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from eval.bootstrap import Estimate
from eval.measures import mean
from eval.paths import DATA
from eval.reading import read_all, read_set, summarise_reading
from eval.report import percent, table
from eval.retrieval import Collection, read_collection
from index.dense import FaissIndex
from index.encoder import SentenceTransformerEncoder
from index.onnx_encoder import OnnxEncoder
from index.ports import Encoder
from qa.onnx_model import OnnxSpanModel
from qa.ports import Reader
from qa.read import WindowReader
from qa.settings import Settings
from qa.transformers_model import TransformersSpanModel

SET = "cmrc2018/dev"


def time_reader(reader: Reader, data: Path, limit: int) -> tuple[Estimate | None, Estimate | None, float]:
    """Exact match, F1 and seconds per question, over every so many-th question of the set."""
    questions = read_set(data, SET)
    chosen = questions[:: max(1, len(questions) // limit)][:limit]
    read_all(chosen[:3], reader)
    began = time.perf_counter()
    results = read_all(chosen, reader)
    seconds = (time.perf_counter() - began) / len(results)
    summary = summarise_reading(SET, results)
    return summary.exact_match, summary.f1, seconds


def time_encoder(encoder: Encoder, collection: Collection) -> tuple[float, float]:
    """Recall@1 over the collection, and seconds per paragraph."""
    encoder.encode(collection.paragraphs[:2])
    began = time.perf_counter()
    vectors = encoder.encode(collection.paragraphs)
    seconds = (time.perf_counter() - began) / len(vectors)
    dense = FaissIndex(vectors)
    found = [dense.search(encoder.encode_question(text), 1) == [relevant] for text, relevant in collection.questions]
    return mean([float(right) for right in found]), seconds


def report(data: Path, questions: int, paragraphs: int) -> str:
    """Two tables: the reader and the encoder, each in float32 and in int8."""
    settings = Settings()
    collection = read_collection(data, SET, paragraphs)
    readers = [
        time_reader(WindowReader(model(settings.reader)), data, questions)
        for model in (TransformersSpanModel, OnnxSpanModel)
    ]
    encoders = [time_encoder(kind(settings.encoder), collection) for kind in (SentenceTransformerEncoder, OnnxEncoder)]
    reader_times, encoder_times = [found[-1] for found in readers], [found[-1] for found in encoders]
    return "\n\n".join(
        (
            table(
                (f"reader, {questions} questions of {SET}", "exact match", "F1", "ms per question", "times as fast"),
                [
                    (name, percent(found[0]), percent(found[1]), *_times(found[2], reader_times))
                    for name, found in zip(("float32, PyTorch", "int8, ONNX Runtime"), readers, strict=True)
                ],
            ),
            table(
                (f"encoder, {paragraphs} paragraphs of {SET}", "recall@1", "ms per paragraph", "times as fast"),
                [
                    (name, percent(found[0]), *_times(found[1], encoder_times))
                    for name, found in zip(("float32, PyTorch", "int8, ONNX Runtime"), encoders, strict=True)
                ],
            ),
        )
    )


def _times(seconds: float, both: Sequence[float]) -> tuple[str, str]:
    return f"{seconds * 1000:.0f}", f"{both[0] / seconds:.2f}"


def main() -> None:
    """Parse the command line and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.runtime", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the public sets")
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--paragraphs", type=int, default=200)
    arguments = parser.parse_args()
    print(report(arguments.data, arguments.questions, arguments.paragraphs))


if __name__ == "__main__":
    main()
