"""POST /v1/citations/verify: whether a citation is what the document says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.types import LoadedText
from tests.api.serving import Served, serving

TEXT = "😀项目总投资120亿元。"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Nothing here changes it."""
    with serving_one(tmp_path_factory.mktemp("data")) as started:
        yield started


@pytest.fixture
def changed(tmp_path: Path) -> Iterator[Served]:
    with serving_one(tmp_path) as started:
        yield started


@contextmanager
def serving_one(folder: Path) -> Iterator[Served]:
    with serving(folder) as started:
        started.library.add(LoadedText(TEXT, "题"), source="a.txt", document_id="one")
        yield started


def verify(served: Served, **changes: object) -> dict[str, Any]:
    """😀项目总投资 is 6 characters long."""
    body = {"document_id": "one", "revision": 1, "start": 6, "end": 11, "quote": "120亿元", **changes}
    response = served.http.post("/v1/citations/verify", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_a_citation_that_holds(served: Served) -> None:
    assert verify(served) == {"valid": True, "reason": None, "removed": False, "latest_revision": 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quote": "130亿元"}, "quote_differs"),
        ({"quote": ""}, "quote_differs"),
        ({"start": 7, "end": 12}, "quote_differs"),  # where UTF-16 units would have it
        ({"start": 6, "end": 13}, "out_of_range"),
        ({"start": 11, "end": 6}, "out_of_range"),
        ({"start": 6, "end": 6, "quote": ""}, "out_of_range"),
        ({"start": 2**31 - 1, "end": 2**31 - 1}, "out_of_range"),
        ({"revision": 2}, "revision_not_found"),
        ({"revision": 2**31 - 1}, "revision_not_found"),
    ],
)
def test_what_is_wrong_with_it(served: Served, changes: dict[str, object], reason: str) -> None:
    assert verify(served, **changes) == {"valid": False, "reason": reason, "removed": False, "latest_revision": 1}


def test_a_document_that_never_was(served: Served) -> None:
    assert verify(served, document_id="nobody") == {
        "valid": False,
        "reason": "document_not_found",
        "removed": False,
        "latest_revision": None,
    }


def test_an_old_revision_still_holds_and_says_that_it_is_old(changed: Served) -> None:
    changed.library.replace("one", LoadedText("项目取消了。", "题"), source="a.txt")
    assert verify(changed) == {"valid": True, "reason": None, "removed": False, "latest_revision": 2}
    assert verify(changed, revision=2)["reason"] == "out_of_range"


def test_a_removed_document_still_holds_and_says_that_it_is_removed(changed: Served) -> None:
    changed.library.remove("one")
    assert verify(changed) == {"valid": True, "reason": None, "removed": True, "latest_revision": 1}


def test_what_was_purged_is_not_found(changed: Served) -> None:
    changed.library.replace("one", LoadedText("项目取消了。", "题"), source="a.txt")
    changed.library.purge("one")
    assert verify(changed)["reason"] == "revision_not_found"


@pytest.mark.parametrize("change", [{"start": -1}, {"end": 2**31}, {"revision": 0}, {"start": "6"}, {"quote": None}])
def test_bad_requests(served: Served, change: dict[str, object]) -> None:
    body = {"document_id": "one", "revision": 1, "start": 6, "end": 11, "quote": "120亿元", **change}
    assert served.http.post("/v1/citations/verify", json=body).status_code == 422
