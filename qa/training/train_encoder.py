"""Fine-tune the encoder by contrast: a question's passage against all others of its batch.

Source of the loss: Karpukhin et al., "Dense Passage Retrieval", EMNLP 2020; of the temperature and the prompts: Wang et
al., "Text Embeddings by Weakly-Supervised Contrastive Pre-training" (E5), 2022.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy, normalize
from transformers import BertModel, PreTrainedTokenizerFast

from qa.training.examples import Example
from qa.training.loop import Task, TrainingPlan, best_device, train

TEMPERATURE = 0.02
QUERY, PASSAGE = "query: ", "passage: "
_LONGEST = 320


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, a passage that answers it, and a passage that looks as if it did."""

    question: str
    passage: str
    hard_negative: str
    context: str


def make_pairs(
    examples: Sequence[Example], wrong_passages: Callable[[Example], Sequence[str]], chance: random.Random
) -> list[Pair]:
    """One pair per answerable question that has a hard negative: a stretch of 100 to 500 characters with the answer."""
    pairs = []
    for example in examples:
        wrong = wrong_passages(example)[:5] if example.start is not None else ()
        if wrong:
            stretch = _around_answer(example, chance.randint(100, 500), chance)
            pairs.append(Pair(example.question, stretch, chance.choice(wrong), example.context))
    return pairs


def train_encoder(
    model: BertModel,
    tokenizer: PreTrainedTokenizerFast,
    training: Sequence[Pair],
    validation: Sequence[Pair],
    plan: TrainingPlan,
    work: Path,
) -> BertModel:
    """Train `model` in place (see `qa.training.loop.train`) and return the average of its weights."""

    def loss(learner: BertModel, batch: Sequence[Pair]) -> torch.Tensor:
        questions = embed(learner, tokenizer, [QUERY + pair.question for pair in batch])
        texts = [pair.passage for pair in batch] + [pair.hard_negative for pair in batch]
        return contrastive_loss(questions, embed(learner, tokenizer, [PASSAGE + text for text in texts]))

    def measure(learner: BertModel) -> dict[str, float]:
        return evaluate(learner, tokenizer, validation)

    return train(model.to(best_device()), Task(list(batches_of(training, plan)), loss, measure), plan, work)


def contrastive_loss(questions: torch.Tensor, passages: torch.Tensor, temperature: float = TEMPERATURE) -> torch.Tensor:
    """Mean cross-entropy of each question's own passage, row n of `passages` for question n, among all rows."""
    similarities = questions @ passages.T / temperature
    return cross_entropy(similarities.float(), torch.arange(len(questions), device=questions.device))


def embed(model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> torch.Tensor:
    """Mean-pooled unit vectors, (texts, hidden)."""
    inputs = tokenizer(list(texts), truncation=True, max_length=_LONGEST, padding=True, return_tensors="pt")
    inputs = inputs.to(model.device)
    hidden = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(-1)
    return normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


@torch.inference_mode()
def evaluate(model: BertModel, tokenizer: PreTrainedTokenizerFast, pairs: Sequence[Pair]) -> dict[str, float]:
    """Loss, and recall@1 of each pair's passage among all passages and hard negatives of `pairs`."""
    model.eval()
    texts = list(dict.fromkeys([pair.passage for pair in pairs] + [pair.hard_negative for pair in pairs]))
    numbers = {text: number for number, text in enumerate(texts)}

    def vectors(chosen: Sequence[str]) -> torch.Tensor:
        parts = [embed(model, tokenizer, chosen[begin : begin + 16]) for begin in range(0, len(chosen), 16)]
        return torch.cat(parts)

    similarities = vectors([QUERY + pair.question for pair in pairs]) @ vectors([PASSAGE + text for text in texts]).T
    wanted = torch.tensor([numbers[pair.passage] for pair in pairs], device=similarities.device)
    return {
        "validation_loss": round(cross_entropy(similarities / TEMPERATURE, wanted).item(), 4),
        "recall_at_1": round((similarities.argmax(-1) == wanted).float().mean().item(), 4),
    }


def batches_of(pairs: Sequence[Pair], plan: TrainingPlan) -> Iterator[list[Pair]]:
    """Shuffled batches in which no two questions share a context, whose passages would be false negatives."""
    chance = random.Random(plan.seed)
    for _ in range(plan.epochs):
        waiting = list(pairs)
        chance.shuffle(waiting)
        while waiting:
            batch: dict[str, Pair] = {}
            left = []
            for pair in waiting:
                if len(batch) < plan.batch_pairs and pair.context not in batch:
                    batch[pair.context] = pair
                else:
                    left.append(pair)
            waiting = left
            if len(batch) == plan.batch_pairs:
                yield list(batch.values())
            else:
                break  # what is left is of too few contexts to contrast


def _around_answer(example: Example, length: int, chance: random.Random) -> str:
    start = 0 if example.start is None else example.start
    end = start + len(example.answer)
    lowest, highest = max(0, end - length), min(start, max(0, len(example.context) - length))
    first = chance.randint(min(lowest, highest), max(lowest, highest))
    return example.context[first : max(first + length, end)]
