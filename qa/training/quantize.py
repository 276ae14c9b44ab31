"""A float32 ONNX graph → int8: weights per output channel, activations quantised as they come.

XLM-RoBERTa's activations have a few channels far larger than the rest, which one scale for a whole tensor handles
badly. SmoothQuant, exact in float arithmetic, moves a part of each channel's size into the weights.

Weights use 7 of the 8 bits, as ONNX Runtime advises for processors without VNNI, whose 16-bit sums overflow.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

SMOOTHING = 0.7
_HEAD_WIDTH = 8  # a product with fewer outputs than this is the reader's head, which costs nothing in float32

Array = npt.NDArray[np.float32]
Inputs = Mapping[str, npt.NDArray[np.int64]]


def quantize(graph: onnx.ModelProto, samples: Sequence[Inputs]) -> onnx.ModelProto:
    """`graph` in int8, smoothed by what `samples` do in it."""
    return int8(smoothed(graph, channel_maxima(graph, samples)))


def smoothing_scales(activations: Array, weights: Array, strength: float) -> Array:
    """Per input channel, what to divide activations and multiply weights by; geometric mean 1.

    max|X|^a / max|W|^(1-a). Source: Xiao et al., "SmoothQuant", 2023, equation 4.
    """
    scales = np.maximum(activations, 1e-5) ** strength / np.maximum(weights, 1e-5) ** (1.0 - strength)
    return np.asarray(scales / np.exp(np.log(scales).mean()), dtype=np.float32)


def channel_maxima(graph: onnx.ModelProto, samples: Sequence[Inputs]) -> dict[str, Array]:
    """Largest magnitude, over `samples`, of every channel of every tensor that is multiplied by weights."""
    maxima: dict[str, Array] = {}
    for values in _watch(graph, samples):
        for name, value in values.items():
            largest = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            maxima[name] = np.maximum(maxima.get(name, largest), largest)
    return maxima


def smoothed(graph: onnx.ModelProto, maxima: Mapping[str, Array], strength: float = SMOOTHING) -> onnx.ModelProto:
    """The same function, with a multiplication before each product that evens out its input's channels."""
    result = onnx.ModelProto()
    result.CopyFrom(graph)
    weights = {initializer.name: initializer for initializer in result.graph.initializer}
    multiplications: dict[str, onnx.NodeProto] = {}
    for name, activations in maxima.items():
        consumers = [node for node in _products(result).values() if node.input[0] == name]
        matrices = [numpy_helper.to_array(weights[node.input[1]]) for node in consumers]
        largest = np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0)
        scales = smoothing_scales(activations, largest, strength)
        even, inverse = f"{name}_even", f"{name}_evening"
        result.graph.initializer.append(numpy_helper.from_array((1.0 / scales).astype(np.float32), inverse))
        multiplications[name] = helper.make_node("Mul", [name, inverse], [even], name=even)
        for node, matrix in zip(consumers, matrices, strict=True):
            scaled = (matrix * scales[:, None]).astype(np.float32)
            weights[node.input[1]].CopyFrom(numpy_helper.from_array(scaled, node.input[1]))
            node.input[0] = even
    ordered = [
        placed
        for node in result.graph.node
        for placed in (node, *(multiplications[name] for name in node.output if name in multiplications))
    ]
    del result.graph.node[:]
    result.graph.node.extend(ordered)
    return result


def _watch(graph: onnx.ModelProto, samples: Sequence[Inputs]) -> Iterator[dict[str, Array]]:
    """For each sample, every tensor that is multiplied by weights."""
    watched = onnx.ModelProto()
    watched.CopyFrom(graph)
    names = list(dict.fromkeys(node.input[0] for node in _products(graph).values()))
    watched.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    for sample in samples:
        yield dict(zip(names, session.run(names, dict(sample)), strict=True))


def _products(graph: onnx.ModelProto) -> dict[str, onnx.NodeProto]:
    """Matrix products with weights, by name, without the reader's head."""
    widths = {initializer.name: list(initializer.dims) for initializer in graph.graph.initializer}
    return {
        node.name: node
        for node in graph.graph.node
        if node.op_type == "MatMul" and widths.get(node.input[1], [0])[-1] >= _HEAD_WIDTH
    }


def int8(graph: onnx.ModelProto) -> onnx.ModelProto:
    """`graph` with its products and its embedding tables in int8."""
    lookups = [node.name for node in graph.graph.node if node.op_type == "Gather"]
    logging.getLogger().setLevel(logging.ERROR)  # advice to run shape inference, which fusion has already done
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        onnx.save(graph, source)
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=[*_products(graph), *lookups],
            extra_options={"MatMulConstBOnly": True},
        )
        return onnx.load(target)
