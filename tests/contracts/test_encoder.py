"""What every Encoder must do."""

from __future__ import annotations

import numpy as np
import pytest

from index.encoder import SentenceTransformerEncoder
from index.ports import Encoder
from qa.assemble import make_encoder
from qa.settings import Settings
from tests.fakes import FakeEncoder

SHIPPED = [pytest.param(name, marks=pytest.mark.models) for name in ("shipped", "shipped in torch")]


@pytest.fixture(scope="module", params=["fake", *SHIPPED])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "fake":
        return FakeEncoder()
    if request.param == "shipped in torch":
        return SentenceTransformerEncoder(Settings().encoder)
    return make_encoder(Settings().encoder)


def test_vectors_are_float32_of_unit_length(encoder: Encoder) -> None:
    vectors = encoder.encode(["投资120亿元", "", "𠮷野家", "a" * 3000])
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_no_texts_make_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_a_question_is_one_unit_vector(encoder: Encoder) -> None:
    vector = encoder.encode_question("投资多少？")
    assert vector.shape == (encoder.dimension,)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_a_text_has_the_same_vector_in_any_company(encoder: Encoder) -> None:
    alone = encoder.encode(["宁德时代"])[0]
    together = encoder.encode(["一段长得多的文字，用来让这一批需要补齐。" * 5, "宁德时代"])[1]
    np.testing.assert_allclose(alone, together, atol=1e-3)


def test_the_passage_that_answers_is_nearest(encoder: Encoder) -> None:
    vectors = encoder.encode(["宁德时代项目总投资120亿元。", "博创会促成5个博士项目落地。", "广佛肇高速正式通车。"])
    assert int(np.argmax(vectors @ encoder.encode_question("宁德时代项目总投资多少？"))) == 0
