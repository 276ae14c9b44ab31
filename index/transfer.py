"""A whole library as one file: a zip of a manifest, the documents line by line, and the vectors as one array."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from index.database import now
from index.errors import TransferError
from index.portable import PortableDocument, document_from_json, document_to_json
from index.vectors import is_sound
from index.view import CatalogueView

KIND = "wenqu-library"
FORMAT = 1
_MANIFEST = "manifest.json"
_DOCUMENTS = "documents.jsonl"
_VECTORS = "vectors.npy"
_LARGEST_MANIFEST = 1 << 20
_BLOCK = 1 << 20

_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a file that is no zip, or has other contents than were written, may end in."""

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """An exported library that has been found whole. `vectors` are those of all passages, document by document."""

    path: Path
    encoder: str
    vectors: Vectors

    def documents(self) -> Iterator[PortableDocument]:
        """The documents, in the order in which they were added."""
        with zipfile.ZipFile(self.path) as archive:
            yield from _read_documents(archive)


def write_library(view: CatalogueView, path: Path) -> int:
    """Write all documents of the view to `path`, under another name until all is there.

    How many of them are searchable. Raises TransferError; a file that was there before is left alone then.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                count = _write(view, archive)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise TransferError(f"无法导出到 {path}（{error}）；请检查路径、权限和磁盘空间。") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def read_library(path: Path) -> LibraryFile:
    """Read and verify every byte of an exported file. Raises TransferError."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive)
            for name in (_DOCUMENTS, _VECTORS):
                _verify(archive, name, manifest["files"][name])
            with archive.open(_VECTORS) as file:
                vectors = np.lib.format.read_array(file, allow_pickle=False)
            passages = sum(len(document.passages) for document in _read_documents(archive))
        found = LibraryFile(path, str(manifest["encoder"]), vectors.astype(np.float32, copy=False))
        if found.vectors.ndim != 2 or passages != len(vectors) or passages != manifest["passages"]:
            raise ValueError(f"{passages} passages, vectors of shape {vectors.shape}, expected {manifest['passages']}")
        if not is_sound(found.vectors, vectors.shape[1]):
            raise ValueError("vectors that are not of unit length")
    except OSError as error:
        raise TransferError(f"无法读取 {path}（{error}）；没有导入任何内容。请检查路径和权限。") from error
    except _DAMAGE as error:
        raise TransferError(
            f"{path} 不是完好的问渠导出文件（{error}）；没有导入任何内容。请重新导出，或换一份备份。"
        ) from error
    return found


def _write(view: CatalogueView, archive: zipfile.ZipFile) -> int:
    state = view.state()
    passages = documents = 0
    with _member(archive, _DOCUMENTS) as (write, documents_facts):
        for document in view.portable_documents():
            write(document_to_json(document).encode())
            documents += 1
            passages += len(document.passages)
    dimension = next((len(vector) for vector in view.portable_vectors()), 0)
    with _member(archive, _VECTORS) as (write, vectors_facts):
        header = {"descr": "<f4", "fortran_order": False, "shape": (passages, dimension)}
        np.lib.format.write_array_header_1_0(_Sink(write), header)
        for vector in view.portable_vectors():
            write(vector.astype("<f4").tobytes())
    manifest = {
        "kind": KIND,
        "format": FORMAT,
        "encoder": state.encoder,
        "dimension": dimension,
        "documents": documents,
        "passages": passages,
        "created_at": now(),
        "files": {_DOCUMENTS: documents_facts, _VECTORS: vectors_facts},
    }
    archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return len(view.document_ids())


@dataclass(frozen=True, slots=True)
class _Sink:
    write: Callable[[bytes], None]


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[Callable[[bytes], None], dict[str, Any]]]:
    """A function that writes to a new member, and the facts about it, which are there when it is closed."""
    digest = hashlib.sha256()
    facts: dict[str, Any] = {"bytes": 0}
    with archive.open(name, "w", force_zip64=True) as file:

        def write(data: bytes) -> None:
            file.write(data)
            digest.update(data)
            facts["bytes"] += len(data)

        yield write, facts
    facts["sha256"] = digest.hexdigest()


def _read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise ValueError(f"{_MANIFEST} is too large")
    manifest = json.loads(archive.read(_MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise ValueError(f"kind is not {KIND}")
    if manifest["format"] > FORMAT:
        raise TransferError(
            f"{archive.filename} 是更新版本的问渠导出的（格式 {manifest['format']}，本程序支持到 {FORMAT}）；"
            "没有导入任何内容，请升级问渠。"
        )
    return manifest


def _verify(archive: zipfile.ZipFile, name: str, facts: dict[str, Any]) -> None:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as file:
        for block in _blocks(file):
            digest.update(block)
            size += len(block)
            if size > facts["bytes"]:
                break
    if (size, digest.hexdigest()) != (facts["bytes"], facts["sha256"]):
        raise ValueError(f"{name}: the checksum differs")


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _read_documents(archive: zipfile.ZipFile) -> Iterator[PortableDocument]:
    with archive.open(_DOCUMENTS) as file:
        for line in file:
            yield document_from_json(line)
