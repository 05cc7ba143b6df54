"""corrections.toml is read strictly: what it may say, and what is refused with its key."""

from datetime import date

import pytest

from archiver.errors import ConfigError
from archiver.model import DateSpan
from archiver.sites.corrections import Correction, load_corrections
from archiver.sites.readers import Clue, read_clues, resolve
from tests.conftest import ROOT

URL = 'url = "http://forum.example/36"\n'


def load(body: str, target: str = URL) -> Correction:
    [found] = load_corrections(f"[[correction]]\n{target}{body}", "corrections.toml")
    return found


def values(body: str) -> list[tuple[str, object]]:
    return [(reading.field, reading.value) for reading in load(body).readings]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("session = 36", [("session", 36)]),
        ("session = [9, 10]", [("session", 9), ("session", 10)]),
        ("session = []", [("session", "")]),
        ('date = "2012-04-20"', [("date", DateSpan(date(2012, 4, 20)))]),
        ("date = 2012-04-20", [("date", DateSpan(date(2012, 4, 20)))]),
        (
            'date = "2012-04-20..2012-04-21"',
            [("date", DateSpan(date(2012, 4, 20), date(2012, 4, 21)))],
        ),
        ('date = "2012-04"', [("date", DateSpan(date(2012, 4, 1), date(2012, 4, 30), "month"))]),
        ('date = "2012"', [("date", DateSpan(date(2012, 1, 1), date(2012, 12, 31), "year"))]),
        ('date = ""', [("date", "")]),
        ('topic = "Leise Straßen"', [("topic", "Leise Straßen")]),
        ('topic = ["Bänke", "Bäume"]', [("topic", "Bänke"), ("topic", "Bäume")]),
        ('role = "minutes"', [("role", "minutes")]),
        ('kind = "session"', [("kind", "session")]),
        ('group = ["AG Grün"]', [("group", "AG Grün")]),
        ("keyword = []", [("keyword", "")]),
        ('title = "Was  braucht\\nunsere Stadt?"', [("title", "Was braucht unsere Stadt?")]),
        ('special = "cancelled"', [("special", "cancelled")]),
        ("published = 2012-05-02", [("published", DateSpan(date(2012, 5, 2)))]),
    ],
)
def test_a_field_is_corrected(line: str, read: list[tuple[str, object]]) -> None:
    assert values(line) == read


def test_the_evidence_says_that_a_person_did_it_and_why() -> None:
    [reading] = load('session = 36\nnote = "Die Überschrift ist die der vorigen Sitzung."').readings
    assert reading.evidence.rule == "corrected by hand"
    assert reading.evidence.place == "correction"
    assert reading.evidence.raw == "Die Überschrift ist die der vorigen Sitzung."
    assert reading.confidence == 1.0


def test_without_a_note_the_words_are_those_of_the_file() -> None:
    assert [r.evidence.raw for r in load("session = [9, 10]").readings] == ["9", "10"]


def test_a_payload_may_be_named_instead_of_a_url() -> None:
    digest = "sha256:" + "ab" * 32
    found = load("session = 36", f'digest = "{digest}"\n')
    assert (found.url, found.digest, found.target) == (None, digest, digest)


def test_the_documentations_example_is_read() -> None:
    page = (ROOT / "docs" / "site-profiles.md").read_text(encoding="utf-8")
    example = page.partition("<!-- corrections -->\n```toml\n")[2].partition("```")[0]
    first, second = load_corrections(example, "docs")
    assert [reading.value for reading in first.readings] == [13]
    assert [reading.field for reading in second.readings] == ["date", "topic", "topic", "role"]


def test_a_file_may_be_empty() -> None:
    assert load_corrections("# nothing yet\n", "corrections.toml") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"[[correction]]\n{URL}sesion = 36", "correction[0].sesion`: did you mean `session`?"),
        (f"[[corrections]]\n{URL}session = 36", "unknown key `corrections`"),
        (f'[[correction]]\n{URL}session = "36"', "key `correction[0].session`"),
        (f"[[correction]]\n{URL}session = 0", "correction[0].session`: 0 is no session's number"),
        (f'[[correction]]\n{URL}role = "protocol"', "allowed here: documentation, minutes"),
        (f'[[correction]]\n{URL}kind = ""', "allowed here: session, overview, topic, file, other"),
        (f'[[correction]]\n{URL}special = "festive"', "allowed here: special, constituting"),
        (f'[[correction]]\n{URL}date = "20.04.2012"', "correction[0].date`: '20.04.2012' is no"),
        (f'[[correction]]\n{URL}date = "2012-02-30"', "'2012-02-30' is no date"),
        (f'[[correction]]\n{URL}date = "2012-04-21..2012-04-20"', "is no date"),
        (f"[[correction]]\n{URL}date = 2012", "2012 is no date"),
        ("[[correction]]\nsession = 36", "give either `url` or `digest`"),
        (f'[[correction]]\n{URL}digest = "sha256:00"\nsession = 1', "give either `url` or"),
        ('[[correction]]\ndigest = "sha256:00"\nsession = 36', "write sha256: and 64 hex digits"),
        ('[[correction]]\nurl = "forum.example/36"\nsession = 36', "is not an http(s) URL"),
        (f"[[correction]]\n{URL}", "corrects nothing; allowed here: session, date, topic"),
        (f'[[correction]]\n{URL}note = "nur so"', "corrects nothing"),
        (f"[[correction]]\n{URL}session = 1\n" * 2, "stands twice"),
        ("[[correction]\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_refused_with_file_key_and_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_corrections(text, "corrections.toml")
    assert str(caught.value).startswith("corrections.toml: ")
    assert says in str(caught.value)


def test_a_correction_is_above_profile_and_page_and_settles_every_conflict() -> None:
    heading = read_clues([Clue("35. Runde am 3. Mai 2011: Bänke", "heading")])
    linked = read_clues([Clue("36. Runde", "link_text", "http://forum.example/archiv")])
    torn = resolve([*heading, *linked], kind="session")
    assert [conflict.field for conflict in torn.conflicts] == ["session"]
    settled = resolve([*heading, *linked, *load("session = 36").readings], kind="session")
    assert (settled.sessions, settled.held_on) == ((36,), date(2011, 5, 3))
    assert settled.conflicts == ()


def test_what_is_said_to_be_none_is_none_and_stays_among_the_evidence() -> None:
    heading = read_clues([Clue("35. Runde am 3. Mai 2011: Bänke", "heading")])
    found = resolve([*heading, *load("session = []\ntopic = []").readings], kind="session")
    assert (found.sessions, found.topics) == ((), ())
    assert [(r.field, r.evidence.raw) for r in found.readings if r.value == ""] == [
        ("session", "none"),
        ("topic", "none"),
    ]


def test_a_list_page_gets_number_and_date_from_a_correction_only() -> None:
    said = load('session = 7\ndate = "2011-05-03"').readings
    assert resolve(said, kind="other").sessions == (7,)
