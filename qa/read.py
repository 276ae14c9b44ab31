"""Passages → start, end and no-answer scores; the only import of transformers in serving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from index.types import Hit
from qa.errors import ModelError
from qa.types import Reading, Window


class TransformersReader:
    """Any Hugging Face extractive question-answering model, by folder or id.

    The model is read in the way of SQuAD 2.0: the scores at the first token (CLS) are those of no answer.
    """

    def __init__(self, model: str, max_length: int = 384, batch_size: int = 8) -> None:
        """Load the model; windows hold at most `max_length` tokens, or the model's own limit, and overlap by a third.

        The limit is the tokenizer's `model_max_length`: a reader trained on short windows is far worse on long ones.
        """
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(model, use_fast=True)
            self._model = AutoModelForQuestionAnswering.from_pretrained(model, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise ModelError(f"无法加载阅读模型 {model}（{error}）；请检查 WENQU_READER。") from error
        if not self._tokenizer.is_fast:
            raise ModelError(f"阅读模型 {model} 没有快速分词器，无法得到字符位置；请换一个带 tokenizer.json 的模型。")
        self._model.eval()
        self._max_length = min(max_length, self._tokenizer.model_max_length)
        self._stride = self._max_length // 3
        self._batch_size = batch_size

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """One reading per hit, in the same order."""
        if not hits:
            return []
        encoded = self._tokenizer(
            [self._shortened(question)] * len(hits),
            [hit.passage.text for hit in hits],
            truncation="only_second",
            max_length=self._max_length,
            stride=self._stride,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        owners: list[int] = encoded["overflow_to_sample_mapping"]
        windows: list[list[Window]] = [[] for _ in hits]
        # Windows of like length share a batch, so that little time goes into padding.
        order = sorted(range(len(owners)), key=lambda number: len(encoded["input_ids"][number]))
        for begin in range(0, len(order), self._batch_size):
            batch = order[begin : begin + self._batch_size]
            starts, ends = self._scores(encoded, batch)
            for row, number in enumerate(batch):
                windows[owners[number]].append(_window(encoded, number, starts[row], ends[row]))
        return [Reading(hit, tuple(found)) for hit, found in zip(hits, windows, strict=True)]

    def _shortened(self, question: str) -> str:
        encoded = self._tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)
        offsets = encoded["offset_mapping"]
        limit = self._max_length // 3
        return question if len(offsets) <= limit else question[: offsets[limit - 1][1]]

    def _scores(self, encoded: Any, numbers: Sequence[int]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        names = self._tokenizer.model_input_names
        rows = {name: [encoded[name][number] for number in numbers] for name in names}
        inputs = self._tokenizer.pad(rows, return_tensors="pt")
        with torch.inference_mode():
            output = self._model(**inputs)
        return output.start_logits.numpy(), output.end_logits.numpy()


def _window(encoded: Any, number: int, starts: npt.NDArray[np.float32], ends: npt.NDArray[np.float32]) -> Window:
    offsets = encoded["offset_mapping"][number]
    tokens = [
        position
        for position, sequence in enumerate(encoded.sequence_ids(number))
        if sequence == 1 and offsets[position][1] > offsets[position][0]
    ]
    return Window(
        start_scores=starts[tokens],
        end_scores=ends[tokens],
        offsets=np.array([offsets[position] for position in tokens], dtype=np.int64).reshape(-1, 2),
        no_answer_score=float(starts[0] + ends[0]),
    )
