"""PyTorch → a float32 ONNX graph with its operators fused for ONNX Runtime."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from tokenizers import Encoding
from transformers import BertForQuestionAnswering, BertModel

from index.model_folder import ONNX_FILE
from qa.training.features import Feature

READER_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OPSET = 20
_LONGEST = 512


def export_reader(model: BertForQuestionAnswering) -> onnx.ModelProto:
    """input_ids, attention_mask and token_type_ids, int64 (windows, tokens) → start_logits and end_logits."""
    return _export(_ReaderScores(model), model, READER_INPUTS, ("start_logits", "end_logits"))


def export_encoder(model: BertModel) -> onnx.ModelProto:
    """input_ids and attention_mask, int64 (texts, tokens) → last_hidden_state (texts, tokens, hidden)."""
    return _export(_HiddenState(model), model, ("input_ids", "attention_mask"), ("last_hidden_state",))


def model_inputs(encoding: Encoding, names: Sequence[str] = READER_INPUTS) -> dict[str, npt.NDArray[np.int64]]:
    """One token sequence as the named inputs of a graph, each (1, tokens)."""
    rows = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask, "token_type_ids": encoding.type_ids}
    return {name: np.array([rows[name]], dtype=np.int64) for name in names}


def feature_inputs(feature: Feature) -> dict[str, npt.NDArray[np.int64]]:
    """A training window as the inputs of the reader's graph, each (1, tokens)."""
    rows = (feature.input_ids, (1,) * len(feature.input_ids), feature.token_type_ids)
    return {name: np.array([row], dtype=np.int64) for name, row in zip(READER_INPUTS, rows, strict=True)}


def write_onnx(graph: onnx.ModelProto, folder: Path) -> None:
    """Write `graph` where serving looks for it."""
    path = folder / ONNX_FILE
    path.parent.mkdir(exist_ok=True)
    onnx.save(graph, path)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


class _ReaderScores(torch.nn.Module):
    def __init__(self, model: BertForQuestionAnswering) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        output = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return output.start_logits, output.end_logits


class _HiddenState(torch.nn.Module):
    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return hidden


def _export(
    wrapper: torch.nn.Module, model: BertModel | BertForQuestionAnswering, inputs: Sequence[str], outputs: Sequence[str]
) -> onnx.ModelProto:
    # The plain attention is what ONNX Runtime's fusions know; the exporter cannot trace the others' mask shortcuts.
    model.set_attn_implementation("eager")
    sample = torch.full((2, 32), 5)
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=_LONGEST)}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own deprecations, which nobody here can act on
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            wrapper.eval(),
            tuple(torch.ones_like(sample) if name == "attention_mask" else sample.clone() for name in inputs),
            str(plain),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=tuple(shape for _ in inputs),
            opset_version=_OPSET,
            external_data=False,
            dynamo=True,
            verbose=False,
        )
        fused = optimize_model(
            str(plain),
            model_type="bert",
            num_heads=model.config.num_attention_heads,
            hidden_size=model.config.hidden_size,
            optimization_options=FusionOptions("bert"),
            opt_level=0,
        )
        fused.save_model_to_file(str(plain))
        return onnx.load(plain)
