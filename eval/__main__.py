"""`python -m eval`: the hand-written set on the shipped article. `... reader`, `... retrieval`: public sets."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from rich.progress import track

from eval.dialogues import ask_dialogues, read_dialogues, summarise_dialogues
from eval.questions import EvaluationDataError, read_questions
from eval.reading import REPORTED_SETS, read_all, read_set, summarise_reading
from eval.report import (
    as_json,
    confidence_table,
    dialogue_table,
    markdown_table,
    reading_table,
    retrieval_table,
    summaries,
)
from eval.retrieval import buried, read_articles, read_collection, score_rankings
from eval.runner import evaluate
from index.loaders import load
from index.ports import Encoder
from qa.assemble import SAMPLE, Wenqu, assemble, make_encoder, make_reader
from qa.settings import Settings

SETS = Path(__file__).parent / "data"
ARTICLE = SETS / "article.jsonl"
DATA = Path("../shared/data")
WORK = Path(".work/eval")
COLLECTIONS = ("cmrc2018/dev", "dureader_robust/dev")
NEWS_ARTICLES = 20_000

Item = TypeVar("Item")


def _tracked(questions: Sequence[Item]) -> Iterable[Item]:
    return track(questions, description="asking")


def run_article(output: Path) -> None:
    """Index the shipped article in a fresh library, ask every question, print the table and write `output`."""
    with tempfile.TemporaryDirectory() as folder:
        wenqu = assemble(Settings(data_dir=Path(folder), sample=True))
        results = evaluate(read_questions(ARTICLE), wenqu.answerer, wenqu.library, wenqu.threshold, _tracked)
    report = as_json(results)
    _write(output, report)
    print(markdown_table(summaries(results)))
    print(f"\n{confidence_table(results)}")
    print(f"\nmedian time per question: {report['median_milliseconds']} ms; every question: {output}")


def run_documents(output: Path) -> None:
    """The same over a library of four documents, with the questions on the other three."""
    with tempfile.TemporaryDirectory() as folder:
        wenqu = _library_of_four(Path(folder))
        questions = read_questions(SETS / "documents.jsonl")
        results = evaluate(questions, wenqu.answerer, wenqu.library, wenqu.threshold, _tracked)
    _write(output, as_json(results))
    print(markdown_table(summaries(results)))
    print(f"\n{confidence_table(results)}")


def run_dialogues() -> None:
    """Ask the dialogues in a library of four documents, with and without what was asked before, and print the table."""
    dialogues = read_dialogues(SETS / "dialogues.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        wenqu = _library_of_four(Path(folder))
        remembered, alone = (ask_dialogues(dialogues, wenqu.answerer, remember, _tracked) for remember in (True, False))
        print(dialogue_table(summarise_dialogues(remembered, alone)))


def _library_of_four(folder: Path) -> Wenqu:
    """The shipped article and the documents of eval/data, each under its file's name."""
    wenqu = assemble(Settings(data_dir=folder, sample=False))
    for path in (SAMPLE, *sorted((SETS / "documents").glob("*.md"))):
        name = "article" if path == SAMPLE else path.stem
        wenqu.library.add(load(path.read_bytes(), path.name), path.name, name)
    return wenqu


def _write(output: Path, report: object) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def run_reader(data: Path, names: Sequence[str], limit: int | None) -> None:
    """Score the reader on public sets, every question with the context it was asked of."""
    reader = make_reader(Settings().reader)
    rows = []
    for name in names:
        questions = read_set(data, name)
        chosen = questions if limit is None else questions[:: max(1, len(questions) // limit)][:limit]
        title = name if len(chosen) == len(questions) else f"{name}, {len(chosen)} questions"
        rows.append(summarise_reading(title, read_all(_tracked(chosen), reader)))
    print(reading_table(rows))


def run_retrieval(data: Path, names: Sequence[str], news: int, limit: int | None) -> None:
    """Rank whole collections, alone and among news articles."""
    encoder = make_encoder(Settings().encoder)
    articles = read_articles(data, news)
    of_articles = _vectors(encoder, articles) if articles else None
    rows = []
    for name in names:
        collection = read_collection(data, name, limit)
        vectors = _vectors(encoder, collection.paragraphs)
        rows += score_rankings(collection, encoder, vectors, _tracked)
        if of_articles is not None:
            rows += score_rankings(
                buried(collection, articles), encoder, np.concatenate([vectors, of_articles]), _tracked
            )
    print(retrieval_table(rows))


def _vectors(encoder: Encoder, paragraphs: Sequence[str]) -> npt.NDArray[np.float32]:
    """Vectors of `paragraphs`, float32 (n, dimension)."""
    batches = [paragraphs[begin : begin + 100] for begin in range(0, len(paragraphs), 100)]
    return np.concatenate([encoder.encode(batch) for batch in track(batches, description="encoding")])


def main() -> None:
    """Parse the command line and run one evaluation."""
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    article = commands.add_parser("article", help="the hand-written set on the shipped article (the default)")
    article.add_argument("--output", type=Path, default=WORK / "article.json")
    documents = commands.add_parser("documents", help="the hand-written set on three more documents")
    documents.add_argument("--output", type=Path, default=WORK / "documents.json")
    commands.add_parser("dialogues", help="follow-up questions, with and without what was asked before")
    reader = commands.add_parser("reader", help="the reader alone on public sets")
    reader.add_argument("--set", dest="names", action="append", help="a set; may be repeated (default: all reported)")
    reader.add_argument("--limit", type=int, help="only this many questions of each, evenly spread")
    retrieval = commands.add_parser("retrieval", help="retrieval alone over whole collections")
    retrieval.add_argument("--set", dest="names", action="append", help="a collection; may be repeated")
    retrieval.add_argument("--news", type=int, default=NEWS_ARTICLES, help="articles to bury it among; 0 for none")
    retrieval.add_argument("--limit", type=int, help="only this many paragraphs of each, and their questions")
    for command in (reader, retrieval):
        command.add_argument("--data", type=Path, default=DATA, help="folder of the public sets")
    arguments = parser.parse_args()
    try:
        if arguments.command == "reader":
            run_reader(arguments.data, arguments.names or REPORTED_SETS, arguments.limit)
        elif arguments.command == "documents":
            run_documents(arguments.output)
        elif arguments.command == "dialogues":
            run_dialogues()
        elif arguments.command == "retrieval":
            run_retrieval(arguments.data, arguments.names or COLLECTIONS, arguments.news, arguments.limit)
        else:
            run_article(getattr(arguments, "output", WORK / "article.json"))
    except EvaluationDataError as failure:
        raise SystemExit(str(failure)) from None


if __name__ == "__main__":
    main()
