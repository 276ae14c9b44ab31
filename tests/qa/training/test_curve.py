from __future__ import annotations

import json
from pathlib import Path

from qa.training.curve import draw, moving_average, read_log


def test_a_repeated_step_counts_once_as_last_run(tmp_path: Path) -> None:
    rows = [{"step": 1, "loss": 3.0}, {"step": 2, "loss": 2.0}, {"step": 2, "loss": 1.0}]
    (tmp_path / "log.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    assert [row["loss"] for row in read_log(tmp_path / "log.jsonl")] == [3.0, 1.0]


def test_a_moving_average_by_hand() -> None:
    assert moving_average([1.0, 2.0, 6.0], 2) == [1.5, 4.0]
    assert moving_average([1.0, 2.0], 9) == [1.5]


def test_the_same_logs_draw_the_same_picture(tmp_path: Path) -> None:
    for stage in ("first", "second"):
        rows = [{"step": n + 1, "loss": 2.0 / (n + 1)} for n in range(60)]
        rows[-1] |= {"validation_loss": 0.5, "average_validation_loss": 0.4}
        (tmp_path / f"{stage}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    logs = [tmp_path / f"{stage}.jsonl" for stage in ("first", "second")]
    draw(logs, tmp_path / "one.svg")
    draw(logs, tmp_path / "two.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "one.svg").read_text().count("<path") > 20
