"""What a corpus is asked about captures and texts, handed to the modules that know.

Two parts of `Corpus`; nothing is decided here.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from archiver.corpus.captures import Captures, NotFetched
from archiver.corpus.content import Content
from archiver.corpus.derived import DerivedTexts
from archiver.corpus.links import DeadLink
from archiver.errors import CorpusError
from archiver.model import Capture, Event, Extraction, InboundLink, Page, Source


class CapturesFace:
    """The questions about captures: what was fetched, what is live, what links what."""

    def __init__(self, captures: Captures, content: Content) -> None:
        self._captures = captures
        self._content = content

    def capture(self, capture_id: str) -> Capture:
        """Return a capture; raises CorpusError when there is none of that id."""
        found = self._captures.get(capture_id)
        if found is None:
            raise CorpusError(f"no capture {capture_id!r} in this corpus")
        return found

    def some_captures(self, capture_ids: Sequence[str]) -> dict[str, Capture]:
        """Return captures by their ids, all at once; those that there are not are left out."""
        return self._captures.some(capture_ids)

    def captures(self, url: str | None = None, site: str | None = None) -> Iterator[Capture]:
        """Yield captures, oldest first; of one URL in any spelling, of one site, or all."""
        return self._captures.each(url, site)

    def capture_at_url(self, url: str, at: datetime | None = None) -> Capture | None:
        """Return the newest capture of a URL (with a page, if there is one) at or before `at`."""
        return self._captures.at_url(url, at)

    def read_payload(self, capture_id: str, *, decode_content: bool = True) -> BinaryIO:
        """Return a capture's payload as a seekable file, verified; close it after use.

        After transfer decoding, and content decoding unless `decode_content` is false; for a
        revisit the payload it refers to. Raises DamagedRecordError naming file and offset.
        """
        return self._content.payload(capture_id, decode_content=decode_content)

    def read_record(self, capture_id: str) -> BinaryIO:
        """Return a capture's WARC record (head and block) as written, verified."""
        return self._content.record(capture_id)

    def stated_digest(self, capture: Capture) -> str | None:
        """Return the payload digest a capture's WARC record states (`label:value`), unverified."""
        return self._content.stated_digest(capture)

    def sources(self, site: str | None = None) -> list[Source]:
        """List the live URLs with their newest whole payload, in order of first capture.

        `captured_at` and `capture_id` are those of the capture that brought the payload, so that
        a visit which found nothing new changes nothing; `first_captured_at` is the URL's first.
        """
        return self._captures.sources(site)

    def past_sources(self, site: str | None = None) -> list[Source]:
        """List the whole payloads that live URLs had before the one they have, oldest first."""
        return self._captures.past_sources(site)

    def inbound_links(self, site: str | None = None) -> list[InboundLink]:
        """List the links of all live pages, grouped by target (see `Captures.inbound_links`)."""
        return self._captures.inbound_links(site)

    def dead_links(self, site: str | None = None) -> list[DeadLink]:
        """List the links of live pages whose target answered with an error or not at all."""
        return self._captures.dead_links(site)

    def not_fetched(self, site: str | None = None) -> list[NotFetched]:
        """List linked files and robots-closed pages that were never asked for, with reasons."""
        return self._captures.not_fetched(site)

    def would_be_asked(self, site: str, due_before: float = math.inf) -> list[str]:
        """List the known URLs a crawl would ask (see `Captures.would_be_asked`)."""
        return self._captures.would_be_asked(site, due_before)

    def events(self, site: str | None = None, crawl_id: str | None = None) -> Iterator[Event]:
        """Yield what happened to URLs and has no record (retries, refusals), oldest first."""
        return self._captures.events(site, crawl_id)


class TextsFace:
    """The derived texts, and what is kept beside them."""

    def __init__(self, texts: DerivedTexts) -> None:
        self._texts = texts

    def extraction(self, payload_digest: str, extractor_key: str) -> Extraction | None:
        """Return a whole extraction, or None."""
        return self._texts.extraction(payload_digest, extractor_key)

    def extraction_head(self, payload_digest: str, extractor_key: str) -> Extraction | None:
        """Return an extraction without its pages, or None."""
        return self._texts.head(payload_digest, extractor_key)

    def save_extractions(self, items: Iterable[tuple[str, str, Extraction]]) -> None:
        """Keep extractions, each as (payload digest, extractor key, extraction)."""
        self._texts.save_extractions(items)

    def page_text(self, payload_digest: str, extractor_key: str, page_number: int) -> Page:
        """Return one page; raises CorpusError when it is not held."""
        return self._texts.page_text(payload_digest, extractor_key, page_number)

    def missing(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the pairs (payload digest, extractor key) not held."""
        return self._texts.missing(pairs)

    def note_failure(self, payload_digest: str, extractor_key: str, reason: str) -> int:
        """Count a failed extraction; return how many there were."""
        return self._texts.note_failure(payload_digest, extractor_key, reason)

    def poisoned(self, payload_digest: str, extractor_key: str) -> str | None:
        """Return why a payload is not tried again, or None."""
        return self._texts.poisoned(payload_digest, extractor_key)

    def derived_mark(self, name: str) -> str | None:
        """Return what is kept under a name of what was derived, or None."""
        return self._texts.mark(name)

    def set_derived_mark(self, name: str, value: str) -> None:
        """Keep under a name what was derived; it goes with the texts."""
        self._texts.set_mark(name, value)

    def kept_reading(self, key: bytes) -> bytes | None:
        """Return what is kept of words under a key, or None."""
        return self._texts.reading(key)

    def keep_readings(self, readers: str, items: Mapping[bytes, bytes]) -> None:
        """Keep what words say as `readers` read them; it goes with the texts."""
        self._texts.keep_readings(readers, items)

    def kept_choice(self, doc_id: str) -> tuple[bytes, bytes, bytes, bytes] | None:
        """Return what is kept of the choices for a document (see `DerivedTexts.choice`)."""
        return self._texts.choice(doc_id)

    def keep_choices(
        self, site: str, choices: Mapping[str, tuple[bytes, bytes, bytes, bytes] | None]
    ) -> None:
        """Keep what was chosen for a site's documents (see `DerivedTexts.keep_choices`)."""
        self._texts.keep_choices(site, choices)
