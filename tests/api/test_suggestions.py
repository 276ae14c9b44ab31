"""GET /v1/suggestions: only what the program was seen to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from index.types import Hit, LoadedText
from qa.cite import cite_place
from qa.types import Answer, Citation, Question, Status
from tests.api.rig import Rig, check_error, running

FIRST = "项目计划总投资120亿元。\n市图书馆成立于1958年10月1日。"
SECOND = "电池模块保修10年。"


class LookingAnswerer:
    """Answers with the place that it was made to find for a question, or refuses."""

    def __init__(self, find: Callable[[str], str | None]) -> None:
        self.find = find
        self.rig: Rig | None = None
        self.asked: list[Question] = []

    def ask(self, question: Question, retrieved: Callable[[Sequence[Hit], str], None] | None = None) -> Answer:
        self.asked.append(question)
        quote = self.find(question.text)
        citations = () if quote is None else (self._cite(quote),)
        status = Status.ANSWERED if citations else Status.NO_ANSWER
        return Answer(status, quote, 0.9, citations, (), question.text, 1)

    def _cite(self, quote: str) -> Citation:
        assert self.rig is not None
        library = self.rig.wenqu.library
        hit = next(hit for hit in library.search(quote, 10) if quote in hit.passage.text)
        document = library.document(hit.passage.revision.document_id)
        start = document.text.index(quote)
        return cite_place(hit.passage, document, start, start + len(quote), 0.9)


ANSWERS = {
    "项目计划总投资多少元？": "120亿元",
    "市图书馆成立于什么时候？": "1958年10月1日",
    "电池模块保修多长时间？": "10年",
}


def suggested(rig: Rig, **params: object) -> list[tuple[str, str]]:
    response = rig.client.get("/v1/suggestions", params=params)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    return [(one["question"], one["document_id"]) for one in response.json()["questions"]]


def fill(rig: Rig, answerer: LookingAnswerer) -> None:
    answerer.rig = rig
    rig.wenqu.library.add(LoadedText(FIRST, "甲"), "甲.txt", "first")
    rig.wenqu.library.add(LoadedText(SECOND, "乙"), "乙.txt", "second")


def test_the_documents_take_turns_the_newest_first(tmp_path: Path) -> None:
    answerer = LookingAnswerer(ANSWERS.get)
    with running(tmp_path, answerer, with_worker=False) as rig:
        assert suggested(rig) == []
        fill(rig, answerer)
        assert suggested(rig) == [
            ("电池模块保修多长时间？", "second"),
            ("项目计划总投资多少元？", "first"),
            ("市图书馆成立于什么时候？", "first"),
        ]
        assert suggested(rig, limit=1) == [("电池模块保修多长时间？", "second")]
        assert suggested(rig, document_ids="first", limit=1) == [("项目计划总投资多少元？", "first")]


def test_each_question_is_tried_once(tmp_path: Path) -> None:
    answerer = LookingAnswerer(ANSWERS.get)
    with running(tmp_path, answerer, with_worker=False) as rig:
        fill(rig, answerer)
        assert suggested(rig) == suggested(rig)
        assert len(answerer.asked) == len(ANSWERS)
        suggested(rig, document_ids="first")  # asked of these documents alone: another trial
        assert answerer.asked[-1].document_ids == ("first",)


@pytest.mark.parametrize("wrong", [None, "10年"])
def test_what_is_not_answered_or_answered_from_elsewhere_is_not_suggested(tmp_path: Path, wrong: str | None) -> None:
    answerer = LookingAnswerer(lambda question: wrong if "投资" in question else ANSWERS[question])
    with running(tmp_path, answerer, with_worker=False) as rig:
        fill(rig, answerer)
        assert "项目计划总投资多少元？" not in [question for question, _ in suggested(rig)]
        assert len(suggested(rig)) == 2


def test_a_removed_document_is_not_suggested_from(tmp_path: Path) -> None:
    answerer = LookingAnswerer(ANSWERS.get)
    with running(tmp_path, answerer, with_worker=False) as rig:
        fill(rig, answerer)
        rig.client.delete("/v1/documents/second")
        assert {document_id for _, document_id in suggested(rig)} == {"first"}
        check_error(rig.client.get("/v1/suggestions?document_ids=second"), 404, "document_not_found")


@pytest.mark.parametrize("query", ["limit=0", "limit=21", "limit=x"])
def test_bad_queries(tmp_path: Path, query: str) -> None:
    with running(tmp_path, with_worker=False) as rig:
        assert rig.client.get(f"/v1/suggestions?{query}").status_code == 422
