"""Keys that are made, listed and revoked, and the command that does it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.keys import app
from api.errors import ApiError
from api.keys import DATABASE_NAME, Identity, KeyRing, KeyStore, Scope
from index.database import Database

CONFIGURED = "first-configured-key, second-configured-key"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / DATABASE_NAME


@pytest.fixture
def store(path: Path) -> KeyStore:
    return KeyStore(Database(path))


def test_only_the_hash_of_a_key_is_stored(store: KeyStore, path: Path) -> None:
    key, secret = store.create("网页", Scope.READ)
    assert secret.startswith("wq_")
    assert len(secret) >= 43  # 256 bits in base64
    assert (key.name, key.scope, key.revoked_at) == ("网页", Scope.READ, None)
    stored = sqlite3.connect(path).execute("SELECT hash FROM keys").fetchall()
    assert stored == [(hashlib.sha256(secret.encode()).hexdigest(),)]
    everything = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert secret.encode() not in everything


def test_keys_differ(store: KeyStore) -> None:
    secrets = {store.create(f"第{number}个", Scope.READ)[1] for number in range(20)}
    assert len(secrets) == 20


def test_a_name_is_that_of_one_valid_key(store: KeyStore) -> None:
    store.create("甲", Scope.READ)
    with pytest.raises(ApiError, match="已有名为"):
        store.create("甲", Scope.WRITE)
    store.revoke("甲")
    store.create("甲", Scope.WRITE)
    assert [(key.name, key.scope) for key in store.list()] == [("甲", Scope.READ), ("甲", Scope.WRITE)]


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb", "\x1b[31m"])
def test_a_name_that_cannot_be_shown_is_refused(store: KeyStore, name: str) -> None:
    with pytest.raises(ApiError, match="名称"):
        store.create(name, Scope.READ)
    assert store.list() == []


def test_without_any_key_none_is_asked_for(path: Path) -> None:
    ring = KeyRing("", path)
    assert not ring.is_required()
    assert ring.find("anything") is None
    assert not path.exists()  # looking for keys makes no library


def test_configured_keys_may_do_everything(path: Path) -> None:
    ring = KeyRing(CONFIGURED, path)
    assert ring.is_required()
    assert ring.find("first-configured-key") == Identity("env-1", Scope.WRITE)
    assert ring.find("second-configured-key") == Identity("env-2", Scope.WRITE)
    for wrong in ("", "first-configured-ke", "FIRST-CONFIGURED-KEY", CONFIGURED, "钥匙", "\ud800"):
        assert ring.find(wrong) is None


def test_a_running_server_sees_at_once_what_another_process_changes(path: Path) -> None:
    ring = KeyRing("", path)
    assert not ring.is_required()
    store = KeyStore(Database(path))
    assert not ring.is_required()
    key, secret = store.create("甲", Scope.READ)
    assert ring.is_required()
    assert ring.find(secret) == Identity(key.id, Scope.READ)
    store.revoke(key.id)
    assert ring.find(secret) is None
    ring.close()


def test_revoking_the_last_key_opens_nothing(path: Path, store: KeyStore) -> None:
    ring = KeyRing("", path)
    store.create("甲", Scope.READ)
    store.revoke("甲")
    assert ring.is_required()
    store.clear()
    assert not ring.is_required()
    ring.close()


def test_a_library_that_was_replaced_on_disk_brings_its_own_keys(path: Path, tmp_path: Path) -> None:
    _, old = KeyStore(Database(path)).create("甲", Scope.READ)
    ring = KeyRing("", path)
    assert ring.find(old) is not None
    other = tmp_path / "other" / DATABASE_NAME
    _, new = KeyStore(Database(other)).create("乙", Scope.WRITE)
    for leftover in tmp_path.glob(f"{DATABASE_NAME}*"):
        leftover.unlink()
    other.rename(path)
    assert ring.find(old) is None
    assert ring.find(new) is not None
    ring.close()


def run(data_dir: Path, *arguments: str, answer: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments), env={"WENQU_DATA_DIR": str(data_dir)}, input=answer)
    return result.exit_code, result.stdout, result.stderr


def test_the_command_prints_the_key_once_and_alone(tmp_path: Path) -> None:
    status, output, told = run(tmp_path, "create", "网页", "--scope", "write")
    assert status == 0
    secret = output.strip()
    assert "不会再显示" in told
    ring = KeyRing("", tmp_path / DATABASE_NAME)
    found = ring.find(secret)
    assert found is not None
    assert found.scope == Scope.WRITE
    status, output, told = run(tmp_path, "list")
    assert (status, secret in output + told) == (0, False)
    assert "网页" in output
    ring.close()


def test_the_command_lists_and_revokes(tmp_path: Path) -> None:
    created = json.loads(run(tmp_path, "create", "甲", "--json")[1])
    assert (created["name"], created["scope"]) == ("甲", "read")
    status, _, told = run(tmp_path, "revoke", "甲")
    assert status == 0
    assert "没有可用的密钥" in told
    (listed,) = json.loads(run(tmp_path, "list", "--json")[1])
    assert set(listed) == {"id", "name", "scope", "created_at", "revoked_at"}
    assert listed["revoked_at"] is not None


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    assert run(tmp_path, "revoke", "nobody")[0] == 1
    assert "nobody" in run(tmp_path, "revoke", "nobody")[2]
    assert run(tmp_path, "create", "甲", "--scope", "admin")[0] == 2
    run(tmp_path, "create", "甲")
    assert run(tmp_path, "create", "甲")[0] == 1


def test_clearing_asks_first(tmp_path: Path) -> None:
    run(tmp_path, "create", "甲")
    assert run(tmp_path, "clear", answer="n\n")[0] == 1
    assert json.loads(run(tmp_path, "list", "--json")[1])
    assert run(tmp_path, "clear", "--yes")[0] == 0
    assert json.loads(run(tmp_path, "list", "--json")[1]) == []
