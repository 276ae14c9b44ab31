"""The `wenqu` command in a process of its own."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli import run as run_here
from tests.conftest import RunningServer, running_server, wenqu_environment

pytestmark = pytest.mark.slow


def run(environment: dict[str, str], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )


def as_json(environment: dict[str, str], *arguments: str, status: int = 0) -> Any:
    """What the command says with --json, which must be one JSON document and nothing else."""
    done = run(environment, *arguments, "--json")
    assert done.returncode == status, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def test_help_names_every_command(tmp_path: Path) -> None:
    done = run(wenqu_environment(tmp_path), "--help")
    assert done.returncode == 0
    for command in ("serve", "ask", "add", "list", "show", "replace", "remove", "watch", "check", "rebuild", "keys"):
        assert f" {command} " in done.stdout


@pytest.mark.parametrize(("question", "message"), [("  ", "问题是空的"), ("问" * 513, "最多 512 个")])
def test_bad_questions_are_refused_at_once(tmp_path: Path, question: str, message: str) -> None:
    done = run(wenqu_environment(tmp_path), "ask", question)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_setting_is_named(tmp_path: Path) -> None:
    done = run({**wenqu_environment(tmp_path), "PORT": "eighty"}, "serve")
    assert done.returncode == 1
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["list"], ["show", "doc"], ["check"], ["remove", "doc"], ["add", __file__]])
def test_a_data_folder_that_cannot_be_made(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("x")
    done = run(wenqu_environment(tmp_path / "file"), *command)
    assert done.returncode == 1
    assert "WENQU_DATA_DIR" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "没有命令 nothing"),
        (["list", "--jsn"], "没有选项 --jsn，是 --json 吗"),
        (["show"], "缺少参数 ID"),
        (["show", "doc", "--revision", "x"], "--revision 应为整数"),
        (["show", "doc", "--revision", "0"], "--revision 不合要求"),
        (["show", "doc", "--revision"], "缺少它的值"),
        (["keys", "nothing"], "没有命令 nothing"),
    ],
)
def test_wrong_usage_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run_here(arguments) == 2
    said = capsys.readouterr().err.strip()
    assert message in said
    assert "--help" in said
    assert len(said.splitlines()) == 1


def test_wrong_usage_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_here(["show", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"


def test_failures_as_json(tmp_path: Path) -> None:
    environment = wenqu_environment(tmp_path)
    assert as_json(environment, "list") == []
    assert as_json(environment, "show", "none", status=1)["error"]["code"] == "document_not_found"
    assert as_json(environment, "add", "/none.txt", status=1)["failed"] == [
        {"source": "/none.txt", "code": "file_not_found", "reason": "没有这个文件或文件夹。"}
    ]
    assert as_json(environment, "import", "/none", status=1)["error"]["code"] == "file_not_found"
    assert as_json(environment, "watch", "/none", status=1)["error"]["code"] == "folder_not_found"
    assert as_json(environment, "ask", " ", status=1)["error"]["code"] == "question_empty"


@pytest.mark.models
def test_the_life_of_a_document(tmp_path: Path) -> None:
    environment = wenqu_environment(tmp_path / "data")
    first, second = tmp_path / "食堂通知.txt", tmp_path / "新通知.txt"
    first.write_bytes("职工食堂每天早上七点半开门。".encode("gb18030"))
    second.write_text("职工食堂每天早上八点开门。", encoding="utf-8")
    (added,) = as_json(environment, "add", str(first))["added"]
    document_id = added["id"]
    assert (added["title"], added["revision"], added["changed"]) == ("食堂通知", 1, True)

    assert as_json(environment, "replace", document_id, str(second))["revision"] == 2
    assert as_json(environment, "replace", document_id, str(second))["changed"] is False
    assert as_json(environment, "rename", document_id, "食堂")["title"] == "食堂"
    shown = as_json(environment, "show", document_id)
    assert (shown["title"], shown["revision"], shown["removed"]) == ("食堂", 2, False)
    assert [revision["number"] for revision in shown["revisions"]] == [2, 1]
    assert run(environment, "show", document_id, "--text", "--revision", "1").stdout == "职工食堂每天早上七点半开门。\n"

    removed = as_json(environment, "remove", document_id, "none", status=1)
    assert removed["removed"] == [document_id]
    assert [failure["code"] for failure in removed["failed"]] == ["document_not_found"]
    assert as_json(environment, "list") == []
    assert as_json(environment, "show", document_id)["removed"] is True
    assert as_json(environment, "restore", document_id) == {"restored": [document_id], "failed": []}
    assert [document["title"] for document in as_json(environment, "list")] == ["食堂"]

    backup = tmp_path / "备份"
    assert as_json(environment, "export", str(backup))["documents"] == 1
    assert as_json(environment, "export", str(backup), status=1)["error"]["code"] == "file_exists"
    elsewhere = wenqu_environment(tmp_path / "elsewhere")
    assert as_json(elsewhere, "import", str(backup))["changed"] == 1
    assert as_json(elsewhere, "show", document_id, "--text")["text"] == "职工食堂每天早上八点开门。"

    assert as_json(environment, "purge", status=2)["error"]["code"] == "confirmation_required"
    assert run(environment, "purge", given="n\n").returncode == 1
    assert as_json(environment, "purge", "--yes") == {"revisions": 1}
    assert (
        as_json(environment, "show", document_id, "--revision", "1", status=1)["error"]["code"] == "revision_not_found"
    )
    assert as_json(environment, "check") == {"ok": True, "problems": []}
    assert as_json(environment, "library", "check")["ok"] is True
    assert as_json(environment, "rebuild") == {"passages": 1}
    assert as_json(environment, "rebuild", "--encode") == {"passages": 1}


@pytest.mark.models
def test_a_folder_of_many_kinds(tmp_path: Path) -> None:
    environment, folder = wenqu_environment(tmp_path / "data"), tmp_path / "资料"
    (folder / "子").mkdir(parents=True)
    (folder / "子" / "a.md").write_text("# 总则\n\n第一条。", encoding="utf-8")
    (folder / "空.txt").write_bytes(b"")
    (folder / "图.bmp").write_bytes(b"BM")
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.writestr("1.txt", "一号文件。")
        archive.writestr("2.txt", "二号文件。")
    done = run(environment, "add", str(folder))
    assert done.returncode == 1
    assert "1 个文件未能添加，3 个已添加。" in done.stderr
    assert "空.txt" in done.stderr
    assert "跳过 1 个" in done.stderr
    again = as_json(environment, "add", str(folder), status=1)
    assert [document["changed"] for document in again["added"]] == [False, False, False]
    assert ([failure["code"] for failure in again["failed"]], again["skipped"]) == (["empty_document"], 1)
    assert {document["title"] for document in as_json(environment, "list", "--search", "号")} <= {"1", "2"}


@pytest.mark.models
def test_watching_a_folder(tmp_path: Path) -> None:
    environment, folder = wenqu_environment(tmp_path / "data"), tmp_path / "资料"
    folder.mkdir()
    (folder / "a.txt").write_text("甲的内容。", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "watch", str(folder), "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        assert json.loads(process.stdout.readline())["event"] == "added"
        assert "按 Ctrl+C 停止" in process.stderr.readline()
        (folder / "a.txt").write_text("甲的内容，改了。", encoding="utf-8")
        assert json.loads(process.stdout.readline()) | {"id": ""} == {
            "event": "replaced",
            "source": "资料/a.txt",
            "id": "",
            "revision": 2,
        }
        (folder / "a.txt").unlink()
        assert json.loads(process.stdout.readline())["event"] == "removed"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.communicate()
    assert as_json(environment, "list") == []


@pytest.mark.models
def open_when_read(pipe: Path) -> int:
    """A descriptor to write to `pipe`, as soon as somebody reads from it."""
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            time.sleep(0.05)


def test_stopped_by_ctrl_c(tmp_path: Path) -> None:
    environment = wenqu_environment(tmp_path / "data")
    os.mkfifo(tmp_path / "a.txt")  # reading it takes until somebody writes
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "add", str(tmp_path / "a.txt")],
        env=environment,
        stderr=subprocess.PIPE,
        # What a shell starts in the background ignores Ctrl+C, and hands that down to all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    writer = open_when_read(tmp_path / "a.txt")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    os.close(writer)
    assert process.returncode == 130
    assert "已停止" in said.decode()
    assert b"Traceback" not in said


@pytest.mark.models
def test_ask_shows_the_answer_and_its_sentence(server: RunningServer) -> None:
    done = run(server.environment, "ask", "宁德时代动力及储能电池项目投资了多少？")
    assert done.returncode == 0, done.stderr
    assert "答案：120亿元" in done.stdout
    assert "原文：" in done.stdout
    assert "宁德时代动力及储能电池项目" in done.stdout


@pytest.mark.models
def test_ask_as_json_without_an_answer(server: RunningServer) -> None:
    answer = as_json(server.environment, "ask", "今天天气怎么样？")
    assert answer["status"] == "no_answer"
    assert answer["nearest"]


@pytest.mark.models
def test_adding_while_the_server_runs(tmp_path: Path) -> None:
    good, bad = tmp_path / "食堂通知.txt", tmp_path / "图.txt"
    good.write_bytes("职工食堂每天早上七点半开门，晚上八点关门。".encode("gb18030"))
    bad.write_bytes(b"\x89PNG\x00\x00")
    with running_server(tmp_path) as server:
        done = run(server.environment, "add", str(good), str(bad))
        assert done.returncode == 1
        assert "食堂通知" in done.stdout
        assert "图.txt" in done.stderr
        assert "1 个文件未能添加，1 个已添加" in done.stderr
        body = {"question": "职工食堂早上几点开门？", "top_k": 1}
        answer = httpx.post(f"{server.address}/v1/ask", json=body, timeout=60).json()
        (found,) = answer["citations"] or answer["nearest"]
        assert found["document_title"] == "食堂通知"
        assert answer["index_generation"] == 2
    assert {"食堂通知"} < {document["title"] for document in as_json(server.environment, "list")}
