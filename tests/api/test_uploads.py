"""Bodies of uploads: names, forms and what is wrong with them, over a queue that nobody works off."""

from __future__ import annotations

import json
import socket
import unicodedata
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.file_names import clean_file_name, text_file_name
from tests.api.rig import Rig, running

pytestmark = pytest.mark.slow

LIMIT = 20_000
TEXT = "项目投资120亿元。".encode()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running(tmp_path_factory.mktemp("rig"), with_worker=False, max_file_bytes=LIMIT) as made:
        yield made


def check_refused(rig: Rig, response: httpx.Response, status: int, code: str) -> None:
    """The error shape, in Chinese, and nothing queued nor left on the disk."""
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert any("\u4e00" <= character <= "\u9fff" for character in error["message"])
    assert rig.leftovers() == []


def job_count(rig: Rig) -> int:
    total: int = rig.client.get("/v1/jobs").json()["total"]
    return total


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("报告.pdf".encode(), "报告.pdf"),
        ("报告.pdf".encode("gb18030"), "报告.pdf"),
        (b"../../etc/passwd.txt", "passwd.txt"),
        (b"C:\\Users\\wang\\a.docx", "a.docx"),
        ("..\\文件夹\\表格.xlsx".encode(), "表格.xlsx"),
        (b"a\r\nb\x00.txt", "ab.txt"),
        ("\u202e笑😀.md".encode(), "笑😀.md"),
        (b"   ", ""),
        (b"folder/", ""),
        (b"", ""),
    ],
)
def test_file_names_are_made_fit_to_store_and_show(raw: bytes, expected: str) -> None:
    assert clean_file_name(raw) == expected


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_make_a_name_without_a_path(raw: bytes) -> None:
    name = clean_file_name(raw)
    assert "/" not in name
    assert "\\" not in name
    assert len(name) <= 255
    # Neither control characters, nor those that turn the direction of writing, nor lone surrogates.
    assert {unicodedata.category(character) for character in name}.isdisjoint({"Cc", "Cf", "Cs"})


def test_a_very_long_name_keeps_its_ending() -> None:
    assert clean_file_name(("长" * 300 + ".pdf").encode()).endswith("长.pdf")
    assert text_file_name("长" * 500).endswith("长.txt")
    assert text_file_name("a/b\\c") == "a_b_c.txt"


@pytest.mark.parametrize(
    ("headers_of_file", "expected"),
    [
        ('filename="年度 报告.txt"'.encode(), "年度 报告.txt"),
        ('filename="年度报告.txt"'.encode("gb18030"), "年度报告.txt"),
        (b"filename*=UTF-8''%E5%B9%B4%E5%BA%A6.txt", "年度.txt"),
        (b"filename*=gbk''%C4%EA%B6%C8.txt", "年度.txt"),
        (b"filename=\"fallback.txt\"; filename*=UTF-8'zh'%E5%B9%B4.txt", "年.txt"),
        (b"filename=\"a; filename*=utf-8''x.pdf.txt\"", "a; filename_=utf-8''x.pdf.txt".replace("_", "*")),
        (b'filename="a \\"quoted\\".txt"', 'a "quoted".txt'),
        (b"filename=plain.txt; filename*=idna''xn--.txt", "plain.txt"),
        (b"filename=plain.txt; filename*=UTF-8''%FF.txt", "plain.txt"),
    ],
)
def test_names_as_clients_send_them(rig: Rig, headers_of_file: bytes, expected: str) -> None:
    body = (
        b'--B\r\nContent-Disposition: form-data; name="file"; '
        + headers_of_file
        + b"\r\n\r\n"
        + TEXT
        + b"\r\n--B--\r\n"
    )
    response = rig.client.post(
        "/v1/documents", content=body, headers={"Content-Type": "multipart/form-data; boundary=B"}
    )
    assert response.status_code == 201, response.text
    assert response.json()["file_name"] == expected


def test_the_bytes_arrive_as_they_were_sent(rig: Rig) -> None:
    data = bytes(range(256)) * 70 + b"\r\n--almost-a-boundary\r\n"
    answer = rig.client.post("/v1/documents", files={"file": ("a.pdf", data)}).json()
    assert rig.wenqu.queue.spool.path(answer["job_id"]).read_bytes() == data
    assert rig.wenqu.queue.get(answer["job_id"]).bytes == len(data)
    assert rig.leftovers() == []


