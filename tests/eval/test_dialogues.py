from __future__ import annotations

from eval.dialogues import DialogueTurn, ask_dialogues, summarise_dialogues
from eval.questions import EvaluationQuestion, GoldSpan
from eval.report import dialogue_table
from qa.ports import Retrieved
from qa.types import Answer, Citation, Question, Status
from tests.fakes import FakeRetriever, make_hit


class Echo:
    """Answers 甲公司's question with 5个 when it is named, with 9个 otherwise; takes the last question's first word."""

    def ask(self, question: Question, retrieved: Retrieved | None = None) -> Answer:
        text = question.text
        if question.turns and "它" in text:
            text = text.replace("它", question.turns[-1].question[:3])
        quote = "5个" if "甲公司" in text else "9个"
        citation = Citation(make_hit(quote).passage.revision, 0, 2, quote, "", "", (), None, 0.9)
        return Answer(Status.ANSWERED, quote, 0.9, (citation,), (), text, 1)


def turn(number: int, text: str, leans: bool, *answers: str) -> DialogueTurn:
    gold = tuple(GoldSpan(answer, 0) for answer in answers)
    type_ = "first" if number == 1 else "leans" if leans else "stands_alone"
    return DialogueTurn(EvaluationQuestion(f"d.{number}", type_, text, gold), leans)


def test_turns_are_asked_in_the_light_of_those_before_them() -> None:
    dialogue = [
        turn(1, "甲公司有几个人？", False, "5个"),
        turn(2, "它有几辆车？", True, "5个"),
        turn(3, "乙有几个？", False),
    ]
    retriever = FakeRetriever([make_hit("5个"), make_hit("9个", start=4)])
    remembered, alone = (ask_dialogues([dialogue], Echo(), retriever, remember, iter) for remember in (True, False))
    assert [result.understood for result in remembered] == ["甲公司有几个人？", "甲公司有几辆车？", "乙有几个？"]
    summary = {row.name: row for row in summarise_dialogues(remembered, alone)}
    shares = {name: (row.exact_match, row.f1, row.refused, row.unchanged) for name, row in summary.items()}
    rows = {name: tuple(share and share.value for share in found) for name, found in shares.items()}
    assert summary["first turns"].turns == 1
    assert rows["first turns"] == (1.0, 1.0, None, 1.0)
    assert rows["turns that lean"] == (1.0, 1.0, None, 0.0)
    # 9个 against 5个: one of two characters in common.
    assert rows["turns that lean, asked by themselves"] == (0.0, 0.5, None, 1.0)
    assert rows["later turns that stand alone"] == (None, None, 0.0, 1.0)
    table = dialogue_table(list(summary.values()))
    assert "| turns that lean | 1 | 100.0 (100.0–100.0) | 100.0 (100.0–100.0) | – | 0.0 (0.0–0.0) |" in table
