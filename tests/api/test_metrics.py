"""The metrics, read back with the parser of the reference client library."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from api.metrics import CountedAnswerer, Gauges, Metrics
from qa.types import Answer, Kind, Question, Status
from tests.fakes import FakeAnswerer


def samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(metrics.text().decode("utf-8"))
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_requests_are_counted_by_route_method_and_status() -> None:
    metrics = Metrics("1.2.3", Gauges)
    for status in (200, 200, 422):
        metrics.request_began()
        metrics.request_ended("/v1/ask", "POST", status, 0.3)
    metrics.request_began()
    found = samples(metrics)
    route = (("method", "POST"), ("route", "/v1/ask"))
    assert found["wenqu_http_requests_total", (*route, ("status", "200"))] == 2
    assert found["wenqu_http_requests_total", (*route, ("status", "422"))] == 1
    assert found["wenqu_http_requests_in_progress", ()] == 1
    assert found["wenqu_http_request_duration_seconds_count", route] == 3
    seconds = "wenqu_http_request_duration_seconds_bucket"
    assert found[seconds, (("le", "0.25"), *route)] == 0
    assert found[seconds, (("le", "0.5"), *route)] == 3
    assert found["wenqu_info", (("version", "1.2.3"),)] == 1


def test_answers_are_counted_with_the_time_of_their_stages() -> None:
    metrics = Metrics("0", Gauges)
    timings = {"understand": 1.0, "retrieve": 20.0, "read": 300.0, "decide": 4.0, "total": 325.0, "made up": 9.0}
    metrics.answered(Answer(Status.ANSWERED, "甲", 0.9, (), (), "谁？", 1, Kind.LIST, timings_ms=timings))
    found = samples(metrics)
    assert found["wenqu_answers_total", (("kind", "list"), ("status", "answered"))] == 1
    sums = {labels[0][1]: value for (name, labels), value in found.items() if name == "wenqu_answer_stage_seconds_sum"}
    expected = {"understand": 0.001, "retrieve": 0.02, "read": 0.3, "decide": 0.004, "total": 0.325}
    assert set(sums) == set(expected)
    assert all(abs(sums[stage] - seconds) < 1e-9 for stage, seconds in expected.items())


def test_an_answerer_is_counted_and_changed_in_nothing() -> None:
    metrics = Metrics("0", Gauges)
    told: list[str] = []
    answer = CountedAnswerer(FakeAnswerer(), metrics).ask(
        Question("谁？"), lambda _, understood: told.append(understood)
    )
    assert answer == FakeAnswerer().ask(Question("谁？"))
    assert told == ["谁？"]
    assert samples(metrics)["wenqu_answers_total", (("kind", "span"), ("status", "no_answer"))] == 1


def test_gauges_are_measured_when_they_are_read() -> None:
    now = Gauges()
    metrics = Metrics("0", lambda: now)
    assert samples(metrics)["wenqu_ready", ()] == 0
    assert ("wenqu_documents", ()) not in samples(metrics)
    now = Gauges(True, 2, 5, 10, 250, 7, 4096, {"queued": 3, "failed": 1})
    found = samples(metrics)
    assert found["wenqu_ready", ()] == 1
    assert found["wenqu_questions", (("state", "waiting"),)] == 5
    assert (found["wenqu_documents", ()], found["wenqu_passages", ()]) == (10, 250)
    assert (found["wenqu_index_generation", ()], found["wenqu_disk_bytes", ()]) == (7, 4096)
    assert found["wenqu_jobs", (("status", "queued"),)] == 3


def test_the_process_is_measured() -> None:
    assert samples(Metrics("0", Gauges))["process_resident_memory_bytes", ()] > 1_000_000


def test_two_applications_count_for_themselves() -> None:
    one, other = Metrics("0", Gauges), Metrics("0", Gauges)
    one.request_began()
    assert samples(one)["wenqu_http_requests_in_progress", ()] == 1
    assert samples(other)["wenqu_http_requests_in_progress", ()] == 0
