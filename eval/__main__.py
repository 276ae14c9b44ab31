"""`python -m eval`: ask a set, keep the run, print its figures. Without a command: the set on the shipped article.

`all` asks every set and writes the report; `compare A B` sets two runs side by side; `report` makes the HTML report of
runs that were kept; `guard` fails when a small slice is answered worse than was written down; `retrieval` ranks.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from eval.asking import ask_article
from eval.commands import COMMANDS, NEWS_ARTICLES, Options, run_retrieval
from eval.compare import SHOWN, comparison_report
from eval.guard import SLICE, falls_below, measure, read_level, write_level
from eval.html.page import report_page
from eval.paths import ARTICLE, DATA, LEVELS, SETS, WORK
from eval.public import OPEN_SETS
from eval.questions import EvaluationDataError
from eval.runs import newest_runs, read_run, run_information, run_path, write_run
from eval.tables import full_report
from qa.settings import Settings

__all__ = ["ARTICLE", "DATA", "SETS", "WORK", "main"]

HTML = WORK / "report.html"


def run(name: str, options: Options, output: Path | None) -> Path:
    """Ask a set, keep the run and print its tables; the run's file."""
    command = COMMANDS[name]
    results = command.ask(options)
    asked = {"names": options.names, "limit": options.limit, "paragraphs": options.paragraphs}
    information = run_information(name, Settings(), asked)
    path = output or run_path(WORK, information)
    write_run(path, information, results)
    print(f"{command.tables(results, options)}\n\nevery question: {path}")
    return path


def run_all(options: Options, html: Path) -> None:
    """Ask every set, one after the other, and write the report of them all."""
    report([run(name, options, None) for name in COMMANDS], html, None)


def report(paths: Sequence[Path], html: Path, markdown: Path | None) -> None:
    """The report of runs (the newest of each kind where none is named), as a page and as a Markdown table."""
    runs = [read_run(path) for path in paths or newest_runs(WORK)]
    if not runs:
        raise EvaluationDataError(f"no run is kept in {WORK}; make one with python -m eval, or name its file")
    table = full_report([result for kept in runs for result in kept.results])
    for path, text in ((html, report_page(runs)), (markdown, table + "\n")):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    print(f"{table}\n\nreport: {html}")


def guard(record: bool) -> None:
    """Ask the slice; write its level down, or exit with 1 when it is below the one that was."""
    found = measure(ask_article(SLICE))
    said = (
        f"{found.right} right and {found.rightly_refused} rightly refused of {found.questions}, mean F1 {found.f1:.3f}"
    )
    if record:
        write_level(LEVELS, found, run_information("guard", Settings(), {}).models)
        print(f"recorded in {LEVELS}: {said}")
        return
    reasons = falls_below(found, read_level(LEVELS))
    if reasons:
        raise SystemExit("the hand-written slice falls below its recorded level: " + "; ".join(reasons))
    print(f"the hand-written slice holds its level: {said}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and do what it says."""
    chosen = _parser().parse_args(arguments)
    command = chosen.command or "article"
    try:
        if command == "compare":
            print(comparison_report(read_run(chosen.first), read_run(chosen.second), chosen.show))
        elif command == "report":
            report(chosen.runs, chosen.html, chosen.markdown)
        elif command == "guard":
            guard(chosen.record)
        elif command == "retrieval":
            print(run_retrieval(chosen.data, chosen.names or OPEN_SETS, chosen.news, chosen.limit))
        elif command == "all":
            run_all(_options(chosen), chosen.html)
        else:
            run(command, _options(chosen), getattr(chosen, "output", None))
    except EvaluationDataError as failure:
        raise SystemExit(str(failure)) from None


def _options(chosen: argparse.Namespace) -> Options:
    names = getattr(chosen, "names", None)
    return Options(
        data=getattr(chosen, "data", DATA),
        names=tuple(names) if names else None,
        limit=getattr(chosen, "limit", None),
        paragraphs=getattr(chosen, "paragraphs", None),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.help)
        added.add_argument("--output", type=Path, help=f"file to keep the run in (default: one of its own in {WORK})")
        _add_limits(added, public=command.public)
        if command.several:
            added.add_argument("--set", dest="names", action="append", help="a set; may be repeated (default: all)")
        if name == "open":
            added.add_argument("--paragraphs", type=int, help="only the first paragraphs of each set, to try it out")
    everything = commands.add_parser("all", help="every set above, then the report")
    everything.add_argument("--html", type=Path, default=HTML, help="where the report goes")
    _add_limits(everything, public=True)
    retrieval = commands.add_parser("retrieval", help="retrieval alone over whole collections")
    retrieval.add_argument("--set", dest="names", action="append", help="a collection; may be repeated")
    retrieval.add_argument("--news", type=int, default=NEWS_ARTICLES, help="articles to bury it among; 0 for none")
    retrieval.add_argument("--limit", type=int, help="only this many paragraphs of each, and their questions")
    retrieval.add_argument("--data", type=Path, default=DATA, help="folder of the public sets")
    _add_tools(commands)
    return parser


def _add_limits(added: argparse.ArgumentParser, public: bool) -> None:
    added.add_argument("--limit", type=int, help="only this many questions of each set, evenly spread")
    if public:
        added.add_argument("--data", type=Path, default=DATA, help="folder of the public sets")


def _add_tools(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compare = commands.add_parser("compare", help="two runs side by side, question by question")
    compare.add_argument("first", type=Path, help="the run to start from")
    compare.add_argument("second", type=Path, help="the run to judge")
    compare.add_argument("--show", type=int, default=SHOWN, help="how many questions of each kind are listed")
    told = commands.add_parser("report", help="the HTML report of kept runs")
    told.add_argument("runs", type=Path, nargs="*", help="files of runs (default: the newest of each kind)")
    told.add_argument("--html", type=Path, default=HTML, help="where the report goes")
    told.add_argument("--markdown", type=Path, help="also write the tables here")
    watch = commands.add_parser("guard", help="fail when a small slice is answered worse than recorded")
    watch.add_argument("--record", action="store_true", help="write today's level down")


if __name__ == "__main__":
    main()
