"""A run: what was asked with which program, kept as one JSON Lines file."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.questions import EvaluationDataError
from eval.results import Result, result_from_json, result_to_json
from qa.settings import Settings

FORMAT = 1
# What bears on the answers; never the keys or the folders of whoever ran it.
_SETTINGS = (
    "encoder",
    "reader",
    "calibration",
    "verdicts",
    "threshold",
    "top_k",
    "max_answer_characters",
    "max_passage_characters",
    "overlap_characters",
)
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class RunInformation:
    """Which program was asked, when and where. `models` holds the SHA-256 of every model and of every fitted file.

    `commit` ends in "+" when files that Git keeps had been changed; it is "" outside a repository.
    """

    name: str
    date: str
    commit: str
    models: Mapping[str, str]
    settings: Mapping[str, Any]
    machine: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """A run read back; `path` is its file."""

    information: RunInformation
    results: tuple[Result, ...]
    path: Path


def run_information(name: str, settings: Settings, arguments: Mapping[str, Any]) -> RunInformation:
    """What there is to say of a run that was just made."""
    known = settings.model_dump(mode="json")
    return RunInformation(
        name=name,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=_commit(),
        models=_models(settings),
        settings={key: _shown(known[key]) for key in _SETTINGS if key in known},
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        arguments=dict(arguments),
    )


def write_run(path: Path, information: RunInformation, results: Sequence[Result]) -> None:
    """Write the run: a line that says what it is, then one for each question."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {"run": {"format": FORMAT, **asdict(information)}}
    rows = [head, *map(result_to_json, results)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def read_run(path: Path) -> Run:
    """A run from its file. Raises EvaluationDataError when the file is missing or is not one."""
    try:
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        described = json.loads(head)["run"]
        if described.pop("format") != FORMAT:
            raise EvaluationDataError(f"{path} is a run of another version; run the evaluation again")
        return Run(RunInformation(**described), tuple(result_from_json(json.loads(row)) for row in rows), path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvaluationDataError(
            f"{path} is not the file of a run ({error!r}); expected what python -m eval writes"
        ) from error


def run_path(folder: Path, information: RunInformation) -> Path:
    """Where a run is kept by default: a file of its own, whose name sorts by time within its kind."""
    moment = "".join(character for character in information.date[:19] if character.isdigit())
    return folder / f"{information.name}-{moment}.jsonl"


def newest_runs(folder: Path) -> list[Path]:
    """The newest run of each kind in `folder`."""
    newest: dict[str, Path] = {}
    for path in sorted(folder.glob("*-" + "[0-9]" * 14 + ".jsonl")):
        newest[path.name.rsplit("-", 1)[0]] = path
    return list(newest.values())


def _models(settings: Settings) -> dict[str, str]:
    """The SHA-256 of the encoder, of the reader and of what was fitted to them; a model that is no folder has none."""
    digests = {
        name: _digest(Path(model)) for name, model in (("encoder", settings.encoder), ("reader", settings.reader))
    }
    fitted = sorted(settings.calibration.parent.glob("*.json"))
    return {**digests, **{path.name: _digest(path) for path in fitted}}


def _shown(value: object) -> object:
    """A path inside of the project as it is called there."""
    inside = isinstance(value, str) and Path(value).is_relative_to(_ROOT)
    return Path(str(value)).relative_to(_ROOT).as_posix() if inside else value


def _digest(path: Path) -> str:
    """Of a file's bytes, or of the names and bytes of all files in a folder."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    files = sorted(file for file in path.rglob("*") if file.is_file())
    for file in files:
        digest.update(f"{file.relative_to(path).as_posix()}\0{_digest(file)}\0".encode())
    return digest.hexdigest() if files else ""


def _commit() -> str:
    try:
        commit = _git("rev-parse", "HEAD")
        return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*arguments: str) -> str:
    found = subprocess.run(["git", *arguments], cwd=_ROOT, check=True, capture_output=True, text=True)  # noqa: S603, S607
    return found.stdout.strip()
