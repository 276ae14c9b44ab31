"""Libraries to ask, and each set asked of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rich.progress import track

from eval.dialogues import ask_dialogues, read_dialogues
from eval.paths import ARTICLE, DIALOGUES, DOCUMENTS, SETS
from eval.public import OPEN_SETS, SETTINGS, Paragraph, Placed, on_absent, read_open, read_setting, taken_away
from eval.questions import EvaluationQuestion, ReadingQuestion, evenly, read_questions
from eval.reading import read_all
from eval.results import Result
from eval.runner import evaluate
from eval.written import document_id, documents_held_out, questions_of
from index.loaders import load
from index.types import LoadedText
from qa.assemble import SAMPLE, Wenqu, assemble, make_reader
from qa.settings import Settings

Item = TypeVar("Item")


def tracked(items: Sequence[Item], description: str = "asking") -> Iterable[Item]:
    """The items, with a progress bar on the terminal."""
    return track(items, description=description)


@contextmanager
def library_of_article() -> Iterator[Wenqu]:
    """The program over the shipped article alone, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield assemble(Settings(data_dir=Path(folder), sample=True))


@contextmanager
def library_of_four() -> Iterator[Wenqu]:
    """The shipped article and the documents of eval/data, each under its file's name."""
    with tempfile.TemporaryDirectory() as folder:
        wenqu = assemble(Settings(data_dir=Path(folder), sample=False))
        for path in (SAMPLE, *sorted((SETS / "documents").glob("*.md"))):
            name = "article" if path == SAMPLE else path.stem
            wenqu.library.add(load(path.read_bytes(), path.name), path.name, name)
        yield wenqu


@contextmanager
def library_of(paragraphs: Sequence[Paragraph]) -> Iterator[Wenqu]:
    """A library in which each paragraph is a document."""
    with tempfile.TemporaryDirectory() as folder:
        wenqu = assemble(Settings(data_dir=Path(folder), sample=False))
        for paragraph in tracked(paragraphs, "adding"):
            wenqu.library.add(LoadedText(paragraph.text, paragraph.title), paragraph.title, paragraph.id)
        wenqu.library.warm_up()
        yield wenqu


def ask_article(limit: int | None) -> list[Result]:
    """The hand-written set on the shipped article."""
    with library_of_article() as wenqu:
        return _ask(wenqu, evenly(read_questions(ARTICLE), limit), "article")


def ask_documents(limit: int | None) -> list[Result]:
    """The hand-written set on three more documents, in a library of four."""
    with library_of_four() as wenqu:
        return _ask(wenqu, evenly(read_questions(DOCUMENTS), limit), "documents")


def ask_written(limit: int | None) -> list[Result]:
    """The questions of the written documents held out, in one library of these."""
    held_out = documents_held_out()
    with tempfile.TemporaryDirectory() as folder:
        wenqu = assemble(Settings(data_dir=Path(folder), sample=False))
        for written in tracked(held_out, "adding"):
            document = written.document
            loaded = LoadedText(document.text, document.revision.title, document.headings)
            wenqu.library.add(loaded, written.name, document_id(written))
        return _ask(wenqu, evenly(questions_of(held_out), limit), "written")


def ask_all_dialogues(limit: int | None) -> list[Result]:
    """The dialogues in a library of four documents, with what was asked before and then without it."""
    dialogues = evenly(read_dialogues(DIALOGUES), limit)
    with library_of_four() as wenqu:
        asked = [
            ask_dialogues(dialogues, wenqu.answerer, wenqu.library, remember, tracked) for remember in (True, False)
        ]
    return [result for results in asked for result in results]


def ask_setting(name: str, data: Path, limit: int | None) -> list[Result]:
    """The public sets of one setting, every question asked of its own paragraph."""
    results: list[Result] = []
    for setting in SETTINGS[name]:
        placed = read_setting(data, setting, limit)
        with library_of(placed.paragraphs) as wenqu:
            results += _ask(wenqu, placed.questions, setting.name, own_document=True)
    return results


def ask_open(data: Path, names: Sequence[str] | None, limit: int | None, paragraphs: int | None) -> list[Result]:
    """Each question asked of a library of all paragraphs, of its own alone, and of a library that lacks its own.

    "given" is the reader over the whole paragraph, without retrieval: what the open setting is measured against.
    """
    results: list[Result] = []
    for name in names or OPEN_SETS:
        placed = read_open(data, name, limit, paragraphs)
        with library_of(placed.paragraphs) as wenqu:
            results += _ask(wenqu, placed.questions, f"{name} open")
            results += _ask(wenqu, placed.questions, f"{name} own", own_document=True)
            results += _read(placed, f"{name} given")
            gone = taken_away(placed.paragraphs)
            for document_id in gone:
                wenqu.library.remove(document_id)
            results += _ask(wenqu, on_absent(placed.questions, gone), f"{name} absent")
    return results


def _read(placed: Placed, set_name: str) -> list[Result]:
    """The reader alone, each question over the whole of its paragraph."""
    contexts = {paragraph.id: paragraph.text for paragraph in placed.paragraphs}
    items = [ReadingQuestion(question, contexts[question.document]) for question in placed.questions]
    return read_all(tracked(items, "reading"), make_reader(Settings().reader), set_name)


def _ask(
    wenqu: Wenqu, questions: Sequence[EvaluationQuestion], set_name: str, own_document: bool = False
) -> list[Result]:
    return evaluate(questions, wenqu.answerer, wenqu.library, tracked, set_name, own_document)
