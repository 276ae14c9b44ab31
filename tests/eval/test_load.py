"""The load command, for a second against the application over fakes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from eval.bench.load import Added, Client, Load, Session, is_kept, main, new_document, percentiles, print_outcome
from qa.ports import Retrieved
from qa.types import Answer, Question
from tests.api.program import stoppable
from tests.fakes import FakeAnswerer, make_wenqu

pytestmark = pytest.mark.slow


class Unreliable(FakeAnswerer):
    """Fails at every other question."""

    asked = 0

    def ask(self, question: Question, retrieved: Retrieved | None = None) -> Answer:
        self.asked += 1
        if self.asked > 20 and self.asked % 2:
            raise RuntimeError("now and then")
        return super().ask(question, retrieved)


def test_a_sound_server_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load = Load(seconds=1.0, askers=2, writers=1)
    with stoppable(make_wenqu(tmp_path), tmp_path) as running:
        outcome = Session(running.address, os.getpid(), load, ["投资多少？"]).run()
    assert set(outcome.asking.statuses) == {"200"}
    assert set(outcome.adding.statuses) == {"201"}
    assert outcome.added == outcome.adding.statuses["201"]
    assert (outcome.lost, outcome.asking.bad, outcome.adding.bad) == ([], 0, 0)
    assert len(outcome.memory) >= 2
    assert min(outcome.memory) > 0
    print_outcome(outcome, load)
    assert "verdict    OK" in capsys.readouterr().out


def test_failures_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load = Load(seconds=0.5, askers=1, writers=0)
    with stoppable(make_wenqu(tmp_path, Unreliable()), tmp_path) as running:
        outcome = Session(running.address, os.getpid(), load, ["投资多少？"]).run()
    assert outcome.asking.bad == outcome.asking.statuses["500"] > 0
    print_outcome(outcome, load)
    assert "FAIL" in capsys.readouterr().out


def test_a_document_that_changed_counts_as_lost(tmp_path: Path) -> None:
    wenqu = make_wenqu(tmp_path)
    with stoppable(wenqu, tmp_path) as running:
        client = Client(running.address)
        title, text = new_document(1, 2)
        _, _, data = client.call("POST", "/v1/documents?wait=30", {"title": title, "text": text, "id": "one"})
        assert is_kept(client, Added("one", text)), data
        assert not is_kept(client, Added("one", text + "。"))
        assert not is_kept(client, Added("nobody", text))
        client.close()


def test_documents_differ() -> None:
    texts = {new_document(writer, count)[1] for writer in range(3) for count in range(50)}
    assert len(texts) == 150


def test_percentiles_of_known_values() -> None:
    """0, 1, …, 100: the value at each percentile is its number."""
    assert percentiles([float(value) for value in range(101)]) == {50: 50.0, 90: 90.0, 95: 95.0, 99: 99.0}
    assert percentiles([1.0]) == {}


def test_no_other_machine_is_put_under_load() -> None:
    for address in ("http://192.0.2.1:80", "https://example.com", "http://localhost.example"):
        with pytest.raises(ValueError, match="only this machine"):
            Client(address)


@pytest.mark.parametrize(
    "arguments", [["--seconds", "0"], ["--seconds", "601"], ["--askers", "201"], ["--writers", "-1"]]
)
def test_it_is_bounded(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "at most" in capsys.readouterr().err
