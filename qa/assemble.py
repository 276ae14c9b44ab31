"""The one place that names concrete classes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import index
from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.encoder import SentenceTransformerEncoder
from index.library import Library, Progress
from qa.decide import read_calibration
from qa.pipeline import AnswerPipeline, PipelinePlan
from qa.ports import Answerer
from qa.read import TransformersReader
from qa.settings import Settings

SAMPLE = Path(index.__file__).parent / "sample" / "zhaoqing-high-tech-zone.md"


@dataclass(frozen=True, slots=True)
class Wenqu:
    """The assembled program."""

    library: Library
    answerer: Answerer


def assemble(settings: Settings, progress: Progress | None = None) -> Wenqu:
    """Load the models, open the library and make it ready to answer.

    A library that never held a document gets the shipped article; `progress` is told of its encoding. Raises a
    LibraryError or a ModelError when a part cannot be made.
    """
    library = open_library(settings)
    if settings.sample and library.generation == 0:
        library.add_file(SAMPLE, progress)
    library.warm_up()
    calibration = read_calibration(settings.calibration)
    threshold = calibration.threshold if settings.threshold is None else settings.threshold
    pipeline = AnswerPipeline(
        retriever=library,
        reader=TransformersReader(settings.reader),
        calibration=calibration,
        plan=PipelinePlan(settings.top_k, settings.max_answer_characters, threshold),
    )
    return Wenqu(library, pipeline)


def open_library(settings: Settings) -> Library:
    """The library alone, without a reader."""
    return Library(
        catalogue=Catalogue(settings.data_dir / "catalogue.sqlite3"),
        encoder=SentenceTransformerEncoder(settings.encoder),
        vector_index=FaissIndex,
        chunking=ChunkingPlan(settings.max_passage_characters, settings.overlap_characters),
    )
