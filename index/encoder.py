"""Texts → unit vectors; the only import of sentence_transformers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by folder or Hugging Face id.

    A model that names prompts (as the E5 family does) gets "query" for questions and "passage" or "document" for
    passages; one that names none gets the plain text.
    """

    def __init__(self, model: str, batch_size: int = 16) -> None:
        self._model = SentenceTransformer(model, device="cpu", model_kwargs={"dtype": torch.float32})
        self._batch_size = batch_size
        self._prompts = {name: text for name, text in self._model.prompts.items() if text}
        self.name = encoder_name(model)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ValueError(f"the encoder {model} does not say its dimension; expected a sentence-transformers model")
        self.dimension: int = dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, float32 (n, dimension), unit length."""
        return self._encode(texts, "passage" if "passage" in self._prompts else "document")

    def encode_question(self, question: str) -> Vectors:
        """Vector of one question, float32 (dimension,), unit length."""
        vector: Vectors = self._encode([question], "query")[0]
        return vector

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            batch_size=self._batch_size,
            prompt=self._prompts.get(prompt),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


def encoder_name(model: str) -> str:
    """What vectors on disk are labelled with: the id, or for a folder its name and a digest of its weights."""
    folder = Path(model)
    if not folder.is_dir():
        return model
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("*.json")):
        digest.update(path.read_bytes())
    return f"{folder.name}@{digest.hexdigest()[:16]}"
