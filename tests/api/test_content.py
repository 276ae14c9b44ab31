"""The text of documents over HTTP, and what OpenAPI says of all of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from index.types import LoadedText, Page
from tests.api.rig import OTHER_TEXT as OTHER
from tests.api.rig import TEXT, Rig, add, check_error, eventually, get


def test_a_part_of_the_text_with_its_pages_and_headings(idle: Rig) -> None:
    text = "第一页的字。第二页的字。第三页。"
    pages = (Page(1, 0, 6), Page(2, 6, 12), Page(3, 12, 16))
    idle.wenqu.library.add(LoadedText(text, "书", pages=pages), "书.pdf", "d")
    part = get(idle, "/d/content", start=7, end=12)
    assert (part["text"], part["start"], part["end"], part["length"]) == ("二页的字。", 7, 12, 16)
    assert part["pages"] == [{"number": 2, "start": 6, "end": 12}]
    assert [page["number"] for page in get(idle, "/d/content")["pages"]] == [1, 2, 3]
    assert get(idle, "/d")["pages"] == 3


def test_offsets_count_code_points(idle: Rig) -> None:
    idle.wenqu.library.add(LoadedText("𠮷👍投资120亿", "书"), "书.txt", "d")
    assert get(idle, "/d/content", start=4, end=7)["text"] == "120"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("revision=99", 404, "revision_not_found"),
        ("revision=0", 422, "invalid_value"),
        ("start=5&end=4", 422, "range_invalid"),
        ("end=999999", 422, "range_invalid"),
        ("start=999999", 422, "range_invalid"),
        ("start=-1", 422, "invalid_value"),
        ("start=a", 422, "wrong_type"),
    ],
)
def test_bad_ranges(idle: Rig, query: str, status: int, code: str) -> None:
    idle.wenqu.library.add(LoadedText(TEXT, "书"), "书.txt", "d")
    check_error(idle.client.get(f"/v1/documents/d/content?{query}"), status, code)


def test_what_has_not_changed_is_not_sent_again(rig: Rig) -> None:
    add(rig, id="d")
    address = "/v1/documents/d/content"
    first = rig.client.get(address, params={"revision": 1})
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"

    def again(tags: str, **params: Any) -> httpx.Response:
        return rig.client.get(address, params={"revision": 1, **params}, headers={"If-None-Match": tags})

    for tags in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        assert (again(tags).status_code, again(tags).content) == (304, b"")
    assert again(tag).headers["etag"] == tag
    assert again('"x"').status_code == 200
    assert again(tag, start=1).status_code == 200
    rig.client.put("/v1/documents/d?wait=20", json={"text": OTHER})
    newer = again(tag)  # the same text, but no longer the latest
    assert (newer.status_code, newer.json()["latest_revision"], newer.json()["text"]) == (200, 2, TEXT)
    rig.client.delete("/v1/documents/d")
    removed = again(newer.headers["etag"])
    assert (removed.status_code, removed.json()["removed"]) == (200, True)


def test_the_document_of_a_finished_upload_is_found_under_the_promised_id(rig: Rig) -> None:
    body = rig.client.post("/v1/documents", files={"file": ("a.txt", OTHER.encode("gb18030"))}).json()
    rig.wait(body["job_id"])
    assert eventually(lambda: rig.client.get(f"/v1/documents/{body['id']}").status_code, lambda code: code == 200)


def test_openapi_describes_every_route(idle: Rig) -> None:
    paths = idle.client.get("/openapi.json").json()["paths"]
    operations = {
        operation["operationId"]: operation
        for path, item in paths.items()
        for operation in item.values()
        if path.startswith(("/v1/documents", "/v1/jobs", "/v1/status", "/v1/suggestions"))
    }
    assert set(operations) == {
        *("list_documents", "add_document", "show_document", "replace_document", "rename_document", "remove_document"),
        *("restore_document", "list_revisions", "read_content"),
        *("list_jobs", "show_job", "cancel_job", "retry_job", "watch_job", "show_status", "suggest_questions"),
    }
    assert all(operation["summary"] for operation in operations.values())
    assert set(operations["add_document"]["requestBody"]["content"]) == {"multipart/form-data", "application/json"}
    assert "text/event-stream" in operations["watch_job"]["responses"]["200"]["content"]
