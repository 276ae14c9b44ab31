"""The files that indexing is measured with: that each can be read back, and that no two hold one text."""

from __future__ import annotations

import pytest

from eval.bench.files import makers, paragraphs
from index.loaders import load


@pytest.mark.parametrize("ending", sorted(makers()))
def test_every_format_can_be_read_back(ending: str) -> None:
    content = paragraphs(600, seed=7)
    text = "".join(load(makers()[ending](content), f"a{ending}").text.split())
    for paragraph in content:
        assert paragraph[: paragraph.index("：")] in text


def test_no_two_files_hold_one_text() -> None:
    texts = ["".join(paragraphs(500, seed)) for seed in range(20)]
    assert len(set(texts)) == 20
    assert all(500 <= len(text) < 2000 for text in texts)
    assert texts[3] == "".join(paragraphs(500, 3))
