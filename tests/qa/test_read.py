"""What is read with a question, and where a reader of our own points when 是 or 否 answers it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Encoding, Regex, Tokenizer, models, pre_tokenizers, processors

from index.types import Hit, Passage, Revision
from qa.read import Scores, WindowReader, with_headings

PASSAGE = Passage(Revision("1", 1, "", "云杉2号使用说明"), 0, 2, "正文", ("云杉2号使用说明", "3 保养", "3.1 滤网"))


def test_title_and_nearest_heading_follow_the_question() -> None:
    assert with_headings("多久清洗一次？", PASSAGE) == "多久清洗一次？ | 云杉2号使用说明 | 3.1 滤网"


def test_what_says_nothing_new_is_left_out() -> None:
    assert with_headings("？", replace(PASSAGE, headings=PASSAGE.headings[:1])) == "？ | 云杉2号使用说明"
    assert with_headings("？", replace(PASSAGE, revision=Revision("1", 1, "", ""), headings=())) == "？"


def test_long_headings_are_cut() -> None:
    (_, title) = with_headings("？", replace(PASSAGE, revision=Revision("1", 1, "", "长" * 99), headings=())).split(
        " | "
    )
    assert title == "长" * 30


ALPHABET = "是否。？项目开工了吗天气晴\n标题| "


class PointingModel:
    """Reads single characters. Where the passage holds 工 it points at 是, somewhat less at 否, and at 工's end."""

    max_length = 50

    def __init__(self, is_ours: bool = True) -> None:
        self.is_ours = is_ours
        vocabulary = {token: number for number, token in enumerate(["<s>", "</s>", "?", *ALPHABET])}
        self.tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="?"))
        self.tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
        self.tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", pair="<s> $A </s> </s> $B:1 </s>:1", special_tokens=[("<s>", 0), ("</s>", 1)]
        )

    def scores(self, window: Encoding) -> tuple[Scores, Scores]:
        starts, ends = (np.full(len(window.ids), -9.0, np.float32) for _ in range(2))
        starts[0], ends[0] = 0.5, 1.0
        passage = [place for place, sequence in enumerate(window.sequence_ids) if sequence == 1]
        if any(window.tokens[place] == "工" for place in passage):
            for place in passage:
                starts[place] = {"是": 3.0, "否": 1.0}.get(window.tokens[place], -9.0)
                ends[place] = {"工": 4.0, "\n": 9.0}.get(window.tokens[place], -9.0)
        return starts, ends


def judged(text: str, start: int = 0) -> tuple[float, float, float, int]:
    hit = Hit(Passage(Revision("1", 1, "", "标题"), start, start + len(text), text), 1.0)
    (reading,) = WindowReader(PointingModel()).judge("开工了吗？", [hit])
    assert reading.hit is hit
    return reading.yes, reading.no, reading.grounds, reading.end


def test_verdicts_are_scored_over_no_answer_and_their_grounds_end_in_the_document() -> None:
    # 是 3 − 0.5, 否 1 − 0.5, the end 4 − 1; 工 ends after 8 characters of a passage that starts at 100.
    assert judged("天气晴。项目开工。", start=100) == (2.5, 0.5, 3.0, 108)


def test_grounds_do_not_end_in_white_space() -> None:
    assert judged("天气晴。\n项目开工。\n") == (2.5, 0.5, 3.0, 9)


@pytest.mark.parametrize("before", [0, 10, 25, 40, 90])
def test_what_settles_is_found_anywhere_in_a_long_passage(before: int) -> None:
    text = "天" * before + "项目开工。" + "天" * 60
    assert judged(text) == (2.5, 0.5, 3.0, before + 4)


def test_a_reader_that_is_not_ours_judges_nothing() -> None:
    reader = WindowReader(PointingModel(is_ours=False))
    assert not reader.judges
    assert reader.judge("开工了吗？", [Hit(PASSAGE, 1.0)]) == []
