"""The sets that `python -m eval` can ask, each with what it prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eval.asking import ask_all_dialogues, ask_article, ask_documents, ask_open, ask_setting, ask_written, tracked
from eval.overview import of_set, set_names
from eval.paths import DATA
from eval.reading import REPORTED_SETS, read_all, read_set, summarise_reading
from eval.report import reading_table, retrieval_table
from eval.results import Result
from eval.retrieval import buried, read_articles, read_collection, score_rankings
from eval.tables import article_tables, dialogue_tables, open_tables, setting_tables
from index.ports import Encoder
from qa.assemble import make_encoder, make_reader
from qa.settings import Settings

NEWS_ARTICLES = 20_000


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says: `names` of sets (None: all), `limit` of questions and of `paragraphs` of each."""

    data: Path = DATA
    names: tuple[str, ...] | None = None
    limit: int | None = None
    paragraphs: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """Something to ask. `public` sets are outside of the project; `several` of them may be named."""

    help: str
    ask: Callable[[Options], list[Result]]
    tables: Callable[[Sequence[Result], Options], str]
    public: bool = False
    several: bool = False


def ask_reader(options: Options) -> list[Result]:
    """The reader on public sets, every question with the context it was asked of."""
    sets = {name: read_set(options.data, name) for name in options.names or REPORTED_SETS}
    reader = make_reader(Settings().reader)
    results: list[Result] = []
    for name, questions in sets.items():
        # Not `evenly`: the model card's row is about this very slice.
        step = 1 if options.limit is None else max(1, len(questions) // options.limit)
        results += read_all(tracked(questions[::step][: options.limit]), reader, f"{name} reader")
    return results


def reader_tables(results: Sequence[Result], options: Options) -> str:
    """The reader's figures, before calibration."""
    rows = []
    for name in set_names(results):
        found = of_set(results, name)
        title = name.removesuffix(" reader")
        rows.append(summarise_reading(title if options.limit is None else f"{title}, {len(found)} questions", found))
    return reading_table(rows)


def run_retrieval(data: Path, names: Sequence[str], news: int, limit: int | None) -> str:
    """Rank whole collections, alone and among news articles; the table."""
    encoder = make_encoder(Settings().encoder)
    articles = read_articles(data, news)
    of_articles = _vectors(encoder, articles) if articles else None
    rows = []
    for name in names:
        collection = read_collection(data, name, limit)
        vectors = _vectors(encoder, collection.paragraphs)
        rows += score_rankings(collection, encoder, vectors, tracked)
        if of_articles is not None:
            rows += score_rankings(
                buried(collection, articles), encoder, np.concatenate([vectors, of_articles]), tracked
            )
    return retrieval_table(rows)


def _vectors(encoder: Encoder, paragraphs: Sequence[str]) -> npt.NDArray[np.float32]:
    """Vectors of `paragraphs`, float32 (n, dimension)."""
    batches = [paragraphs[begin : begin + 100] for begin in range(0, len(paragraphs), 100)]
    return np.concatenate([encoder.encode(batch) for batch in tracked(batches, "encoding")])


def _setting(name: str, explanation: str) -> Command:
    return Command(
        explanation,
        lambda options: ask_setting(name, options.data, options.limit),
        lambda results, _: setting_tables(results),
        True,
    )


COMMANDS: Mapping[str, Command] = {
    "article": Command(
        "the hand-written set on the shipped article (the default)",
        lambda options: ask_article(options.limit),
        lambda results, _: article_tables(results),
    ),
    "documents": Command(
        "the hand-written set on three more documents",
        lambda options: ask_documents(options.limit),
        lambda results, _: article_tables(results),
    ),
    "written": Command(
        "the questions of documents written to train on that were held out",
        lambda options: ask_written(options.limit),
        lambda results, _: article_tables(results),
    ),
    "dialogues": Command(
        "follow-up questions, with and without what was asked before",
        lambda options: ask_all_dialogues(options.limit),
        lambda results, _: dialogue_tables(results),
    ),
    "open": Command(
        "find the paragraph among all of a set's, then read; also with it given, and with it gone",
        lambda options: ask_open(options.data, options.names, options.limit, options.paragraphs),
        lambda results, _: open_tables(results),
        public=True,
        several=True,
    ),
    "rejection": _setting("rejection", "questions that their paragraph does not answer, among some that it does"),
    "lists": _setting("lists", "questions with several spans for an answer"),
    "yes_no": _setting("yes_no", "questions that 是 or 否 answers"),
    "passages": _setting("passages", "questions with long answers"),
    "reader": Command("the reader alone on public sets", ask_reader, reader_tables, public=True, several=True),
}
