"""What readers think of the answers, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.serving import Served, serving

QUESTION = "项目总投资多少？"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("data"), "项目总投资120亿元。") as started:
        yield started


@pytest.fixture
def answer(served: Served) -> dict[str, Any]:
    return served.ask(QUESTION)


def rate(served: Served, message_id: str, **body: object) -> httpx.Response:
    return served.http.post(f"/v1/messages/{message_id}/feedback", json=body)


def test_feedback_is_kept_and_shown_with_its_message(served: Served, answer: dict[str, Any]) -> None:
    response = rate(served, answer["id"], rating="down", reason="wrong_evidence", text="应为第二段。𠮷")
    assert response.status_code == 201
    given = response.json()
    assert (given["message_id"], given["rating"], given["reason"], given["text"]) == (
        answer["id"],
        "down",
        "wrong_evidence",
        "应为第二段。𠮷",
    )
    shown = served.http.get(f"/v1/conversations/{answer['conversation_id']}").json()
    assert shown["messages"][0]["feedback"] == given


def test_the_second_replaces_the_first_and_it_can_be_taken_back(served: Served, answer: dict[str, Any]) -> None:
    rate(served, answer["id"], rating="down", reason="wrong_answer")
    rate(served, answer["id"], rating="up")
    shown = served.http.get(f"/v1/conversations/{answer['conversation_id']}").json()
    assert (shown["messages"][0]["feedback"]["rating"], shown["messages"][0]["feedback"]["reason"]) == ("up", None)
    for _ in range(2):
        assert served.http.delete(f"/v1/messages/{answer['id']}/feedback").status_code == 204
    shown = served.http.get(f"/v1/conversations/{answer['conversation_id']}").json()
    assert shown["messages"][0]["feedback"] is None


def test_the_list_holds_what_an_evaluation_needs(served: Served, answer: dict[str, Any]) -> None:
    rate(served, answer["id"], rating="down", reason="should_abstain")
    newest = served.http.get("/v1/feedback", params={"rating": "down", "limit": 1}).json()["feedback"][0]
    assert (newest["question"], newest["reason"], newest["response"]) == (QUESTION, "should_abstain", answer)
    assert newest["conversation_id"] == answer["conversation_id"]


def test_an_answer_that_is_not_there(served: Served) -> None:
    for response in (rate(served, "nobody", rating="up"), served.http.delete("/v1/messages/nobody/feedback")):
        assert (response.status_code, response.json()["error"]["code"]) == (404, "message_not_found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rating": "good"},
        {"rating": "down", "reason": "bad"},
        {"rating": "up", "text": "长" * 2001},
        {"rating": "up", "stars": 5},
    ],
)
def test_what_is_no_feedback_changes_nothing(served: Served, answer: dict[str, Any], body: dict[str, Any]) -> None:
    rate(served, answer["id"], rating="up")
    assert rate(served, answer["id"], **body).status_code == 422
    shown = served.http.get(f"/v1/conversations/{answer['conversation_id']}").json()
    assert shown["messages"][0]["feedback"]["rating"] == "up"
