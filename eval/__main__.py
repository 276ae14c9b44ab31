"""`python -m eval`: the hand-written set on the shipped article. `python -m eval reader`: a public set."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.progress import track

from eval.measures import mean
from eval.questions import EvaluationDataError, read_questions, read_reading_questions
from eval.reading import read_all
from eval.report import as_json, markdown_table, summaries
from eval.runner import evaluate
from qa.assemble import assemble
from qa.read import TransformersReader
from qa.settings import Settings

ARTICLE = Path(__file__).parent / "data" / "article.jsonl"

Item = TypeVar("Item")


def _tracked(questions: Sequence[Item]) -> Iterable[Item]:
    return track(questions, description="asking")


def run_article(output: Path) -> None:
    """Index the shipped article in a fresh library, ask every question, print the table and write `output`."""
    with tempfile.TemporaryDirectory() as folder:
        wenqu = assemble(Settings(data_dir=Path(folder), sample=True))
        results = evaluate(read_questions(ARTICLE), wenqu.answerer, wenqu.library, _tracked)
    report = as_json(results)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(markdown_table(summaries(results)))
    print(f"\nmedian time per question: {report['median_milliseconds']} ms; every question: {output}")


def run_reader(data: Path, name: str, limit: int | None) -> None:
    """Score the reader on a public set, every question with the context that answers it."""
    questions = read_reading_questions(data / f"{name}.jsonl.gz")
    step = 1 if limit is None else max(1, len(questions) // limit)
    chosen = questions[::step][:limit]
    results = read_all(_tracked(chosen), TransformersReader(Settings().reader))
    print("| set | questions | exact match | F1 |\n|---|--:|--:|--:|")
    exact, overlap = mean([float(r.exact_match) for r in results]), mean([r.f1 for r in results])
    print(f"| {name} | {len(results)} of {len(questions)} | {exact * 100:.1f} | {overlap * 100:.1f} |")


def main() -> None:
    """Parse the command line and run one evaluation."""
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    article = commands.add_parser("article", help="the hand-written set on the shipped article (the default)")
    article.add_argument("--output", type=Path, default=Path(".work/eval/article.json"))
    reader = commands.add_parser("reader", help="the reader alone on a public set")
    reader.add_argument("--data", type=Path, default=Path("../shared/data"))
    reader.add_argument("--set", dest="name", default="cmrc2018/dev")
    reader.add_argument("--limit", type=int, help="only this many questions, evenly spread over the set")
    arguments = parser.parse_args()
    try:
        if arguments.command == "reader":
            run_reader(arguments.data, arguments.name, arguments.limit)
        else:
            run_article(getattr(arguments, "output", Path(".work/eval/article.json")))
    except EvaluationDataError as failure:
        raise SystemExit(str(failure)) from None


if __name__ == "__main__":
    main()
