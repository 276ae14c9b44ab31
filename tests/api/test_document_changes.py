"""/v1/documents over a real library, queue and worker: replacing, renaming, removing, restoring."""

from __future__ import annotations

from typing import Any

import pytest

from api.schemas.documents import MAX_TITLE_CHARACTERS
from index import adding
from index.types import LoadedText
from tests.api.rig import OTHER_TEXT as OTHER
from tests.api.rig import TEXT, Rig, add, check_error, get

pytestmark = pytest.mark.slow


def test_replacing_counts_up_and_keeps_the_old_text(rig: Rig) -> None:
    add(rig, id="d")
    response = rig.client.put("/v1/documents/d?wait=20", json={"text": OTHER})
    assert response.status_code == 200
    body = response.json()
    assert (body["id"], body["revision"], body["status"], body["title"]) == ("d", 2, "indexed", "会议纪要")
    assert get(rig, "/d/content")["text"] == OTHER
    old = get(rig, "/d/content", revision=1)
    assert (old["text"], old["revision"], old["latest_revision"]) == (TEXT, 1, 2)
    listed = get(rig, "/d/revisions")
    assert [(one["revision"], one["characters"]) for one in listed["revisions"]] == [(2, len(OTHER)), (1, len(TEXT))]
    assert (listed["latest_revision"], listed["removed"]) == (2, False)
    assert all(hit.passage.revision.number == 2 for hit in rig.wenqu.library.search("会议", 5))


def test_replacing_with_a_file(rig: Rig) -> None:
    add(rig, id="d")
    response = rig.client.put("/v1/documents/d?wait=20", files={"file": ("新.txt", OTHER.encode())})
    assert (response.json()["revision"], response.json()["source"]) == (2, "新.txt")


def test_the_same_text_is_the_same_revision(rig: Rig) -> None:
    add(rig, id="d")
    same = rig.client.put("/v1/documents/d", json={"text": TEXT, "title": "新标题"}).json()
    assert (same["revision"], same["title"], same["job_id"]) == (1, "新标题", None)
    file = rig.client.put("/v1/documents/d?wait=20", files={"file": ("a.txt", TEXT.encode("gb18030"))}).json()
    assert (file["revision"], file["status"]) == (1, "indexed")


def test_putting_under_a_free_id_makes_the_document(rig: Rig) -> None:
    response = rig.client.put("/v1/documents/new?wait=20", json={"text": TEXT})
    assert (response.status_code, response.json()["id"], response.json()["revision"]) == (201, "new", 1)
    assert response.json()["title"] == "会议于3月1日在三号楼召开。"


def test_a_replacement_that_fails_leaves_the_document_as_it_was(rig: Rig) -> None:
    add(rig, id="d")
    body = rig.client.put("/v1/documents/d?wait=20", files={"file": ("坏.pdf", b"x")}).json()
    assert (body["status"], body["revision"], body["title"]) == ("failed", 1, "会议纪要")
    assert get(rig, "/d/content")["text"] == TEXT
    assert rig.wenqu.library.search("会议", 1)[0].passage.revision.document_id == "d"
    assert get(rig, "/d")["status"] == "failed"
    rig.client.delete(f"/v1/jobs/{body['job_id']}")
    assert (get(rig, "/d")["status"], get(rig, "/d")["job_id"]) == ("indexed", None)


def test_renaming(rig: Rig) -> None:
    add(rig, id="d")
    body = rig.client.patch("/v1/documents/d", json={"title": "  新　标题 "}).json()
    assert (body["title"], body["revision"]) == ("新 标题", 1)
    assert get(rig, "/d")["title"] == "新 标题"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "field_missing"),
        ({"title": ""}, "invalid_value"),
        ({"title": " "}, "invalid_value"),
        ({"title": None}, "wrong_type"),
        ({"title": "长" * (MAX_TITLE_CHARACTERS + 1)}, "invalid_value"),
        ({"title": "a", "text": "b"}, "field_unknown"),
    ],
)
def test_bad_titles(rig: Rig, body: dict[str, Any], code: str) -> None:
    add(rig, id="d")
    check_error(rig.client.patch("/v1/documents/d", json=body), 422, code)
    assert get(rig, "/d")["title"] == "会议纪要"


