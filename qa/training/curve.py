"""The learning curve of the reader's stages, drawn from their run logs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("svg")
from matplotlib import pyplot

_SMOOTHED_STEPS = 50


def read_log(path: Path) -> list[dict[str, float]]:
    """The rows of a run log in order; a step run again after an interruption counts once, as it was run last."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return list({int(row["step"]): row for row in rows}.values())


def moving_average(values: Sequence[float], width: int) -> list[float]:
    """Mean of each full window of `width` values (of all values, when there are fewer)."""
    width = min(width, len(values))
    averages: list[float] = np.convolve(values, np.full(width, 1 / width), mode="valid").tolist()
    return averages


def draw(logs: Sequence[Path], output: Path) -> None:
    """Write an SVG: training loss (moving average), and validation loss of the weights and of their average."""
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    done = 0
    for number, path in enumerate(logs):
        rows = read_log(path)
        averages = moving_average([row["loss"] for row in rows], _SMOOTHED_STEPS)
        steps = [done + row["step"] for row in rows][-len(averages) :]
        axes.plot(steps, averages, color="tab:blue", label=None if number else f"training, mean of {_SMOOTHED_STEPS}")
        for name, colour, label in (
            ("validation_loss", "tab:orange", "validation"),
            ("average_validation_loss", "tab:green", "validation, averaged weights"),
        ):
            seen = [(done + row["step"], row[name]) for row in rows if name in row]
            axes.plot(*zip(*seen, strict=True), "o-", color=colour, label=None if number else label) if seen else None
        axes.axvline(done, color="lightgrey", linewidth=0.8)
        axes.text(done, axes.get_ylim()[1], f" {path.stem}", va="top", fontsize=8)
        done += int(rows[-1]["step"])
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.legend()
    output.parent.mkdir(parents=True, exist_ok=True)
    # Without the date and with a fixed salt the same logs draw the same file.
    with mpl.rc_context({"svg.hashsalt": "wenqu"}):
        figure.savefig(output, metadata={"Date": None}, bbox_inches="tight")
