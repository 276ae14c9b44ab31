"""是 or 否, with the sentence that settles it, or neither (pure).

The reader points at 是 or 否 and at the end of what settles it. Besides, the verdict rests on what anyone can check in
the sentence: how much of the question it says, and whether with the same negations and numbers. Two logistic models
turn that into the probability that the passages settle the question at all, and that they settle it with 是.
`python -m qa.training yes-no` fits them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.text import sentences
from index.types import Hit
from qa.decide import sigmoid
from qa.errors import ModelError
from qa.statement import Statement, state, support, surroundings
from qa.types import Span, Verdict, VerdictReading

_ASKS = re.compile(
    r"是否|有没有|有无|能否|可否|可不可以|(?:吗|嘛)(?=[？?！!。，,]|$)|没有?[？?！!。]*$|(?:么|(?<![酒网])吧|不)[？?！!。]*$"
    r"|(?P<word>[\u4e00-\u9fff])(?<![时动])[不没](?P=word)"
)
_OTHER_QUESTION_WORD = re.compile(
    "谁|什么|哪|几[个项家天年月点号岁]|多少|怎么|如何|为何|为什么|何时|多[久大长高远重宽深]|啥|咋|干嘛"
)
_LIMIT = 12.0


@dataclass(frozen=True, slots=True)
class Logistic:
    """probability = sigmoid(intercept + Σ weight · feature)."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, values: Mapping[str, float]) -> float:
        """Of the thing it was fitted to."""
        return sigmoid(self.intercept + sum(weight * values[name] for name, weight in self.weights.items()))


@dataclass(frozen=True, slots=True)
class VerdictModel:
    """`settled`: whether the passages settle the question; `yes`: whether they say 是, if they do.

    `threshold` is the least probability of a verdict that is given, unless a setting says otherwise.
    """

    settled: Logistic
    yes: Logistic
    threshold: float


@dataclass(frozen=True, slots=True)
class VerdictModels:
    """`reading` for a reader that judges yes/no questions, `words` for one that does not."""

    reading: VerdictModel
    words: VerdictModel


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the sentence that says so, and the probability that this is right."""

    verdict: Verdict
    sentence: Span
    probability: float


def asks_yes_or_no(question: str) -> bool:
    """Whether 是 or 否 answers `question`."""
    return _ASKS.search(question) is not None and _OTHER_QUESTION_WORD.search(question) is None


def judge(
    question: str, hits: Sequence[Hit], model: VerdictModel, readings: Sequence[VerdictReading] = ()
) -> Judgement | None:
    """The verdict that the passages of `hits` support best; None when they hold no sentence."""
    sentence = _grounds(readings) if readings else _best_sentence(state(question), hits)
    if sentence is None:
        return None
    values = judge_features(question, hits, readings)
    settled, yes = model.settled.probability(values), model.yes.probability(values)
    return Judgement(Verdict.YES if yes >= 0.5 else Verdict.NO, sentence, settled * max(yes, 1.0 - yes))


def judge_features(question: str, hits: Sequence[Hit], readings: Sequence[VerdictReading] = ()) -> dict[str, float]:
    """What the models look at: the best sentence, the passages around it, and what the reader says, if it does."""
    statement = state(question)
    best = _grounds(readings) if readings else _best_sentence(statement, hits)
    supported = support(statement, "" if best is None else best.text)
    found = supported | surroundings(statement, [hit.passage.text for hit in hits])
    return found | reader_features(readings) if readings else found


def reader_features(readings: Sequence[VerdictReading]) -> dict[str, float]:
    """What the reader says of the passage that it finds most telling, and whether retrieval put that one first."""
    best = _most_telling(readings)
    return {
        "reader settles": _limited(max(best.yes, best.no)),
        "reader says yes": _limited(best.yes - best.no),
        "reader's grounds": _limited(best.grounds),
        "first passage": float(best is readings[0]),
    }


def read_verdict_models(path: Path) -> VerdictModels:
    """The models stored at `path`; JSON: reading and words, each with settled, yes (intercept, weights) and threshold.

    Raises ModelError.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return VerdictModels(_model(stored["reading"]), _model(stored["words"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"无法读取是非判断文件 {path}（{error!r}）；请重新安装问渠。") from error


def _model(stored: Mapping[str, Any]) -> VerdictModel:
    return VerdictModel(_logistic(stored["settled"]), _logistic(stored["yes"]), float(stored["threshold"]))


def _logistic(stored: Mapping[str, Any]) -> Logistic:
    return Logistic(float(stored["intercept"]), {str(name): float(w) for name, w in stored["weights"].items()})


def _most_telling(readings: Sequence[VerdictReading]) -> VerdictReading:
    return max(readings, key=lambda reading: max(reading.yes, reading.no))


def _limited(value: float) -> float:
    return max(-_LIMIT, min(_LIMIT, value))


def _grounds(readings: Sequence[VerdictReading]) -> Span | None:
    """The sentence in which what settles the question ends."""
    best = _most_telling(readings)
    before = [span for span in _sentences_of(best.hit) if span.start < best.end]
    return before[-1] if before else None


def _best_sentence(statement: Statement, hits: Sequence[Hit]) -> Span | None:
    def says_most(span: Span) -> float:
        supported = support(statement, span.text)
        return supported["coverage"] + 0.5 * supported["pairs"]

    return max((span for hit in hits for span in _sentences_of(hit)), key=says_most, default=None)


def _sentences_of(hit: Hit) -> Iterable[Span]:
    start = hit.passage.start
    return (Span(hit, start + begin, start + end, 0.0) for begin, end in sentences(hit.passage.text))


WORD_FEATURES = (*support(state(""), ""), *surroundings(state(""), ()))
"""The names of what the models look at in the words alone."""
READER_FEATURES = ("reader settles", "reader says yes", "reader's grounds", "first passage")
"""The names of what they look at besides, with a reader that judges."""
