"""Put the packed weights back into a Hugging Face BertModel, with a smaller vocabulary."""

from __future__ import annotations

import numpy as np
import torch
from transformers import BertConfig, BertModel, PreTrainedModel

from qa.training.packed_e5 import PackedE5
from qa.training.vocabulary import Vocabulary

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def bert_config(packed: PackedE5, vocabulary: Vocabulary) -> BertConfig:
    """Configuration of the trimmed model; dropout is off, as training on a CPU is several times faster without."""
    return BertConfig(
        vocab_size=len(vocabulary.ids),
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.intermediate,
        max_position_embeddings=packed.positions,
        type_vocab_size=packed.token_types,
        layer_norm_eps=1e-12,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )


def bert_weights(packed: PackedE5, vocabulary: Vocabulary) -> dict[str, torch.Tensor]:
    """BertModel state dictionary (float32) holding the rows of `vocabulary`."""
    tensors = packed.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"][np.array(vocabulary.ids)],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(packed.layers):
        for short, long in _LAYER_NAMES.items():
            bias = tensors[f"l{layer}.{short}.b"]
            weight = tensors[f"l{layer}.{short}.w"]
            is_matrix = not short.endswith("ln")
            state[f"encoder.layer.{layer}.{long}.weight"] = weight.reshape(len(bias), -1) if is_matrix else weight
            state[f"encoder.layer.{layer}.{long}.bias"] = bias
    return {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in state.items()}


def load_weights(model: PreTrainedModel, weights: dict[str, torch.Tensor]) -> None:
    """Copy `weights` into the BertModel inside `model`; a name that does not fit raises RuntimeError."""
    encoder = model if isinstance(model, BertModel) else model.bert
    missing, unexpected = encoder.load_state_dict(weights, strict=False)
    left = [name for name in missing if not name.startswith("pooler.") and "position_ids" not in name]
    if left or unexpected:
        raise RuntimeError(f"weights do not fit the model: missing {left}, unexpected {unexpected}")


def round_mantissa(tensor: torch.Tensor, bits: int) -> torch.Tensor:
    """Round float16 weights to `bits` of mantissa (of 10), to nearest.

    The zeroed low bits make the file compress well, in git and in the wheel; at 6 bits the relative error is below
    0.8 %, finer than the 4-bit blocks that the pretrained weights come from.
    """
    drop = 10 - bits
    raw = tensor.to(torch.float16).view(torch.int16).to(torch.int32)
    magnitude = raw & 0x7FFF
    rounded = (magnitude + (1 << (drop - 1))) & ~((1 << drop) - 1) & 0x7FFF
    return (rounded | (raw & 0x8000)).to(torch.int16).view(torch.float16)
