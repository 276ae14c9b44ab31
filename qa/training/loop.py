"""The training loop that the reader and the encoder share; it can be stopped at any time and continued."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, TypeVar, cast

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Model = TypeVar("Model", bound=torch.nn.Module)
Example = TypeVar("Example")


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Everything that decides the result of a run, besides the data.

    `batch_tokens` is the reader's: the most tokens in a batch, padding included. `batch_pairs` is the encoder's.
    `steps` ends a run early. `layer_drop` is the chance of a layer to be left out of a step (the reader's). `bfloat16`
    is worth it on a GPU and on processors with AMX or AVX-512 BF16; elsewhere it is far slower than float32.
    """

    epochs: int = 1
    steps: int | None = None
    batch_tokens: int = 2048
    batch_pairs: int = 32
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup_share: float = 0.04
    cooldown_share: float = 0.4
    clip_norm: float = 1.0
    average_decay: float = 0.998
    layer_drop: float = 0.0
    checkpoint_every: int = 200
    bfloat16: bool = False
    seed: int = 20261122


@dataclass(frozen=True, slots=True)
class Task(Generic[Model, Example]):
    """What is learned: the batches in order, the loss of one, and what is measured from time to time."""

    batches: Sequence[Sequence[Example]]
    loss: Callable[[Model, Sequence[Example]], torch.Tensor]
    evaluate: Callable[[Model], Mapping[str, float]]


def learning_rate_factor(step: int, steps: int, warmup_share: float, cooldown_share: float) -> float:
    """Share of the peak learning rate at `step`, 0-based: a linear rise, a plateau, a linear fall to 0.

    Source: "warmup-stable-decay", Hu et al., "MiniCPM", 2024. The plateau's checkpoints can be trained further.
    """
    warmup = max(1, round(steps * warmup_share))
    cooldown = max(1, round(steps * cooldown_share))
    return max(0.0, min(1.0, (step + 1) / warmup, (steps - step) / cooldown))


def best_device() -> torch.device:
    """A GPU when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train(model: Model, task: Task[Model, Example], plan: TrainingPlan, work: Path) -> Model:
    """Train `model` in place; write `work`/checkpoint.pt and append to `work`/log.jsonl.

    Returns the exponential moving average of the weights. A checkpoint left in `work` by an interrupted run of the
    same plan is continued. Raises ValueError when it is of another plan.
    """
    work.mkdir(parents=True, exist_ok=True)
    run = _Run(model, task, plan)
    checkpoint = work / "checkpoint.pt"
    first = run.resume(checkpoint) if checkpoint.exists() else 0
    began = time.monotonic()
    seen = 0
    with (work / "log.jsonl").open("a", encoding="utf-8") as log:
        for step in range(first, run.steps):
            row: dict[str, float] = {"step": step + 1, "of": run.steps, "loss": round(run.step(step), 4)}
            seen += len(task.batches[step])
            if (step + 1) % plan.checkpoint_every == 0 or step + 1 == run.steps:
                row |= task.evaluate(model)
                row |= {f"average_{name}": value for name, value in task.evaluate(run.averaged()).items()}
                row["examples_per_second"] = round(seen / (time.monotonic() - began), 2)
                run.save(checkpoint, step + 1)
                print(json.dumps(row), flush=True)
            log.write(json.dumps(row) + "\n")
            log.flush()
    return run.averaged()


class _Run(Generic[Model, Example]):
    """The state of one training run: model, optimizer, average."""

    def __init__(self, model: Model, task: Task[Model, Example], plan: TrainingPlan) -> None:
        self.model = model
        self.task = task
        self.plan = plan
        self.steps = len(task.batches) if plan.steps is None else min(plan.steps, len(task.batches))
        self.device = next(model.parameters()).device
        average_function = get_ema_multi_avg_fn(plan.average_decay)  # type: ignore[no-untyped-call]
        self.average = AveragedModel(model, multi_avg_fn=average_function)
        self.optimizer = torch.optim.AdamW(_parameter_groups(model, plan.weight_decay), fused=True)

    def step(self, number: int) -> float:
        """One optimizer step; returns the loss."""
        factor = learning_rate_factor(number, self.steps, self.plan.warmup_share, self.plan.cooldown_share)
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.learning_rate * factor
        self.model.train()
        with self._precision():
            loss = self.task.loss(self.model, self.task.batches[number])
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.plan.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.average.update_parameters(self.model)
        return loss.item()

    def averaged(self) -> Model:
        """The model that holds the average of the weights so far."""
        return cast(Model, self.average.module)

    def save(self, path: Path, step: int) -> None:
        """Write everything a later process needs to go on, in one atomic replacement."""
        temporary = path.with_suffix(".tmp")
        state = {
            "plan": asdict(self.plan),
            "step": step,
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(state, temporary)
        temporary.replace(path)

    def resume(self, path: Path) -> int:
        """Load what `save` wrote and return the number of steps done; ValueError when it is of another plan."""
        state = torch.load(path, weights_only=True, map_location=self.device)
        # A field that plans did not have when this one was written has its default.
        if asdict(TrainingPlan()) | state["plan"] != asdict(self.plan):
            raise ValueError(f"{path} is of another plan, {state['plan']}; give another --work folder")
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        return int(state["step"])

    def _precision(self) -> AbstractContextManager[object]:
        return torch.autocast(self.device.type, torch.bfloat16) if self.plan.bfloat16 else nullcontext()


def _parameter_groups(model: torch.nn.Module, weight_decay: float) -> list[dict[str, object]]:
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]
