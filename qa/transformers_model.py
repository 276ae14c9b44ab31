"""A span model through Hugging Face transformers; the only import of transformers outside training."""

from __future__ import annotations

import torch
from tokenizers import Encoding, Tokenizer
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from qa.errors import ModelError
from qa.read import OURS, Scores


class TransformersSpanModel:
    """Any Hugging Face extractive question-answering model, by folder or id."""

    def __init__(self, model: str) -> None:
        try:
            tokenizer = AutoTokenizer.from_pretrained(model, use_fast=True)
            self._model = AutoModelForQuestionAnswering.from_pretrained(model, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise ModelError(f"无法加载阅读模型 {model}（{error}）；请检查 WENQU_READER。") from error
        if not tokenizer.is_fast:
            raise ModelError(f"阅读模型 {model} 没有快速分词器，无法得到字符位置；请换一个带 tokenizer.json 的模型。")
        self._model.eval()
        self._inputs = tokenizer.model_input_names
        self.tokenizer: Tokenizer = tokenizer.backend_tokenizer
        self.max_length = int(tokenizer.model_max_length)
        self.is_ours = bool(getattr(self._model.config, OURS, False))

    def scores(self, window: Encoding) -> tuple[Scores, Scores]:
        """Start and end logits of one sequence, each (tokens,)."""
        rows = {"input_ids": window.ids, "attention_mask": window.attention_mask, "token_type_ids": window.type_ids}
        with torch.inference_mode():
            output = self._model(**{name: torch.tensor([row]) for name, row in rows.items() if name in self._inputs})
        return output.start_logits[0].numpy(), output.end_logits[0].numpy()
