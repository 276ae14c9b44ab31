"""The `wenqu` command in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.conftest import RunningServer, running_server, wenqu_environment


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    done = run(wenqu_environment(tmp_path), "--help")
    assert done.returncode == 0
    for command in ("serve", "ask", "add", "list", "rebuild"):
        assert command in done.stdout


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


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run(wenqu_environment(tmp_path / "file"), "list")
    assert done.returncode == 1
    assert "WENQU_DATA_DIR" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.models
def test_ask_shows_the_answer_and_its_sentence(server: RunningServer) -> None:
    done = run(server.environment, "ask", "宁德时代动力及储能电池项目投资了多少？")
    assert done.returncode == 0, done.stderr
    assert "答案：120亿元" in done.stdout
    assert "原文：" in done.stdout
    assert "宁德时代动力及储能电池项目" in done.stdout


@pytest.mark.models
def test_ask_as_json_without_an_answer(server: RunningServer) -> None:
    done = run(server.environment, "ask", "今天天气怎么样？", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
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
    listed = run(server.environment, "list", "--json")
    assert {"食堂通知"} < {document["title"] for document in json.loads(listed.stdout)}


@pytest.mark.models
def test_rebuild_encodes_everything_anew(tmp_path: Path) -> None:
    environment = wenqu_environment(tmp_path)
    text = tmp_path / "a.txt"
    text.write_text("一句话。", encoding="utf-8")
    assert run(environment, "add", str(text)).returncode == 0
    done = run(environment, "rebuild")
    assert done.returncode == 0, done.stderr
    assert "已重新编码 1 个段落" in done.stdout
