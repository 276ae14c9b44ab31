"""XML parts of Office documents and books, read so that nothing in them can swell or reach outside."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree

from index.errors import DamagedFile
from index.loaders.containers import read_member

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CORE_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True}


def parse_xml(data: bytes) -> etree._Element:
    """The root element. Entities stay unresolved, nothing is fetched. Raises DamagedFile."""
    try:
        return etree.fromstring(data, etree.XMLParser(**_SAFE, remove_pis=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(f"文件内部的 XML 不完整（{type(error).__name__}）；请重新导出后再添加。") from None


class Package:
    """The parts of an Office document by their paths, without a leading "/"."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        # Some programs write other cases than their relationships say.
        self._infos = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in archive.infolist()}

    def part(self, path: str | None) -> etree._Element | None:
        """The root of a part, or None when there is no such part."""
        info = self._infos.get((path or "").lower())
        return None if info is None else parse_xml(read_member(self._archive, info))

    def related(self, path: str) -> Mapping[str, tuple[str, str]]:
        """The relationships of a part: id → (last word of the type, path of the target)."""
        folder, name = posixpath.split(path)
        root = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
        if root is None:
            return {}
        return {
            link.get("Id", ""): (link.get("Type", "").rpartition("/")[2], resolved(folder, link.get("Target", "")))
            for link in root.iter(_RELATIONSHIP)
            if link.get("TargetMode") != "External"
        }

    def related_part(self, path: str, kind: str) -> str | None:
        """The path of the first part that the part at `path` names as its `kind`."""
        return next((target for found, target in self.related(path).values() if found == kind), None)

    def title(self) -> str | None:
        """The title in the document's properties."""
        root = self.part(self.related_part("", "core-properties"))
        return root.findtext(_CORE_TITLE) if root is not None else None


def resolved(folder: str, target: str) -> str:
    """The path inside the package that `target`, relative to `folder`, means."""
    path = unquote(target.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
