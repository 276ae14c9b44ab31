"""What the calibration is fitted on: every case asked as it says, and its spans told right from wrong by place."""

from __future__ import annotations

from pathlib import Path

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.library import Library
from index.types import Document, Revision
from qa.training.calibrate import Case, ask_all, is_in_first_half, public_cases
from qa.training.examples import Example
from tests.fakes import FakeEncoder, FakeReader


def document(name: str, text: str) -> Document:
    return Document(Revision(name, 1, name, f"文档{name}"), text)


def test_every_case_is_asked_of_what_it_says(tmp_path: Path) -> None:
    library = Library(Catalogue(tmp_path / "c.sqlite3"), FakeEncoder(), FaissIndex, ChunkingPlan())
    first, second = document("一/01", "项目投资120亿元。"), document("一/02", "项目占地88亩。")
    answer = (4, 9)
    assert first.text[slice(*answer)] == "120亿元"
    cases = [
        Case("投资多少？", first, (answer,)),
        Case("投资多少？", first, (answer,), everywhere=True),
        Case("投资多少？", first, (answer,), absent=True),
        Case("占地多少？", second, ((0, 2),)),
        Case("几个人？", second, (), everywhere=True),
        Case("？", second, ()),
    ]
    own, everywhere, absent, wrong, missing, _ = ask_all(library, FakeReader(), cases)
    assert [asked.answerable for asked in (own, everywhere, absent, wrong, missing)] == [True, True, False, True, False]
    assert ([span.text for span in own.spans], own.right) == (["120亿元"], (True,))
    assert sorted(span.text for span in everywhere.spans) == ["120亿元", "88"]
    assert [span.text for span, right in zip(everywhere.spans, everywhere.right, strict=True) if right] == ["120亿元"]
    assert ([span.text for span in absent.spans], absent.right) == (["88"], (False,))
    assert wrong.right == (False,)
    assert not any(missing.right)


def test_public_questions_are_asked_of_all_and_some_of_all_but_their_own() -> None:
    examples = [Example(str(n), "题", f"第{n}段。", "第几？", str(n), 1) for n in range(4)]
    examples.append(Example("5", "题", "无。", "第几？", "", None))
    cases = public_cases(examples)
    assert [(case.everywhere, case.absent) for case in cases] == [
        (True, False),
        (False, True),
        (True, False),
        (True, False),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert cases[0].spans == ((1, 2),)
    assert [case.answerable for case in cases] == [True, False, True, True, True, False, False]


def test_halves_of_the_fit_and_of_the_split_before_are_independent() -> None:
    firsts = sum(is_in_first_half(f"段落{n}") for n in range(400))
    assert 150 < firsts < 250
