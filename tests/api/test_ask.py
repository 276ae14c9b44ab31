"""Asking over HTTP: whole and as events, when there is much to do, and when the client leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.serving import FailingAnswerer, GatedAnswerer, Served, error_of, events, serving

TEXT = "博士项目招了五人。𠮷野家项目总投资120亿元，是最大的一个。"
OTHER = "食堂每天供应三餐。"
QUESTION = "𠮷野家项目总投资多少？"
FIRST = "博士项目什么时候签约？"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("data"), TEXT, OTHER) as started:
        yield started


def stream(served: Served, question: str, **more: object) -> list[tuple[str | None, Any]]:
    response = served.http.post("/v1/ask/stream", json={"question": question, **more})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    return events(response.text)


def test_an_answer_over_http(served: Served) -> None:
    body = served.ask(QUESTION)
    assert (body["status"], body["kind"], body["verdict"], body["answer"]) == ("answered", "span", None, "120亿元")
    (citation,) = body["citations"]
    # 博士项目招了五人。 is 9 characters, 𠮷野家项目总投资 8: code points, not UTF-16 units.
    assert (citation["start"], citation["end"]) == (17, 22)
    assert served.text_of(citation) == citation["quote"] == "120亿元"


def test_a_verdict_over_http(served: Served) -> None:
    body = served.ask("食堂每天供应三餐吗？")
    assert (body["status"], body["kind"], body["verdict"], body["answer"]) == ("answered", "yes_no", "yes", "是")
    assert [served.text_of(citation) for citation in body["citations"]] == [OTHER]


def test_a_follow_up_is_understood_and_a_new_conversation_is_not_a_follow_up(served: Served) -> None:
    first = served.ask(FIRST)
    followed = served.ask("总投资多少？", conversation_id=first["conversation_id"])
    assert followed["question_as_understood"] == "博士项目总投资多少？"
    assert followed["conversation_id"] == first["conversation_id"]
    assert served.ask("总投资多少？")["question_as_understood"] == "总投资多少？"


def test_only_the_last_eight_turns_are_looked_at(tmp_path: Path) -> None:
    answerer = GatedAnswerer()
    answerer.open.set()
    with serving(tmp_path, answerer=answerer) as served:
        for number in range(10):
            served.ask(f"第{number}个问题？", conversation_id="c")
    assert [turn.question for turn in answerer.asked[-1].turns] == [f"第{number}个问题？" for number in range(1, 9)]


def test_what_is_not_to_be_stored_is_not(tmp_path: Path) -> None:
    with serving(tmp_path, TEXT) as served:
        body = served.ask(QUESTION, store=False, conversation_id="secret")
        assert body["answer"] == "120亿元"
        assert served.http.get("/v1/conversations").json()["total"] == 0
        feedback = served.http.post(f"/v1/messages/{body['id']}/feedback", json={"rating": "up"})
        assert error_of(feedback) == (404, "message_not_found")


@pytest.mark.parametrize("conversation_id", ["", "a/b", "..", "空", "a" * 65, "\ud800"])
def test_a_conversation_id_that_fits_in_no_address(served: Served, conversation_id: str) -> None:
    response = served.http.post(
        "/v1/ask",
        content=f'{{"question": "谁？", "conversation_id": "{conversation_id}"}}'.encode("utf-8", "backslashreplace"),
        headers={"Content-Type": "application/json"},
    )
    assert error_of(response)[0] == 422


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/retrieval"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"question": "？"}', (422, "question_empty")),
        ('{"question": "\\ud800"}', (422, "question_empty")),
        ('{"question": "谁？", "document_ids": ["nobody"]}', (404, "document_not_found")),
        ('{"question": "谁？", "document_ids": ["\\ud800"]}', (404, "document_not_found")),
        ('{"question": "谁？", "top_k": 51}', (422, "invalid_value")),
        ("{", (400, "malformed_json")),
    ],
)
def test_what_is_wrong_is_said_before_a_stream_begins(
    served: Served, path: str, body: str, expected: tuple[int, str]
) -> None:
    response = served.http.post(path, content=body.encode(), headers={"Content-Type": "application/json"})
    assert error_of(response) == expected


def test_half_a_surrogate_pair_in_a_question_harms_nothing(served: Served) -> None:
    body = served.http.post(
        "/v1/ask",
        content='{"question": "总投资\\ud800多少？"}'.encode(),
        headers={"Content-Type": "application/json"},
    ).json()
    assert body["answer"] == "120亿元"
    found = served.http.get(f"/v1/conversations/{body['conversation_id']}").json()
    assert found["messages"][0]["question"] == "总投资\ufffd多少？"


def test_the_events_of_an_answer(served: Served) -> None:
    found = stream(served, QUESTION)
    assert [name for name, _ in found] == ["retrieval", "answer", "citation", "done"]
    (_, retrieval), (_, answer), (_, citation), (_, done) = found
    assert retrieval["question_as_understood"] == QUESTION
    assert {served.text_of(passage) for passage in retrieval["passages"]} == {TEXT, OTHER}
    assert all(passage["quote"] == served.text_of(passage) for passage in retrieval["passages"])
    assert set(retrieval["passages"][0]["ranks"]) <= {"dense", "lexical"}
    assert (answer["answer"], answer["status"]) == ("120亿元", "answered")
    assert done["citations"] == [citation]
    assert {name: done[name] for name in answer} == answer
    again = served.ask(QUESTION)
    assert {**again, "id": done["id"], "conversation_id": done["conversation_id"], "timings_ms": {}} == {
        **done,
        "timings_ms": {},
    }


def test_the_events_of_no_answer(served: Served) -> None:
    found = stream(served, QUESTION, threshold=1.0)
    assert [name for name, _ in found] == ["retrieval", "answer", "done"]
    assert found[1][1]["answer"] is None
    assert found[2][1]["nearest"]


def test_what_was_streamed_is_stored(served: Served) -> None:
    done = stream(served, FIRST)[-1][1]
    followed = served.ask("总投资多少？", conversation_id=done["conversation_id"])
    assert followed["question_as_understood"] == "博士项目总投资多少？"
    stored = served.http.get(f"/v1/conversations/{done['conversation_id']}").json()
    assert stored["messages"][0]["response"] == done


def test_passages_arrive_before_the_answer_is_there(tmp_path: Path) -> None:
    answerer = GatedAnswerer()
    with (
        serving(tmp_path, answerer=answerer) as served,
        served.http.stream("POST", "/v1/ask/stream", json={"question": "投资多少？"}) as response,
    ):
        lines = response.iter_lines()
        assert next(lines) == "event: retrieval"
        assert "投资120亿元。" in next(lines)
        answerer.open.set()
        assert "event: done" in list(lines)


def test_a_failure_after_the_beginning_is_an_event(tmp_path: Path) -> None:
    with serving(tmp_path, answerer=FailingAnswerer(RuntimeError("secret path"))) as served:
        found = stream(served, "投资多少？")
        assert [name for name, _ in found] == ["retrieval", "error"]
        assert found[1][1]["error"]["code"] == "internal_error"
        assert "secret" not in str(found)
        assert served.http.get("/v1/conversations").json()["total"] == 0
