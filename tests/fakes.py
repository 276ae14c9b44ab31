"""One fake per seam. They are honest small implementations: the contract suites run over them too."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.jobs import JobQueue
from index.library import Library
from index.parsing import ParserProcess
from index.text import normalise
from index.types import Document, Heading, Hit, Passage, Revision
from index.worker import Worker
from qa.assemble import Wenqu
from qa.decide import Calibration, Thresholds
from qa.pipeline import AnswerPipeline, PipelinePlan
from qa.ports import Answerer, Reader, Retrieved, Retriever
from qa.types import Answer, Question, Reading, Status, VerdictReading, Window
from qa.yes_no import WORD_FEATURES, Logistic, VerdictModel

Vectors = npt.NDArray[np.float32]


class FakeEncoder:
    """Counts of hashed character pairs, normalised: texts that share pairs are near."""

    def __init__(self, name: str = "fake", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def encode_question(self, question: str) -> Vectors:
        return self._vector(question)

    def _vector(self, text: str) -> Vectors:
        plain = f" {normalise(text).text} "
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for pair in pairwise(plain):
            digest = hashlib.sha256("".join(pair).encode("utf-8", "surrogatepass")).digest()
            vector[digest[0] % self.dimension] += 1.0
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class FakeVectorIndex:
    """Exact search by a full sort."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def search(self, query: Vectors, top_k: int, allowed: npt.NDArray[np.bool_] | None = None) -> list[int]:
        order = np.argsort(-(self._vectors @ query), kind="stable")
        return [int(item) for item in order if allowed is None or allowed[item]][:top_k]

    def scores(self, query: Vectors, items: Sequence[int]) -> Vectors:
        return np.asarray(self._vectors[list(items)] @ query, dtype=np.float32)

    def __len__(self) -> int:
        return len(self._vectors)

    def vectors(self) -> Vectors:
        return self._vectors

    @property
    def is_slow(self) -> bool:
        return False

    def accelerated(self) -> FakeVectorIndex:
        return self

    def write(self, file: BinaryIO) -> None:
        np.save(file, self._vectors, allow_pickle=False)

    @classmethod
    def read(cls, file: BinaryIO) -> FakeVectorIndex:
        return cls(np.load(file, allow_pickle=False))


class FakeReader:
    """Prefers digits: the longest run of digits scores highest; a passage without one holds no answer."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        return [Reading(hit, (self._window(hit.passage.text),)) for hit in hits]

    def judge(self, question: str, hits: Sequence[Hit]) -> list[VerdictReading]:
        return []

    def _window(self, text: str) -> Window:
        visible = [place for place, character in enumerate(text) if not character.isspace()]
        digit = [text[place].isdigit() for place in visible]
        starts = [float(is_digit and not (at and digit[at - 1])) * 6 - 3 for at, is_digit in enumerate(digit)]
        ends = [
            float(is_digit and not (at + 1 < len(digit) and digit[at + 1])) * 6 - 3 for at, is_digit in enumerate(digit)
        ]
        return Window(
            np.array(starts, dtype=np.float32),
            np.array(ends, dtype=np.float32),
            np.array([(place, place + 1) for place in visible], dtype=np.int64).reshape(-1, 2),
            no_answer_score=0.0,
        )


class JudgingReader(FakeReader):
    """Finds that 是 answers and that the last sentence of a passage settles it, most clearly in the longest passage."""

    def judge(self, question: str, hits: Sequence[Hit]) -> list[VerdictReading]:
        lengths = [len(hit.passage.text) for hit in hits]
        return [
            VerdictReading(hit, float(length), 0.0, 1.0, hit.passage.end)
            for hit, length in zip(hits, lengths, strict=True)
        ]


class FakeRetriever:
    """Gives the hits it was made with."""

    def __init__(self, hits: Sequence[Hit], generation: int = 1) -> None:
        self.hits = list(hits)
        self.generation = generation
        self.asked: list[tuple[str, int, Sequence[str] | None]] = []

    def search(self, question: str, top_k: int, document_ids: Sequence[str] | None = None) -> list[Hit]:
        self.asked.append((question, top_k, document_ids))
        return self.hits[:top_k]

    def document(self, document_id: str, revision: int | None = None) -> Document:
        """White space where no hit says what the text is."""
        passages = [hit.passage for hit in self.hits if hit.passage.revision.document_id == document_id]
        text = " " * max(passage.end for passage in passages)
        for passage in passages:
            text = text[: passage.start] + passage.text + text[passage.end :]
        return Document(passages[0].revision, text)


def make_pipeline(retriever: Retriever, threshold: float = 0.5, reader: Reader | None = None) -> AnswerPipeline:
    """A pipeline over the fake reader; sigmoid(margin / 2) is its probability, and shared words settle 是 or 否."""
    weights = dict.fromkeys(WORD_FEATURES, 0.0)
    settled = Logistic(-2.0, {**weights, "coverage": 8.0})
    verdicts = VerdictModel(settled, Logistic(4.0, {**weights, "negation differs": -8.0}), threshold)
    plan = PipelinePlan(thresholds=Thresholds(threshold, threshold))
    return AnswerPipeline(retriever, reader or FakeReader(), Calibration(0.0, {"margin": 0.5}), verdicts, plan)


def make_wenqu(folder: Path, answerer: Answerer | None = None) -> Wenqu:
    """The whole program over the fake encoder and, if no other `answerer` is given, the fake reader."""
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    library = Library(catalogue, FakeEncoder(), FaissIndex, ChunkingPlan())
    queue = JobQueue(catalogue.database, folder / "uploads")
    worker = Worker(queue, library, ParserProcess())
    return Wenqu(library, answerer or make_pipeline(library), catalogue.database, queue, worker)


class FakeAnswerer:
    """Refuses everything, or raises what it was made with."""

    def __init__(self, failure: Exception | None = None) -> None:
        self._failure = failure

    def ask(self, question: Question, retrieved: Retrieved | None = None) -> Answer:
        if self._failure is not None:
            raise self._failure
        if retrieved is not None:
            retrieved([], question.text)
        return Answer(Status.NO_ANSWER, None, 0.0, (), (), question.text, 1)


def make_document(text: str, headings: Sequence[Heading] = (), document_id: str = "doc") -> Document:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(Revision(document_id, 1, digest, "标题"), text, tuple(headings))


def make_hit(text: str, start: int = 0, document_id: str = "doc", rank: int = 1) -> Hit:
    passage = Passage(Revision(document_id, 1, "0" * 64, "标题"), start, start + len(text), text)
    return Hit(passage, 1.0 / rank, {"dense": rank, "lexical": rank})
