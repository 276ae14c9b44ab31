"""Smoothing changes nothing in float arithmetic, and a tiny reader survives export and quantisation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import BertConfig, BertForQuestionAnswering

from qa.training.onnx_export import export_reader
from qa.training.quantize import channel_maxima, quantize, smoothed, smoothing_scales


@pytest.fixture
def graph() -> onnx.ModelProto:
    """Two products of the same input, one after the other's sum."""
    random = np.random.default_rng(0)
    weights = {name: random.normal(size=(16, 16)).astype(np.float32) for name in ("w1", "w2")}
    nodes = [
        helper.make_node("Cast", ["ids"], ["x"], to=TensorProto.FLOAT, name="cast"),
        helper.make_node("MatMul", ["x", "w1"], ["a"], name="one"),
        helper.make_node("MatMul", ["x", "w2"], ["b"], name="two"),
        helper.make_node("Add", ["a", "b"], ["y"], name="add"),
    ]
    made = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n", 16])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 16])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(model: onnx.ModelProto, **inputs: np.ndarray) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found: list[np.ndarray] = session.run(None, inputs)
    return found


def test_scales_by_hand() -> None:
    scales = smoothing_scales(np.array([4.0, 1.0], np.float32), np.array([1.0, 1.0], np.float32), 0.5)
    np.testing.assert_allclose(scales, [2**0.5, 2**-0.5], rtol=1e-6)


def test_smoothing_keeps_the_function(graph: onnx.ModelProto) -> None:
    ids = np.arange(48, dtype=np.int64).reshape(3, 16) - 20
    maxima = channel_maxima(graph, [{"ids": ids}])
    np.testing.assert_array_equal(maxima["x"], np.abs(ids).max(axis=0))
    (before,), (after,) = run(graph, ids=ids), run(smoothed(graph, maxima), ids=ids)
    np.testing.assert_allclose(before, after, rtol=1e-4, atol=1e-3)


def test_an_outlier_channel_costs_less_when_smoothed(graph: onnx.ModelProto) -> None:
    ids = np.tile(np.arange(16, dtype=np.int64) - 8, (4, 1)) * np.array([[1], [2], [3], [4]])
    ids[:, 5] = 4000
    for initializer in graph.graph.initializer:
        weights = numpy_helper.to_array(initializer).copy()
        weights[5] /= 1000
        initializer.CopyFrom(numpy_helper.from_array(weights, initializer.name))
    (exact,) = run(graph, ids=ids)

    def error(model: onnx.ModelProto) -> float:
        return float(np.abs(run(model, ids=ids)[0] - exact).mean())

    plain = quantize(graph, [{"ids": np.ones_like(ids)}])  # samples that show no outlier
    assert error(quantize(graph, [{"ids": ids}])) < error(plain) / 4


@pytest.mark.models
def test_a_tiny_reader_keeps_its_scores(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = BertConfig(vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
    model = BertForQuestionAnswering(config).eval()
    exported = export_reader(model)
    ids = np.array([[3, 7, 9, 11, 13, 15, 20]], dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    with torch.inference_mode():
        reference = model(**{name: torch.tensor(value) for name, value in inputs.items()})
    for found, expected in zip(run(exported, **inputs), (reference.start_logits, reference.end_logits), strict=True):
        np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)
    int8 = quantize(exported, [inputs])
    assert [node.op_type for node in int8.graph.node].count("MatMulInteger") == 12  # six in each of the two layers
    for found, expected in zip(run(int8, **inputs), (reference.start_logits, reference.end_logits), strict=True):
        np.testing.assert_allclose(found, expected.numpy(), atol=0.05)
