"""The settings over public sets, asked with the shipped models of a data folder with a handful of paragraphs."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.asking import ask_open, ask_setting
from eval.questions import is_reported
from eval.runs import read_run

pytestmark = pytest.mark.models

SUBJECTS = ("青川水库", "白石大桥", "云岭隧道", "南湖泵站", "东风电厂", "北山林场", "西河船闸", "长岛灯塔")


def context(subject: str) -> str:
    """A paragraph in the half for figures."""
    texts = (f"{subject}位于清江市，由市水务局管理，总投资{n}亿元，{n}年前已经建成。" for n in range(10, 99))
    return next(text for text in texts if is_reported(text))


def write_set(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    path = folder / f"{name}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"id": str(n), "title": "题", **row}) + "\n" for n, row in enumerate(rows))


def on_investment(subject: str) -> dict[str, Any]:
    text = context(subject)
    start = text.index("总投资") + 3
    answer = {"text": text[start : text.index("元") + 1], "start": start}
    return {"context": text, "question": f"{subject}总投资多少？", "answers": [answer]}


def test_the_open_setting_is_asked_in_four_ways(tmp_path: Path) -> None:
    write_set(tmp_path, "cmrc2018/dev", [on_investment(subject) for subject in SUBJECTS])
    results = ask_open(tmp_path, ("cmrc2018/dev",), None, None)
    counts = Counter(result.set for result in results)
    assert counts == {"cmrc2018/dev open": 8, "cmrc2018/dev own": 8, "cmrc2018/dev given": 8, "cmrc2018/dev absent": 2}
    for result in results:
        absent = result.set.endswith("absent")
        assert result.answerable is not absent
        assert result.verified
        if result.set.endswith(("open", "own")):
            assert result.rank is not None
        for quote in result.citations:
            # Each paragraph is a document of its own; what was taken away is not cited.
            assert not (absent and quote.document_id in ("p3", "p7"))


def test_questions_of_a_setting_are_asked_of_their_own_paragraph(tmp_path: Path) -> None:
    verdicts = [
        {"context": context(subject), "question": f"{subject}是否已经建成？", "answers": [], "yes_no": "YES"}
        for subject in SUBJECTS
    ]
    for name in ("cjrc/dev", "cail2021/sample"):
        write_set(tmp_path, name, verdicts)
    results = ask_setting("yes_no", tmp_path, 4)
    assert Counter(result.set for result in results) == {"cjrc/dev yes_no": 4, "cail2021/sample yes_no": 4}
    for result in results:
        assert {quote.document_id for quote in result.citations} <= {result.question.document}


def test_a_command_keeps_its_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path, "cjrc/dev", [on_investment(subject) for subject in SUBJECTS])
    output = tmp_path / "run.jsonl"
    main(["rejection", "--data", str(tmp_path), "--limit", "3", "--output", str(output)])
    run = read_run(output)
    assert (run.information.name, run.information.arguments["limit"], len(run.results)) == ("rejection", 3, 3)
    assert len(run.information.models["reader"]) == 64
    assert f"every question: {output}" in capsys.readouterr().out