BOUNDARY = {"Content-Type": "multipart/form-data; boundary=B"}
WHOLE = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + TEXT + b"\r\n--B--\r\n"


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (WHOLE[:-20], BOUNDARY),
        (WHOLE[:-4], BOUNDARY),
        (WHOLE[:40], BOUNDARY),
        (b"", BOUNDARY),
        (b"not a form", BOUNDARY),
        (WHOLE, {"Content-Type": "multipart/form-data"}),
        (WHOLE, {"Content-Type": "multipart/form-data; boundary=" + "x" * 300}),
        (WHOLE, {"Content-Type": "multipart/form-data; boundary=other"}),
        (WHOLE.replace(b'; name="file"', b""), BOUNDARY),
        (WHOLE.replace(b"Content-Disposition", b"Content-Position"), BOUNDARY),
        (WHOLE.replace(b"form-data", b"attachment"), BOUNDARY),
        (WHOLE.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 1), BOUNDARY),
    ],
)
def test_a_form_that_is_cut_off_or_malformed_is_refused_whole(
    rig: Rig, content: bytes, headers: dict[str, str]
) -> None:
    before = job_count(rig)
    check_refused(rig, rig.client.post("/v1/documents", content=content, headers=headers), 400, "malformed_form")
    assert job_count(rig) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=600), st.booleans())
def test_no_form_is_a_server_error(rig: Rig, junk: bytes, is_framed: bool) -> None:
    content = b"--B\r\nContent-Disposition: form-data; " + junk + b"\r\n--B--\r\n" if is_framed else junk
    assert rig.client.post("/v1/documents", content=content, headers=BOUNDARY).status_code in (400, 413, 415, 422)
    assert rig.leftovers() == []


FILE = ("a.txt", TEXT)


@pytest.mark.parametrize(
    ("files", "data", "status", "code"),
    [
        ({"file": ("a.exe", b"MZ")}, {}, 415, "unsupported_format"),
        ({"file": ("noending", TEXT)}, {}, 415, "unsupported_format"),
        ({"file": (".pdf", TEXT)}, {}, 415, "unsupported_format"),
        ({"file": ("a.txt", b"")}, {}, 422, "empty_document"),
        ({"file": ("..", TEXT)}, {}, 415, "unsupported_format"),
        ({"other": FILE}, {}, 422, "field_unknown"),
        ([("file", FILE), ("file", ("b.txt", TEXT))], {}, 422, "several_files"),
        ({"file": FILE}, {"id": "中文"}, 422, "invalid_value"),
        ({"file": FILE}, {"id": "a" * 65}, 422, "invalid_value"),
        ({"file": FILE}, {"id": "../x"}, 422, "invalid_value"),
        ({"file": FILE}, {"id": ""}, 422, "invalid_value"),
        ({"file": FILE}, {"title": "  "}, 422, "invalid_value"),
        ({"file": FILE}, {"title": "长" * 501}, 422, "invalid_value"),
        ({"file": FILE}, {"title": "长" * 5000}, 422, "field_too_long"),
        ({"file": FILE}, {"title": ["a", "b"]}, 422, "field_repeated"),
        ({"file": FILE}, {"titel": "a"}, 422, "field_unknown"),
        ({"file": ("a.zip", b"PK")}, {"id": "x"}, 422, "archive_not_allowed"),
        ({"file": ("a.zip", b"PK")}, {"title": "x"}, 422, "archive_not_allowed"),
    ],
)
def test_bad_forms(rig: Rig, files: Any, data: dict[str, Any], status: int, code: str) -> None:
    before = job_count(rig)
    check_refused(rig, rig.client.post("/v1/documents", files=files, data=data), status, code)
    assert job_count(rig) == before


def test_a_form_without_a_file(rig: Rig) -> None:
    fields = b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n--B--\r\n'
    check_refused(rig, rig.client.post("/v1/documents", content=fields, headers=BOUNDARY), 422, "field_missing")
    pasted = fields.replace(b'"title"', b'"file"')
    check_refused(rig, rig.client.post("/v1/documents", content=pasted, headers=BOUNDARY), 422, "file_missing")


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT + 3_000_000])
def test_a_file_over_the_limit_is_refused_and_leaves_nothing(rig: Rig, size: int) -> None:
    before = job_count(rig)
    response = rig.client.post("/v1/documents", files={"file": ("a.txt", b"x" * size)})
    check_refused(rig, response, 413, "file_too_large")
    assert response.json()["error"]["detail"]["limit"] == LIMIT
    assert job_count(rig) == before


