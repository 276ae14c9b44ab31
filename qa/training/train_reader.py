"""Fine-tune the character-level reader on windows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers import BertForQuestionAnswering

from qa.training.features import Feature
from qa.training.loop import Task, TrainingPlan, best_device, train

PADDING, SEPARATOR = 1, 2
_POOL_OF_BATCHES = 50

Batch = dict[str, torch.Tensor]


def train_reader(
    model: BertForQuestionAnswering,
    training: Sequence[Feature],
    validation: Sequence[Feature],
    plan: TrainingPlan,
    work: Path,
) -> BertForQuestionAnswering:
    """Train `model` in place (see `qa.training.loop.train`) and return the average of its weights."""
    task: Task[BertForQuestionAnswering, Feature] = Task(
        batches=list(batches_of(training, plan)),
        loss=lambda learner, batch: reader_loss(learner, batch, plan.layer_drop),
        evaluate=lambda learner: evaluate(learner, validation),
    )
    return train(model.to(best_device()), task, plan, work)


def mean_weights(one: Mapping[str, torch.Tensor], other: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The mean of two states of one model, tensor by tensor; what is no floating-point number is the first one's."""
    return {
        name: (tensor + other[name].to(tensor.device)) / 2 if tensor.is_floating_point() else tensor
        for name, tensor in one.items()
    }


def reader_loss(model: BertForQuestionAnswering, batch: Sequence[Feature], layer_drop: float = 0.0) -> torch.Tensor:
    """Loss of one batch, with each layer left out with the chance `layer_drop`."""
    inputs = collate(batch, model.device)
    with _some_layers(model, layer_drop, seed=sum(batch[0].input_ids)):
        return span_loss(*_scores(model, inputs), inputs)


@contextmanager
def _some_layers(model: BertForQuestionAnswering, layer_drop: float, seed: int) -> Iterator[None]:
    """Stochastic depth: fewer layers are less work and learn less by heart. The same batch drops the same layers.

    Source: Huang et al., "Deep Networks with Stochastic Depth", ECCV 2016; for transformers, Fan, Grave and Joulin,
    "Reducing Transformer Depth on Demand with Structured Dropout", ICLR 2020.
    """
    encoder = model.bert.encoder
    layers, chance = encoder.layer, random.Random(seed)
    encoder.layer = torch.nn.ModuleList(layer for layer in layers if chance.random() >= layer_drop)
    try:
        yield
    finally:
        encoder.layer = layers


def span_loss(starts: torch.Tensor, ends: torch.Tensor, inputs: Batch) -> torch.Tensor:
    """Mean cross-entropy of the start and the end, over the positions that a prediction may point to.

    The question's tokens and the separators are left out: they would take a part of the no-answer probability, which
    then says less about whether there is an answer.
    """
    readable = _readable(inputs)
    start_loss = cross_entropy(starts.float().masked_fill(~readable, -1e4), inputs["start_positions"])
    end_loss = cross_entropy(ends.float().masked_fill(~readable, -1e4), inputs["end_positions"])
    return (start_loss + end_loss) / 2


@torch.inference_mode()
def evaluate(model: BertForQuestionAnswering, features: Sequence[Feature]) -> dict[str, float]:
    """Mean loss, and the shares of windows whose span (or no-answer) is predicted exactly."""
    model.eval()
    total, right_answer, right_none, answers = 0.0, 0, 0, 0
    for begin in range(0, len(features), 16):
        batch = features[begin : begin + 16]
        inputs = collate(batch, model.device)
        starts, ends = _scores(model, inputs)
        total += span_loss(starts, ends, inputs).item() * len(batch)
        blocked = ~_readable(inputs)
        first = starts.masked_fill(blocked, -torch.inf).argmax(-1)
        last = ends.masked_fill(blocked, -torch.inf).argmax(-1)
        hits = (first == inputs["start_positions"]) & (last == inputs["end_positions"])
        has_answer = inputs["start_positions"] > 0
        answers += int(has_answer.sum())
        right_answer += int((hits & has_answer).sum())
        right_none += int((hits & ~has_answer).sum())
    return {
        "validation_loss": round(total / len(features), 4),
        "exact_span": round(right_answer / max(answers, 1), 4),
        "exact_no_answer": round(right_none / max(len(features) - answers, 1), 4),
    }


def collate(batch: Sequence[Feature], device: torch.device | None = None) -> Batch:
    """Pad a batch on the right: tensors of shape (windows, longest) and (windows,)."""
    longest = max(len(feature.input_ids) for feature in batch)

    def padded(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
        return torch.tensor([[*row, *[value] * (longest - len(row))] for row in rows], device=device)

    return {
        "input_ids": padded([f.input_ids for f in batch], PADDING),
        "token_type_ids": padded([f.token_type_ids for f in batch], 0),
        "attention_mask": padded([[1] * len(f.input_ids) for f in batch], 0),
        "start_positions": torch.tensor([f.start for f in batch], device=device),
        "end_positions": torch.tensor([f.end for f in batch], device=device),
    }


def batches_of(features: Sequence[Feature], plan: TrainingPlan) -> Iterator[list[Feature]]:
    """Shuffled batches; within a pool, windows of like length share a batch, so that little goes into padding."""
    chance = random.Random(plan.seed)
    for _ in range(plan.epochs):
        order = list(features)
        chance.shuffle(order)
        pool_size = _POOL_OF_BATCHES * max(1, plan.batch_tokens // max(len(f.input_ids) for f in features))
        for begin in range(0, len(order), pool_size):
            pool = sorted(order[begin : begin + pool_size], key=lambda feature: len(feature.input_ids))
            batches = list(_filled(pool, plan.batch_tokens))
            chance.shuffle(batches)
            yield from batches


def _filled(pool: Sequence[Feature], batch_tokens: int) -> Iterator[list[Feature]]:
    batch: list[Feature] = []
    for feature in pool:
        if batch and (len(batch) + 1) * len(feature.input_ids) > batch_tokens:
            yield batch
            batch = []
        batch.append(feature)
    yield batch


def _scores(model: BertForQuestionAnswering, inputs: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    output = model(**{name: inputs[name] for name in ("input_ids", "token_type_ids", "attention_mask")})
    return output.start_logits, output.end_logits


def _readable(inputs: Batch) -> torch.Tensor:
    """Where a prediction may point: the context's tokens, and the first token for no answer, as in serving."""
    readable = (inputs["token_type_ids"] == 1) & (inputs["input_ids"] != SEPARATOR)
    readable[:, 0] = True
    return readable
