"""Withdrawn or erased holds at once, also where the index was not brought up to date any more.

Three moments at which a command may be killed: the decision is written; the corpus is changed,
too, but not the index; all is done.
"""

import contextlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.cli import run
from archiver.corpus import Corpus
from archiver.corpus.erasure import Erasure
from archiver.corpus.journal import append_entry
from archiver.corpus.withdrawal import Withdrawal
from archiver.errors import ExitCode
from archiver.urls import url_key
from tests.conftest import Archiver, Outcome
from tests.faults.conftest import copied

WORD = "Bürgerbeteiligung"


class Decided:
    """A forum of which one document was decided on, and what of it must not be seen."""

    def __init__(self, archiver: Archiver) -> None:
        self.archiver = archiver
        answer = self.asked("search", WORD, "--session", "28", "--json", "--limit", "99").json
        files = [
            group for group in answer["groups"]
            if group["document"]["media_type"] == "application/pdf"
        ]  # fmt: skip
        self.document = files[0]["document"]
        self.hit_id = files[0]["hits"][0]["hit_id"]
        self.url = self.document["urls"][0]
        self.others = answer["documents"] - 1
        self.files_before = self.files()
        self.digest = self.document["payload_digest"]
        self.capture = self.document["captures"][0]

    def check(self, folder: Path) -> None:
        """Ask in every way there is."""
        ask = self.asked
        answer = ask("search", WORD, "--session", "28", "--json", "--limit", "99")
        assert answer.json["documents"] == self.others
        outputs = [
            answer.out,
            ask("search", WORD, "--session", "28", "--all-versions", "--json").out,
            ask("kwic", WORD, "--session", "28").out,
            ask("stats", WORD, "--json").out,
            ask("export", WORD, "--session", "28", "-o", "-", "--format", "jsonl").out,
            ask("documents").out,
            ask("documents", "--jsonl").out,
        ]
        other = answer.json["groups"][0]["document"]["doc_id"]
        outputs.append(ask("like", other, "--json", "-n", "99").out)
        for command in ("show", "cite"):
            told = ask(command, self.hit_id, expect=ExitCode.ERROR)
            outputs += [told.out, told.err]
        assert "no document" in ask("like", self.url, expect=ExitCode.ERROR).err
        assert "is no document here" in ask("diff", self.url, expect=ExitCode.ERROR).err
        assert self.files() == self.files_before - 1
        ask("corpus", "export", str(folder / "out.cdxj"))
        outputs.append((folder / "out.cdxj").read_text())
        ask("corpus", "export", str(folder / "out"))
        assert not list((folder / "out").glob(f"{self.capture}*"))
        for text in outputs:
            for secret in (self.url, self.digest, self.document["doc_id"]):
                assert secret not in text

    def asked(self, *words: str, expect: int = 0) -> Outcome:
        """Run a command in this process: there are many questions."""
        raw = io.BytesIO()
        out, err = io.TextIOWrapper(raw, "utf-8", write_through=True), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["-w", str(self.archiver.folder), *words])
        assert code == expect, (words, err.getvalue())
        return Outcome(code, raw.getvalue().decode(), err.getvalue())

    def files(self) -> int:
        """Count the files of the sitting."""
        rows = self.asked("sessions", "--json").json["sessions"]
        (count,) = (row["files"] for row in rows if row["sessions"] == [28])
        return int(count)


@pytest.fixture
def decided(forum: Archiver, tmp_path: Path) -> Decided:
    archiver = copied(forum, tmp_path / "forum")
    archiver("index")
    return Decided(archiver)


def withdrawal(decided: Decided, target: str) -> Withdrawal:
    value = url_key(decided.url) if target == "url" else decided.digest
    return Withdrawal(datetime.now(UTC), "withdraw", target, value, "names of minors")


@pytest.mark.parametrize("target", ["url", "payload"])
def test_withdrawn_and_killed_before_the_index(
    decided: Decided, tmp_path: Path, target: str
) -> None:
    append_entry(
        decided.archiver.folder / "corpus" / "withdrawn.jsonl", withdrawal(decided, target)
    )
    decided.check(tmp_path)
    decided.archiver("index")
    decided.check(tmp_path / "forum")


def test_erased_and_killed_behind_the_ledger(decided: Decided, tmp_path: Path) -> None:
    entry = Erasure(
        datetime.now(UTC), "court order", None, (url_key(decided.url),), (decided.digest,),
        (decided.capture,),
    )  # fmt: skip
    append_entry(decided.archiver.folder / "corpus" / "erased.jsonl", entry)
    decided.check(tmp_path)


def test_erased_and_killed_before_the_index(decided: Decided, tmp_path: Path) -> None:
    with Corpus.open(decided.archiver.folder / "corpus") as corpus:
        corpus.erase(corpus.examine("url", decided.url), reason="court order")
    decided.check(tmp_path)
    decided.archiver("index")
    decided.check(tmp_path / "forum")
