"""The rules of ISO 28500 for the head of a WARC record, versions 1.0 and 1.1. Pure: no I/O."""

import calendar
import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from archiver.corpus.warc import Head

Severity = Literal["error", "recommended"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing wrong, and the clause of ISO 28500:2017 (WARC 1.1) that asks for it."""

    severity: Severity
    what: str
    clause: str


_MODEL = "4"
_VERSIONS = frozenset({"WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"})
_ALL = ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion",
        "continuation")  # fmt: skip
_CLAUSES = {
    "WARC-Record-ID": "5.2",
    "Content-Length": "5.3",
    "WARC-Date": "5.4",
    "WARC-Type": "5.5",
    "Content-Type": "5.6",
    "WARC-Concurrent-To": "5.7",
    "WARC-Block-Digest": "5.8",
    "WARC-Payload-Digest": "5.9",
    "WARC-IP-Address": "5.10",
    "WARC-Refers-To": "5.11",
    "WARC-Refers-To-Target-URI": "5.12",
    "WARC-Refers-To-Date": "5.13",
    "WARC-Target-URI": "5.14",
    "WARC-Truncated": "5.15",
    "WARC-Warcinfo-ID": "5.16",
    "WARC-Filename": "5.17",
    "WARC-Profile": "5.18",
    "WARC-Identified-Payload-Type": "5.19",
    "WARC-Segment-Number": "5.20",
    "WARC-Segment-Origin-ID": "5.21",
    "WARC-Segment-Total-Length": "5.22",
}
_KNOWN = {name.lower(): name for name in _CLAUSES}
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
    "WARC-Refers-To": frozenset({"revisit", "conversion", "metadata"}),
    "WARC-Refers-To-Target-URI": frozenset({"revisit"}),
    "WARC-Refers-To-Date": frozenset({"revisit"}),
    "WARC-Target-URI": frozenset(_ALL) - {"warcinfo"},
    "WARC-Warcinfo-ID": frozenset(_ALL) - {"warcinfo"},
    "WARC-Filename": frozenset({"warcinfo"}),
    "WARC-Segment-Origin-ID": frozenset({"continuation"}),
    "WARC-Segment-Total-Length": frozenset({"continuation"}),
}
# What the standard leaves undefined rather than forbids; common tools write the first two.
_MEANT_FOR = {
    "WARC-Payload-Digest": frozenset(_ALL) - {"warcinfo", "metadata"},
    "WARC-Identified-Payload-Type": frozenset(_ALL) - {"warcinfo", "metadata"},
    "WARC-Profile": frozenset({"revisit"}),
    "Content-Type": frozenset(_ALL) - {"continuation"},
}
_REPEATABLE = frozenset({"warc-concurrent-to"})
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110's word
_NAME = re.compile(_TOKEN)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}\\^`|]+")
_MEDIA_TYPE = re.compile(
    rf"{_TOKEN}/{_TOKEN}(?:\s*;\s*(?:{_TOKEN}\s*=\s*(?:{_TOKEN}|\"(?:[^\"\\]|\\.)*\"))?)*\s*"
)
_MESSAGE = re.compile(
    r"application/http\s*;(?:.*;)?\s*msgtype\s*=\s*\"?(request|response)\b", re.IGNORECASE
)
_DATE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dt\d\d:\d\d:\d\dz", re.IGNORECASE)
_DATE_ANY = re.compile(
    r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])"
    r"(?:t(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,9})?)?z)?)?)?",
    re.IGNORECASE,
)
_DIGEST = re.compile(rf"{_TOKEN}:[A-Za-z0-9+/=_.-]+")
_DIGITS = re.compile(r"[0-9]{1,18}")
_TRUNCATED = frozenset({"length", "time", "disconnect", "unspecified"})


def judge_head(head: Head) -> Iterator[Remark]:
    """Yield what is wrong with a head: lines, mandatory, forbidden, repeated and odd fields."""
    yield from _judge_lines(head)
    kind = head.kind
    if kind and kind not in _ALL:
        yield Remark("recommended", f"the record type {kind!r} is unknown to the standard", "5.5")
    counts = Counter(name.lower() for name, _ in head.fields)
    for name, count in counts.items():
        if count > 1 and name in _KNOWN and name not in _REPEATABLE:
            yield Remark("error", f"{_KNOWN[name]} is there {count} times", "5.1")
    for name in _MANDATORY:
        if name.lower() not in counts:
            yield _remark(name, "is missing")
    yield from _judge_kind(head, kind, counts)
    for name, value in head.fields:
        yield from _judge_value(head, name, value)


def _remark(name: str, what: str, severity: Severity = "error") -> Remark:
    return Remark(severity, f"{name} {what}", _CLAUSES[name])


def _judge_lines(head: Head) -> Iterator[Remark]:
    lines = head.raw.split(b"\n")[:-1]
    if head.version.upper() not in _VERSIONS:
        yield Remark("error", f"the version is {head.version!r}", _MODEL)
    elif lines[0].removesuffix(b"\r").decode("latin-1") != head.version:
        yield Remark("error", "there are blanks around the version", _MODEL)
    if any(not line.endswith(b"\r") for line in lines):
        yield Remark("error", "a line of the head does not end with CR LF", _MODEL)
    for number, line in enumerate(lines[1:-1]):
        name, colon, _ = line.partition(b":")
        if number and line[:1] in {b" ", b"\t"}:
            continue
        if not colon or not _NAME.fullmatch(name.decode("latin-1")):
            yield Remark("error", f"no named field: {line[:60]!r}", _MODEL)
    if any(_CONTROLS.search(line.removesuffix(b"\r")) for line in lines):
        yield Remark("error", "there are control characters in the head", _MODEL)
    try:
        head.raw.decode("utf-8")
    except UnicodeDecodeError:
        yield Remark("error", "the head is not UTF-8", _MODEL)


def _judge_kind(head: Head, kind: str, counts: Counter[str]) -> Iterator[Remark]:
    """Yield what a record of its type must have, must not have and should have."""
    if kind not in _ALL:
        return
    for name, kinds in _MANDATORY_FOR.items():
        if kind in kinds and name.lower() not in counts:
            yield _remark(name, f"is missing in a {kind} record")
    for name, kinds in _ALLOWED_FOR.items():
        if kind not in kinds and name.lower() in counts:
            yield _remark(name, f"is not allowed in a {kind} record")
    for name, kinds in _MEANT_FOR.items():
        if kind not in kinds and name.lower() in counts:
            yield _remark(name, f"means nothing in a {kind} record", "recommended")
    profile = (head.get("WARC-Profile") or "").rstrip("/>")
    is_identical = kind == "revisit" and profile.endswith("/identical-payload-digest")
    if is_identical and "warc-payload-digest" not in counts:
        what = "WARC-Payload-Digest is missing, though the profile is identical-payload-digest"
        yield Remark("error", what, "6.7.2")
    content_type = head.get("Content-Type") or ""
    message = _MESSAGE.match(content_type)
    if message and kind in {"request", "response"} and message[1].lower() != kind:
        yield _remark("Content-Type", f"of a {kind} record says msgtype={message[1]}")
    is_lookup = kind == "resource" and head.target.lower().startswith("dns:")
    if is_lookup and content_type.partition(";")[0].strip().lower() not in {"", "text/dns"}:
        yield Remark("error", "Content-Type of a DNS lookup is not text/dns", "6.4.4")
    length = head.get("Content-Length") or "0"
    if "content-type" not in counts and length.strip("0") and kind != "continuation":
        yield _remark("Content-Type", "is missing", "recommended")


def _judge_value(head: Head, name: str, value: str) -> Iterator[Remark]:
    known = _KNOWN.get(name.lower())
    if known is None:
        return
    if not value:
        yield _remark(known, "is empty")
        return
    is_right = _SYNTAX.get(known)
    if is_right is not None and not is_right(value):
        yield _remark(known, f"is not well-formed: {value[:80]!r}")
        return
    if known in {"WARC-Date", "WARC-Refers-To-Date"}:
        is_old = head.version.upper() != "WARC/1.1"
        if is_old and not _DATE_SECONDS.fullmatch(value):
            yield _remark(known, f"is not of the form 2026-05-04T12:00:00Z: {value[:80]!r}")
    elif known == "WARC-Segment-Number":
        number = int(value)
        if head.kind == "continuation" and number < 2:
            yield _remark(known, "of a continuation must be 2 or more")
        if head.kind != "continuation" and number != 1:
            yield _remark(known, f"of a {head.kind} record must be 1")
    elif known == "WARC-Truncated" and value.lower() not in _TRUNCATED:
        yield _remark(known, f"has an unknown reason: {value[:80]!r}", "recommended")
    elif known == "Content-Type" and head.kind == "warcinfo" and not _is_fields(value):
        what = "Content-Type of a warcinfo should be application/warc-fields"
        yield Remark("recommended", what, "6.2")


def _is_fields(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/warc-fields"


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return "%" not in value  # a zone means something on one machine only


def _is_uri(value: str) -> bool:
    # Version 1.1 dropped the angle brackets that 1.0 asks for around every URI.
    return bool(_URI.fullmatch(value.removeprefix("<").removesuffix(">")))


def _is_bracketed_uri(value: str) -> bool:
    return value.startswith("<") and value.endswith(">") and bool(_URI.fullmatch(value[1:-1]))


def _is_date(value: str) -> bool:
    found = _DATE_ANY.fullmatch(value)
    if found is None or int(found[1]) == 0:
        return False
    return not found[3] or int(found[3]) <= calendar.monthrange(int(found[1]), int(found[2]))[1]


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
    "WARC-Truncated": _is_word,
}
