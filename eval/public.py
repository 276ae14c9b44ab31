"""Settings over public sets: which questions, and the paragraphs that they are asked of (pure, but for reading)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.questions import EvaluationQuestion, ReadingQuestion, evenly, is_reported, read_public_questions

OPEN_SETS = ("cmrc2018/dev", "dureader_robust/dev")
ABSENT = "unanswerable_absent"
# Of the paragraphs of an open setting, every so many-th is taken away to ask the questions on it of the others.
ABSENT_STRIDE = 4


@dataclass(frozen=True, slots=True)
class Setting:
    """Questions of some types of a public set, each asked of its own paragraph.

    `shared` sets serve for fitting and for figures; only the half of their contexts that is for figures is asked.
    """

    name: str
    file: str
    types: tuple[str, ...]
    as_type: str = ""
    shared: bool = True


SETTINGS = {
    "lists": (
        Setting("cmqa/dev lists", "cmqa/dev", ("list",)),
        Setting("cail2021/sample lists", "cail2021/sample", ("list",)),
    ),
    "yes_no": (
        Setting("cjrc/dev yes_no", "cjrc/dev", ("yes_no",)),
        Setting("cail2021/sample yes_no", "cail2021/sample", ("yes_no",)),
    ),
    "rejection": (Setting("cjrc/dev rejection", "cjrc/dev", ("span", "unanswerable")),),
    "passages": (Setting("ncp_policy/train passages", "ncp_policy/train", ("span",), as_type="passage"),),
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A document made of one paragraph of a public set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Questions, each naming the paragraph that it was written for as its document."""

    paragraphs: tuple[Paragraph, ...]
    questions: tuple[EvaluationQuestion, ...]


def read_setting(data: Path, setting: Setting, limit: int | None) -> Placed:
    """The questions of a setting with the paragraphs that they need. Raises EvaluationDataError without its file."""
    items = read_public_questions(data / f"{setting.file}.jsonl.gz")
    wanted = [item for item in items if item.question.type in setting.types]
    reported = [item for item in wanted if not setting.shared or is_reported(item.context)]
    placed = place(evenly(reported, limit))
    if not setting.as_type:
        return placed
    return replace(placed, questions=tuple(replace(one, type=setting.as_type) for one in placed.questions))


def read_open(data: Path, name: str, limit: int | None, paragraphs: int | None = None) -> Placed:
    """All paragraphs of a set (or the first ones) and the questions on them, of which `limit` are asked."""
    items = read_public_questions(data / f"{name}.jsonl.gz")
    placed = place([item for item in items if item.question.type == "span"])
    kept = placed.paragraphs[:paragraphs]
    known = {paragraph.id for paragraph in kept}
    questions = [question for question in placed.questions if question.document in known]
    return Placed(kept, tuple(evenly(questions, limit)))


def place(items: Sequence[ReadingQuestion]) -> Placed:
    """Each context once, in order, as a paragraph with a number for its name."""
    contexts = {item.context: item.title for item in reversed(items)}
    numbers = {context: f"p{number}" for number, context in enumerate(dict.fromkeys(item.context for item in items))}
    return Placed(
        tuple(Paragraph(name, contexts[context], context) for context, name in numbers.items()),
        tuple(replace(item.question, document=numbers[item.context]) for item in items),
    )


def taken_away(paragraphs: Sequence[Paragraph]) -> frozenset[str]:
    """The paragraphs that are taken away for the questions on absent documents."""
    return frozenset(paragraph.id for paragraph in paragraphs[ABSENT_STRIDE - 1 :: ABSENT_STRIDE])


def on_absent(questions: Sequence[EvaluationQuestion], gone: frozenset[str]) -> list[EvaluationQuestion]:
    """The questions on paragraphs that are gone, which nothing answers any more."""
    return [
        replace(question, type=ABSENT, answers=(), items=(), verdict="")
        for question in questions
        if question.document in gone
    ]
