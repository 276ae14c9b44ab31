"""POST /v1/retrieval, and that whatever is cited anywhere verifies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.types import LoadedText
from tests.api.serving import Served, error_of, serving

TEXT = "𠮷野家项目总投资120亿元，是最大的一个。"
OTHER = "食堂每天供应三餐。"
QUESTION = "𠮷野家项目总投资多少？"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("data"), TEXT, OTHER) as started:
        yield started


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("odd")) as started:
        yield started


def test_passages_without_an_answer(served: Served) -> None:
    body = served.http.post("/v1/retrieval", json={"question": " 𠮷野家項目總投資多少？ ", "top_k": 1}).json()
    (passage,) = body["passages"]
    assert passage["quote"] == served.text_of(passage) == TEXT
    assert passage["ranks"]["lexical"] == 1
    assert body["question_as_understood"] == "𠮷野家項目總投資多少？"
    assert body["index_generation"] == served.library.generation
    assert set(body["timings_ms"]) == {"understand", "retrieve", "total"}


def test_json_knows_no_integers(served: Served) -> None:
    for path in ("/v1/ask", "/v1/retrieval"):
        assert served.http.post(path, json={"question": QUESTION, "top_k": 1.0}).status_code == 200
        for wrong in (1.5, True, "1"):
            response = served.http.post(path, json={"question": QUESTION, "top_k": wrong})
            assert error_of(response) == (422, "wrong_type")


def test_passages_of_chosen_documents(served: Served) -> None:
    food = next(one.revision.document_id for one in served.library.summaries(10)[0] if one.source == "1.txt")
    body = served.http.post("/v1/retrieval", json={"question": QUESTION, "document_ids": [food]}).json()
    assert [passage["document_id"] for passage in body["passages"]] == [food]


ODD = st.text(
    st.one_of(
        st.sampled_from("𠮷😀e\u0301\u200d\u200b é１２3８亿元。，、吗\n\t\u3000\ufeff\r\x0b👨‍👩‍👧"),
        st.characters(codec="utf-8", exclude_characters="\0"),
    ),
    max_size=60,
)


@settings(max_examples=25, deadline=None)
@given(before=ODD, number=st.integers(0, 10**6), after=ODD, question=ODD)
def test_every_citation_that_leaves_verifies(odd: Served, before: str, number: int, after: str, question: str) -> None:
    """text[start:end] == quote of whatever any route gives, for odd texts and questions."""
    text = f"项目{before}投资{number}亿元{after}"
    revision = odd.library.add(LoadedText(text, "题"), source="odd.txt")
    only = {"document_ids": [revision.document_id]}
    asked = f"投资{question}多少？"[:500]
    body = odd.ask(asked, **only)
    refused = odd.ask(asked, threshold=1.0, **only)
    passages = odd.http.post("/v1/retrieval", json={"question": asked, **only}).json()["passages"]
    chat = {"model": "wenqu", "messages": [{"role": "user", "content": asked}], **only}
    completion = odd.http.post("/v1/chat/completions", json=chat).json()
    citations = [
        *body["citations"],
        *body["nearest"],
        *refused["nearest"],
        *passages,
        *completion["citations"],
        *completion["nearest"],
    ]
    assert passages
    for citation in citations:
        assert odd.text_of(citation) == citation["quote"] != ""
        verdict = odd.http.post("/v1/citations/verify", json=citation).json()
        assert (verdict["valid"], verdict["reason"]) == (True, None)
    stored = odd.http.get(f"/v1/conversations/{body['conversation_id']}").json()
    assert stored["messages"][0]["response"] == body
