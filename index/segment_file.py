"""A segment as two files: the vectors in FAISS's own format, all else as arrays of numbers; nothing is unpickled."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from index.lexical import Postings
from index.ports import VectorIndexKind
from index.segment import Run, Segment

Write = Callable[[BinaryIO], object]


def write_segment(segment: Segment) -> Mapping[str, Write]:
    """The files of a segment, each with the function that writes it."""
    runs, lexical = segment.runs.values(), segment.lexical
    arrays = {
        "ids": segment.ids,
        "documents": _encoded(list(segment.runs)),
        "runs": np.array([(run.start, run.stop, run.revision, run.first) for run in runs], dtype=np.int64),
        "terms": _encoded(list(lexical.terms)),
        "offsets": lexical.offsets,
        "items": lexical.items,
        "frequencies": lexical.frequencies,
        "lengths": lexical.lengths,
    }

    def write_arrays(file: BinaryIO) -> None:
        np.savez(file, allow_pickle=False, **arrays)  # type: ignore[arg-type]

    return {f"{segment.name}.faiss": segment.dense.write, f"{segment.name}.npz": write_arrays}


def read_segment(folder: Path, name: str, kind: VectorIndexKind) -> Segment:
    """The segment of this name. Raises OSError, ValueError or KeyError when its files are not what was written."""
    with (folder / f"{name}.faiss").open("rb") as file:
        dense = kind.read(file)
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        terms = _decoded(arrays["terms"])
        lexical = Postings(
            terms={term: number for number, term in enumerate(terms)},
            offsets=arrays["offsets"],
            items=arrays["items"],
            frequencies=arrays["frequencies"],
            lengths=arrays["lengths"],
        )
        runs = {
            document_id: Run(*places)
            for document_id, places in zip(_decoded(arrays["documents"]), arrays["runs"].tolist(), strict=True)
        }
        ids = arrays["ids"]
    if not len(ids) == len(lexical.lengths) == len(dense):
        raise ValueError(f"{name}: {len(ids)} passages, {len(lexical.lengths)} lengths, {len(dense)} vectors")
    return Segment(name, ids, runs, dense, lexical)


def _encoded(strings: list[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(strings, ensure_ascii=False).encode(), dtype=np.uint8)


def _decoded(data: npt.NDArray[np.uint8]) -> list[str]:
    found: list[str] = json.loads(data.tobytes())
    return found
