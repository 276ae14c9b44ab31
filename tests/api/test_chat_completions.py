"""POST /v1/chat/completions and GET /v1/models, with the official client of OpenAI, unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import NotFoundError, OpenAI

from api.chat import NO_ANSWER
from index.types import LoadedText
from tests.api.openai_client import ask, assistant, client_of, extra, user
from tests.api.serving import Served, events, serving

TEXT = "😀博士项目总投资120亿元。"
QUESTION = "博士项目总投资多少？"
LIST_TEXT = "申请材料包括：\n1. 身份证\n2. 户口簿\n3. 毕业证\n共3项。"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("data")) as started:
        started.library.add(LoadedText(TEXT, "博士项目"), source="a.txt", document_id="one")
        yield started


@pytest.fixture
def client(served: Served) -> Iterator[OpenAI]:
    with client_of(served) as made:
        yield made


def test_an_answer_and_its_citations(served: Served, client: OpenAI) -> None:
    completion = ask(client, user(QUESTION))
    (choice,) = completion.choices
    message = choice.message
    assert (message.role, message.content, choice.finish_reason) == ("assistant", "120亿元", "stop")
    assert message.annotations is not None
    (annotation,) = message.annotations
    place = annotation.url_citation
    assert annotation.type == "url_citation"
    assert "120亿元"[place.start_index : place.end_index] == "120亿元"
    assert place.title == "博士项目"
    # 😀博士项目总投资 is 8 characters.
    assert place.url == f"{served.address}/#/d/one@1:8-13"
    (citation,) = extra(completion)["citations"]
    assert served.text_of(citation) == citation["quote"] == "120亿元"
    assert extra(completion)["status"] == "answered"
    assert 0.5 < extra(completion)["confidence"] <= 1
    assert extra(completion)["nearest"] == []
    assert completion.usage is not None
    # Characters: 10 of the question, 5 of the answer.
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (10, 5)
    assert completion.usage.total_tokens == 15
    assert (completion.object, completion.model) == ("chat.completion", "wenqu")


def test_the_same_in_chunks(client: OpenAI) -> None:
    whole = ask(client, user(QUESTION))
    chunks = list(
        client.chat.completions.create(
            model="wenqu", messages=[user(QUESTION)], stream=True, stream_options={"include_usage": True}
        )
    )
    assert {(chunk.id, chunk.created, chunk.model, chunk.object) for chunk in chunks} == {
        (chunks[0].id, chunks[0].created, "wenqu", "chat.completion.chunk")
    }
    *spoken, usage = chunks
    assert spoken[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in spoken) == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in spoken] == [None, None, "stop"]
    last = spoken[-1]
    annotations = whole.choices[0].message.annotations
    assert annotations is not None
    assert extra(last.choices[0].delta)["annotations"] == [one.model_dump() for one in annotations]
    for name in ("citations", "nearest", "status", "kind", "verdict", "confidence", "question_as_understood"):
        assert extra(last)[name] == extra(whole)[name]
    assert (usage.choices, usage.usage) == ([], whole.usage)


def test_the_wire_of_a_stream(served: Served) -> None:
    response = served.http.post(
        "/v1/chat/completions",
        json={"model": "wenqu", "stream": True, "messages": [{"role": "user", "content": QUESTION}]},
    )
    assert response.headers["content-type"].startswith("text/event-stream")
    found = events(response.text)
    assert {name for name, _ in found} == {None}
    assert found[-1] == (None, "[DONE]")
    assert all("usage" not in chunk for _, chunk in found[:-1])


def test_the_helper_of_the_client_that_gathers_a_stream(client: OpenAI) -> None:
    with client.chat.completions.stream(model="wenqu", messages=[user(QUESTION)]) as stream:
        assert stream.get_final_completion().choices[0].message.content == "120亿元"


@pytest.mark.parametrize("stream", [False, True])
def test_a_follow_up(client: OpenAI, stream: bool) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "你是一个助手。那是什么？"},
        user("博士项目什么时候签约？"),
        assistant("2024年3月1日"),
        {"role": "tool", "content": "无关", "tool_call_id": "1"},
        user("总投资多少？"),
    ]
    found: Any = ask(client, *messages) if not stream else None
    if stream:
        *_, found = client.chat.completions.create(model="wenqu", messages=messages, stream=True)
    assert extra(found)["question_as_understood"] == "博士项目总投资多少？"


def test_a_follow_up_of_a_follow_up_that_got_no_answer(client: OpenAI) -> None:
    """The second question is understood first: it brings the topic that the third lacks."""
    found = ask(
        client,
        user("博士项目什么时候签约？"),
        assistant(NO_ANSWER),
        user("在哪里建设？"),
        assistant(NO_ANSWER),
        user("总投资多少？"),
    )
    assert extra(found)["question_as_understood"] == "博士项目总投资多少？"


def test_text_in_parts(client: OpenAI) -> None:
    found = ask(
        client,
        {"role": "user", "content": [{"type": "text", "text": "博士项目"}, {"type": "text", "text": "总投资多少？"}]},
    )
    assert found.choices[0].message.content == "120亿元"
    assert extra(found)["question_as_understood"] == "博士项目 总投资多少？"


def test_a_verdict_is_annotated_as_a_whole(served: Served, client: OpenAI) -> None:
    found = ask(client, user("博士项目总投资是不是120亿元？"))
    message = found.choices[0].message
    assert (message.content, extra(found)["kind"], extra(found)["verdict"]) == ("是", "yes_no", "yes")
    assert message.annotations is not None
    place = message.annotations[0].url_citation
    assert (place.start_index, place.end_index) == (0, 1)
    assert served.text_of(extra(found)["citations"][0]) == extra(found)["citations"][0]["quote"]


def test_each_item_of_a_list_is_annotated(tmp_path: Path) -> None:
    with serving(tmp_path, LIST_TEXT) as served, client_of(served) as client:
        found = ask(client, user("申请材料有哪些？"))
        message = found.choices[0].message
        assert extra(found)["kind"] == "list"
        assert message.annotations is not None
        assert message.content is not None
        places = [annotation.url_citation for annotation in message.annotations]
        assert [message.content[place.start_index : place.end_index] for place in places] == [
            "身份证",
            "户口簿",
            "毕业证",
        ]
        assert len({place.url for place in places}) == 3


@pytest.mark.parametrize("stream", [False, True])
def test_no_answer_is_a_sentence_with_the_nearest_passages(served: Served, client: OpenAI, stream: bool) -> None:
    more: dict[str, Any] = {"extra_body": {"threshold": 1.0}}
    if stream:
        chunks = list(client.chat.completions.create(model="wenqu", messages=[user(QUESTION)], stream=True, **more))
        content = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        fields, annotations = extra(chunks[-1]), extra(chunks[-1].choices[0].delta)["annotations"]
    else:
        found = ask(client, user(QUESTION), **more)
        content = found.choices[0].message.content or ""
        fields, annotations = extra(found), found.choices[0].message.annotations
    assert content == NO_ANSWER
    assert re.search("文档中没有", content)
    assert (fields["status"], fields["citations"], annotations) == ("no_answer", [], [])
    assert [served.text_of(passage) for passage in fields["nearest"]] == [TEXT]


def test_chosen_documents(client: OpenAI) -> None:
    with pytest.raises(NotFoundError) as refused:
        ask(client, user(QUESTION), extra_body={"document_ids": ["nobody"]})
    assert refused.value.code == "document_not_found"
    assert ask(client, user(QUESTION), extra_body={"document_ids": ["one"]}).choices[0].message.content == "120亿元"


def test_what_other_models_understand_is_ignored(client: OpenAI) -> None:
    found = ask(
        client,
        user(QUESTION),
        temperature=0.2,
        top_p=0.9,
        max_tokens=5,
        max_completion_tokens=5,
        seed=1,
        stop=["。"],
        user="u",
        n=1,
        tools=[],
        response_format={"type": "text"},
        extra_body={"top_k": 40},
    )
    assert found.choices[0].message.content == "120亿元"


def test_nothing_is_stored(served: Served, client: OpenAI) -> None:
    ask(client, user(QUESTION))
    assert served.http.get("/v1/conversations").json()["total"] == 0


def test_models(client: OpenAI) -> None:
    (model,) = client.models.list().data
    assert (model.id, model.object, model.owned_by) == ("wenqu", "model", "wenqu")
    assert client.models.retrieve("wenqu") == model
    with pytest.raises(NotFoundError) as refused:
        client.models.retrieve("gpt")
    assert refused.value.code == "model_not_found"
    with pytest.raises(NotFoundError) as refused:
        client.chat.completions.create(model="gpt", messages=[user(QUESTION)])
    assert refused.value.code == "model_not_found"
