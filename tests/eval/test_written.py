"""The questions of the written documents, as the evaluation asks them."""

from __future__ import annotations

from eval.written import NEAR_MISS, document_id, documents_held_out, questions_of
from index.types import Document, Revision
from qa.training.written import WrittenDocument, WrittenQuestion, is_for_calibration, is_held_out

TEXT = "押金100元，可退。甲、乙。"
DOCUMENT = WrittenDocument(
    "rules/06",
    Document(Revision("rules/06", 1, "", "规则"), TEXT),
    (
        WrittenQuestion("押金多少？", "number", ((2, 6),)),
        WrittenQuestion("有哪些？", "list", ((10, 11), (12, 13))),
        WrittenQuestion("能退吗？", "yes_no", ((7, 9),), "YES"),
        WrittenQuestion("能转让吗？", "yes_no", (), "NONE"),
        WrittenQuestion("租金多少？", "none", ()),
    ),
)


def test_every_kind_of_question_is_asked_as_what_it_is() -> None:
    number, items, yes, unsettled, missing = questions_of([DOCUMENT])
    assert [(gold.text, gold.start) for gold in number.answers] == [("100元", 2)]
    assert [[gold.text for gold in alternatives] for alternatives in items.items] == [["甲"], ["乙"]]
    assert (yes.verdict, [gold.text for gold in yes.answers]) == ("YES", ["可退"])
    assert [question.type for question in (number, items, yes, unsettled, missing)] == [
        "number",
        "list",
        "yes_no",
        NEAR_MISS,
        NEAR_MISS,
    ]
    assert [question.answerable for question in (number, items, yes, unsettled, missing)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert {question.document for question in (number, items, yes)} == {document_id(DOCUMENT)} == {"rules-06"}


def test_only_what_nothing_was_fitted_on_is_asked() -> None:
    held_out = documents_held_out()
    assert len(held_out) >= 40
    assert all(is_held_out(one) and not is_for_calibration(one) for one in held_out)
