"""A model folder that ships an ONNX file: how it is found, named and opened, without torch or transformers."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import onnxruntime
from tokenizers import Tokenizer

ONNX_FILE = Path("onnx") / "model_qint8.onnx"


def has_onnx(model: str) -> bool:
    """Whether `model` is a folder with an int8 ONNX file in the place where sentence-transformers keeps them."""
    return (Path(model) / ONNX_FILE).is_file()


def model_name(model: str) -> str:
    """What vectors on disk are labelled with: the id, or for a folder its name and a digest of what is run.

    The weights run are the ONNX file when there is one, else the safetensors files.
    """
    folder = Path(model)
    if not folder.is_dir():
        return model
    weights = [folder / ONNX_FILE] if has_onnx(model) else sorted(folder.rglob("*.safetensors"))
    digest = hashlib.sha256()
    for path in weights + sorted(folder.rglob("*.json")):
        digest.update(path.read_bytes())
    return f"{folder.name}@{digest.hexdigest()[:16]}"


def open_session(folder: Path) -> onnxruntime.InferenceSession:
    """A session on the folder's ONNX file, on all cores; raises ValueError when the file is not one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    # Waiting threads sleep: several questions share the cores, and an idle service should idle.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Without the arena a long text's memory goes back to the system when it has been read.
    options.enable_cpu_mem_arena = False
    try:
        return onnxruntime.InferenceSession(str(folder / ONNX_FILE), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions share no base class but this
        raise ValueError(str(error)) from error


def open_tokenizer(folder: Path) -> Tokenizer:
    """The folder's tokenizer; raises ValueError when there is none that can be read."""
    try:
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the Rust side raises plain Exception
        raise ValueError(f"tokenizer.json: {error}") from error


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file; raises ValueError when it is missing or something else."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(str(error)) from error
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} holds {type(value).__name__}, expected an object")
    return value
