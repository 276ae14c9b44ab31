"""是 or 否, with the sentence that settles it, or neither (pure).

The verdict rests on what a reader can check in the cited sentence: how much of the question it says, and whether it
says it with the same negations and the same numbers. Two logistic models turn that into the probability that the
passages settle the question at all, and that they settle it with 是. `python -m qa.training yes-no` fits them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import rjieba

from index.text import sentences
from index.types import Hit
from qa.decide import sigmoid
from qa.errors import ModelError
from qa.quantities import expressions
from qa.types import Span, Verdict

_ASKS = re.compile(r"是否|是不是|有没有|有无|能否|可否|能不能|可不可以|会不会|要不要|需不需要|(?:吗|么)[？?！!。]*$")
_OTHER_QUESTION_WORD = re.compile("谁|什么|哪|几[个项家天年月]|多少|怎么|如何|为何|为什么|何时")
_ALTERNATIVE = re.compile("是否|是不是|有没有|有无|能否|可否|能不能|可不可以|会不会|要不要|需不需要")
_NEGATION = re.compile("不(?![断同仅但少久足止])|未(?![来])|没有|没|无(?![线锡论])|否认|拒绝|并非|尚未|禁止|严禁")
_LITTLE_WORDS = frozenset(
    re.split(
        r"\s+",
        "的 了 是否 是 吗 么 有没有 在 与 和 对 于 被 其 该 本 为 有 不 也 都 就 还 把 给 能 可以 会 要 已 已经 过 "
        "着 呢 啊 请问",
    )
)
_CLAUSE = re.compile(r"[^，,；;：:。！？!?\n]+")
_NEAR = 4


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
class Judgement:
    """A verdict, the sentence that says so, and the probability that this is right."""

    verdict: Verdict
    sentence: Span
    probability: float


@dataclass(frozen=True, slots=True)
class Statement:
    """What a yes/no question asks about: its words before and after 是否, its numbers, and whether it is negated."""

    subject: tuple[str, ...]
    predicate: tuple[str, ...]
    pairs: frozenset[str]
    numbers: tuple[tuple[str, str], ...]
    negated: bool

    @property
    def words(self) -> tuple[str, ...]:
        """All its words."""
        return self.subject + self.predicate


def asks_yes_or_no(question: str) -> bool:
    """Whether 是 or 否 answers `question`."""
    return _ASKS.search(question) is not None and _OTHER_QUESTION_WORD.search(question) is None


def judge(question: str, hits: Sequence[Hit], model: VerdictModel) -> Judgement | None:
    """The verdict that the passages of `hits` support best; None when they hold no sentence."""
    best = _best_sentence(state(question), hits)
    if best is None:
        return None
    values = judge_features(question, hits)
    settled, yes = model.settled.probability(values), model.yes.probability(values)
    return Judgement(Verdict.YES if yes >= 0.5 else Verdict.NO, best[1], settled * max(yes, 1.0 - yes))


def judge_features(question: str, hits: Sequence[Hit]) -> dict[str, float]:
    """What the models look at: the best sentence, and the passages around it."""
    statement = state(question)
    best = _best_sentence(statement, hits)
    supported = support(statement, "") if best is None else best[0]
    return supported | surroundings(statement, [hit.passage.text for hit in hits])


def state(question: str) -> Statement:
    """Take a yes/no question apart."""
    split = _ALTERNATIVE.search(question)
    before, after = (question[: split.start()], question[split.end() :]) if split else ("", question)
    if split is not None and split[0] in ("有没有", "有无"):
        after = f"有{after}"
    after = re.sub(r"(?:吗|么)?[？?！!。]*$", "", after)
    text = before + after
    return Statement(
        subject=_words(before),
        predicate=_words(after),
        pairs=frozenset(_pairs(text)),
        numbers=tuple((_digits(text[e.start : e.end]), e.unit or e.quantity.value) for e in expressions(text)),
        negated=_NEGATION.search(text) is not None,
    )


def support(statement: Statement, sentence: str) -> dict[str, float]:
    """How far `sentence` says what the statement says; every value 0 to 1."""
    clause = max(_CLAUSE.findall(sentence) or [sentence], key=lambda text: _share(statement.predicate, text))
    numbers = [(_digits(sentence[e.start : e.end]), e.unit or e.quantity.value) for e in expressions(sentence)]
    same = [number in numbers for number in statement.numbers]
    other = [number not in numbers and any(unit == number[1] for _, unit in numbers) for number in statement.numbers]
    found = frozenset(_pairs(sentence))
    return {
        "coverage": _share(statement.words, sentence),
        "pairs": len(statement.pairs & found) / max(1, len(statement.pairs)),
        "subject": _share(statement.subject, sentence) if statement.subject else 0.5,
        "predicate": _share(statement.predicate, clause),
        "negation differs": float((_NEGATION.search(clause) is not None) != statement.negated),
        "same number": float(bool(same) and all(same)),
        "other number": float(any(other)),
    }


def surroundings(statement: Statement, texts: Iterable[str]) -> dict[str, float]:
    """Where the predicate's words stand in the passages: how often after a negation, how often without one."""
    negated = plain = 0
    for text in texts:
        for word in statement.predicate[:3]:
            for match in re.finditer(re.escape(word), text):
                near = text[max(0, match.start() - _NEAR) : match.start()]
                if _NEGATION.search(near):
                    negated += 1
                else:
                    plain += 1
    return {
        "predicate negated": float(negated > 0),
        "predicate negated often": min(negated, 4) / 4,
        "predicate plain": float(plain > 0),
        "predicate plain often": min(plain, 6) / 6,
        "question negated": float(statement.negated),
    }


def read_verdict_model(path: Path) -> VerdictModel:
    """The model stored at `path` (JSON: threshold; settled and yes, each with intercept and weights).

    Raises ModelError.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        settled, yes = (
            Logistic(float(stored[part]["intercept"]), {str(k): float(v) for k, v in stored[part]["weights"].items()})
            for part in ("settled", "yes")
        )
        threshold = float(stored["threshold"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"无法读取是非判断文件 {path}（{error!r}）；请重新安装问渠。") from error
    return VerdictModel(settled, yes, threshold)


def _best_sentence(statement: Statement, hits: Sequence[Hit]) -> tuple[dict[str, float], Span] | None:
    found = ((support(statement, span.text), span) for hit in hits for span in _sentences_of(hit))
    return max(found, key=lambda pair: pair[0]["coverage"] + 0.5 * pair[0]["pairs"], default=None)


def _sentences_of(hit: Hit) -> Iterable[Span]:
    start = hit.passage.start
    return (Span(hit, start + begin, start + end, 0.0) for begin, end in sentences(hit.passage.text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(w for w in rjieba.cut(text) if w not in _LITTLE_WORDS and any(c.isalnum() for c in w))


def _share(words: Sequence[str], text: str) -> float:
    """The share of `words` that stand in `text`, weighted by their length."""
    return sum(len(word) for word in words if word in text) / max(1, sum(map(len, words)))


def _pairs(text: str) -> Iterable[str]:
    letters = [character for character in text if character.isalnum()]
    return (one + other for one, other in pairwise(letters))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


FEATURES = (*support(state(""), ""), *surroundings(state(""), ()))
"""The names of what the models look at."""
