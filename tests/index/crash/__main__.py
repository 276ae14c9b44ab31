"""`python -m tests.index.crash --kills 300`: the full form of tests/index/test_crash.py."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.index.crash.rounds import run_rounds


def main() -> None:
    """Kill so many times, and print what happened; ends with an error at the first loss."""
    parser = argparse.ArgumentParser(prog="python -m tests.index.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**31)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = run_rounds(Path(folder), arguments.kills, arguments.seed)
    print(
        f"{report.kills} kills in {time.monotonic() - began:.0f} s;"
        f" {report.acknowledged} operations acknowledged, none lost;"
        f" of those cut off {report.cut_off_and_there} were there as a whole, {report.cut_off_and_gone} not at all;"
        " every check was clean"
    )


if __name__ == "__main__":
    main()
