"""The operations, what each does to a library, and what it must have done: a model of a few lines."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.errors import UnknownDocument
from index.library import Library
from index.types import LoadedText
from tests.fakes import FakeEncoder

RARE = ["purge", "rebuild"]
NAMES = [f"doc{number}" for number in range(12)]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: its kind, the document, and a text or title."""

    kind: str
    document_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What must be there of a document: the texts by revision, its title, whether it is removed."""

    texts: Mapping[int, str]
    title: str
    removed: bool = False

    @property
    def current(self) -> int:
        return max(self.texts)


Model = dict[str, Stored]


def open_library(folder: Path) -> Library:
    return Library(Catalogue(folder / "catalogue.sqlite3"), FakeEncoder(), FaissIndex, ChunkingPlan(40, 10))


def draw(chance: random.Random, model: Model) -> Operation:
    """An operation that succeeds on a library that is as `model` says."""
    living = [name for name, stored in model.items() if not stored.removed]
    removed = [name for name, stored in model.items() if stored.removed]
    kinds = ["add", "add", "replace", "replace", "remove", "restore", "rename", "save", "save", "search", *RARE]
    kind = chance.choice(kinds)
    if kind == "restore" and removed:
        return Operation(kind, chance.choice(removed))
    if kind in ("replace", "remove", "rename") and living:
        return Operation(kind, chance.choice(living), _text(chance))
    if kind in ("save", "search") or (kind in RARE and chance.random() < 0.5):
        return Operation(kind, text=_text(chance))
    return Operation("add", chance.choice(NAMES), _text(chance))


def perform(library: Library, operation: Operation) -> None:
    name, text = operation.document_id, operation.text
    if operation.kind == "add":
        library.add(LoadedText(text, "原题"), "a.txt", document_id=name)
    elif operation.kind == "replace":
        library.replace(name, LoadedText(text, "原题"), "a.txt")
    elif operation.kind == "remove":
        library.remove(name)
    elif operation.kind == "restore":
        library.restore(name)
    elif operation.kind == "rename":
        library.rename(name, text[:12])
    elif operation.kind == "save":
        library.save()
    elif operation.kind == "purge":
        library.purge()
    elif operation.kind == "rebuild":
        library.rebuild()
    else:
        library.search(text, 5)


def expected(model: Model, operation: Operation) -> Model:
    """The model after the operation."""
    name, kind = operation.document_id, operation.kind
    stored = model.get(name)
    if kind in ("add", "replace"):
        if stored is None:
            return {**model, name: Stored({1: operation.text}, "原题")}
        if stored.texts[stored.current] == operation.text:
            return {**model, name: replace(stored, removed=False)}
        texts = {**stored.texts, stored.current + 1: operation.text}
        return {**model, name: replace(stored, texts=texts, removed=False)}
    if kind == "purge":
        living = {one: stored for one, stored in model.items() if not stored.removed}
        return {
            one: replace(stored, texts={stored.current: stored.texts[stored.current]}) for one, stored in living.items()
        }
    if stored is None:
        return model
    if kind == "rename":
        return {**model, name: replace(stored, title=operation.text[:12])}
    return {**model, name: replace(stored, removed=kind == "remove")}


def observed(library: Library) -> Model:
    """What a library holds, asked through its own methods."""
    found: Model = {}
    for name in NAMES:
        try:
            revisions = library.revisions(name)
        except UnknownDocument:
            continue
        found[name] = Stored(
            texts={revision.number: library.document(name, revision.number).text for revision in revisions},
            title=revisions[0].title,
            removed=library.is_removed(name),
        )
    return found


def _text(chance: random.Random) -> str:
    lines = chance.randint(1, 12)
    return "".join(
        f"第{chance.randrange(10**6)}号项目投资{chance.randrange(1000)}亿元，位于肇庆。\n" for _ in range(lines)
    )
