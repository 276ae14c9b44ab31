"""/v1/documents over a real library, queue and worker: adding and listing."""

from __future__ import annotations

import hashlib
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.types import LoadedText
from tests.api.rig import OTHER_TEXT as OTHER
from tests.api.rig import TEXT, Rig, add, check_error, get, running

pytestmark = pytest.mark.slow


def test_a_text_becomes_a_document(rig: Rig) -> None:
    added = add(rig)
    document = get(rig, f"/{added['id']}")
    assert {name: added[name] for name in document if name != "job_id"} == {
        name: value for name, value in document.items() if name != "job_id"
    }
    assert document["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (document["title"], document["revision"], document["characters"]) == ("会议纪要", 1, len(TEXT))
    assert (document["source"], document["job_id"], document["progress"]) == ("会议纪要.txt", None, None)
    assert document["passages"] >= 1
    assert get(rig, f"/{added['id']}/content")["text"] == TEXT
    assert [hit.passage.revision.document_id for hit in rig.wenqu.library.search("几人参加", 1)] == [added["id"]]


def test_a_file_is_queued_at_once_and_indexed_later(rig: Rig) -> None:
    response = rig.client.post("/v1/documents", files={"file": ("说明 书.md", f"# 标题\n\n{TEXT}".encode("gb18030"))})
    assert response.status_code == 201
    body = response.json()
    assert (body["file_name"], body["revision"], body["sha256"]) == ("说明 书.md", None, None)
    assert body["status"] in ("queued", "parsing", "indexing")
    assert response.headers["location"] == f"/v1/documents/{body['id']}"
    job = rig.wait(body["job_id"])
    assert (job["status"], job["revision"]) == ("indexed", 1)
    document = get(rig, f"/{job['document_id']}")
    assert (document["status"], document["title"], document["source"]) == ("indexed", "标题", "说明 书.md")
    assert rig.leftovers() == []


def test_an_id_and_a_title_of_ones_own(rig: Rig) -> None:
    response = rig.client.post(
        "/v1/documents?wait=20",
        files={"file": ("a.txt", TEXT.encode())},
        data={"id": "Minutes_1.v-2", "title": " 纪要 "},
    )
    assert (response.json()["id"], response.json()["title"]) == ("Minutes_1.v-2", "纪要")


def test_a_file_that_cannot_be_read_fails_with_its_reason_and_is_listed(rig: Rig) -> None:
    body = rig.client.post("/v1/documents?wait=20", files={"file": ("坏.pdf", b"not a pdf")}).json()
    assert (body["status"], body["revision"]) == ("failed", None)
    assert body["code"]
    assert any("\u4e00" <= character <= "\u9fff" for character in body["reason"])
    add(rig)
    listed = get(rig, "")
    assert [(one["source"], one["status"]) for one in listed["documents"]] == [
        ("坏.pdf", "failed"),
        ("会议纪要.txt", "indexed"),
    ]
    assert listed["total"] == 2
    assert get(rig, f"/{body['id']}")["reason"] == body["reason"]


def test_the_same_text_again_is_the_same_document(rig: Rig) -> None:
    first = add(rig)
    again = rig.client.post("/v1/documents?wait=20", files={"file": ("副本.txt", TEXT.encode("utf-16"))}).json()
    assert (again["status"], again["id"], again["revision"]) == ("indexed", first["id"], 1)
    assert get(rig, "")["total"] == 1


def test_an_id_in_use_is_not_taken_over(rig: Rig) -> None:
    add(rig, id="d")
    post = rig.client.post
    check_error(post("/v1/documents", json={"title": "别的", "text": OTHER, "id": "d"}), 409, "document_exists")
    file = {"file": ("a.txt", TEXT.encode())}
    check_error(post("/v1/documents", files=file, data={"id": "d"}), 409, "document_exists")
    same = post("/v1/documents", json={"title": "同文", "text": TEXT.replace("\n", "\r\n"), "id": "d"})
    assert (same.status_code, same.json()["id"], same.json()["job_id"]) == (200, "d", None)
    assert get(rig, "/d/content")["text"] == TEXT


def test_an_id_that_waits_in_the_queue_is_in_use(idle: Rig) -> None:
    body = {"title": "a", "text": TEXT, "id": "d"}
    assert idle.client.post("/v1/documents", json=body).status_code == 201
    check_error(idle.client.post("/v1/documents", json=body), 409, "document_exists")
    idle.client.delete("/v1/documents/d")
    assert idle.client.post("/v1/documents", json=body).status_code == 201


def test_an_archive_becomes_a_document_for_each_file(rig: Rig) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("甲.txt", TEXT)
        archive.writestr("文件夹/乙.txt", OTHER)
        archive.writestr("空.txt", "")
    body = rig.client.post("/v1/documents?wait=20", files={"file": ("资料.zip", packed.getvalue())}).json()
    assert (body["id"], body["status"]) == (None, "indexed")
    job = rig.wait(body["job_id"])
    assert job["document_id"] is None
    assert sorted(child["status"] for child in job["children"]) == ["failed", "indexed", "indexed"]
    assert {child["parent_id"] for child in job["children"]} == {job["id"]}
    assert (job["progress"]["done"], job["progress"]["total"]) == (3, 3)
    assert [one["status"] for one in get(rig, "")["documents"]] == ["failed", "indexed", "indexed"]


def test_a_full_queue_says_when_to_come_back(tmp_path: Path) -> None:
    with running(tmp_path, with_worker=False, max_queued=1) as rig:
        assert rig.client.post("/v1/documents", json={"title": "a", "text": TEXT}).status_code == 201
        refused = rig.client.post("/v1/documents", json={"title": "b", "text": OTHER})
        check_error(refused, 503, "queue_full")
        assert int(refused.headers["retry-after"]) > 0
        assert rig.client.get("/v1/jobs").json()["total"] == 1


def test_many_uploads_at_the_same_time(rig: Rig) -> None:
    texts = [f"第{number}份文件，共{number}页。" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        bodies = list(pool.map(lambda text: add(rig, text), texts))
    assert len({body["id"] for body in bodies}) == 12
    assert {get(rig, f"/{body['id']}/content")["text"] for body in bodies} == set(texts)
    assert rig.leftovers() == []


def test_waiting_ends_when_the_time_is_over(idle: Rig) -> None:
    body = idle.client.post("/v1/documents?wait=0.2", json={"title": "a", "text": TEXT}).json()
    assert (body["status"], body["progress"]) == ("queued", {"done": 0, "total": 0})


def test_the_list_is_paged_and_filtered(rig: Rig) -> None:
    for number in range(3):
        add(rig, f"{TEXT}{number}", title=f"纪要{number}", id=f"d{number}")
    rig.client.post("/v1/documents?wait=20", files={"file": ("坏_1.pdf", b"x")})
    ids = [one["id"] for one in get(rig, "")["documents"]]
    assert ids[1:] == ["d2", "d1", "d0"]
    page = get(rig, "", limit=2, offset=2)
    assert ([one["id"] for one in page["documents"]], page["total"]) == (ids[2:], 4)
    assert [one["id"] for one in get(rig, "", q="纪要1")["documents"]] == ["d1"]
    assert get(rig, "", q="坏_1.PDF")["total"] == 1
    assert get(rig, "", q="%")["total"] == 0
    assert get(rig, "", q="纪要_")["total"] == 0
    assert get(rig, "", status="failed")["total"] == 1
    assert get(rig, "", status=["failed", "indexed"])["total"] == 4
    assert get(rig, "", status="queued")["documents"] == []
    assert get(rig, "", offset=100)["documents"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=many", "offset=-1", "offset=99999999999999999999", "status=lost", "q=" + "a" * 201],
)
def test_bad_queries_of_the_list(idle: Rig, query: str) -> None:
    assert idle.client.get(f"/v1/documents?{query}").status_code == 422


def test_a_document_that_is_being_replaced_is_listed_once(idle: Rig) -> None:
    idle.wenqu.library.add(LoadedText(TEXT, "纪要"), "纪要.txt", "d")
    idle.wenqu.library.add(LoadedText(OTHER, "别的"), "别的.txt", "e")
    idle.client.put("/v1/documents/d", json={"text": OTHER + "又改。"})
    first, second = get(idle, "")["documents"]
    assert (first["id"], first["status"], first["revision"]) == ("d", "queued", 1)
    assert (second["id"], second["status"], second["revision"]) == ("e", "indexed", 1)
