"""The short form; `python -m tests.index.crash --kills 300` is the full one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.crash.rounds import run_rounds

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    report = run_rounds(tmp_path, kills=20, seed=20261)
    # Otherwise every kill came before the work began.
    assert report.acknowledged > 20
