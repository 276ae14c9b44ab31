"""The documents written to train on, and the windows that are made of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from qa.training.calibrate import written_cases
from qa.training.examples import DataError
from qa.training.packed_e5 import PackedE5
from qa.training.service_windows import ServiceWindows, Shares
from qa.training.vocabulary import reader_tokenizer, reader_vocabulary
from qa.training.written import LIST, NONE, YES_NO, WrittenDocument, is_for_calibration, is_held_out, read_written
from tests.qa.training.test_packed_e5 import packed

__all__ = ["packed"]

TYPES = {
    "number",
    "date",
    "person",
    "organisation",
    "place",
    "thing",
    "reason",
    "manner",
    "definition",
    LIST,
    YES_NO,
    NONE,
}
FILE = """# 中国2020
中国20年。国中2国。

| 国 | 中 |
|---|---|
| 国 | 2 |
=====
Q 中国几年？
T number
A 20年
E 中国20年

Q 国中？
T list
A 国
A 2
E | 国 | 2 |

Q 国吗？
T yes_no
V NO
E 国中2国

Q 中国吗？
T yes_no
V NONE

Q 中？
T none
"""


def write(folder: Path, text: str, name: str = "rules/01.txt") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def texts(written: WrittenDocument) -> list[list[str]]:
    return [[written.document.text[start:end] for start, end in question.spans] for question in written.questions]


def test_a_document_and_its_questions(tmp_path: Path) -> None:
    write(tmp_path, FILE)
    (written,) = read_written(tmp_path)
    assert (written.name, written.document.revision.title) == ("rules/01", "中国2020")
    assert [question.type for question in written.questions] == ["number", LIST, YES_NO, YES_NO, NONE]
    assert [question.verdict for question in written.questions] == ["", "", "NO", "NONE", ""]
    assert texts(written) == [["20年"], ["国", "2"], ["国中2国"], [], []]
    # The second item stands behind the first, in the same row.
    first, second = written.questions[1].spans
    assert first[1] <= second[0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("=====", "----", "====="),
        ("A 20年", "A 21年", "21年"),
        ("E 中国20年", "E 国", "does not stand once"),
        ("T number", "X number", "lines Q and T"),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    write(tmp_path, FILE.replace(old, new, 1))
    with pytest.raises(DataError, match=message) as caught:
        read_written(tmp_path)
    assert "rules/01" in str(caught.value)


def test_no_documents_at_all_are_missed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"policy/01\.txt"):
        read_written(tmp_path)


def test_every_sixth_is_held_out_and_half_of_those_calibrate(tmp_path: Path) -> None:
    for number in range(1, 25):
        write(tmp_path, FILE, f"rules/{number:02}.txt")
    written = read_written(tmp_path)
    assert [one.name[-2:] for one in written if is_held_out(one)] == ["06", "12", "18", "24"]
    assert [one.name[-2:] for one in written if is_for_calibration(one)] == ["12", "24"]


def test_what_ships_is_whole() -> None:
    """Every answer of every file is found in its evidence, or reading would raise."""
    written = read_written()
    assert len(written) > 250
    for one in written:
        assert {question.type for question in one.questions} <= TYPES
        for question in one.questions:
            is_answered = question.type != NONE and question.verdict != "NONE"
            assert bool(question.spans) == is_answered, (one.name, question.question)
            assert (question.verdict in ("YES", "NO", "NONE")) == (question.type == YES_NO)


def test_windows_point_at_the_answer_or_at_nothing(tmp_path: Path, packed: PackedE5) -> None:
    write(tmp_path, FILE)
    tokenizer = reader_tokenizer(reader_vocabulary(packed), 320)
    windows = ServiceWindows(read_written(tmp_path), tokenizer, random.Random(1), Shares(same_document=0.0))

    def said(start: int, end: int, ids: tuple[int, ...]) -> str:
        return "".join(tokenizer.convert_ids_to_tokens(list(ids))[start : end + 1]) if start else ""

    number, row, missing = [said(f.start, f.end, f.input_ids) for f in windows.spans()]
    assert (number, missing) == ("20<unk>", "")
    # Of a list the whole row of items.
    assert row.endswith("2")
    assert len(row) > 2
    verdict, unsettled = windows.verdicts()
    tokens = tokenizer.convert_ids_to_tokens(list(verdict.input_ids))
    # The reader's vocabulary of this test knows neither 是 nor 否: the third token of "是。否。" is what it points at.
    first = tokens.index("</s>") + 2
    assert verdict.start == first + 2
    assert tokens[verdict.end - 2 : verdict.end] == ["中", "2"]
    assert (unsettled.start, unsettled.end) == (0, 0)


def test_cases_ask_what_is_there_what_is_not_and_what_was_taken_away(tmp_path: Path) -> None:
    write(tmp_path, FILE)
    cases = written_cases(read_written(tmp_path))
    assert [(case.question, case.answerable, case.everywhere, case.absent) for case in cases] == [
        ("中国几年？", True, True, False),
        ("中国几年？", False, False, True),
        ("国中？", True, False, False),
        ("中？", False, True, False),
        ("中？", False, False, False),
    ]
