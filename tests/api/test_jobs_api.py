"""/v1/jobs over a real queue and worker."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.api.rig import Rig, check_error, running

pytestmark = pytest.mark.slow

TEXT = "会议于3月1日在三号楼召开。"


def upload(rig: Rig, name: str = "a.txt", data: bytes = TEXT.encode(), **params: Any) -> dict[str, Any]:
    response = rig.client.post("/v1/documents", params=params, files={"file": (name, data)})
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [block.splitlines() for block in text.strip().split("\n\n") if not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def test_a_job_from_the_queue_to_the_end(rig: Rig) -> None:
    body = upload(rig, "报告.txt")
    job = rig.wait(body["job_id"])
    assert job == {
        **job,
        "parent_id": None,
        "document_id": body["id"],
        "file_name": "报告.txt",
        "status": "indexed",
        "code": None,
        "reason": None,
        "revision": 1,
        "bytes": len(TEXT.encode()),
        "children": None,
    }
    assert set(job["progress"]) == {"done", "total"}


def test_the_list_is_paged_and_filtered(idle: Rig) -> None:
    ids = [upload(idle, f"{number}.txt", f"{TEXT}{number}".encode())["job_id"] for number in range(3)]
    idle.client.delete(f"/v1/jobs/{ids[0]}")

    def listed(**params: Any) -> tuple[list[str], int]:
        body = idle.client.get("/v1/jobs", params=params).json()
        return [job["id"] for job in body["jobs"]], body["total"]

    assert listed() == ([ids[2], ids[1], ids[0]], 3)
    assert listed(limit=1, offset=1) == ([ids[1]], 3)
    assert listed(status="queued") == ([ids[2], ids[1]], 2)
    assert listed(status=["queued", "cancelled"], limit=1, offset=2) == ([ids[0]], 3)
    assert listed(status="failed") == ([], 0)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "offset=-1", "status=lost", "limit=x"])
def test_bad_queries(idle: Rig, query: str) -> None:
    response = idle.client.get(f"/v1/jobs?{query}")
    assert response.status_code == 422
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", ""), ("POST", "/retry"), ("GET", "/events")])
def test_unknown_jobs(idle: Rig, method: str, path: str) -> None:
    check_error(idle.client.request(method, f"/v1/jobs/nobody{path}"), 404, "job_not_found")


def test_cancelling_what_waits(idle: Rig) -> None:
    job_id = upload(idle)["job_id"]
    cancelled = idle.client.delete(f"/v1/jobs/{job_id}")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert idle.client.get("/v1/documents").json()["total"] == 0
    # A second time takes the cancelled job off the list.
    assert idle.client.delete(f"/v1/jobs/{job_id}").status_code == 200
    check_error(idle.client.get(f"/v1/jobs/{job_id}"), 404, "job_not_found")


def test_a_finished_job_is_left_as_it_is(rig: Rig) -> None:
    body = upload(rig, wait=20)
    response = rig.client.delete(f"/v1/jobs/{body['job_id']}")
    assert (response.status_code, response.json()["status"]) == (200, "indexed")
    assert rig.client.get(f"/v1/documents/{body['id']}").json()["status"] == "indexed"


def test_a_failed_job_can_be_retried_or_taken_off_the_list(rig: Rig) -> None:
    body = upload(rig, "坏.pdf", b"not a pdf", wait=20)
    job_id = body["job_id"]
    assert body["status"] == "failed"
    again = rig.client.post(f"/v1/jobs/{job_id}/retry")
    assert (again.status_code, again.json()["status"], again.json()["reason"]) == (200, "queued", None)
    assert rig.wait(job_id)["status"] == "failed"
    assert rig.client.delete(f"/v1/jobs/{job_id}").json()["status"] == "failed"
    check_error(rig.client.get(f"/v1/jobs/{job_id}"), 404, "job_not_found")
    assert rig.client.get("/v1/documents").json()["total"] == 0


def test_what_has_not_failed_is_not_retried(idle: Rig) -> None:
    check_error(idle.client.post(f"/v1/jobs/{upload(idle)['job_id']}/retry"), 409, "retry_refused")


def test_the_events_of_a_job_end_with_done(rig: Rig) -> None:
    body = upload(rig)
    response = rig.client.get(f"/v1/jobs/{body['job_id']}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response.text)
    assert [name for name, _ in events[:-1]] == ["progress"] * (len(events) - 1)
    assert events[-1] == ("done", rig.client.get(f"/v1/jobs/{body['job_id']}").json())
    assert events[-1][1]["status"] == "indexed"
    finished = events_of(rig.client.get(f"/v1/jobs/{body['job_id']}/events").text)
    assert [name for name, _ in finished] == ["progress", "done"]


def test_the_events_of_an_archive_end_when_all_of_it_is_done(rig: Rig) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(4):
            archive.writestr(f"{number}.txt", f"{TEXT}{number}")
    body = upload(rig, "a.zip", packed.getvalue())
    name, done = events_of(rig.client.get(f"/v1/jobs/{body['job_id']}/events").text)[-1]
    assert name == "done"
    assert [child["status"] for child in done["children"]] == ["indexed"] * 4


def test_the_events_of_a_cancelled_job(idle: Rig) -> None:
    job_id = upload(idle)["job_id"]
    with idle.client.stream("GET", f"/v1/jobs/{job_id}/events") as response:
        lines = response.iter_lines()
        assert next(lines) == "event: progress"
        idle.client.delete(f"/v1/jobs/{job_id}")
        assert "event: done" in [*lines]


def test_an_open_stream_does_not_keep_the_server_from_stopping(tmp_path: Path) -> None:
    opened, ended = threading.Event(), threading.Event()

    def watch(rig: Rig, job_id: str) -> None:
        with rig.client.stream("GET", f"/v1/jobs/{job_id}/events") as response:
            lines = response.iter_lines()
            next(lines)
            opened.set()
            if "event: done" not in [*lines]:  # ended in order, neither cut off nor done
                ended.set()

    with running(tmp_path, with_worker=False) as rig:
        thread = threading.Thread(target=watch, args=(rig, upload(rig)["job_id"]))
        thread.start()
        assert opened.wait(10)
        rig.stop()
        thread.join(15)
    assert ended.is_set()
