"""GET /v1/status."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from index.loaders import FORMATS
from index.types import LoadedText
from tests.api.rig import running


def test_what_the_server_holds_does_and_accepts(tmp_path: Path) -> None:
    with running(tmp_path, with_worker=False, max_file_bytes=5000, max_queued_jobs=7) as rig:
        empty = rig.client.get("/v1/status").json()
        assert (empty["documents"], empty["passages"], empty["characters"], empty["generation"]) == (0, 0, 0, 0)
        rig.wenqu.library.add(LoadedText("一段文字。", "甲"), "甲.txt")
        rig.client.post("/v1/documents", json={"title": "乙", "text": "另一段。"})
        status = rig.client.get("/v1/status").json()
    assert (status["documents"], status["passages"], status["characters"], status["generation"]) == (1, 1, 5, 1)
    assert status["queue"] == {
        "queued": 1,
        "parsing": 0,
        "indexing": 0,
        "indexed": 0,
        "failed": 0,
        "cancelled": 0,
    }
    assert status["version"] == version("wenqu")
    assert status["bytes_on_disk"] > 0
    assert {one["ending"]: one["name"] for one in status["formats"]} == dict(FORMATS)
    limits = status["limits"]
    assert (limits["max_file_bytes"], limits["max_queued_jobs"]) == (5000, 7)
    assert (limits["max_question_characters"], limits["max_title_characters"]) == (512, 500)