def test_a_file_of_exactly_the_limit_is_taken(rig: Rig) -> None:
    assert rig.client.post("/v1/documents", files={"file": ("a.txt", b"x" * LIMIT)}).status_code == 201


def test_a_client_that_leaves_in_the_middle_leaves_nothing(rig: Rig) -> None:
    before = job_count(rig)
    host, port = rig.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /v1/documents HTTP/1.1\r\nHost: {host}\r\nContent-Type: {BOUNDARY['Content-Type']}\r\n"
        connection.sendall(f"{head}Content-Length: 9999\r\n\r\n".encode() + WHOLE[:-10])
    assert rig.client.get("/healthz").status_code == 200
    assert job_count(rig) == before


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "body_missing"),
        (b"{", 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b"9" * 5000, 400, "malformed_json"),
        (json.dumps({"title": "标题", "text": "字"}, ensure_ascii=False).encode("gb18030"), 400, "malformed_json"),
        (b"[]", 422, "wrong_type"),
        (b"null", 422, "wrong_type"),
        (b"{}", 422, "field_missing"),
        (b'{"title": "a"}', 422, "field_missing"),
        (b'{"title": 5, "text": "a"}', 422, "wrong_type"),
        (b'{"title": "a", "text": null}', 422, "wrong_type"),
        (b'{"title": "a", "text": "b", "file": "c"}', 422, "field_unknown"),
        (b'{"title": "a", "text": ""}', 422, "invalid_value"),
        (b'{"title": "a", "text": " \\n "}', 422, "empty_document"),
        (b'{"title": "a", "text": "b\\u0000"}', 422, "unreadable_text"),
        (b'{"title": "a", "text": "\\ud800"}', 422, "invalid_unicode"),
        (b'{"title": "\\udfff", "text": "b"}', 422, "invalid_unicode"),
        (b'{"title": " ", "text": "b"}', 422, "invalid_value"),
        (b'{"title": "a", "text": "b", "id": "a b"}', 422, "invalid_value"),
        (b'{"title": "a", "text": "b", "id": "a\\n"}', 422, "invalid_value"),
        (json.dumps({"title": "a", "text": "长" * 600_000}).encode(), 413, "body_too_large"),
    ],
)
def test_bad_texts(rig: Rig, content: bytes, status: int, code: str) -> None:
    before = job_count(rig)
    headers = {"Content-Type": "application/json"}
    check_refused(rig, rig.client.post("/v1/documents", content=content, headers=headers), status, code)
    assert job_count(rig) == before


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/mixed", ""])
def test_other_kinds_of_bodies(rig: Rig, media_type: str) -> None:
    response = rig.client.post("/v1/documents", content=b"x", headers={"Content-Type": media_type})
    check_refused(rig, response, 415, "unsupported_media_type")


@pytest.mark.parametrize("wait", ["-1", "61", "nan", "inf", "soon"])
def test_bad_waits(rig: Rig, wait: str) -> None:
    response = rig.client.post("/v1/documents", params={"wait": wait}, json={"title": "a", "text": "b"})
    assert response.status_code == 422, response.text
    assert response.json()["error"]["code"] in ("invalid_value", "wrong_type")


def test_replacing_takes_neither_an_id_nor_an_archive(rig: Rig) -> None:
    put = rig.client.put
    check_refused(rig, put("/v1/documents/d", files={"file": FILE}, data={"id": "d"}), 422, "field_unknown")
    check_refused(rig, put("/v1/documents/d", files={"file": ("a.zip", b"PK")}), 422, "archive_not_allowed")
    check_refused(rig, put("/v1/documents/d", json={"text": "b", "id": "d"}), 422, "field_unknown")
    check_refused(rig, put("/v1/documents/一", json={"text": "b"}), 422, "invalid_value")
    check_refused(rig, put(f"/v1/documents/{'a' * 65}", json={"text": "b"}), 422, "invalid_value")
