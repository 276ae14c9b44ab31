"""Spans → the probability that each is right, and whether to answer at all (pure)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qa.errors import ModelError
from qa.types import Kind, Span


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of "this span is right": probability = sigmoid(intercept + Σ weight · feature).

    Source of the method: Platt, "Probabilistic Outputs for Support Vector Machines", 1999; for question answering
    under domain shift, Kamath, Jia and Liang, "Selective Question Answering under Domain Shift", ACL 2020.
    """

    intercept: float
    weights: Mapping[str, float]
    threshold: float = 0.5
    """The least probability of an answer that is given, unless a setting says otherwise."""

    def probability(self, span: Span) -> float:
        """The probability that `span` answers the question."""
        values = features(span)
        return sigmoid(self.intercept + sum(weight * values[name] for name, weight in self.weights.items()))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least probability of an answer that is given, by its kind."""

    span: float = 0.5
    yes_no: float = 0.5

    def of(self, kind: Kind) -> float:
        """That of `kind`; a list is as sure as the span that it was built around."""
        return self.yes_no if kind is Kind.YES_NO else self.span


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span and the probability that it is right."""

    span: Span
    probability: float


def features(span: Span) -> dict[str, float]:
    """What the calibration looks at: the reader's margin, and how high each ranking put the passage."""
    ranks = span.hit.ranks
    return {
        "margin": span.margin,
        "dense": 1.0 / ranks["dense"] if "dense" in ranks else 0.0,
        "lexical": 1.0 / ranks["lexical"] if "lexical" in ranks else 0.0,
    }


def rank(spans: Iterable[Span], calibration: Calibration) -> list[ScoredSpan]:
    """The spans with their probabilities, most probable first."""
    scored = [ScoredSpan(span, calibration.probability(span)) for span in spans]
    return sorted(scored, key=lambda item: (-item.probability, item.span.start))


def sigmoid(value: float) -> float:
    """1 / (1 + e^-value), without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    growth = math.exp(value)
    return growth / (1.0 + growth)


def read_calibration(path: Path) -> Calibration:
    """The calibration stored at `path` (JSON: intercept, weights, threshold). Raises ModelError."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        weights = {str(name): float(value) for name, value in stored["weights"].items()}
        return Calibration(float(stored["intercept"]), weights, float(stored["threshold"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"无法读取校准文件 {path}（{error!r}）；请检查 WENQU_CALIBRATION。") from error
