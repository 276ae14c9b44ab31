"""Electronic mail (.eml): who wrote what to whom and when, and the text; attachments as documents of their own."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import quopri
import re
from collections.abc import Iterator
from email._policybase import Compat32
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime

from index.errors import DamagedFile
from index.loaders.encoding import decode, decode_name, known_encoding
from index.loaders.formats import KINDS, ending_of
from index.loaders.titles import base_name
from index.loaders.web import write_html
from index.loaders.writer import TextWriter, one_line
from index.types import LoadedText

_FIELDS = (("From", "发件人"), ("To", "收件人"), ("Cc", "抄送"), ("Date", "日期"))
_HEADERS = re.compile(
    rb"^(?:from|to|subject|date|received|return-path|message-id|mime-version|content-type|x-[\w-]+):", re.I | re.M
)
_ENCODED_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?]*)?\?([BbQq])\?([^?]*)\?=")
_GAP_BETWEEN_WORDS = re.compile(r"(=\?[^?\s]+\?[BbQq]\?[^?]*\?=)\s+(?==\?)")
_SIGNATURE = "-- "


class _RawHeaders(Compat32):
    """Headers as they stand in the file: the newer policies raise on those that are not well-formed."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002
        return value


def load_mail(data: bytes, name: str) -> LoadedText:
    """The subject as heading, the lines 发件人/收件人/抄送/日期, and the body: its plain text, else its HTML.

    Lines that were only broken for sending (format=flowed) are whole again. Attached files are named in a last line;
    their content is read by `attached_documents`. Raises DamagedFile when there are no mail headers.
    """
    if not _HEADERS.search(data[:65_536]):
        raise DamagedFile(f"“{name}”里没有邮件头（发件人、主题等），不是邮件；请从邮件软件重新导出 .eml。")
    message = _parse(data)
    subject = _field(message, "Subject")
    writer = TextWriter()
    writer.heading(subject, 1)
    lines = [f"{label}：{text}" for field, label in _FIELDS if (text := _field(message, field))]
    writer.write("\n".join(lines))
    _write_body(writer, message, name)
    attached = [part_name(part) for part in _attachments(message)]
    if any(attached):
        writer.write("附件：" + "、".join(filter(None, attached)))
    return writer.finish(name, subject)


def attached_documents(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The mail without its attachments, then each attached file of a known format, as (file name, bytes).

    Nothing when there is no such file: then the mail is one document. Raises ValueError and the like when broken.
    """
    if not _HEADERS.search(data[:65_536]):
        return
    message = _parse(data)
    found = [
        (file_name, content)
        for part in _attachments(message)
        if ending_of(file_name := part_name(part)) in KINDS and (content := _content(part))
    ]
    if not found:
        return
    subject = base_name(_field(message, "Subject").replace("/", "／")) or "邮件"
    yield f"{subject[:80]}.eml", _without_attachments(message)
    yield from found


def header_text(value: str) -> str:
    """A header as its author wrote it: encoded words and raw bytes in GBK, Big5 or UTF-8 are read.

    Encoded words may split a character between them, so those of one encoding are joined before they are read.
    """
    value = _GAP_BETWEEN_WORDS.sub(r"\1", value.replace("\r", "").replace("\n", ""))
    pieces: list[tuple[bytes, str]] = []
    position = 0
    for match in _ENCODED_WORD.finditer(value):
        pieces.append((_raw_bytes(value[position : match.start()]), ""))
        charset, form, content = match.groups()
        word = _word_bytes(content, form.lower())
        if len(pieces) > 1 and not pieces[-1][0] and pieces[-2][1] == charset.lower():
            pieces.pop()
            pieces[-1] = (pieces[-1][0] + word, charset.lower())
        else:
            pieces.append((word, charset.lower()))
        position = match.end()
    pieces.append((_raw_bytes(value[position:]), ""))
    return "".join(_header_piece(content, charset) for content, charset in pieces)


def _field(message: Message, field: str) -> str:
    """A header as mail programs show it; a date in Chinese, in the sender's time zone."""
    text = one_line(header_text(message.get(field) or ""))
    if field != "Date":
        return text
    try:
        sent = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return text
    return f"{sent.year}年{sent.month}月{sent.day}日 {sent:%H:%M}"


def part_name(part: Message) -> str:
    """The file name of an attachment, or nothing."""
    name = header_text(part.get_filename() or "")
    if not name and part.get_content_type() == "message/rfc822":
        name = "转发的邮件.eml"
    return base_name(one_line(name))


def _parse(data: bytes) -> Message:
    return email.message_from_bytes(data, policy=_RawHeaders())


def _raw_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _word_bytes(content: str, form: str) -> bytes:
    """The bytes of an encoded word (RFC 2047) in form b (Base64) or q (quoted printable)."""
    if form == "q":
        return quopri.decodestring(_raw_bytes(content.replace("_", " ")), header=False)
    try:
        return base64.b64decode(_raw_bytes(content) + b"===")
    except binascii.Error:
        return _raw_bytes(content)


def _header_piece(content: bytes, charset: str) -> str:
    encoding = known_encoding(charset)
    if encoding is not None:
        try:
            return content.decode(encoding)
        except UnicodeError:
            pass
    return decode_name(content)


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of the message; a mail attached to it is one leaf."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting[:0] = [child for child in part.get_payload() if isinstance(child, Message)]
        else:
            yield part


def _is_attachment(part: Message) -> bool:
    return (
        part.get_content_disposition() == "attachment"
        or bool(part.get_filename())
        or (part.get_content_type() == "message/rfc822")
    )


def _attachments(message: Message) -> list[Message]:
    return [part for part in _parts(message) if _is_attachment(part)]


def _content(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Message) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _write_body(writer: TextWriter, message: Message, name: str) -> None:
    """The plain text when it says anything, else the HTML: mail programs write both with the same words."""
    texts = [part for part in _parts(message) if part.get_content_maintype() == "text" and not _is_attachment(part)]
    plain = [text for part in texts if part.get_content_type() != "text/html" and (text := _plain_text(part, name))]
    for text in plain:
        writer.write(text)
    if not plain:
        for part in texts:
            if part.get_content_type() == "text/html":
                write_html(writer, decode(_content(part), name, part.get_content_charset()))


def _plain_text(part: Message, name: str) -> str:
    content = _content(part)
    if not content.strip():
        return ""
    text = decode(content, name, part.get_content_charset()).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _unflowed(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text.strip()


def _unflowed(text: str, *, delete_space: bool) -> str:
    """RFC 3676: a line that ends in a space goes on in the next one of the same quote depth."""
    lines: list[str] = []
    depth = 0
    flows = False
    for line in text.split("\n"):
        content = line.lstrip(">")
        quoted = len(line) - len(content)
        content = content.removeprefix(" ")
        if flows and quoted == depth and content != _SIGNATURE:
            lines[-1] += content
        else:
            lines.append(content)
        flows = content.endswith(" ") and content != _SIGNATURE
        depth = quoted
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _without_attachments(message: Message) -> bytes:
    """A mail of the same headers and words, in UTF-8, that nothing is attached to."""
    plain = EmailMessage(policy=email.policy.SMTPUTF8.clone(refold_source="none"))
    for field in ("Subject", *(field for field, _ in _FIELDS)):
        text = message.get("Date") if field == "Date" else _field(message, field)
        if text:
            plain[field] = text
    writer = TextWriter()
    try:
        _write_body(writer, message, "邮件")
    except MessageError as error:
        raise ValueError("a mail that cannot be read") from error
    plain.set_content(writer.finish("邮件").text + "\n", cte="base64")
    return plain.as_bytes()