def test_what_is_not_there_cannot_be_renamed(idle: Rig) -> None:
    check_error(idle.client.patch("/v1/documents/no", json={"title": "a"}), 404, "document_not_found")
    idle.client.post("/v1/documents", json={"title": "a", "text": TEXT, "id": "d"})
    check_error(idle.client.patch("/v1/documents/d", json={"title": "b"}), 409, "document_not_ready")


def test_the_limit_of_titles_is_that_of_the_library() -> None:
    assert adding.TITLE_CHARACTERS == MAX_TITLE_CHARACTERS


def test_removing_and_restoring(rig: Rig) -> None:
    add(rig, id="d")
    removed = rig.client.delete("/v1/documents/d")
    assert (removed.status_code, removed.content) == (204, b"")
    check_error(rig.client.get("/v1/documents/d"), 404, "document_not_found")
    assert get(rig, "")["total"] == 0
    assert rig.wenqu.library.search("会议", 5) == []
    old = get(rig, "/d/content", revision=1)
    assert (old["text"], old["removed"]) == (TEXT, True)
    assert get(rig, "/d/revisions")["removed"] is True
    assert rig.client.delete("/v1/documents/d").status_code == 204
    restored = rig.client.post("/v1/documents/d/restore")
    assert (restored.status_code, restored.json()["status"], restored.json()["revision"]) == (200, "indexed", 1)
    assert rig.client.post("/v1/documents/d/restore").json() == restored.json()
    assert get(rig, "/d/content")["removed"] is False
    assert rig.wenqu.library.search("会议", 5)[0].passage.revision.document_id == "d"


def test_putting_under_a_removed_id_brings_it_back(rig: Rig) -> None:
    add(rig, id="d")
    rig.client.delete("/v1/documents/d")
    body = rig.client.put("/v1/documents/d?wait=20", json={"text": OTHER}).json()
    assert (body["revision"], body["status"]) == (2, "indexed")
    assert get(rig, "/d/content", revision=1)["text"] == TEXT


def test_removing_an_upload_takes_it_off_the_queue(idle: Rig) -> None:
    body = idle.client.post("/v1/documents", json={"title": "a", "text": TEXT, "id": "d"}).json()
    assert idle.client.delete("/v1/documents/d").status_code == 204
    assert idle.client.get(f"/v1/jobs/{body['job_id']}").json()["status"] == "cancelled"
    assert get(idle, "")["total"] == 0
    assert get(idle, "/d")["status"] == "cancelled"


def test_removing_a_failed_upload_takes_it_off_the_list(rig: Rig) -> None:
    body = rig.client.post("/v1/documents?wait=20", files={"file": ("坏.pdf", b"x")}).json()
    assert rig.client.delete(f"/v1/documents/{body['id']}").status_code == 204
    assert get(rig, "")["total"] == 0
    check_error(rig.client.get(f"/v1/documents/{body['id']}"), 404, "document_not_found")


def test_removing_stops_a_replacement_too(idle: Rig) -> None:
    idle.wenqu.library.add(LoadedText(TEXT, "纪要"), "纪要.txt", "d")
    for number in range(2):
        idle.client.put("/v1/documents/d", json={"text": f"{OTHER}{number}"})
    assert idle.client.delete("/v1/documents/d").status_code == 204
    assert idle.client.get("/v1/status").json()["queue"]["cancelled"] == 2
    assert get(idle, "")["total"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/content"),
        ("GET", "/revisions"),
        ("POST", "/restore"),
    ],
)
def test_unknown_documents(idle: Rig, method: str, path: str) -> None:
    for document_id in ("nobody", "一份", "a%00b", "x" * 300):
        check_error(idle.client.request(method, f"/v1/documents/{document_id}{path}"), 404, "document_not_found")
