"""What every Reader must do."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

from index.types import Hit
from qa.assemble import make_reader
from qa.errors import ModelError
from qa.onnx_model import OnnxSpanModel
from qa.ports import Reader
from qa.read import WindowReader
from qa.settings import Settings
from qa.transformers_model import TransformersSpanModel
from tests.fakes import FakeReader, make_hit

TEXTS = ["投资120亿元的项目。", " \n空白 开头，emoji👍与𠮷字，Ｆｕｌｌ宽。 ", "长" * 700 + "2021年"]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT with whole words, to show that any Hugging Face folder loads; small enough to make here."""
    folder = tmp_path_factory.mktemp("tiny")
    vocabulary = {"[CLS]": 0, "[SEP]": 1, "[PAD]": 2, "[UNK]": 3, "长": 4, "年": 5, "项": 6}
    core = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    core.post_processor = processors.BertProcessing(("[SEP]", 1), ("[CLS]", 0))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core, cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]"
    )
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=7, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, pad_token_id=2
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    return folder


SHIPPED = [pytest.param(name, marks=pytest.mark.models) for name in ("shipped", "shipped in torch")]


@pytest.fixture(scope="module", params=["fake", "tiny", *SHIPPED])
def reader(request: pytest.FixtureRequest, tiny_model: Path) -> Reader:
    if request.param == "fake":
        return FakeReader()
    if request.param == "shipped in torch":
        return WindowReader(TransformersSpanModel(Settings().reader))
    return make_reader(str(tiny_model) if request.param == "tiny" else Settings().reader)


def test_one_reading_per_hit_in_order(reader: Reader) -> None:
    hits = [make_hit(text) for text in TEXTS]
    assert [reading.hit for reading in reader.read("多少？", hits)] == hits


def test_no_hits_no_readings(reader: Reader) -> None:
    assert reader.read("多少？", []) == []


def test_scores_and_offsets_belong_together(reader: Reader) -> None:
    for reading in reader.read("多少？", [make_hit(text) for text in TEXTS]):
        text = reading.hit.passage.text
        for window in reading.windows:
            count = len(window.offsets)
            assert window.start_scores.shape == window.end_scores.shape == (count,)
            assert np.isfinite(window.start_scores).all()
            assert np.isfinite(window.no_answer_score)
            assert (window.offsets[:, 0] < window.offsets[:, 1]).all()
            assert window.offsets.min() >= 0
            assert window.offsets.max() <= len(text)
            assert (np.diff(window.offsets[:, 0]) >= 0).all()


def test_windows_cover_every_visible_character(reader: Reader) -> None:
    for reading in reader.read("多少？", [make_hit(text) for text in TEXTS]):
        covered: set[int] = set()
        for window in reading.windows:
            for start, end in window.offsets:
                covered.update(range(int(start), int(end)))
        missing = [c for place, c in enumerate(reading.hit.passage.text) if place not in covered and not c.isspace()]
        assert missing == []


def test_company_does_not_change_a_reading(reader: Reader) -> None:
    hits: list[Hit] = [make_hit(TEXTS[0]), make_hit(TEXTS[2])]
    together, alone = reader.read("哪年？", hits)[0], reader.read("哪年？", hits[:1])[0]
    np.testing.assert_array_equal(together.windows[0].start_scores, alone.windows[0].start_scores)


def test_a_very_long_question_still_leaves_room_for_the_text(reader: Reader) -> None:
    (reading,) = reader.read("为什么" * 170, [make_hit(TEXTS[0])])
    assert len(reading.windows[0].offsets) > 0


def test_a_reader_judges_every_hit_or_none(reader: Reader) -> None:
    hits = [make_hit(text) for text in TEXTS]
    readings = reader.judge("投资了吗？", hits)
    assert [reading.hit for reading in readings] in (hits, [])
    for reading in readings:
        assert np.isfinite([reading.yes, reading.no, reading.grounds]).all()
        assert reading.hit.passage.start < reading.end <= reading.hit.passage.end


@pytest.mark.models
def test_the_shipped_reader_judges() -> None:
    shipped = make_reader(Settings().reader)
    assert shipped.judges
    assert len(shipped.judge("项目开工了吗？", [make_hit("项目已经开工。")])) == 1


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="WENQU_READER"):
        make_reader(str(tmp_path))


def test_a_broken_onnx_file_says_what_to_do(tmp_path: Path, tiny_model: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny_model, broken)
    (broken / "onnx").mkdir()
    (broken / "onnx" / "model_qint8.onnx").write_bytes(b"not a graph")
    with pytest.raises(ModelError, match="WENQU_READER"):
        make_reader(str(broken))


@pytest.mark.models
def test_the_shipped_int8_reader_agrees_with_its_float32_weights() -> None:
    """The reference is transformers' own BertForQuestionAnswering on the weights beside the ONNX file."""
    hits = [make_hit("2022年6月，宁德时代项目动工，总投资120亿元，由肇庆高新区引进。小鹏汽车从签约到投产用了17个月。")]
    question = "宁德时代项目总投资多少？"
    windows = [
        WindowReader(model).read(question, hits)[0].windows[0]
        for model in (OnnxSpanModel(Settings().reader), TransformersSpanModel(Settings().reader))
    ]
    np.testing.assert_array_equal(windows[0].offsets, windows[1].offsets)
    for name in ("start_scores", "end_scores"):
        int8, reference = getattr(windows[0], name), getattr(windows[1], name)
        assert int(np.argmax(int8)) == int(np.argmax(reference))
        assert float(np.corrcoef(int8, reference)[0, 1]) > 0.99
