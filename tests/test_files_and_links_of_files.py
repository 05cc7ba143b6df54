"""The whole way of what files hold and link: asked for, archived, found, cited, checked again."""

import contextlib
import http.server
import io
import json
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pypdf
import pytest
from pypdf.annotations import Link

from tests.conftest import Archiver
from tests.extract.samples import column, pdf


def minutes() -> bytes:
    """Minutes that hold a plan, link an annex that no page links, and a file that is gone."""
    text = column("Niederschrift der 12. Sitzung", "Siehe Anlage 1: Laubkonzept", "Und mehr.")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(text)))
    writer.add_attachment("plan.pdf", pdf(column("Deckblatt"), column("Der Zwetschgenplatz.")))
    writer.add_annotation(0, Link(rect=(107, 720, 230, 737), url="annexes/laub.pdf"))
    writer.add_annotation(0, Link(rect=(72, 705, 130, 722), url="/verloren.pdf"))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def mail() -> bytes:
    message = EmailMessage()
    message["From"] = "amt@linde.example"
    message["Date"] = "Fri, 14 Oct 2011 23:05:00 +0200"
    message["Subject"] = "Einladung zur 12. Sitzung"
    message.set_content("Wir kommen wegen der Quittenallee.")
    message.add_attachment("Vom Mispelweg.", filename="notiz.txt")
    return message.as_bytes()


PAGES: dict[str, tuple[str, bytes]] = {
    "/": ("text/html", b"<title>Foren</title><ul><li><a href='/12.html'>12. Sitzung</a></ul>"),
    "/12.html": (
        "text/html",
        (
            "<title>12. Sitzung</title><h1>12. Sitzung am 14.10.2011: Laub</h1>"
            "<p>Viele Gäste kamen.</p><p><a href='/files/12.pdf'>Protokoll</a></p>"
            "<p><a href='/12.eml'>Einladung</a></p>"
        ).encode(),
    ),
    "/files/12.pdf": ("application/pdf", minutes()),
    "/files/annexes/laub.pdf": ("application/pdf", pdf(column("Das Laub bleibt liegen."))),
    "/12.eml": ("message/rfc822", mail()),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = PAGES.get(self.path, ("text/html", b"nichts"))
        self.send_response(200 if self.path in PAGES else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archiver]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        archiver = Archiver(tmp_path_factory.mktemp("forum"))
        seed = f"http://{address}/"
        archiver("init", ".", "--seed", seed, "--allow", address, "--delay", "0")
        archiver("crawl")
        archiver("index")
        yield archiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def documents(forum: Archiver) -> dict[str, dict]:
    found = forum("documents", "--jsonl").jsonl
    return {one["urls"][0].partition("/")[2].partition("/")[2]: one for one in found}


def by_name(forum: Archiver, name: str) -> dict:
    [one] = [one for url, one in documents(forum).items() if url.endswith(name)]
    return one


def test_what_only_the_minutes_link_is_archived_and_belongs_to_their_sitting(
    forum: Archiver,
) -> None:
    annex = by_name(forum, "laub.pdf")
    assert (annex["sessions"], annex["held_on"]) == ([12], "2011-10-14")
    assert annex["title"] == "Anlage 1: Laubkonzept"


def test_a_link_of_a_file_that_leads_nowhere_is_a_dead_link(forum: Archiver) -> None:
    coverage = forum("search", "Laub", "--json").json["coverage"]
    assert coverage["dead_links"] == 1


def test_a_file_inside_is_found_cited_and_checked_again(forum: Archiver, tmp_path: Path) -> None:
    out = forum("search", "Zwetschgenplatz").out
    assert "/files/12.pdf\n" in out
    assert "Anlage plan.pdf, S. 2: " in out
    target = tmp_path / "hits.jsonl"
    forum("export", "Zwetschgenplatz", "--output", str(target))
    [hit] = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert (hit["page"], hit["page_label"], hit["attachment"]) == (
        3,
        "Anlage plan.pdf, S. 2",
        "plan.pdf",
    )
    assert "Anlage plan.pdf, S. 2. http" in forum("cite", hit["hit_id"]).out
    assert "same" in forum("verify", str(target)).out
    [plan] = by_name(forum, "12.pdf")["attachments"]
    assert (plan["first_page"], plan["page_count"]) == (2, 2)


def test_mails_and_what_they_bring_are_found(forum: Archiver) -> None:
    invitation = by_name(forum, "12.eml")
    assert (invitation["media_type"], invitation["sessions"]) == ("message/rfc822", [12])
    assert forum("search", "Quittenallee", "--json").json["total"] == 1
    assert "Anlage notiz.txt: " in forum("search", "Mispelweg").out


def test_all_of_it_can_be_made_anew_from_the_archive(forum: Archiver) -> None:
    before = documents(forum)
    forum("corpus", "rebuild")
    forum("index", "--rebuild")
    assert documents(forum) == before
    assert forum("search", "Laub", "--json").json["coverage"]["dead_links"] == 1
