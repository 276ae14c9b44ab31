"""A program over fakes for tests that change documents and watch jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.rig import Rig, running


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running(tmp_path) as made:
        yield made


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Rig]:
    """Nobody works off the queue."""
    with running(tmp_path, with_worker=False) as made:
        yield made
