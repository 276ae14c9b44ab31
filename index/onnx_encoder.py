"""Texts → unit vectors with ONNX Runtime, from a sentence-transformers folder that holds an ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import EncoderError
from index.model_folder import model_name, open_session, open_tokenizer, read_json

Vectors = npt.NDArray[np.float32]


class OnnxEncoder:
    """A folder with mean pooling, such as the shipped one; its prompts, length limit and tokenizer are obeyed.

    Texts are run one at a time: activations are quantised by what is in the batch, so alone a text always gets the
    same vector, and none of the time goes into padding.
    """

    def __init__(self, folder: str) -> None:
        path = Path(folder)
        try:
            pooling = read_json(path / "1_Pooling" / "config.json")
            if pooling.get("pooling_mode") != "mean":
                raise ValueError(f"pooling_mode {pooling.get('pooling_mode')}, expected mean")
            self._prompts = read_json(path / "config_sentence_transformers.json").get("prompts", {})
            limit = int(read_json(path / "tokenizer_config.json")["model_max_length"])
            self._tokenizer = open_tokenizer(path)
            self._session = open_session(path)
        except (ValueError, KeyError) as error:
            raise EncoderError(folder, str(error)) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(limit)
        self.dimension = int(pooling["embedding_dimension"])
        self.name = model_name(folder)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, float32 (n, dimension), unit length."""
        vectors = [self._encode(text, "passage") for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), dtype=np.float32)

    def encode_question(self, question: str) -> Vectors:
        """Vector of one question, float32 (dimension,), unit length."""
        return self._encode(question, "query")

    def _encode(self, text: str, prompt: str) -> Vectors:
        ids = self._tokenizer.encode(self._prompts.get(prompt, "") + text).ids
        inputs = {"input_ids": np.array([ids], dtype=np.int64), "attention_mask": np.ones((1, len(ids)), np.int64)}
        (hidden,) = self._session.run(None, inputs)
        mean = hidden[0].mean(axis=0)
        vector: Vectors = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
        return vector
