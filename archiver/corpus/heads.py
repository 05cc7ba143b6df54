"""The rules of ISO 28500 for the head of a WARC record, versions 1.0 and 1.1. Pure: no I/O."""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Literal

from archiver.corpus.warc import Head

Severity = Literal["error", "recommended"]
Remark = tuple[Severity, str]

_VERSIONS = frozenset({"WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"})
_ALL = ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion",
        "continuation")  # fmt: skip
_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
_MANDATORY_FOR = {
    "WARC-Target-URI": frozenset(_ALL) - {"warcinfo", "metadata"},
    "WARC-Profile": frozenset({"revisit"}),
    "WARC-Segment-Number": frozenset({"continuation"}),
    "WARC-Segment-Origin-ID": frozenset({"continuation"}),
}
_ALLOWED_FOR = {
    "WARC-Concurrent-To": frozenset(_ALL) - {"warcinfo", "conversion", "continuation"},
    "WARC-IP-Address": frozenset(_ALL) - {"warcinfo", "conversion", "continuation"},
    "WARC-Payload-Digest": frozenset(_ALL) - {"warcinfo", "metadata"},
    "WARC-Refers-To": frozenset({"revisit", "conversion", "metadata"}),
    "WARC-Refers-To-Target-URI": frozenset({"revisit"}),
    "WARC-Refers-To-Date": frozenset({"revisit"}),
    "WARC-Target-URI": frozenset(_ALL) - {"warcinfo"},
    "WARC-Warcinfo-ID": frozenset(_ALL) - {"warcinfo"},
    "WARC-Filename": frozenset({"warcinfo"}),
    "WARC-Profile": frozenset({"revisit"}),
    "WARC-Identified-Payload-Type": frozenset(_ALL) - {"warcinfo", "metadata"},
    "WARC-Segment-Origin-ID": frozenset({"continuation"}),
    "WARC-Segment-Total-Length": frozenset({"continuation"}),
}
_REPEATABLE = frozenset({"warc-concurrent-to"})
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110's word
_NAME = re.compile(_TOKEN)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}\\^`|]+")
_MEDIA_TYPE = re.compile(
    rf"{_TOKEN}/{_TOKEN}(?:\s*;\s*(?:{_TOKEN}\s*=\s*(?:{_TOKEN}|\"(?:[^\"\\]|\\.)*\"))?)*\s*"
)
_DATE_SECONDS = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])t(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)z",
    re.IGNORECASE,
)
_DATE_ANY = re.compile(
    r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])"
    r"(?:t(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,9})?)?z)?)?)?",
    re.IGNORECASE,
)
_DIGEST = re.compile(rf"{_TOKEN}:[A-Za-z0-9+/=_.-]+")
_DIGITS = re.compile(r"[0-9]+")
_TRUNCATED = frozenset({"length", "time", "disconnect", "unspecified"})


def judge_head(head: Head) -> Iterator[Remark]:
    """Yield what is wrong with a head: lines, mandatory, forbidden, repeated and odd fields."""
    if head.version.upper() not in _VERSIONS:
        yield "error", f"the version is {head.version!r}"
    yield from _judge_lines(head.raw)
    kind = head.kind
    if kind and kind not in _ALL:
        yield "recommended", f"the record type {kind!r} is unknown to the standard"
    counts = Counter(name.lower() for name, _ in head.fields)
    for name, count in counts.items():
        if count > 1 and name in _KNOWN and name not in _REPEATABLE:
            yield "error", f"{_KNOWN[name]} is there {count} times"
    for name in _MANDATORY:
        if name.lower() not in counts:
            yield "error", f"{name} is missing"
    for name, kinds in _MANDATORY_FOR.items():
        if kind in kinds and name.lower() not in counts:
            yield "error", f"{name} is missing in a {kind} record"
    for name, kinds in _ALLOWED_FOR.items():
        if kind in _ALL and kind not in kinds and name.lower() in counts:
            yield "error", f"{name} is not allowed in a {kind} record"
    for name, value in head.fields:
        yield from _judge_value(head, name, value)
    length = head.get("Content-Length") or "0"
    if "content-type" not in counts and length.strip("0") and kind != "continuation":
        yield "recommended", "Content-Type is missing"


def _judge_lines(raw: bytes) -> Iterator[Remark]:
    lines = raw.split(b"\n")[:-1]
    if any(not line.endswith(b"\r") for line in lines):
        yield "error", "a line of the head does not end with CR LF"
    for line in lines[1:-1]:
        name, colon, _ = line.partition(b":")
        if line[:1] in {b" ", b"\t"}:
            continue
        if not colon or not _NAME.fullmatch(name.decode("latin-1")):
            yield "error", f"no named field: {line[:60]!r}"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        yield "error", "the head is not UTF-8"


def _judge_value(head: Head, name: str, value: str) -> Iterator[Remark]:
    known = _KNOWN.get(name.lower())
    if known is None:
        return
    if not value:
        yield "error", f"{known} is empty"
        return
    is_right = _SYNTAX.get(known)
    if is_right is not None and not is_right(value):
        yield "error", f"{known} is not well-formed: {value[:80]!r}"
        return
    if known in {"WARC-Date", "WARC-Refers-To-Date"}:
        is_old = head.version.upper() != "WARC/1.1"
        if is_old and not _DATE_SECONDS.fullmatch(value):
            yield "error", f"{known} is not of the form 2026-05-04T12:00:00Z: {value[:80]!r}"
    elif known == "WARC-Segment-Number":
        number = int(value)
        if head.kind == "continuation" and number < 2:
            yield "error", "WARC-Segment-Number of a continuation must be 2 or more"
        if head.kind != "continuation" and number != 1:
            yield "error", f"WARC-Segment-Number of a {head.kind} record must be 1"
    elif known == "WARC-Truncated" and value.lower() not in _TRUNCATED:
        yield "recommended", f"WARC-Truncated has an unknown reason: {value[:80]!r}"
    elif known == "Content-Type" and head.kind == "warcinfo" and not _is_fields(value):
        yield "recommended", "Content-Type of a warcinfo should be application/warc-fields"


def _is_fields(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/warc-fields"


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_uri(value: str) -> bool:
    # Version 1.1 dropped the angle brackets that 1.0 asks for around every URI.
    return bool(_URI.fullmatch(value.removeprefix("<").removesuffix(">")))


def _is_bracketed_uri(value: str) -> bool:
    return value.startswith("<") and value.endswith(">") and bool(_URI.fullmatch(value[1:-1]))


def _is_date(value: str) -> bool:
    return bool(_DATE_ANY.fullmatch(value))


def _is_digest(value: str) -> bool:
    if not _DIGEST.fullmatch(value):
        return False
    name, _, text = value.partition(":")
    lengths = _DIGEST_LENGTHS.get(name.lower().replace("-", ""))
    return lengths is None or len(text) in lengths


def _is_number(value: str) -> bool:
    return bool(_DIGITS.fullmatch(value))


def _is_media_type(value: str) -> bool:
    return bool(_MEDIA_TYPE.fullmatch(value))


def _is_word(value: str) -> bool:
    return bool(_NAME.fullmatch(value))


# Characters of a digest in base16, base32 and base64, with and without padding.
_DIGEST_LENGTHS = {
    "md5": {32, 26, 22, 24},
    "sha1": {40, 32, 27, 28},
    "sha256": {64, 52, 56, 43, 44},
    "sha512": {128, 103, 104, 86, 88},
}
_SYNTAX: dict[str, Callable[[str], bool]] = {
    "WARC-Type": _is_word,
    "WARC-Record-ID": _is_bracketed_uri,
    "WARC-Concurrent-To": _is_bracketed_uri,
    "WARC-Refers-To": _is_bracketed_uri,
    "WARC-Warcinfo-ID": _is_bracketed_uri,
    "WARC-Segment-Origin-ID": _is_bracketed_uri,
    "WARC-Target-URI": _is_uri,
    "WARC-Refers-To-Target-URI": _is_uri,
    "WARC-Profile": _is_uri,
    "WARC-Date": _is_date,
    "WARC-Refers-To-Date": _is_date,
    "WARC-IP-Address": _is_address,
    "WARC-Block-Digest": _is_digest,
    "WARC-Payload-Digest": _is_digest,
    "Content-Type": _is_media_type,
    "WARC-Identified-Payload-Type": _is_media_type,
    "Content-Length": _is_number,
    "WARC-Segment-Number": _is_number,
    "WARC-Segment-Total-Length": _is_number,
}
_KNOWN = {name.lower(): name for name in (*_SYNTAX, *_ALLOWED_FOR, *_MANDATORY, "WARC-Truncated")}
