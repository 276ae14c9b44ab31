from __future__ import annotations

import base64

import pytest

from index.errors import DamagedFile
from index.loaders import is_archive, load, members
from tests.documents import make_docx, make_eml, make_xlsx
from tests.index.loaders.test_load import assert_sound


def test_who_wrote_what_and_when() -> None:
    loaded = load(make_eml("关于会议的通知", "明天上午九点开会。\n\n请准时参加。"), "a.eml")
    assert_sound(loaded)
    assert loaded.title == "关于会议的通知"
    assert loaded.text == (
        "关于会议的通知\n\n发件人：王小明 <wang@example.com>\n收件人：李华 <li@example.com>\n日期：2024年5月6日 07:08"
        "\n\n"
        "明天上午九点开会。\n\n请准时参加。"
    )


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5"])
def test_encodings(charset: str) -> None:
    assert "會議通知。" in load(make_eml("通知", "會議通知。", charset=charset), "a.eml").text


def test_headers_and_body_in_raw_gbk() -> None:
    raw = "From: 王 <a@b.c>\r\nSubject: 关于会议的通知\r\n\r\n明天上午九点开会。\r\n".encode("gbk")
    assert load(raw, "a.eml").text == "关于会议的通知\n\n发件人：王 <a@b.c>\n\n明天上午九点开会。"


def test_an_encoded_subject_may_be_cut_within_a_character_and_say_gb2312_for_gbk() -> None:
    subject = "关于朱镕基的会议".encode("gbk")
    words = [f"=?gb2312?B?{base64.b64encode(part).decode()}?=" for part in (subject[:7], subject[7:])]
    raw = f"Subject: {words[0]}\r\n {words[1]} Re: hi\r\nFrom: =?UTF-8?Q?=E7=8E=8B_a?= <a@b.c>\r\n\r\nx".encode()
    assert load(raw, "a.eml").text == "关于朱镕基的会议 Re: hi\n\n发件人：王 a <a@b.c>\n\nx"


def test_flowed_lines_are_whole() -> None:
    raw = (
        "Subject: x\r\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n这一行很长， \r\n接着下一行。\r\n> 引文 \r\n> 继续\r\n新段。\r\n"
    ).encode()
    assert load(raw, "a.eml").text == "x\n\n这一行很长，接着下一行。\n引文继续\n新段。"


def test_html_stands_in_for_missing_plain_text() -> None:
    headers = "Subject: x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    raw = f"{headers}<p>网页<b>正文</b></p>"
    assert load(raw.encode(), "a.eml").text == "x\n\n网页正文"
    both = make_eml("x", "纯文本。", html="<p>网页。</p>")
    assert "网页" not in load(both, "a.eml").text


def test_attached_documents_are_documents_of_their_own() -> None:
    inner = make_eml("转发的信", "里面的信。")
    data = make_eml(
        "报价/合同",
        "请查收附件。",
        [("合同.docx", make_docx(["# 合同", "金额为五万元。"])), ("图.png", b"\x89PNG"), ("信.eml", inner)],
    )
    assert is_archive("a.eml", data)
    found = {member.name: member.data for member in members(data, "a.eml")}
    assert list(found) == ["报价／合同.eml", "合同.docx", "信.eml"]
    assert load(found["报价／合同.eml"], "x.eml").text.endswith("日期：2024年5月6日 07:08\n\n请查收附件。")
    assert "金额为五万元。" in load(found["合同.docx"], "合同.docx").text
    assert not any(is_archive(name, content) for name, content in found.items())
    assert load(data, "a.eml").text.endswith("请查收附件。\n\n附件：合同.docx、图.png、信.eml")


def test_a_mail_without_documents_is_one_document() -> None:
    assert not is_archive("a.eml", make_eml("x", "y", [("图.png", b"\x89PNG")]))
    assert not is_archive("a.eml", b"")
    assert is_archive("a.eml", make_eml("x", "y", [("表.xlsx", make_xlsx({"a": [["b"]]}))]))


def test_what_has_no_headers_is_no_mail() -> None:
    with pytest.raises(DamagedFile, match="邮件头"):
        load("只是一段话。".encode(), "a.eml")
