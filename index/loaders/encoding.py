"""Bytes → text, in the encodings that Chinese files come in, decided by what the bytes say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from index.errors import UnreadableText
from index.loaders.common_characters import plausibility

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "hz": "hz",
    "big5": "cp950",
    "cp950": "cp950",
    "big5hkscs": "big5hkscs",
    # Browsers read a declared Latin-1 as its Windows superset, and pages rely on it.
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
"""What is tried for a declared encoding: programs that write GBK say gb2312."""
_EIGHT_BIT = ("gb18030", "cp950", "big5hkscs")
_SIXTEEN_BIT = ("utf-16-le", "utf-16-be")
_FIRST_BEYOND_TWO_BYTES = "\u0800"
"""The first character that takes three bytes in UTF-8, as every Chinese one does at least."""
_SAMPLE = 65_536
"""Bytes that are looked at to choose among encodings that all fit; even, so that UTF-16 is not cut."""
_MOST_DAMAGE = 0.01
"""Share of undecodable characters up to which a text counts as damaged rather than binary."""
_MOST_CONTROLS = 0.02
_FEW = 3
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """The text of `data`; line ends and odd characters are left as they are.

    A byte order mark decides; then valid UTF-8; then the encoding that the file declares (a web page, a mail part)
    unless another makes far better Chinese of it; then whichever of GB18030 (which holds GBK and GB2312), Big5 and
    UTF-16 without a mark gives the most plausible Chinese. A text with a few broken bytes keeps U+FFFD for them.
    Raises UnreadableText when nothing fits, as with binary files; `name` is for its message.
    """
    for text in _candidates(data, declared):
        if "\0" not in text and not _is_binary(text):
            return text
    raise UnreadableText(
        f"“{name}”不是可识别的文本（试过 UTF-8、UTF-16、GB18030、Big5）；"
        "请确认文件没有损坏，或用记事本等软件另存为 UTF-8 后再添加。"
    )


def decode_name(raw: bytes) -> str:
    """A short name (a zip member's, a mail header's) whose encoding nobody states; never fails."""
    strict = _strict(raw, "utf-8")
    if strict is not None:
        return strict
    return _most_plausible(raw, _EIGHT_BIT) or raw.decode("gb18030", "replace")


def known_encoding(label: str | None) -> str | None:
    """The codec for a declared encoding such as `GB2312`, or None for an unknown one."""
    if not label:
        return None
    try:
        information = codecs.lookup(label.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not information._is_text_encoding:  # noqa: SLF001
        return None
    return _SUPERSETS.get(information.name, information.name)


def _candidates(data: bytes, declared: str | None) -> Iterator[str]:
    """Texts from the best supported to the least; the first that is no binary rubbish is taken."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            yield from _present(_strict(data, encoding) or _tolerant(data, encoding))
    utf_8 = _strict(data, "utf-8")
    if utf_8 is not None and not _better_as_gb18030(data, utf_8):
        yield utf_8
    hint = known_encoding(declared)
    if hint is not None:
        yield from _present(_as_declared(data, hint))
    whole = _most_plausible(data, _EIGHT_BIT + _SIXTEEN_BIT)
    if whole is not None and (whole.isascii() or plausibility(whole[:_SAMPLE]) > 0):
        yield whole
    encodings = dict.fromkeys(("utf-8", *([hint] if hint else []), *_EIGHT_BIT))
    damaged = [text for encoding in encodings if (text := _tolerant(data, encoding)) is not None]
    yield from sorted(damaged, key=lambda text: plausibility(text[:_SAMPLE]), reverse=True)
    yield from _present(whole)


def _present(text: str | None) -> Iterator[str]:
    if text is not None:
        yield text


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, ValueError):
        return None


def _tolerant(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding, "replace")
    except (UnicodeError, ValueError):
        return None
    damaged = text.count("\ufffd")
    return text if damaged <= max(_FEW, len(text) * _MOST_DAMAGE) and len(text) >= 20 else None


def _better_as_gb18030(data: bytes, utf_8: str) -> bool:
    """Whether bytes that happen to be valid UTF-8 are a short GBK text (the notepad's “联通” problem)."""
    if utf_8.isascii() or max(utf_8) >= _FIRST_BEYOND_TWO_BYTES:
        return False
    chinese = _strict(data, "gb18030")
    if chinese is None:
        return False
    beyond_ascii = sum(not character.isascii() for character in chinese)
    return plausibility(chinese) >= beyond_ascii


def _as_declared(data: bytes, hint: str) -> str | None:
    """The text in the declared encoding, unless the bytes are plainly in another."""
    text = _strict(data, hint)
    if text is None and hint == "cp950":
        text = _strict(data, "big5hkscs")
    if text is None or hint.startswith(("utf", "cp125")):
        # A declared Western encoding fits any bytes: Chinese that reads well contradicts it.
        other = _most_plausible(data, _EIGHT_BIT)
        return other if other is not None and plausibility(other[:_SAMPLE]) > _beyond_ascii(other[:_SAMPLE]) else text
    other = _most_plausible(data, _EIGHT_BIT)
    if other is None:
        return text
    ours, theirs = plausibility(text[:_SAMPLE]), plausibility(other[:_SAMPLE])
    return other if ours < 0 < theirs else text


def _beyond_ascii(text: str) -> int:
    return sum(not character.isascii() for character in text)


def _most_plausible(data: bytes, encodings: tuple[str, ...]) -> str | None:
    """The decoding with the most everyday Chinese in it, among those that fit all the bytes."""
    best: tuple[float, str] | None = None
    for encoding in encodings:
        sixteen_bit = encoding in _SIXTEEN_BIT
        if sixteen_bit and len(data) % 2:
            continue
        sample = _sample(data, encoding)
        if sample is None or "\0" in sample:
            continue
        score = plausibility(sample)
        # Sixteen bits fit almost any bytes, so they must convince: by Chinese, or by being Latin letters.
        if sixteen_bit and score <= 0 and not (sample.isascii() and sample):
            continue
        if best is not None and score <= best[0]:
            continue
        text = _strict(data, encoding)
        if text is not None:
            best = score, text
    return best[1] if best else None


def _sample(data: bytes, encoding: str) -> str | None:
    """The beginning of `data` decoded; a character that the sample cuts is left out."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return decoder.decode(data[:_SAMPLE], final=len(data) <= _SAMPLE)
    except UnicodeError:
        return None


def _is_binary(text: str) -> bool:
    controls = len(_CONTROL.findall(text))
    return controls >= _FEW and controls > len(text) * _MOST_CONTROLS
