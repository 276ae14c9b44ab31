"""Conversations over HTTP: found again, renamed, deleted, exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.serving import Served, error_of, serving

TEXT = "项目总投资120亿元。"
QUESTION = "项目总投资多少？"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, TEXT) as started:
        yield started


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("empty")) as started:
        yield started


def test_a_conversation_is_found_again(served: Served) -> None:
    first = served.ask(QUESTION, conversation_id="mine")
    second = served.ask("什么时候签约？", conversation_id="mine")
    listed = served.http.get("/v1/conversations").json()
    assert (listed["total"], listed["limit"], listed["offset"]) == (1, 50, 0)
    (conversation,) = listed["conversations"]
    assert (conversation["id"], conversation["title"], conversation["messages"]) == ("mine", QUESTION, 2)
    shown = served.http.get("/v1/conversations/mine").json()
    assert [message["response"] for message in shown["messages"]] == [first, second]
    assert [message["id"] for message in shown["messages"]] == [first["id"], second["id"]]
    assert [message["question"] for message in shown["messages"]] == [QUESTION, "什么时候签约？"]
    assert [message["feedback"] for message in shown["messages"]] == [None, None]


def test_it_outlives_the_server(tmp_path: Path) -> None:
    with serving(tmp_path, TEXT) as served:
        body = served.ask("项目什么时候签约？", conversation_id="mine")
    with serving(tmp_path, TEXT) as served:
        shown = served.http.get("/v1/conversations/mine").json()
        assert shown["messages"][0]["response"] == body
        followed = served.ask("总投资多少？", conversation_id="mine")
        assert followed["question_as_understood"] == "项目总投资多少？"


def test_searching_and_paging(served: Served) -> None:
    for number, question in enumerate(["甲投资多少？", "乙投资多少？", "丙在哪里？"]):
        served.ask(question, conversation_id=f"c{number}")
    found = served.http.get("/v1/conversations", params={"q": "投资", "limit": 1, "offset": 1}).json()
    assert ([one["id"] for one in found["conversations"]], found["total"]) == (["c0"], 2)


def test_renaming(served: Served) -> None:
    served.ask(QUESTION, conversation_id="mine")
    renamed = served.http.patch("/v1/conversations/mine", json={"title": "  投资额\n"})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "投资额")
    assert served.http.get("/v1/conversations/mine").json()["title"] == "投资额"
    for title in ("  ", "长" * 201, 5, None):
        assert error_of(served.http.patch("/v1/conversations/mine", json={"title": title}))[0] == 422


def test_deleting(served: Served) -> None:
    body = served.ask(QUESTION, conversation_id="mine")
    assert served.http.delete("/v1/conversations/mine").status_code == 204
    assert served.http.get("/v1/conversations").json()["total"] == 0
    feedback = served.http.post(f"/v1/messages/{body['id']}/feedback", json={"rating": "up"})
    assert error_of(feedback) == (404, "message_not_found")
    assert error_of(served.http.delete("/v1/conversations/mine")) == (404, "conversation_not_found")
    # The id is free again, and nothing of what was before is known.
    assert served.ask("总投资多少？", conversation_id="mine")["question_as_understood"] == "总投资多少？"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("DELETE", ""), ("PATCH", ""), ("GET", "/export")], ids=lambda value: value or "-"
)
def test_what_is_not_there(empty: Served, method: str, path: str) -> None:
    json = {"title": "新"} if method == "PATCH" else None
    response = empty.http.request(method, f"/v1/conversations/nobody{path}", json=json)
    assert error_of(response) == (404, "conversation_not_found")
    assert "nobody" in response.json()["error"]["message"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "offset=-1", "offset=99999999999999999999", "limit=many"])
def test_bad_pages(empty: Served, query: str) -> None:
    assert empty.http.get(f"/v1/conversations?{query}").status_code == 422
    assert empty.http.get(f"/v1/feedback?{query}").status_code == 422


def test_export(served: Served) -> None:
    body = served.ask(QUESTION, conversation_id="mine")
    (citation,) = body["citations"]
    served.http.patch("/v1/conversations/mine", json={"title": 'a/b:"投资"'})
    response = served.http.get("/v1/conversations/mine/export")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    # %E6%8A%95%E8%B5%84 is 投资 in UTF-8; what no file system takes is left out of the name.
    assert response.headers["content-disposition"] == (
        "attachment; filename=\"conversation.md\"; filename*=UTF-8''a%20b%20%E6%8A%95%E8%B5%84.md"
    )
    assert "## 项目总投资多少？" in response.text
    assert "**120亿元**" in response.text
    link = f"{served.address}/#/d/{citation['document_id']}@1:{citation['start']}-{citation['end']}"
    assert link in response.text


def test_keys_keep_conversations_apart(tmp_path: Path) -> None:
    one, other = "k" * 40, "l" * 40
    with serving(tmp_path, TEXT, api_keys=f"{one},{other}", headers={"Authorization": f"Bearer {one}"}) as served:
        body = served.ask(QUESTION, conversation_id="mine")
        served.http.post(f"/v1/messages/{body['id']}/feedback", json={"rating": "up"})
        with httpx.Client(base_url=served.address, headers={"Authorization": f"Bearer {other}"}) as stranger:
            assert stranger.get("/v1/conversations").json()["total"] == 0
            assert stranger.get("/v1/feedback").json()["total"] == 0
            for response in (
                stranger.get("/v1/conversations/mine"),
                stranger.get("/v1/conversations/mine/export"),
                stranger.patch("/v1/conversations/mine", json={"title": "新"}),
                stranger.delete("/v1/conversations/mine"),
                stranger.post("/v1/ask", json={"question": QUESTION, "conversation_id": "mine"}),
                stranger.post("/v1/ask/stream", json={"question": QUESTION, "conversation_id": "mine"}),
            ):
                assert error_of(response) == (404, "conversation_not_found")
            taken = stranger.post(f"/v1/messages/{body['id']}/feedback", json={"rating": "down"})
            assert error_of(taken) == (404, "message_not_found")
        assert served.http.get("/v1/conversations").json()["total"] == 1
        assert served.http.get("/v1/feedback").json()["feedback"][0]["rating"] == "up"
