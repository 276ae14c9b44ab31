"""What the server counts, in the text format of Prometheus. Every application has a registry of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from qa.ports import Answerer, Retrieved
from qa.types import Answer, Question

CONTENT_TYPE = CONTENT_TYPE_LATEST
STAGES = ("understand", "retrieve", "read", "decide", "total")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class Gauges:
    """What is measured at the moment of asking; `bytes_on_disk` and the counts are of the whole library."""

    is_ready: bool = False
    questions_at_work: int = 0
    questions_waiting: int = 0
    documents: int | None = None
    passages: int | None = None
    generation: int | None = None
    bytes_on_disk: int | None = None
    queue: Mapping[str, int] = field(default_factory=dict)


class Metrics:
    """Counts requests and answers; may be used from any thread."""

    def __init__(self, version: str, read_gauges: Callable[[], Gauges]) -> None:
        """`read_gauges` is called whenever the metrics are read, in the thread that reads them."""
        registry = self._registry = CollectorRegistry(auto_describe=True)
        self._requests = Counter(
            "wenqu_http_requests", "HTTP requests.", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "wenqu_http_request_duration_seconds",
            "Time from a request to the end of its response.",
            ("route", "method"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._at_work = Gauge("wenqu_http_requests_in_progress", "HTTP requests at work.", registry=registry)
        self._answers = Counter("wenqu_answers", "Answers.", ("status", "kind"), registry=registry)
        self._stages = Histogram(
            "wenqu_answer_stage_seconds",
            "Time of a stage of answering.",
            ("stage",),
            buckets=_SECONDS,
            registry=registry,
        )
        Gauge("wenqu_info", "The version.", ("version",), registry=registry).labels(version).set(1)
        ProcessCollector(registry=registry)
        registry.register(_GaugeCollector(read_gauges))

    def request_began(self) -> None:
        """Count a request that is at work."""
        self._at_work.inc()

    def request_ended(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that is done; `route` is the template, never the address that was asked for."""
        self._at_work.dec()
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)

    def answered(self, answer: Answer) -> None:
        """Count an answer and the time of its stages."""
        self._answers.labels(answer.status.value, answer.kind.value).inc()
        for stage, milliseconds in answer.timings_ms.items():
            if stage in STAGES:
                self._stages.labels(stage).observe(milliseconds / 1000)

    def text(self) -> bytes:
        """All of it, as CONTENT_TYPE."""
        return generate_latest(self._registry)


class CountedAnswerer:
    """Answers as another does, and tells the metrics."""

    def __init__(self, answerer: Answerer, metrics: Metrics) -> None:
        self._answerer = answerer
        self._metrics = metrics

    def ask(self, question: Question, retrieved: Retrieved | None = None) -> Answer:
        """See Answerer."""
        answer = self._answerer.ask(question, retrieved)
        self._metrics.answered(answer)
        return answer


class _GaugeCollector(Collector):
    def __init__(self, read: Callable[[], Gauges]) -> None:
        self._read = read

    def describe(self) -> Iterator[Metric]:
        """Nothing: to describe them would be to measure them."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges that are known now."""
        gauges = self._read()
        yield GaugeMetricFamily("wenqu_ready", "1 once questions can be answered.", value=float(gauges.is_ready))
        questions = GaugeMetricFamily("wenqu_questions", "Questions at work and waiting.", labels=["state"])
        questions.add_metric(["at_work"], float(gauges.questions_at_work))
        questions.add_metric(["waiting"], float(gauges.questions_waiting))
        yield questions
        known = {
            "wenqu_documents": ("Documents that can be found.", gauges.documents),
            "wenqu_passages": ("Passages in the index.", gauges.passages),
            "wenqu_index_generation": ("Counts up with every change of the index.", gauges.generation),
            "wenqu_disk_bytes": ("Size of the library on disk.", gauges.bytes_on_disk),
        }
        for name, (text, value) in known.items():
            if value is not None:
                yield GaugeMetricFamily(name, text, value=float(value))
        if gauges.queue:
            jobs = GaugeMetricFamily("wenqu_jobs", "Uploads by what became of them.", labels=["status"])
            for status, count in gauges.queue.items():
                jobs.add_metric([status], float(count))
            yield jobs
