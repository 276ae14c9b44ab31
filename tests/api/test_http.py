"""The HTTP contract, against a really running server with the shipped models."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import RunningServer

pytestmark = pytest.mark.models

HEADQUARTERS = "宁德时代动力及储能电池项目投资了多少？"


def ask(client: httpx.Client, question: str, **more: object) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def check_citation(client: httpx.Client, citation: dict[str, Any]) -> None:
    content = client.get(
        f"/v1/documents/{citation['document_id']}/content", params={"revision": citation["revision"]}
    ).json()
    assert content["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert citation["offset_unit"] == "codepoint"
    assert citation["sha256"] == content["sha256"] == hashlib.sha256(content["text"].encode()).hexdigest()
    before, after = citation["prefix"], citation["suffix"]
    assert content["text"][citation["start"] - len(before) : citation["end"] + len(after)] == (
        before + citation["quote"] + after
    )


def test_the_answer_of_the_article(client: httpx.Client) -> None:
    body = ask(client, HEADQUARTERS)
    assert (body["status"], body["kind"], body["answer"]) == ("answered", "span", "120亿元")
    (citation,) = body["citations"]
    check_citation(client, citation)
    assert citation["quote"] == "120亿元"
    assert "宁德时代" in citation["prefix"] + citation["suffix"]
    assert 0 < body["confidence"] <= 1
    assert body["question_as_understood"] == HEADQUARTERS
    assert body["index_generation"] == 1
    assert set(body["timings_ms"]) == {"understand", "retrieve", "read", "decide", "total"}
    assert body["nearest"] == []


def test_what_the_article_does_not_say(client: httpx.Client) -> None:
    body = ask(client, "今天天气怎么样？", conversation_id="c1")
    assert (body["status"], body["answer"], body["citations"]) == ("no_answer", None, [])
    assert body["conversation_id"] == "c1"
    assert body["nearest"]
    for citation in body["nearest"]:
        check_citation(client, citation)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
@given(st.text(min_size=1, max_size=512).filter(lambda text: any(character.isalnum() for character in text)))
def test_any_question_gets_citations_that_verify(client: httpx.Client, question: str) -> None:
    body = ask(client, question)
    for citation in (*body["citations"], *body["nearest"]):
        check_citation(client, citation)


def test_questions_at_the_same_time(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: ask(client, HEADQUARTERS), range(8)))
    assert {body["answer"] for body in bodies} == {"120亿元"}
    assert len({body["id"] for body in bodies}) == 8


def test_the_list_the_document_and_its_content(client: httpx.Client) -> None:
    listed = client.get("/v1/documents").json()
    assert listed["total"] >= 1
    document = next(item for item in listed["documents"] if item["source"] == "zhaoqing-high-tech-zone.md")
    assert client.get(f"/v1/documents/{document['id']}").json() == document
    content = client.get(f"/v1/documents/{document['id']}/content").json()
    assert len(content["text"]) == content["length"] == document["characters"]
    titles = [content["text"][mark["start"] : mark["end"]] for mark in content["headings"]]
    assert titles[0] == document["title"] == content["title"]
    part = client.get(f"/v1/documents/{document['id']}/content", params={"start": 10, "end": 20}).json()
    assert part["text"] == content["text"][10:20]
    assert client.get("/v1/documents", params={"offset": 1000}).json()["documents"] == []


def test_a_question_of_chosen_documents(client: httpx.Client) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    assert ask(client, HEADQUARTERS, document_ids=[listed[0]["id"]], top_k=3)["answer"] == "120亿元"


def test_health_and_openapi(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/ask", "/v1/documents", "/v1/documents/{document_id}/content", "/healthz", "/readyz"} <= set(paths)


def test_pages_carry_the_security_headers(client: httpx.Client) -> None:
    for path in ("/", "/web/app.js", "/healthz"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-cache"


BAD_REQUESTS = [
    ("empty", {"question": ""}, 422, "question_empty"),
    ("spaces", {"question": " \n "}, 422, "question_empty"),
    ("punctuation", {"question": "？？？"}, 422, "question_empty"),
    ("too long", {"question": "问" * 513}, 422, "question_too_long"),
    ("number", {"question": 5}, 422, "wrong_type"),
    ("null", {"question": None}, 422, "wrong_type"),
    ("missing", {}, 422, "field_missing"),
    ("misspelt", {"question": "谁？", "topk": 3}, 422, "field_unknown"),
    ("list", ["谁？"], 422, "wrong_type"),
    ("top_k of zero", {"question": "谁？", "top_k": 0}, 422, "invalid_value"),
    ("top_k as text", {"question": "谁？", "top_k": "3"}, 422, "wrong_type"),
    ("no documents", {"question": "谁？", "document_ids": []}, 422, "invalid_value"),
    ("unknown document", {"question": "谁？", "document_ids": ["nobody"]}, 404, "document_not_found"),
]


def check_error(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert set(error) == {"code", "message", "detail"}
    assert error["code"] == code
    assert any("\u4e00" <= character <= "\u9fff" for character in error["message"])


@pytest.mark.parametrize(
    ("body", "status", "code"), [case[1:] for case in BAD_REQUESTS], ids=[c[0] for c in BAD_REQUESTS]
)
def test_bad_questions(client: httpx.Client, body: object, status: int, code: str) -> None:
    check_error(client.post("/v1/ask", json=body), status, code)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"{'question': 1}", 400, "malformed_json"),
        ('{"question": "谁？"}'.encode("gbk"), 400, "malformed_json"),
        (b'{"question": "\\ud800"}', 422, "question_empty"),
        (b"", 422, "body_missing"),
        (json.dumps({"question": "长" * 2_000_000}).encode(), 413, "body_too_large"),
    ],
    ids=["cut off", "single quotes", "gbk", "lone surrogate", "no body", "two million characters"],
)
def test_bad_bodies(client: httpx.Client, content: bytes, status: int, code: str) -> None:
    response = client.post("/v1/ask", content=content, headers={"Content-Type": "application/json"})
    check_error(response, status, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/documents/nobody", 404, "document_not_found"),
        ("GET", "/v1/documents/nobody/content", 404, "document_not_found"),
        ("GET", "/v1/nothing", 404, "route_not_found"),
        ("GET", "/web/nothing.js", 404, "route_not_found"),
        ("GET", "/web/../cli.py", 404, "route_not_found"),
        ("GET", "/v1/ask", 405, "method_not_allowed"),
        ("PATCH", "/v1/documents", 405, "method_not_allowed"),
        ("GET", "/v1/documents?limit=0", 422, "invalid_value"),
        ("GET", "/v1/documents?limit=many", 422, "wrong_type"),
        ("GET", "/v1/documents?offset=99999999999999999999", 422, "invalid_value"),
    ],
)
def test_bad_addresses(client: httpx.Client, method: str, path: str, status: int, code: str) -> None:
    check_error(client.request(method, path), status, code)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("revision=99", 404, "revision_not_found"),
        ("start=5&end=4", 422, "range_invalid"),
        ("end=999999", 422, "range_invalid"),
        ("start=-1", 422, "invalid_value"),
    ],
)
def test_bad_ranges(client: httpx.Client, query: str, status: int, code: str) -> None:
    document_id = client.get("/v1/documents").json()["documents"][0]["id"]
    check_error(client.get(f"/v1/documents/{document_id}/content?{query}"), status, code)


def test_a_bad_request_loses_nothing(server: RunningServer, client: httpx.Client) -> None:
    before = client.get("/v1/documents").json()
    client.post("/v1/ask", content=b"\xff\xfe\x00", headers={"Content-Type": "application/json"})
    assert client.get("/v1/documents").json() == before
    assert ask(client, HEADQUARTERS)["answer"] == "120亿元"
