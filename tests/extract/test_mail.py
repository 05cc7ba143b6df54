"""Mails: head, text, and the files they bring, whatever program wrote them."""

import random
from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archiver.errors import ExtractionError
from archiver.extract import ExtractSettings, Sandbox, Task, extract
from archiver.extract.sniff import media_type_of
from archiver.model import Extraction
from tests.extract.samples import column, pdf


def mail(**head: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Bürgeramt Linde <amt@linde.example>"
    message["To"] = "runde@forum.example"
    message["Date"] = "Fri, 14 Oct 2011 23:05:00 +0200"
    message["Subject"] = "Einladung zur 12. Sitzung am 3. November 2011"
    for name, value in head.items():
        message[name] = value
    return message


def read(data: bytes, media_type: str | None = None) -> Extraction:
    return extract(data, media_type=media_type)


def test_head_and_text_are_one_page_and_the_head_tells_title_author_and_day() -> None:
    message = mail()
    message.set_content("Liebe Gäste,\n\nwir sprechen über die Wege am Ufer.\n")
    found = read(message.as_bytes())
    assert (found.status, found.media_type, len(found.pages)) == ("ok", "message/rfc822", 1)
    assert found.pages[0].text == (
        "From: Bürgeramt Linde <amt@linde.example>\n"
        "To: runde@forum.example\n"
        "Date: Fri, 14 Oct 2011 23:05:00 +0200\n"
        "Subject: Einladung zur 12. Sitzung am 3. November 2011\n\n"
        "Liebe Gäste,\n\nwir sprechen über die Wege am Ufer."
    )
    assert found.title == "Einladung zur 12. Sitzung am 3. November 2011"
    assert (found.author, found.published_on) == (
        "Bürgeramt Linde <amt@linde.example>",
        date(2011, 10, 14),
    )
    assert ("session", 12) in {(one.field, one.value) for one in found.readings}


def test_of_two_forms_of_a_text_the_plain_one_is_read() -> None:
    message = mail()
    message.set_content("Schlicht.")
    message.add_alternative("<p>Bunt.</p>", subtype="html")
    assert read(message.as_bytes()).pages[0].text.endswith("\n\nSchlicht.")


def test_a_web_page_alone_is_read_as_text() -> None:
    message = mail()
    message.set_content("<p>Die <b>Wege</b></p><p>am Ufer</p>", subtype="html")
    assert read(message.as_bytes()).pages[0].text.endswith("\n\nDie Wege\nam Ufer")


@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "iso-8859-15"])
def test_umlauts_survive_bytes_without_or_with_a_wrong_charset(charset: str) -> None:
    data = (
        "From: Büro\r\nDate: Fri, 14 Oct 2011 23:05:00 +0200\r\nMIME-Version: 1.0\r\n"
        "Subject: Grüne Höfe\r\nContent-Type: text/plain; charset=us-ascii\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\nÜber Bäume.\r\n"
    ).encode(charset)
    found = read(data)
    assert found.title == "Grüne Höfe"
    assert found.pages[0].text.endswith("Über Bäume.")


def test_files_a_mail_brings_are_further_pages() -> None:
    inner = mail(Comments="x")
    inner.replace_header("Subject", "Weitergeleitet")
    inner.set_content("Von früher.")
    inner.add_attachment(b"Kies", maintype="text", subtype="plain", filename="kies.txt")
    message = mail()
    message.set_content("Anbei.")
    message.add_attachment(
        pdf(column("Lageplan")), maintype="application", subtype="pdf", filename="Plan Süd.pdf"
    )
    message.add_attachment(inner)
    message.add_attachment(
        b"\x89PNG\r\n\x1a\n..", maintype="image", subtype="png", filename="a.png"
    )
    found = read(message.as_bytes())
    assert [(page.label, page.text.rpartition("\n")[2]) for page in found.pages] == [
        (None, "Anbei."),
        ("Anlage Plan Süd.pdf, S. 1", "Lageplan"),
        ("Anlage Teil 2.eml", "Von früher."),
        ("Anlage Teil 2.eml › kies.txt", "Kies"),
    ]
    assert found.attachments[-1].reason == "no text reader for image/png"


@pytest.mark.parametrize("declared", ["message/rfc822", "text/plain", "application/octet-stream"])
def test_a_mail_is_known_by_its_head_or_by_what_the_server_says(declared: str) -> None:
    message = mail()
    message["MIME-Version"] = "1.0"
    assert media_type_of(message.as_bytes(), declared) == "message/rfc822"


def test_a_text_that_speaks_of_dates_and_senders_is_no_mail() -> None:
    assert media_type_of(b"From: Amt\nDate: heute\n\nProtokoll", "text/plain") == "text/plain"


def test_what_is_called_a_mail_and_has_no_head_fails_with_a_reason() -> None:
    with pytest.raises(ExtractionError, match="no head"):
        read(b"nur Text", "message/rfc822")


def nested(depth: int) -> bytes:
    head = b"From: a\nDate: b\nMIME-Version: 1.0\n"
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )
    return head + parts + b"Content-Type: text/plain\n\ntief\n"


@pytest.mark.parametrize(
    "data",
    [
        nested(3_000),
        b"From: a\nDate: b\nSubject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nText",
        b"From: " + b"(" * 200_000 + b"\nDate: b\nMIME-Version: 1.0\n\nText",
        b"From: a\nDate: b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        + b"--x\n\ny\n" * 20_000,
        b"From: a\nDate: b\nMIME-Version: 1.0\n" + b"X: y\n" * 300_000 + b"\nText",
    ],
    ids=["nested", "encoded words", "comments", "parts", "head"],
)
def test_hostile_mails_end_within_their_limits(data: bytes) -> None:
    with Sandbox(ExtractSettings(memory_mb=512, cpu_s=10, wall_s=12)) as pool:
        found = pool.extract(Task(data, "message/rfc822"))
    assert found.status == "ok" or found.reason == "error: nested too deeply"


def test_broken_mails_end_in_a_status_and_a_reason() -> None:
    message = mail()
    message.set_content("Anbei.")
    message.add_attachment(b"Kies" * 50, maintype="text", subtype="plain", filename="Kies ü.txt")
    data, dice = message.as_bytes(), random.Random(3)
    with Sandbox(ExtractSettings(memory_mb=512, cpu_s=10, wall_s=10)) as pool:
        for _ in range(150):
            broken = bytearray(data[: dice.randrange(len(data))] if dice.random() < 0.3 else data)
            for _ in range(dice.randint(0, 30) if broken else 0):
                broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
            found = pool.extract(Task(bytes(broken), "message/rfc822"))
            assert found.status == "ok" or found.reason


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
@example(b"\n%PDF-1.7 is how a PDF file begins.")
def test_any_bytes_behind_a_head_are_a_mail(body: bytes) -> None:
    head = b"From: a\nDate: b\nMIME-Version: 1.0\n"
    assert read(head + body, "message/rfc822").media_type
