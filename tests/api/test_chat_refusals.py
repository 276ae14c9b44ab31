"""What POST /v1/chat/completions refuses, as the official client of OpenAI sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import APIError, AuthenticationError, BadRequestError, InternalServerError, OpenAI
from openai import UnprocessableEntityError as Unprocessable

from index.types import LoadedText
from tests.api.openai_client import ask, assistant, client_of, user
from tests.api.serving import FailingAnswerer, Served, serving

TEXT = "博士项目总投资120亿元。"
QUESTION = "博士项目总投资多少？"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("data")) as started:
        started.library.add(LoadedText(TEXT, "博士项目"), source="a.txt", document_id="one")
        yield started


@pytest.fixture
def client(served: Served) -> Iterator[OpenAI]:
    with client_of(served) as made:
        yield made


TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"n": 2}, "unsupported_parameter"),
        ({"tools": [TOOL]}, "unsupported_parameter"),
        ({"response_format": {"type": "json_object"}}, "unsupported_parameter"),
        ({"messages": [{"role": "user", "content": [PICTURE]}]}, "unsupported_content"),
    ],
)
def test_what_cannot_be_done_is_refused(client: OpenAI, more: dict[str, Any], code: str, stream: bool) -> None:
    with pytest.raises(BadRequestError) as refused:
        client.chat.completions.create(**{"model": "wenqu", "messages": [user(QUESTION)], "stream": stream, **more})
    assert refused.value.code == code
    assert re.search("[\u4e00-\u9fff]", refused.value.message)


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([{"role": "system", "content": "你好"}], "question_empty"),
        ([user("？")], "question_empty"),
        ([user("问" * 513)], "question_too_long"),
        ([], "invalid_value"),
        ([{"role": "nobody", "content": "你好"}], "invalid_value"),
    ],
)
def test_messages_that_are_no_question(client: OpenAI, messages: Any, code: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        ask(client, *messages)
    assert refused.value.code == code


def test_what_was_too_long_or_empty_before_is_passed_over(client: OpenAI) -> None:
    found = ask(client, user("长" * 600), assistant(""), user("？"), user(QUESTION))
    assert found.choices[0].message.content == "120亿元"


def test_without_a_key_where_one_is_asked_for(tmp_path: Path) -> None:
    key = "k" * 40
    with serving(tmp_path, TEXT, api_keys=key) as served:
        for stream in (False, True):
            with client_of(served) as stranger, pytest.raises(AuthenticationError):
                stranger.chat.completions.create(model="wenqu", messages=[user(QUESTION)], stream=stream)
        with client_of(served, key) as known:
            assert ask(known, user(QUESTION)).choices[0].message.content == "120亿元"
            assert known.models.list().data


def test_failures_before_and_after_the_stream_has_begun(tmp_path: Path) -> None:
    with serving(tmp_path, answerer=FailingAnswerer(RuntimeError("secret"))) as served, client_of(served) as client:
        with pytest.raises(InternalServerError) as failed:
            ask(client, user(QUESTION))
        assert failed.value.code == "internal_error"
        with pytest.raises(APIError) as broken:
            list(client.chat.completions.create(model="wenqu", messages=[user(QUESTION)], stream=True))
        assert (type(broken.value), broken.value.code) == (APIError, "internal_error")
        assert "secret" not in str(broken.value.body)
