"""The official client of OpenAI, pointed at a served application."""

from __future__ import annotations

from typing import Any

from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from tests.api.serving import Served


def client_of(served: Served, key: str = "unused") -> OpenAI:
    return OpenAI(base_url=f"{served.address}/v1", api_key=key, max_retries=0)


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def assistant(text: str) -> ChatCompletionMessageParam:
    return {"role": "assistant", "content": text}


def ask(client: OpenAI, *messages: ChatCompletionMessageParam, **more: Any) -> ChatCompletion:
    completion = client.chat.completions.create(model="wenqu", messages=list(messages), **more)
    assert isinstance(completion, ChatCompletion)
    return completion


def extra(model: Any) -> dict[str, Any]:
    """The fields that the client does not know."""
    found: dict[str, Any] = model.model_extra
    return found
