"""A folder of a hundred mixed files, made with real libraries, through the whole product as a user has it.

The facts are those that `tests.documents` wrote into the files.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.test_cli import as_json, run
from tests.conftest import RunningServer, running_server
from tests.documents import fact, make_folder

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]

FILES = 100
SECONDS = 600.0
"""More than indexing fifty files takes."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("hundred")) as started:
        yield started


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=60) as made:
        yield made


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def upload(client: httpx.Client, paths: list[Path]) -> list[str]:
    """The ids of the documents, once all are indexed."""
    jobs = []
    for path in paths:
        response = client.post("/v1/documents", files={"file": (path.name, path.read_bytes())})
        assert response.status_code == 201, response.text
        jobs.append(response.json()["job_id"])
    deadline = time.monotonic() + SECONDS
    while True:
        states = [client.get(f"/v1/jobs/{job}").json() for job in jobs]
        if all(state["status"] == "indexed" for state in states):
            return [state["document_id"] for state in states]
        assert not [state for state in states if state["status"] in ("failed", "cancelled")]
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_a_hundred_files_are_added_asked_replaced_and_removed(
    server: RunningServer, client: httpx.Client, tmp_path: Path
) -> None:
    paths = make_folder(tmp_path / "资料", FILES)
    (tmp_path / "一半").mkdir()
    for path in paths[:50]:
        path.rename(tmp_path / "一半" / path.name)
    added = as_json(server.environment, "add", str(tmp_path / "一半"))
    assert (len(added["added"]), added["failed"]) == (50, [])
    uploaded = upload(client, paths[50:])
    assert len(set(uploaded)) == 50
    assert client.get("/v1/documents").json()["total"] == FILES + 1  # and the shipped article

    for index in range(3, FILES, 12):  # one of every kind of file
        known = fact(index)
        passages = post(client, "/v1/retrieval", {"question": known.question})["passages"]
        assert known.sentence in "".join(passage["quote"].replace("\n", "") for passage in passages), known
    answer = post(client, "/v1/ask", {"question": fact(60).question})
    assert answer["answer"] == fact(60).answer
    (citation,) = answer["citations"]
    assert post(client, "/v1/citations/verify", citation)["valid"]

    replaced = citation["document_id"]
    text = f"{fact(60).sentence.replace(fact(60).answer, '1.5亿元')}\n"
    assert client.put(f"/v1/documents/{replaced}?wait=60", json={"text": text}).json()["revision"] == 2
    # Whatever the confidence: among a hundred documents that are nearly alike one sentence alone is not sure enough.
    assert post(client, "/v1/ask", {"question": fact(60).question, "threshold": 0.0})["answer"] == "1.5亿元"
    assert post(client, "/v1/citations/verify", citation)["valid"]  # of the revision before, which stays readable

    assert client.delete(f"/v1/documents/{replaced}").status_code == 204
    assert run(server.environment, "remove", uploaded[0]).returncode == 0
    for gone in (replaced, uploaded[0]):
        assert client.post("/v1/ask", json={"question": "投资多少？", "document_ids": [gone]}).status_code == 404
    found = post(client, "/v1/retrieval", {"question": fact(60).question, "top_k": 20})["passages"]
    assert replaced not in {passage["document_id"] for passage in found}
    assert run(server.environment, "check").returncode == 0
