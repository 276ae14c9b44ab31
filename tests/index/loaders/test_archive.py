from __future__ import annotations

import io
import zipfile

import pytest

from index.errors import ArchiveRefused, FileTooLarge
from index.loaders import is_archive, load, members
from index.loaders.archive import harmless_path
from index.loaders.containers import ZipLimits, refuse_bomb
from tests.documents import make_docx, make_eml, make_epub, make_pptx, make_xlsx, make_zip

pytestmark = pytest.mark.slow


def names(data: bytes, name: str = "a.zip") -> list[str]:
    return [member.name for member in members(data, name)]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "big5"])
def test_names_in_their_encodings(encoding: str) -> None:
    name = "資料/年度報告.txt"
    assert names(make_zip({name: b"x"}, encoding)) == [name]


def test_the_unicode_path_field_goes_before_guessing() -> None:
    data = make_zip({"資料/①報告.txt": b"x"}, "gb18030", unicode_path=True)
    assert names(data) == ["資料/①報告.txt"]
    # A field that belongs to another name (its checksum differs) does not count.
    broken = data.replace("①報告.txt".encode(), "②報告.txt".encode())
    assert names(broken) == ["資料/②報告.txt"]
    raw = "資料/①報告.txt".encode("gb18030")
    assert names(data.replace(raw, raw.replace("報".encode("gb18030"), "报".encode("gb18030")))) == ["資料/①报告.txt"]


def test_members_hold_what_was_packed_in_order() -> None:
    data = make_zip({"乙.txt": "二".encode(), "甲/": b"", "甲/丙.md": "# 三".encode()}, "gbk")
    assert [(member.name, member.data.decode()) for member in members(data, "a.zip")] == [
        ("乙.txt", "二"),
        ("甲/丙.md", "# 三"),
    ]


def test_what_systems_leave_behind_is_skipped() -> None:
    junk = ["__MACOSX/._a.txt", ".DS_Store", "甲/Thumbs.db", "甲/~$报告.docx", "甲/._报告.docx", "desktop.ini"]
    assert names(make_zip({**dict.fromkeys(junk, b"x"), "a.txt": b"x"})) == ["a.txt"]


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\a.txt", "Windows/a.txt"),
        ("a/./b//c/../d.txt", "a/b/c/d.txt"),
        ("..", "未命名"),
        ("a\x00b\n.txt", "ab.txt"),
        ("\u202etxt.exe", "txt.exe"),
    ],
)
def test_paths_lead_nowhere(path: str, label: str) -> None:
    assert harmless_path(path) == label


def test_an_archive_inside_is_unfolded_and_one_inside_that_refused() -> None:
    inner = make_zip({"说明.txt": "一".encode()}, "gbk")
    assert names(make_zip({"附件.zip": inner, "b.txt": b"x"}, "gbk")) == ["附件.zip/说明.txt", "b.txt"]
    with pytest.raises(ArchiveRefused, match="只展开一层"):
        names(make_zip({"first.txt": b"x", "外.zip": make_zip({"附件.zip": inner})}))


def test_a_mail_with_enclosures_inside_is_unfolded_too() -> None:
    mail = make_eml("信", "正文", [("表.csv", b"a,b\n1,2"), ("包.zip", make_zip({"c.txt": b"x"}))])
    assert names(make_zip({"m.eml": mail})) == ["m.eml/信.eml", "m.eml/表.csv", "m.eml/包.zip/c.txt"]


@pytest.mark.parametrize(
    "document",
    [make_docx(["x"]), make_pptx([("x", [], "")]), make_xlsx({"a": [["b"]]}), make_epub("x", [["y"]])],
    ids=["docx", "pptx", "xlsx", "epub"],
)
def test_documents_that_are_zip_files_are_no_archives(document: bytes) -> None:
    assert not is_archive("a.zip", document)
    assert load(document, "a.zip").text


def test_what_is_an_archive() -> None:
    assert is_archive("没有扩展名", make_zip({"a.txt": b"x"}))
    assert is_archive("a.zip", make_zip({"a.txt": b"x"})[:-10])
    assert not is_archive("a.zip", b"text")
    assert not is_archive("a.txt", b"PK\x03\x04 broken")


def test_a_damaged_archive_says_so() -> None:
    whole = make_zip({"a.txt": b"some text that is long enough" * 10})
    with pytest.raises(ArchiveRefused, match=r"“a\.zip”.*损坏"):
        names(whole[:-10])
    place = whole.index(b"a.txt") + 10
    with pytest.raises(ArchiveRefused, match="损坏"):
        names(whole[:place] + b"\xff\xff\xff" + whole[place + 3 :])


def test_a_password_is_told() -> None:
    data = bytearray(make_zip({"a.txt": b"secret"}))
    data[6] |= 1  # general purpose bit 0 of the local header,
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    with pytest.raises(ArchiveRefused, match="密码"):
        names(bytes(data))


def bomb(megabytes: int) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("word/a.xml", "w") as entry,
    ):
        for _ in range(megabytes):
            entry.write(bytes(1024 * 1024))
    return out.getvalue()


@pytest.fixture(scope="module")
def large_bomb() -> bytes:
    return bomb(66)


def test_bombs_are_refused_as_archives_and_as_documents(large_bomb: bytes) -> None:
    with pytest.raises(ArchiveRefused, match="炸弹"):
        names(large_bomb)
    for kind in ("word", "xl", "ppt"):
        with zipfile.ZipFile(io.BytesIO(large_bomb)) as old:
            content = old.read("word/a.xml")
        with pytest.raises(FileTooLarge, match="炸弹"):
            load(make_zip({"[Content_Types].xml": b"<Types/>", f"{kind}/a.xml": content}), "a.docx")
    with pytest.raises(FileTooLarge, match="炸弹"):
        load(make_zip({"mimetype": b"application/epub+zip", "a.xhtml": content}), "a.epub")


def test_many_small_bombs_are_one(large_bomb: bytes) -> None:
    small = make_zip({"a.txt": bytes(40 * 1024 * 1024)})
    assert names(make_zip({"1.zip": small})) == ["1.zip/a.txt"]
    with pytest.raises(ArchiveRefused, match="炸弹"):
        names(make_zip({f"{number}.zip": small for number in range(3)}))


@pytest.mark.parametrize(
    ("sizes", "limits"),
    [
        ([1] * 11, ZipLimits(members=10)),
        ([101], ZipLimits(member_bytes=100)),
        ([60, 60], ZipLimits(member_bytes=100, total_bytes=100)),
        ([100], ZipLimits(ratio=9, ratio_from=50)),
    ],
)
def test_limits(sizes: list[int], limits: ZipLimits) -> None:
    infos = [zipfile.ZipInfo(str(number)) for number in range(len(sizes))]
    for info, size in zip(infos, sizes, strict=True):
        info.file_size = size
    with pytest.raises(FileTooLarge):
        refuse_bomb(infos, 10, limits)
    refuse_bomb(infos, 10)


def test_an_empty_archive_has_no_members() -> None:
    assert is_archive("a.zip", make_zip({}))
    assert names(make_zip({})) == []
