"""Whatever changes, an update gives what a rebuild from the WARC files alone gives."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.codec import to_json
from archiver.corpus import Corpus
from archiver.extract import Sandbox, extractor_key
from archiver.extract.settings import ExtractSettings
from archiver.sites.corrections import Correction, load_corrections
from archiver.sites.profile import SiteProfile
from archiver.update import update
from tests.corpus.making import (
    HOST,
    SITE,
    crawl_start,
    exchange,
    later,
    no_counts,
    not_modified,
    recording,
)
from tests.extract.samples import column, pdf

SETTINGS = ExtractSettings()
HTML, PDF = "text/html; charset=utf-8", "application/pdf"
NUMBERS = (11, 12, 13)
TOPICS = ("Leise Wege", "Ein Brunnen für den Anger", "AG Verkehr")
DAYS = ("3. Mai 2011", "7. Juni 2011", "7. Juni", "5.7.12", "im Herbst 2012")
LONG = " ".join(f"Der Anger bekommt {n} Bänke aus Lärche, sagt das Forum." for n in range(12))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SETTINGS) as made:
        yield made


@dataclass
class Town:
    """A site as it stands: what is told of each sitting, who links what, what a person settled."""

    told: dict[int, tuple[int, str, str]] = field(
        default_factory=lambda: {n: (n, DAYS[0], TOPICS[0]) for n in NUMBERS}
    )
    entries: dict[int, str] = field(default_factory=lambda: {n: f"{n}. Runde" for n in NUMBERS})
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    corrections: dict[str, str] = field(default_factory=dict)
    profile: SiteProfile = field(default_factory=lambda: SiteProfile(name=SITE))
    today: date = date(2026, 11, 22)

    def pages(self) -> dict[str, tuple[str, bytes]]:
        """Return media type and bytes by path."""
        items = "".join(
            f'<li><a href="/{n}.html">{entry}</a></li>' for n, entry in self.entries.items()
        )
        made = {"/archiv.html": (HTML, html("Archiv", f"<ul>{items}</ul>"))}
        for n, (number, day, topic) in self.told.items():
            links = "".join(
                f'<li><a href="{path}">{words}</a></li>'
                for path, (of, words) in self.files.items()
                if of == n
            )
            body = f"<p>{self.texts.get(n, 'Wir sprachen.')}</p><ul>{links}</ul>"
            made[f"/{n}.html"] = (HTML, html(f"{number}. Runde am {day}: {topic}", body))
        for path, (of, words) in self.files.items():
            _, day, topic = self.told[of]
            made[path] = (PDF, pdf(column(words, f"Runde vom {day}", topic)))
        return {path: page for path, page in made.items() if path not in self.gone}


def html(heading: str, body: str) -> bytes:
    return (
        f"<html><head><title>{heading}</title></head><body><main><h1>{heading}</h1>{body}"
        "</main></body></html>"
    ).encode()


numbers = st.sampled_from(NUMBERS)


@st.composite
def changes(draw: st.DrawFn) -> Callable[[Town], None]:
    """Draw one small change."""
    n = draw(numbers)
    what = draw(
        st.sampled_from(
            ("heading", "text", "entry", "file", "gone", "back", "correction", "profile", "day")
        )
    )
    path = draw(st.sampled_from([*(f"/{one}.html" for one in NUMBERS), "/archiv.html"]))
    if what == "heading":
        told = draw(st.tuples(numbers, st.sampled_from(DAYS), st.sampled_from(TOPICS)))
        return lambda town: town.told.update({n: told})
    if what == "text":
        text = draw(st.sampled_from((LONG, LONG + " Ende.", "Wir sprachen.")))
        return lambda town: town.texts.update({n: text})
    if what == "entry":
        day = draw(st.sampled_from(("", *DAYS)))
        number = draw(st.sampled_from((*NUMBERS, 14)))
        return lambda town: town.entries.update({n: f"{number}. Runde {day}"})
    if what == "file":
        words = draw(st.sampled_from(("Protokoll", "Einladung zur 12. Runde", "Mitschrift")))
        return lambda town: town.files.update({f"/{n}-{len(words)}.pdf": (n, words)})
    if what == "gone":
        return lambda town: town.gone.add(path)
    if what == "back":
        return lambda town: town.gone.discard(path)
    if what == "correction":
        said = draw(st.sampled_from(("session = 14", 'date = "2013-02-01"', 'kind = "other"', "")))
        return lambda town: town.corrections.update({f"{HOST}{path}": said})
    if what == "profile":
        title = draw(st.sampled_from(("", "Runde am Anger")))
        roles = draw(st.sampled_from(({}, {"minutes": "Mitschrift"})))
        first = draw(st.sampled_from((None, 2012)))

        def change(town: Town) -> None:
            town.profile = replace(town.profile, title=title, roles=roles, first_year=first)

        return change
    year = draw(st.sampled_from((2006, 2026)))
    return lambda town: setattr(town, "today", date(year, 11, 22))


class Archive:
    """The archive of the town, brought up to date after each change."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder, self.sandbox = folder, sandbox
        self.held: dict[str, bytes] = {}
        self.visits = 0

    def visit(self, town: Town) -> None:
        """Crawl the site as it stands: what is new or changed, what is gone."""
        pages = town.pages()
        self.visits += 1
        with Corpus.open(self.folder / "corpus") as corpus:
            store = corpus.crawl_store(SITE)
            crawl = store.begin_crawl(crawl_start(later(24 * self.visits)))
            for number, path in enumerate(sorted({*self.held, *pages})):
                at = later(24 * self.visits + number / 60)
                if path not in pages:
                    answer = exchange(path, b"Nicht da.", status=404, at=at)
                    store.record([recording(path, answer)])
                    continue
                media, payload = pages[path]
                if self.held.get(path) == payload:
                    store.record([recording(path, not_modified(path, at), links=None)])
                    continue
                self.held[path] = payload
                is_page = media == HTML
                links = self.sandbox.read_links(payload, media, HOST + path).links
                answer = exchange(path, payload, at=at, headers=(("Content-Type", media),))
                store.record(
                    [
                        recording(
                            path,
                            answer,
                            links=links if is_page else None,
                            media_type=media.partition(";")[0],
                        )
                    ]
                )
            store.finish_crawl(crawl, "finished", no_counts(), None, later(24 * self.visits + 9))

    def index(self, town: Town) -> list[bytes]:
        """Update; return documents, versions and the generation's id as they are kept."""
        with Corpus.open(self.folder / "corpus") as corpus:
            report = update(
                corpus,
                self.folder / "index",
                (town.profile,),
                keys={SITE: extractor_key(town.profile, SETTINGS)},
                sandbox=self.sandbox,
                today=town.today,
                lexicon=None,
                corrections=settled(town),
                tell=lambda *_: None,
                should_stop=lambda: False,
            )
            documents = [to_json(document) for document in corpus.documents()]
            versions = [to_json(version) for version in corpus.versions()]
            return [*documents, *versions, report.generation.encode()]

    def from_nothing(self, folder: Path) -> "Archive":
        """Return the same archive made anew from its WARC files."""
        shutil.copytree(self.folder / "corpus" / "warc", folder / "corpus" / "warc")
        shutil.copy(self.folder / "corpus" / "corpus.json", folder / "corpus")
        Corpus.rebuild(folder / "corpus", self.sandbox.read_links)
        return Archive(folder, self.sandbox)


def settled(town: Town) -> tuple[Correction, ...]:
    lines = [
        f'[[correction]]\nurl = "{url}"\n{said}' for url, said in town.corrections.items() if said
    ]
    return load_corrections("\n".join(lines), "corrections.toml")


@settings(max_examples=12)
@given(st.lists(changes(), min_size=2, max_size=6))
def test_updating_after_any_changes_gives_what_rebuilding_gives(
    sandbox: Sandbox, drawn: list[Callable[[Town], None]]
) -> None:
    with TemporaryDirectory() as name:
        town, archive = Town(), Archive(Path(name) / "updated", sandbox)
        archive.visit(town)
        archive.index(town)
        for change in drawn:
            change(town)
            archive.visit(town)
            updated = archive.index(town)
        (Path(name) / "anew").mkdir()
        assert archive.from_nothing(Path(name) / "anew").index(town) == updated
