"""What is handed to a child process and what comes back, and how it stands on the pipe. Pure.

A message is a frame: two big-endian 64-bit lengths, then the header (JSON), then raw bytes (the
payload, uncopied). Parent and child are the same program version, so frames carry no version.
"""

import struct
from dataclasses import dataclass, field
from typing import Literal

from archiver.extract.attached import Attached
from archiver.extract.settings import PdfReader
from archiver.model import Extraction, LinkReading
from archiver.sites.profile import SiteProfile

LENGTHS = struct.Struct(">QQ")
OUT_OF_MEMORY = 71
"""Exit code of a child in whose memory not even the payload fits."""

FailureKind = Literal["error", "timeout", "signal", "memory", "limit"]


@dataclass(frozen=True, slots=True)
class Task:
    """One payload to read. `name` is the caller's own and comes back untouched.

    `media_type` and `charset` are what the server declared; `url` resolves relative links.
    """

    data: bytes
    media_type: str | None = None
    charset: str | None = None
    url: str | None = None
    profile: SiteProfile | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a child could not read a payload, in words a person can read."""

    kind: FailureKind
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Request:
    """The header of a frame to the child; the payload follows it.

    "extract" reads the payload and names the files inside it; "attached" reads one of these, by
    its `number`.
    """

    what: Literal["extract", "attached", "links"]
    media_type: str | None = None
    charset: str | None = None
    url: str | None = None
    profile: SiteProfile | None = None
    pdf_text: PdfReader | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """The header of a frame from the child; exactly one of the four is set."""

    extraction: Extraction | None = None
    attached: Attached | None = None
    links: LinkReading | None = None
    failure: Failure | None = None
    is_worn: bool = field(default=False)  # the child wants to be replaced


def frame_head(header: bytes, payload_length: int) -> bytes:
    """Return what goes before the payload: both lengths and the header.

    >>> frame_head(b"{}", 5)[-2:], LENGTHS.unpack(frame_head(b"{}", 5)[:16])
    (b'{}', (2, 5))
    """
    return LENGTHS.pack(len(header), payload_length) + header
