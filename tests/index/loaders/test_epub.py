from __future__ import annotations

import io
import zipfile

import pytest

from index.errors import DamagedFile, EncryptedFile
from index.loaders import load
from tests.documents import make_epub, make_zip
from tests.index.loaders.test_load import assert_sound

BOOK = make_epub("山海经选", [["# 第一回 南山", "南山之首曰鹊山。"], ["# 第二回 西山", "西山之首曰钱来之山。"]])


def changed(**files: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book:
        contents = {name: book.read(name) for name in book.namelist()}
    return make_zip(contents | {name.replace("__", "/"): data for name, data in files.items()})


def test_chapters_come_in_the_order_of_the_spine() -> None:
    loaded = load(BOOK, "book.epub")
    assert_sound(loaded)
    assert loaded.title == "山海经选"
    assert loaded.text == "第一回 南山\n\n南山之首曰鹊山。\n\n第二回 西山\n\n西山之首曰钱来之山。"
    assert [loaded.text[mark.start : mark.end] for mark in loaded.headings] == ["第一回 南山", "第二回 西山"]


def test_the_spine_decides_the_order_and_the_contents_page_is_left_out() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book:
        package = book.read("OEBPS/content.opf").decode()
    turned = package.replace('<itemref idref="c0"/><itemref idref="c1"/>', '<itemref idref="c1"/><itemref idref="c0"/>')
    assert turned != package
    data = changed(**{"OEBPS__content.opf": turned.encode()})
    assert load(data, "a.epub").text.startswith("第二回")
    without = package.replace('id="c0"', 'id="c0" properties="nav"')
    assert load(changed(**{"OEBPS__content.opf": without.encode()}), "a.epub").text.startswith("第二回")


def test_a_protected_book_is_encrypted() -> None:
    protection = (
        b'<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
        b'<e:EncryptedData><e:CipherData><e:CipherReference URI="OEBPS/text/chapter1.xhtml"/></e:CipherData>'
        b"</e:EncryptedData></encryption>"
    )
    with pytest.raises(EncryptedFile, match="版权保护"):
        load(changed(**{"META-INF__encryption.xml": protection}), "a.epub")


def test_scrambled_fonts_are_no_protection() -> None:
    fonts = (
        b'<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:CipherReference URI="OEBPS/a.otf"/></encryption>'
    )
    assert load(changed(**{"META-INF__encryption.xml": fonts}), "a.epub").text


def test_entities_that_swell_are_refused() -> None:
    bomb = b'<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><package>&b;</package>'
    with pytest.raises(DamagedFile, match=r"content\.opf"):
        load(changed(**{"OEBPS__content.opf": bomb}), "a.epub")


def test_a_book_without_description_is_damaged() -> None:
    with pytest.raises(DamagedFile, match="OPF"):
        load(make_zip({"mimetype": b"application/epub+zip", "a.xhtml": b"<p>x</p>"}), "a.epub")
