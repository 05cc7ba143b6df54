"""Mails (.eml): what stands in their head, their text, the files they bring. Pure: no I/O.

RFC 5322 and MIME (RFC 2045–2047) through the standard library's older policy, which makes no model
of addresses: that takes time in the square of a hostile head.
"""

import contextlib
import email
import email.header
import email.policy
import email.utils
from collections.abc import Iterator
from datetime import date
from email.message import Message
from itertools import islice

from archiver.errors import ExtractionError
from archiver.extract.attached import MAX_BYTES, MAX_FILES, Embedded, file_name
from archiver.extract.charset import decode
from archiver.extract.repair import repair
from archiver.extract.settings import EXTRACTOR_VERSION
from archiver.extract.sniff import MAIL
from archiver.extract.tree import parse_html, text_of, tidy
from archiver.model import Attachment, Extraction, Page

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MAX_PARTS = 1_000
_MAX_DEPTH = 50
_MAX_HEADER = 2_000
_WORDS_OF_HEADER = 500


def read_mail(data: bytes) -> Extraction:
    """Read a mail: one page of head and text; of the files it brings only the names.

    Its plain text counts; where there is none, that of its web page. Raises ExtractionError when
    nothing of a mail is there.
    """
    message = _parsed(data)
    head = [(name, _header(message, name)) for name in _SHOWN]
    lines = [f"{name}: {value}" for name, value in head if value]
    texts, files = _parts_of(message)
    body = tidy("\n\n".join(filter(None, texts)))
    said = dict(head)
    pages = (Page(1, "\n".join(lines) + (f"\n\n{body}" if body else "")),) if lines else ()
    attachments = tuple(Attachment(_name_of(part, n)) for n, part in enumerate(files, start=1))
    return Extraction(
        "ok" if pages else "no_text",
        MAIL,
        f"mail {EXTRACTOR_VERSION}",
        reason=None if pages else "the mail holds no text",
        title=said["Subject"] or None,
        author=said["From"] or None,
        published_on=_day(said["Date"]),
        pages=pages,
        attachments=attachments,
        metadata=tuple((f"mail {name}", value) for name, value in head if value),
    )


def attached_file(data: bytes, number: int) -> Embedded:
    """Unpack the n-th file a mail brings: decoded, a mail in a mail as it is written anew.

    Raises ExtractionError when there is no such file, or it is too large.
    """
    _, files = _parts_of(_parsed(data))
    if number >= len(files):
        raise ExtractionError("no such file inside")
    part = files[number]
    if part.get_content_type() == MAIL:
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else part
        content = first.as_bytes() if isinstance(first, Message) else b""
    else:
        content = _bytes_of(part)
    if len(content) > MAX_BYTES:
        raise ExtractionError(f"larger than {MAX_BYTES >> 20} MB")
    return Embedded(_name_of(part, number + 1), content, part.get_content_type())


def _parsed(data: bytes) -> Message:
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    if not any(message.get(name) for name in _SHOWN):
        raise ExtractionError("not readable as a mail (no head)")
    return message


def _parts_of(message: Message) -> tuple[list[str], list[Message]]:
    """Return the texts shown and the files brought, in order."""
    texts: list[str] = []
    files: list[Message] = []
    for part, is_alternative in islice(_leaves(message), _MAX_PARTS):
        kind = part.get_content_type()
        is_file = part.get_content_disposition() == "attachment" or part.get_filename()
        if is_file or kind not in ("text/plain", "text/html"):
            if len(files) <= MAX_FILES:
                files.append(part)
        elif kind == "text/plain" or not is_alternative or not any(texts):
            texts.append(_text_of(part))
    return texts, files


def _leaves(message: Message) -> Iterator[tuple[Message, bool]]:
    """Give the parts that hold no parts, and whether each is one of several for the same.

    Mails that are forwarded within a mail stay whole.
    """
    waiting = [(message, False, 0)]
    while waiting:
        part, is_alternative, depth = waiting.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            if depth < _MAX_DEPTH:
                is_one_of = part.get_content_subtype() == "alternative" or is_alternative
                parts = (one for one in inner if isinstance(one, Message))
                waiting += [(one, is_one_of, depth + 1) for one in parts][::-1]
        else:
            yield part, is_alternative


def _text_of(part: Message) -> str:
    """Return a part's words; an unknown or wrong charset is guessed."""
    charset = None
    with contextlib.suppress(LookupError, ValueError, TypeError):
        charset = part.get_content_charset()
    is_html = part.get_content_type() == "text/html"
    text, _ = decode(_bytes_of(part), charset, is_html=is_html)
    if not is_html:
        return text
    root = parse_html(text)
    return "" if root is None else text_of(root)


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _name_of(part: Message, number: int) -> str:
    """Return the name a part has as a file, else one made of its place and kind."""
    with contextlib.suppress(LookupError, ValueError, TypeError):
        named = part.get_filename()
        if named:
            return file_name(_decoded(named))
    subtype = "eml" if part.get_content_type() == MAIL else part.get_content_subtype()
    return file_name(f"Teil {number}.{subtype}")


def _header(message: Message, name: str) -> str:
    """Return a header's words on one line, decoded (RFC 2047); bytes beyond ASCII are guessed."""
    wanted = name.lower()
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == wanted), "")
    plain, _ = decode(raw[:_MAX_HEADER].encode("utf-8", "surrogateescape"), is_html=False)
    return " ".join(repair(_decoded(plain)).split())[:_WORDS_OF_HEADER]


def _decoded(value: object) -> str:
    text = str(value)[:_MAX_HEADER]
    with contextlib.suppress(LookupError, ValueError):
        return str(email.header.make_header(email.header.decode_header(text)))
    return text


def _day(said: str) -> date | None:
    """Return the day of a mail's date, where its sender was.

    >>> _day("Fri, 14 Oct 2011 18:05:00 +0200"), _day("gestern"), _day("")
    (datetime.date(2011, 10, 14), None, None)
    """
    with contextlib.suppress(ValueError, TypeError, OverflowError, IndexError):
        return email.utils.parsedate_to_datetime(said).date()
    return None
