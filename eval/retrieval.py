"""Retrieval over whole collections: which paragraph answers the question, among all of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eval.bootstrap import Estimate, mean_estimate
from eval.measures import mean_discounted_gain, mean_reciprocal_rank
from eval.questions import EvaluationDataError, read_reading_questions
from eval.summary import recall_estimate
from index.dense import FaissIndex
from index.fusion import reciprocal_rank_fusion
from index.hybrid import HybridIndex
from index.lexical import Bm25Index
from index.ports import Encoder
from index.text import search_tokens

ARTICLE_CHARACTERS = 300
MEASURED_RANKS = 10
RANKINGS = ("BM25", "encoder", "reciprocal rank fusion", "fusion")

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Collection:
    """Paragraphs, and questions each with the number of the paragraph that answers it."""

    name: str
    paragraphs: tuple[str, ...]
    questions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RankingScore:
    """How well one way of ranking does on one collection; every measure 0 to 1."""

    collection: str
    ranking: str
    recall_at_1: Estimate | None
    recall_at_5: Estimate | None
    recall_at_20: Estimate | None
    mean_reciprocal_rank: Estimate | None
    mean_discounted_gain: Estimate | None


def read_collection(data: Path, name: str, limit: int | None = None) -> Collection:
    """The contexts of a public set (with `limit`, its first ones) and the questions that they answer.

    Raises EvaluationDataError when the file is missing.
    """
    questions = [item for item in read_reading_questions(data / f"{name}.jsonl.gz") if item.question.answers]
    numbers = {context: number for number, context in enumerate(dict.fromkeys(item.context for item in questions))}
    kept = len(numbers) if limit is None else limit
    asked = tuple((item.question.question, numbers[item.context]) for item in questions)
    title = name if limit is None else f"{name}, first {limit}"
    return Collection(title, tuple(numbers)[:kept], tuple((text, number) for text, number in asked if number < kept))


def read_articles(data: Path, count: int) -> list[str]:
    """The first 300 characters of `count` news articles, in file order."""
    articles: list[str] = []
    for path in sorted((data / "news").glob("part*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if len(articles) == count:
                    return articles
                articles.append(json.loads(line)["text"][:ARTICLE_CHARACTERS])
    if len(articles) < count:
        raise EvaluationDataError(f"{data / 'news'} holds {len(articles)} articles, expected {count}; give --data")
    return articles


def buried(collection: Collection, articles: Sequence[str]) -> Collection:
    """The same questions, with `articles` added to the paragraphs."""
    name = f"{collection.name} + {len(articles):,} news"
    return Collection(name, collection.paragraphs + tuple(articles), collection.questions)


def score_rankings(
    collection: Collection,
    encoder: Encoder,
    vectors: Vectors,
    track: Callable[[Sequence[tuple[str, int]]], Iterable[tuple[str, int]]],
) -> list[RankingScore]:
    """BM25 and the encoder alone, fused by ranks, and fused as the library does; `vectors` are the paragraphs'."""
    index = HybridIndex(FaissIndex(vectors), Bm25Index([search_tokens(text) for text in collection.paragraphs]))
    ranks: dict[str, list[int | None]] = {name: [] for name in RANKINGS}
    for question, relevant in track(collection.questions):
        vector, tokens = encoder.encode_question(question), search_tokens(question)
        alone = index.rankings(vector, tokens)
        by_rank = [item for item, _ in reciprocal_rank_fusion(alone)]
        fused = [candidate.item for candidate in index.search(vector, tokens)]
        for name, ranking in zip(RANKINGS, (alone["lexical"], alone["dense"], by_rank, fused), strict=True):
            ranks[name].append(ranking.index(relevant) + 1 if relevant in ranking else None)
    return [_score(collection.name, name, found) for name, found in ranks.items()]


def _score(collection: str, ranking: str, ranks: Sequence[int | None]) -> RankingScore:
    near = [rank if rank is not None and rank <= MEASURED_RANKS else None for rank in ranks]
    return RankingScore(
        collection=collection,
        ranking=ranking,
        recall_at_1=recall_estimate(ranks, 1),
        recall_at_5=recall_estimate(ranks, 5),
        recall_at_20=recall_estimate(ranks, 20),
        mean_reciprocal_rank=mean_estimate([mean_reciprocal_rank([rank]) for rank in near]),
        mean_discounted_gain=mean_estimate([mean_discounted_gain([rank]) for rank in near]),
    )
