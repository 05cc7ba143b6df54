"""Only the site makes versions: other text is a new one, other bytes or another reader are none."""

from dataclasses import replace
from datetime import timedelta

from archiver.model import Extraction, Source
from archiver.update.outline import with_outline
from archiver.update.versions import Lineage, current, earlier, lineage
from tests.update.forum import START, digest, page, pdf, source
from tests.update.test_sittings import document

OLD = with_outline(page("12. Runde", "12. Runde", text="Bänke am Anger."))
NEW = with_outline(page("12. Runde", "12. Runde", text="Bänke am Bach."))
SCAN = with_outline(pdf())


def states(*payloads: str) -> list[Source]:
    """What stood under the URL, one payload a minute."""
    return [
        replace(source("/12", payload, at=number), capture_id=f"capture-{number}")
        for number, payload in enumerate(payloads)
    ]


def line(texts: dict[str, Extraction], *payloads: str) -> Lineage:
    by_digest = {digest(name): text for name, text in texts.items()}
    return lineage("zwoelf", states(*payloads), lambda one: by_digest[one.payload_digest])


def told(found: Lineage) -> list[tuple[int, str]]:
    return [(version.number, version.capture_id) for version in found.versions]


def test_what_is_seen_first_is_version_one() -> None:
    (version,) = line({"a": OLD}, "a").versions
    assert (version.doc_id, version.number, version.capture_id) == ("zwoelf", 1, "capture-0")
    assert (version.captured_at, version.payload_digest) == (START, digest("a"))
    assert version.status == "ok"


def test_other_text_is_the_next_version() -> None:
    assert told(line({"a": OLD, "b": NEW}, "a", "b")) == [(1, "capture-0"), (2, "capture-1")]


def test_other_bytes_with_the_same_text_are_no_version() -> None:
    assert told(line({"a": OLD, "b": OLD, "c": NEW}, "a", "b", "c")) == [
        (1, "capture-0"),
        (2, "capture-2"),
    ]


def test_a_text_that_comes_back_is_a_version_again() -> None:
    found = line({"a": OLD, "b": NEW}, "a", "b", "a")
    assert told(found) == [(1, "capture-0"), (2, "capture-1"), (3, "capture-2")]
    assert found.versions[0].text_digest == found.versions[2].text_digest


def test_a_newer_reader_makes_no_version_of_a_page_that_did_not_change() -> None:
    assert told(line({"a": OLD}, "a")) == told(line({"a": NEW}, "a"))


def test_a_file_without_text_is_new_when_its_bytes_are() -> None:
    assert len(line({"a": SCAN, "b": SCAN}, "a", "b").versions) == 2


def test_the_document_cites_the_capture_that_brought_its_text() -> None:
    found = line({"a": OLD, "b": NEW, "c": NEW}, "a", "b", "c")
    now = document("zwoelf", payload_digest=digest("c"), captures=("capture-2", "elsewhere"))
    kept = current(now, found)
    assert kept.version == 2
    assert kept.captures == ("capture-1", "elsewhere")
    assert kept.payload_digest == digest("b")
    assert kept.captured_at == START + timedelta(minutes=1)


def test_earlier_versions_with_pages_are_documents_of_their_own() -> None:
    texts = {digest("a"): OLD, digest("b"): SCAN, digest("c"): NEW}
    history = states("a", "b", "c")
    found = lineage("zwoelf", history, lambda one: texts[one.payload_digest])
    now = document("zwoelf", payload_digest=digest("c"), captures=("capture-2",), sessions=(12,))
    (first,) = earlier(now, found, lambda one: texts[one.payload_digest])
    assert (first.doc_id, first.version, first.is_current) == ("zwoelf@1", 1, False)
    assert (first.captures, first.captured_at) == (("capture-0",), START)
    assert (first.payload_digest, first.page_count) == (digest("a"), 1)
    assert first.sessions == (12,)
