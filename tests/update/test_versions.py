"""Only the site makes versions: other text is a new one, other bytes or another reader are none."""

from dataclasses import replace

from archiver.model import Document, Extraction, Version
from archiver.update.outline import with_outline
from archiver.update.versions import versioned
from tests.update.forum import START, digest, page, pdf
from tests.update.test_sittings import document

FIRST = with_outline(page("12. Runde", "12. Runde", text="Bänke am Anger."))


def at(payload: str, capture: str = "later") -> Document:
    return document("zwoelf", payload_digest=digest(payload), captures=(capture, "elsewhere"))


def version_one(extraction: Extraction = FIRST) -> Version:
    first = document("zwoelf", payload_digest=digest("first"), captures=("earlier",))
    _, version = versioned(first, extraction, None, lambda _: None)
    assert version is not None
    return version


def test_what_is_seen_first_is_version_one() -> None:
    version = version_one()
    assert (version.number, version.capture_id, version.captured_at) == (1, "earlier", START)
    assert version.payload_digest == digest("first")


def test_the_same_payload_is_the_same_version_even_when_a_newer_reader_reads_more() -> None:
    newer = with_outline(page("12. Runde", "12. Runde", text="Bänke am Anger. Mehr Text."))
    kept, version = versioned(at("first"), newer, version_one(), lambda _: newer)
    assert (kept.version, version) == (1, None)


def test_other_bytes_with_the_same_text_keep_the_capture_that_is_cited() -> None:
    kept, version = versioned(at("second"), FIRST, version_one(), lambda _: FIRST)
    assert (kept.version, version) == (1, None)
    assert kept.payload_digest == digest("first")
    assert kept.captures == ("earlier", "elsewhere")


def test_other_text_is_the_next_version_and_is_cited() -> None:
    second = with_outline(page("12. Runde", "12. Runde", text="Bänke am Bach."))
    kept, version = versioned(at("second"), second, version_one(), lambda _: FIRST)
    assert version is not None
    assert (kept.version, version.number, version.capture_id) == (2, 2, "later")
    assert kept.captures == ("later", "elsewhere")


def test_texts_are_compared_as_the_present_reader_reads_both() -> None:
    old_reader = replace(version_one(), text_digest="sha256:" + "f" * 64)
    kept, version = versioned(at("second"), FIRST, old_reader, lambda _: FIRST)
    assert (kept.version, version) == (1, None)


def test_without_the_older_text_the_digest_of_its_time_tells_and_nothing_old_is_cited() -> None:
    kept, version = versioned(at("second"), FIRST, version_one(), lambda _: None)
    assert (kept.version, version) == (1, None)
    assert kept.payload_digest == digest("second")


def test_a_file_without_text_is_new_when_its_bytes_are() -> None:
    scan = with_outline(pdf())
    kept, version = versioned(at("second"), scan, version_one(scan), lambda _: scan)
    assert version is not None
    assert kept.version == 2
