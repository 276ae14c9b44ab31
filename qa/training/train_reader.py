"""Fine-tune the character-level reader; every step can be resumed from the last checkpoint."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from transformers import BertForQuestionAnswering, get_linear_schedule_with_warmup

from qa.training.features import Feature

PADDING, SEPARATOR = 1, 2


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Everything that decides the result of a run, besides the data."""

    epochs: int = 1
    batch_size: int = 8
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup_share: float = 0.06
    clip_norm: float = 1.0
    checkpoint_every: int = 100
    seed: int = 20261122


def train(
    model: BertForQuestionAnswering,
    training: Sequence[Feature],
    validation: Sequence[Feature],
    plan: TrainingPlan,
    work: Path,
) -> None:
    """Train `model` in place; write `work`/checkpoint.pt and append to `work`/log.jsonl.

    A checkpoint left in `work` by an interrupted run of the same plan is continued.
    """
    work.mkdir(parents=True, exist_ok=True)
    batches = list(_batches(training, plan))
    optimizer = torch.optim.AdamW(_parameter_groups(model, plan.weight_decay), lr=plan.learning_rate)
    schedule = get_linear_schedule_with_warmup(optimizer, int(len(batches) * plan.warmup_share), len(batches))
    checkpoint = work / "checkpoint.pt"
    first = _resume(checkpoint, plan, model, optimizer, schedule)
    began = time.monotonic()
    seen = 0
    model.train()
    with (work / "log.jsonl").open("a", encoding="utf-8") as log:
        for step in range(first, len(batches)):
            loss = _loss(model, batches[step])
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(model.parameters(), plan.clip_norm)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            seen += len(batches[step])
            last = step + 1 == len(batches)
            row: dict[str, float] = {"step": step + 1, "of": len(batches), "loss": round(loss.item(), 4)}
            if (step + 1) % plan.checkpoint_every == 0 or last:
                row |= evaluate(model, validation)
                row["examples_per_second"] = round(seen / (time.monotonic() - began), 2)
                _save(checkpoint, plan, step + 1, model, optimizer, schedule)
                print(json.dumps(row), flush=True)
            log.write(json.dumps(row) + "\n")
            log.flush()


def evaluate(model: BertForQuestionAnswering, features: Sequence[Feature]) -> dict[str, float]:
    """Mean loss, and the shares of windows whose span (or no-answer) is predicted exactly."""
    was_training = model.training
    model.eval()
    total, right_answer, right_none, answers = 0.0, 0, 0, 0
    with torch.inference_mode():
        for begin in range(0, len(features), 16):
            batch = features[begin : begin + 16]
            inputs = collate(batch)
            output = model(**inputs)
            total += output.loss.item() * len(batch)
            readable = _readable(inputs)
            starts = output.start_logits.masked_fill(~readable, -torch.inf).argmax(-1)
            ends = output.end_logits.masked_fill(~readable, -torch.inf).argmax(-1)
            hits = (starts == inputs["start_positions"]) & (ends == inputs["end_positions"])
            has_answer = inputs["start_positions"] > 0
            answers += int(has_answer.sum())
            right_answer += int((hits & has_answer).sum())
            right_none += int((hits & ~has_answer).sum())
    model.train(was_training)
    return {
        "validation_loss": round(total / len(features), 4),
        "exact_span": round(right_answer / max(answers, 1), 4),
        "exact_no_answer": round(right_none / max(len(features) - answers, 1), 4),
    }


def collate(batch: Sequence[Feature]) -> dict[str, torch.Tensor]:
    """Pad a batch on the right: tensors of shape (windows, longest) and (windows,)."""
    longest = max(len(feature.input_ids) for feature in batch)

    def padded(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
        return torch.tensor([[*row, *[value] * (longest - len(row))] for row in rows])

    return {
        "input_ids": padded([f.input_ids for f in batch], PADDING),
        "token_type_ids": padded([f.token_type_ids for f in batch], 0),
        "attention_mask": padded([[1] * len(f.input_ids) for f in batch], 0),
        "start_positions": torch.tensor([f.start for f in batch]),
        "end_positions": torch.tensor([f.end for f in batch]),
    }


def _readable(inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """Where a prediction may point: the context's tokens, and the first token for no answer, as in serving."""
    readable = (inputs["token_type_ids"] == 1) & (inputs["input_ids"] != SEPARATOR)
    readable[:, 0] = True
    return readable


def _batches(features: Sequence[Feature], plan: TrainingPlan) -> Iterator[list[Feature]]:
    chance = random.Random(plan.seed)
    for _ in range(plan.epochs):
        order = list(features)
        chance.shuffle(order)
        for begin in range(0, len(order), plan.batch_size):
            yield order[begin : begin + plan.batch_size]


def _loss(model: BertForQuestionAnswering, batch: Sequence[Feature]) -> torch.Tensor:
    loss: torch.Tensor = model(**collate(batch)).loss
    return loss


def _parameter_groups(model: torch.nn.Module, weight_decay: float) -> list[dict[str, object]]:
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]


def _save(
    path: Path,
    plan: TrainingPlan,
    step: int,
    model: BertForQuestionAnswering,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    temporary = path.with_suffix(".tmp")
    state = {
        "plan": asdict(plan),
        "step": step,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save(state, temporary)
    temporary.replace(path)


def _resume(
    path: Path,
    plan: TrainingPlan,
    model: BertForQuestionAnswering,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    if state["plan"] != asdict(plan):
        raise ValueError(f"{path} is of another plan, {state['plan']}; give another --work folder")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])
