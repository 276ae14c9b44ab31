"""Texts → unit vectors; the only import of sentence_transformers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer

from index.errors import EncoderError
from index.model_folder import model_name

Vectors = npt.NDArray[np.float32]


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by folder or Hugging Face id.

    A model that names prompts (as the E5 family does) gets "query" for questions and "passage" or "document" for
    passages; one that names none gets the plain text.
    """

    def __init__(self, model: str, batch_size: int = 16) -> None:
        try:
            self.model = SentenceTransformer(model, device="cpu", model_kwargs={"dtype": torch.float32})
        except (OSError, ValueError) as error:
            raise EncoderError(model, str(error)) from error
        self._batch_size = batch_size
        self._prompts = {name: text for name, text in self.model.prompts.items() if text}
        self.name = model_name(model)
        dimension = self.model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(model, "it does not say its dimension")
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
        vectors = self.model.encode(
            list(texts),
            batch_size=self._batch_size,
            prompt=self._prompts.get(prompt),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)
