from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from qa.training.examples import Example
from qa.training.loop import TrainingPlan
from qa.training.packed_e5 import PackedE5
from qa.training.train_encoder import Pair, batches_of, contrastive_loss, make_pairs, train_encoder
from qa.training.vocabulary import encoder_tokenizer, encoder_vocabulary
from tests.qa.training.test_packed_e5 import packed

__all__ = ["packed"]


def test_the_loss_by_hand() -> None:
    questions = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    passages = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])  # the third is a hard negative of the second
    first = -math.log(math.e / (math.e + 2))
    second = -math.log(math.e / (2 * math.e + 1))
    assert contrastive_loss(questions, passages, 1.0).item() == pytest.approx((first + second) / 2, abs=1e-6)


def test_a_pair_holds_the_answer_and_a_wrong_passage() -> None:
    context = "国" * 400 + "2020" + "中" * 400
    example = Example("1", "题", context, "？", "2020", 400)
    unanswerable = Example("2", "题", context, "？", "", None)
    for seed in range(20):
        (pair,) = make_pairs([example, unanswerable], lambda _: ["中。"], random.Random(seed))
        assert "2020" in pair.passage
        assert pair.passage in context
        assert 100 <= len(pair.passage) <= 500
        assert pair.hard_negative == "中。"
    assert make_pairs([example], lambda _: [], random.Random(0)) == []


def test_no_batch_holds_a_context_twice() -> None:
    pairs = [Pair(f"问{n}", "", "", f"文{n // 3}") for n in range(60)]
    batches = list(batches_of(pairs, TrainingPlan(batch_pairs=8)))
    assert all(len({pair.context for pair in batch}) == len(batch) == 8 for batch in batches)
    seen = [pair.question for batch in batches for pair in batch]
    assert len(seen) == len(set(seen)) >= 48


def test_the_encoder_learns(packed: PackedE5, tmp_path: Path) -> None:
    torch.manual_seed(0)
    vocabulary = encoder_vocabulary(packed)
    tokenizer = encoder_tokenizer(vocabulary, 32)
    model = BertModel(
        BertConfig(
            vocab_size=len(vocabulary.ids),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        ),
        add_pooling_layer=False,
    )
    kinds = [("中", "中国"), ("2", "20"), ("。", "0"), ("b", "ab")]
    pairs = [Pair(question, passage, passage * 2, str(n)) for n, (question, passage) in enumerate(kinds)] * 10
    plan = TrainingPlan(epochs=3, batch_pairs=4, learning_rate=1e-2)
    train_encoder(model, tokenizer, pairs, pairs[:4], plan, tmp_path)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert log[-1]["loss"] < log[0]["loss"] / 2
    assert log[-1]["recall_at_1"] >= 0.5
