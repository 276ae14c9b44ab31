"""The description of the API: complete, and true of the served application."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from api.docs import new_api
from api.security import is_open, needed_scope
from qa.settings import Settings
from tests.api.program import stoppable
from tests.fakes import make_wenqu

pytestmark = pytest.mark.slow

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Of a server that holds a document."""
    folder = tmp_path_factory.mktemp("openapi")
    with stoppable(make_wenqu(folder), folder) as running, httpx.Client(base_url=running.address, timeout=30) as made:
        with_text = {"title": "工厂", "text": "工厂投资120亿元，2021年建成，有员工3000人。"}
        made.post("/v1/documents?wait=30", json=with_text).raise_for_status()
        yield made


@pytest.fixture(scope="module")
def document(http: httpx.Client) -> dict[str, Any]:
    described: dict[str, Any] = http.get("/openapi.json").json()
    return described


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def test_every_operation_says_in_chinese_what_it_does(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for method, path, operation in operations(document):
        for name in ("summary", "description"):
            assert _CHINESE.search(operation.get(name, "")), f"{method} {path} has no {name}"
        assert set(operation["tags"]) <= tags, f"{method} {path}"
        for parameter in operation.get("parameters", ()):
            assert _CHINESE.search(parameter.get("description", "")), f"{method} {path}: {parameter['name']}"


def test_the_names_of_operations_are_unique_and_readable(document: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for *_, operation in operations(document))
    assert [name for name, count in names.items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z][a-z_]+", name) for name in names)


def test_bodies_have_examples(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for method, path, operation in operations(document):
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            schema = content["schema"]
            schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
            if media_type == "application/json":
                assert content.get("example") or content.get("examples") or schema.get("examples"), f"{method} {path}"


def test_every_failure_has_the_error_shape(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, response in operation["responses"].items():
            assert _CHINESE.search(response["description"]), f"{method} {path} {status}"
            if status.startswith(("4", "5")):
                assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorModel"}
    assert "HTTPValidationError" not in str(document)


def test_keys_limits_and_scopes_are_described(document: dict[str, Any]) -> None:
    assert set(document["components"]["securitySchemes"]) == {"bearer", "header"}
    for method, path, operation in operations(document):
        if is_open(method, path):
            assert operation["security"] == []
            continue
        assert operation["security"] == [{"bearer": []}, {"header": []}, {}]
        assert operation["x-scope"] == needed_scope(method, path).value
        assert {"401", "429", "503"} <= set(operation["responses"])
        assert "Retry-After" in operation["responses"]["503"]["headers"]
        if method != "GET":
            assert "403" in operation["responses"]
        if "requestBody" in operation:
            assert {"400", "413", "422"} <= set(operation["responses"])


def test_all_that_changes_documents_wants_the_scope_write(document: dict[str, Any]) -> None:
    """A new route that changes something has to be thought about: it is one of these, or wants write."""
    reading = {path for method, path, op in operations(document) if method != "GET" and op["x-scope"] == "read"}
    assert reading <= {
        "/v1/ask",
        "/v1/ask/stream",
        "/v1/retrieval",
        "/v1/citations/verify",
        "/v1/chat/completions",
        "/v1/conversations/{conversation_id}",
        "/v1/messages/{message_id}/feedback",
    }
    assert not any("document" in path or "job" in path for path in reading)


def test_the_contract_is_served(document: dict[str, Any]) -> None:
    """The routes of design.md, section 4."""
    served = {(method, path) for method, path, _ in operations(document)}
    assert {
        ("POST", "/v1/documents"),
        ("GET", "/v1/documents"),
        ("GET", "/v1/documents/{document_id}"),
        ("PUT", "/v1/documents/{document_id}"),
        ("DELETE", "/v1/documents/{document_id}"),
        ("GET", "/v1/documents/{document_id}/content"),
        ("POST", "/v1/ask"),
        ("POST", "/v1/ask/stream"),
        ("POST", "/v1/retrieval"),
        ("POST", "/v1/citations/verify"),
        ("POST", "/v1/chat/completions"),
        ("GET", "/v1/models"),
        ("POST", "/v1/messages/{message_id}/feedback"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
    } <= served


def test_an_application_without_routes_is_described_too() -> None:
    assert new_api().openapi()["paths"] == {}


DESCRIBED = create_app(lambda: make_wenqu(Path("nowhere")), Settings(data_dir=Path("nowhere"))).openapi()
SCHEMA = schemathesis.openapi.from_dict(DESCRIBED)


@SCHEMA.parametrize()
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_what_is_served_is_what_is_described(case: schemathesis.Case[Any], http: httpx.Client) -> None:
    # A question without letters, a range beyond the text or a picture cannot be told from others by a schema.
    case.call_and_validate(base_url=str(http.base_url), excluded_checks=[positive_data_acceptance])
