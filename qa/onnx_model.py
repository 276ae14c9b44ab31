"""A span model on ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tokenizers import Encoding

from index.model_folder import open_session, open_tokenizer, read_json
from qa.errors import ModelError
from qa.read import OURS, Scores


class OnnxSpanModel:
    """A Hugging Face reader's folder that holds an ONNX file, such as the shipped one."""

    def __init__(self, folder: str) -> None:
        try:
            self.tokenizer = open_tokenizer(Path(folder))
            self.max_length = int(read_json(Path(folder) / "tokenizer_config.json")["model_max_length"])
            self.is_ours = bool(read_json(Path(folder) / "config.json").get(OURS, False))
            self._session = open_session(Path(folder))
        except (ValueError, KeyError) as error:
            raise ModelError(f"无法加载阅读模型 {folder}（{error}）；请检查 WENQU_READER。") from error

    def scores(self, window: Encoding) -> tuple[Scores, Scores]:
        """Start and end logits of one sequence, each (tokens,)."""
        rows = {"input_ids": window.ids, "attention_mask": window.attention_mask, "token_type_ids": window.type_ids}
        inputs = {name: np.array([row], dtype=np.int64) for name, row in rows.items()}
        starts, ends = self._session.run(None, inputs)
        return starts[0], ends[0]
