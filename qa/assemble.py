"""The one place that names concrete classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import index
from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.database import Database
from index.dense import FaissIndex
from index.errors import EncoderError
from index.jobs import JobQueue
from index.library import Library, Progress
from index.model_folder import has_onnx
from index.onnx_encoder import OnnxEncoder
from index.parsing import ParserProcess
from index.ports import Encoder
from index.worker import Worker
from qa.decide import Thresholds, read_calibration
from qa.errors import ModelError
from qa.onnx_model import OnnxSpanModel
from qa.pipeline import AnswerPipeline, PipelinePlan
from qa.ports import Answerer
from qa.read import SpanModel, WindowReader
from qa.settings import Settings
from qa.yes_no import read_verdict_models

SAMPLE = Path(index.__file__).parent / "sample" / "zhaoqing-high-tech-zone.md"


@dataclass(frozen=True, slots=True)
class Wenqu:
    """The assembled program. `thresholds` are the least confidences of the answers that are given.

    The `worker` puts what is in the `queue` into the library once it is started.
    """

    library: Library
    answerer: Answerer
    database: Database
    queue: JobQueue
    worker: Worker
    thresholds: Thresholds = field(default_factory=Thresholds)


def assemble(settings: Settings, progress: Progress | None = None) -> Wenqu:
    """Load the models, open the library and make it ready to answer.

    A library that never held a document gets the shipped article; `progress` is told of its encoding. Raises a
    LibraryError or a ModelError when a part cannot be made.
    """
    catalogue = open_catalogue(settings)
    library = open_library(settings, catalogue)
    if settings.sample and library.generation == 0:
        library.add_file(SAMPLE, progress)
    library.warm_up()
    calibration, models = read_calibration(settings.calibration), read_verdict_models(settings.verdicts)
    reader = make_reader(settings.reader)
    verdicts = models.reading if reader.judges else models.words
    thresholds = Thresholds(calibration.threshold, verdicts.threshold)
    if settings.threshold is not None:
        thresholds = Thresholds(settings.threshold, settings.threshold)
    pipeline = AnswerPipeline(
        retriever=library,
        reader=reader,
        calibration=calibration,
        verdicts=verdicts,
        plan=PipelinePlan(settings.top_k, settings.max_answer_characters, thresholds),
    )
    queue = JobQueue(catalogue.database, settings.data_dir / "uploads", settings.max_queued_jobs)
    worker = Worker(queue, library, make_parser(settings))
    return Wenqu(library, pipeline, catalogue.database, queue, worker, thresholds)


def open_catalogue(settings: Settings) -> Catalogue:
    """The documents alone, without an encoder."""
    return Catalogue(settings.data_dir / "catalogue.sqlite3")


def open_library(settings: Settings, catalogue: Catalogue | None = None) -> Library:
    """The library alone, without a reader."""
    return Library(
        catalogue=catalogue or open_catalogue(settings),
        encoder=make_encoder(settings.encoder),
        vector_index=FaissIndex,
        chunking=ChunkingPlan(settings.max_passage_characters, settings.overlap_characters),
    )


def make_parser(settings: Settings) -> ParserProcess:
    """What reads files in a process of its own; it starts with the first file."""
    return ParserProcess(settings.parsing_seconds, settings.parsing_memory_bytes)


def make_encoder(model: str) -> Encoder:
    """The encoder in a folder or of a Hugging Face id: on ONNX Runtime where it can be, else sentence-transformers.

    The libraries of the second kind take seconds to import and hundreds of megabytes; the shipped models need none.
    """
    if has_onnx(model):
        return OnnxEncoder(model)
    try:
        from index.encoder import SentenceTransformerEncoder
    except ImportError as error:
        raise EncoderError(model, _missing_library(error)) from error
    return SentenceTransformerEncoder(model)


def make_reader(model: str) -> WindowReader:
    """The reader in a folder or of a Hugging Face id: on ONNX Runtime where it can be, else transformers."""
    return WindowReader(_span_model(model))


def _span_model(model: str) -> SpanModel:
    if has_onnx(model):
        return OnnxSpanModel(model)
    try:
        from qa.transformers_model import TransformersSpanModel
    except ImportError as error:
        raise ModelError(f"无法加载阅读模型 {model}（{_missing_library(error)}）；请检查 WENQU_READER。") from error
    return TransformersSpanModel(model)


def _missing_library(error: ImportError) -> str:
    return f"缺少 {error.name}，请先运行 pip install 'wenqu[huggingface]'"
