"""What the command line is on a terminal, in a pipe, and in surroundings of all kinds."""

import errno
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from archiver.cli.commands import COMMANDS, archiver
from tests.changing_site import Site
from tests.conftest import ROOT, Archiver

HOSTILE = "Rad\x1b[31mweg\x1b]0;title\x07 \u202egew\u200bnder\u202c \x9b2J&#27;[2J Forum"
COLOR = "\x1b["


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    site.page(1, "Der Radweg an der Schule wird breiter.")
    site.page(2, "Über den Radweg am Markt wurde gesprochen; der Markt bleibt.")
    site.page(3, "Der Radweg \x1b[2J\u202e ist \x9b31m zu.", title=HOSTILE)
    site.pages["/"] += '<a href="/fehlt\x1b[2J.pdf">fehlt \x1b[31m</a>'
    yield site
    site.close()


@pytest.fixture(scope="module")
def forum(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Archiver:
    archiver = Archiver(tmp_path_factory.mktemp("terminal"))
    archiver(
        "init", ".", "--name", "town", "--seed", f"http://{site.address}/",
        "--allow", site.address, "--delay", "0",
    )  # fmt: skip
    archiver("crawl")
    archiver("index")
    return archiver


def on_terminal(
    folder: Path,
    *arguments: str,
    rows: int = 200,
    typed: str = "",
    once: str = "*",
    **environment: str,
) -> tuple[int, str]:
    """Run a command on a pseudo-terminal; return its exit code and what stands there.

    What is `typed` is sent once there are files of the pattern `once`.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 100, 0, 0))
    kept = {
        k: v
        for k, v in os.environ.items()
        if k not in ("NO_COLOR", "PAGER", "LESS", "LINES", "COLUMNS")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "archiver", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  no threads here
    )
    os.close(slave)
    shown = b""
    while True:
        if typed and list(folder.glob(once)):
            os.write(master, typed.encode())
            typed = ""
        if not select.select([master], [], [], 0.1)[0]:
            continue
        try:
            part = os.read(master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            break
        if not part:
            break
        shown += part
    os.close(master)
    return process.wait(60), shown.decode().replace("\r\n", "\n")


class TestColours:
    def test_a_terminal_gets_colours_and_a_pipe_gets_none(self, forum: Archiver) -> None:
        code, shown = on_terminal(forum.folder, "search", "Radweg")
        assert code == 0
        assert COLOR in shown
        assert COLOR not in forum("search", "Radweg").out

    def test_no_color_and_the_flag_take_them_away(self, forum: Archiver) -> None:
        assert COLOR not in on_terminal(forum.folder, "search", "Radweg", NO_COLOR="1")[1]
        assert COLOR not in on_terminal(forum.folder, "--no-color", "search", "Radweg")[1]

    def test_force_and_the_flag_bring_them_into_a_pipe(self, forum: Archiver) -> None:
        assert COLOR in forum("search", "Radweg", CLICOLOR_FORCE="1").out
        assert COLOR in forum("--color", "search", "Radweg", NO_COLOR="1").out
        assert COLOR not in forum("search", "Radweg", CLICOLOR_FORCE="1", NO_COLOR="1").out


class TestProgress:
    def test_progress_is_shown_on_a_terminal_only(self, forum: Archiver) -> None:
        assert re.search(r"index\s+\[", on_terminal(forum.folder, "index", "--rebuild")[1])
        assert "[" not in forum("index", "--rebuild").err

    @pytest.mark.parametrize("words", [["--quiet", "index"], ["index", "--json"]])
    def test_never_when_quiet_or_json(self, forum: Archiver, words: list[str]) -> None:
        assert not re.search(r"index\s+\[", on_terminal(forum.folder, *words)[1])


class TestPager:
    @pytest.fixture
    def pager(self, tmp_path: Path) -> str:
        script = tmp_path / "pager"
        script.write_text("#!/bin/sh\necho PAGED\ncat\n")
        script.chmod(0o755)
        return str(script)

    @pytest.mark.parametrize(
        "words", [["search", "Radweg"], ["sessions"], ["documents"], ["kwic", "Radweg"]]
    )
    def test_long_answers_go_through_a_pager_on_a_terminal(
        self, forum: Archiver, pager: str, words: list[str]
    ) -> None:
        code, shown = on_terminal(forum.folder, *words, rows=3, PAGER=pager)
        assert (code, "PAGED" in shown) == (0, True)
        assert "PAGED" not in on_terminal(forum.folder, *words, PAGER=pager)[1]
        assert (
            "PAGED" not in on_terminal(forum.folder, "--no-pager", *words, rows=3, PAGER=pager)[1]
        )
        assert "PAGED" not in forum(*words, PAGER=pager).out

    def test_a_long_page_goes_through_a_pager_on_a_terminal(
        self, forum: Archiver, pager: str
    ) -> None:
        groups = forum("search", "Radweg", "--json").json["groups"]
        hit = groups[0]["hits"][0]["hit_id"]
        code, shown = on_terminal(forum.folder, "show", hit, PAGER=pager)
        assert (code, "PAGED" in shown, "»Radweg«" in shown) == (0, True, False)
        assert COLOR in shown
        for words in (["--no-pager", "show", hit], ["show", "--no-pager", hit]):
            assert "PAGED" not in on_terminal(forum.folder, *words, PAGER=pager)[1]
        assert "PAGED" not in forum("show", hit, PAGER=pager).out

    def test_data_and_remarks_stay_in_order(self, forum: Archiver, pager: str) -> None:
        _, shown = on_terminal(forum.folder, "search", "Radweg", rows=3, PAGER=pager)
        assert shown.index("PAGED") < shown.index("#1") < shown.index("3 pages in 3 documents")


@pytest.mark.parametrize(
    "words",
    [
        "search Radweg",
        "search Radweg --json",
        "documents --jsonl",
        "sessions",
        "kwic Radweg",
        "export Radweg -o - --format jsonl",
    ],
)
def test_a_closed_pipe_is_no_error(forum: Archiver, words: str) -> None:
    line = f"{sys.executable} -m archiver {words} | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=forum.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.stdout[1:].strip() == "0"
    assert "Broken" not in done.stderr
    assert "Traceback" not in done.stderr


def test_words_may_begin_with_a_dash(forum: Archiver) -> None:
    assert forum("search", "Radweg", "-Markt", "--json").json["total"] == 2
    assert forum("search", "-Markt", "Radweg", "--json").json["total"] == 2
    assert forum("search", "--json", "--", "Radweg", "-Markt").json["total"] == 2
    assert forum("search", "Radweg", "-n1", "--json").json["normalised"] == "Radweg"


def leaves(
    command: click.Command, name: str, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command that does something, with its whole name."""
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            below = command.get_command(context, word)
            assert below is not None
            yield from leaves(below, f"{name} {word}", click.Context(below, context, word))
    else:
        yield name, command, context


ALL = list(leaves(archiver, "archiver", click.Context(archiver, info_name="archiver")))


class TestHelp:
    @pytest.mark.parametrize(("name", "command", "context"), ALL, ids=[name for name, _, _ in ALL])
    def test_every_command_shows_an_example_before_its_options(
        self, name: str, command: click.Command, context: click.Context
    ) -> None:
        text = command.get_help(context)
        assert f"  {name}" in text.partition("Options:")[0].partition("\n")[2]

    @pytest.mark.parametrize(("name", "command", "context"), ALL, ids=[name for name, _, _ in ALL])
    def test_every_option_says_what_it_does(
        self, name: str, command: click.Command, context: click.Context
    ) -> None:
        silent = [
            parameter.name
            for parameter in command.get_params(context)
            if isinstance(parameter, click.Option)
            and not parameter.help
            and not isinstance(parameter.type, click.Choice)
        ]
        assert silent == []
        assert command.get_short_help_str(limit=200).endswith((".", "…"))

    def test_short_and_long_ask_for_it(self, forum: Archiver) -> None:
        assert forum("search", "-h").out == forum("search", "--help").out

    def test_alone_the_program_shows_its_help(self, forum: Archiver) -> None:
        assert "archiver search" in forum().out
        for group in ("saved", "config", "corpus"):
            outcome = forum(group)
            assert outcome.out.startswith(f"Usage: archiver {group}")
            assert outcome.err == ""


class TestDidYouMean:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["serch", "Rad"], "did you mean 'search'"),
            (["saved", "ad", "x", "y"], "add"),
            (["search", "Rad", "--sesion", "3"], "--session"),
            (["search", "sizung:3"], "did you mean sitzung:"),
            (["saved", "show", "x"], "known: none"),
        ],
    )
    def test_for_commands_options_and_fields(
        self, forum: Archiver, words: list[str], told: str
    ) -> None:
        assert told in forum(*words, expect=2).err

    def test_for_terms(self, forum: Archiver) -> None:
        assert "did you mean: Radweg" in forum("search", "Radwek", expect=1).err


class TestSettings:
    @pytest.fixture
    def own(self, tmp_path: Path) -> Archiver:
        text = (
            '[[site]]\nname = "town"\nseeds = ["http://town.example/"]\n[crawl]\nconcurrency = 3\n'
        )
        (tmp_path / "archiver.toml").write_text(text)
        return Archiver(tmp_path)

    def settings(self, own: Archiver, **environment: str) -> dict[str, tuple[object, str]]:
        shown = own("config", "show", "--json", **environment).json["settings"]
        return {one["key"]: (one["value"], one["origin"]) for one in shown}

    def test_the_environment_comes_before_the_file_and_that_before_the_default(
        self, own: Archiver
    ) -> None:
        shown = self.settings(own)
        assert shown["crawl.concurrency"] == (3, "archiver.toml")
        assert shown["crawl.contact"] == ("", "default")
        assert shown["site.town.seeds"] == (["http://town.example/"], "archiver.toml")
        shown = self.settings(
            own,
            ARCHIVER_CRAWL_CONCURRENCY="5",
            ARCHIVER_CRAWL_CONTACT="archive@town.example",
            ARCHIVER_EXTRACT_OCR="true",
            ARCHIVER_NOTIFY_COMMAND='["tell", "me"]',
            ARCHIVER_CHILDREN="2",
        )
        assert shown["crawl.concurrency"] == (5, "ARCHIVER_CRAWL_CONCURRENCY")
        assert shown["crawl.contact"] == ("archive@town.example", "ARCHIVER_CRAWL_CONTACT")
        assert shown["extract.ocr"] == (True, "ARCHIVER_EXTRACT_OCR")
        assert shown["notify.command"] == (["tell", "me"], "ARCHIVER_NOTIFY_COMMAND")
        assert shown["children"] == (2, "ARCHIVER_CHILDREN")

    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("ARCHIVER_CRAWL_CONCURRENCY", "viele", "expected `int`"),
            ("ARCHIVER_CRAWL_CONCURRENCY", "0", ">= 1"),
            ("ARCHIVER_CRAWL_CONCURENCY", "4", "did you mean ARCHIVER_CRAWL_CONCURRENCY"),
            ("ARCHIVER_INDEX_ENGINE", "sphinx", "sphinx"),
        ],
    )
    def test_a_wrong_variable_is_refused_by_its_name(
        self, own: Archiver, name: str, value: str, told: str
    ) -> None:
        err = own("config", "check", expect=2, **{name: value}).err
        assert f"environment: {name}" in err
        assert told in err

    def test_the_workspace_is_named_by_option_then_environment(
        self, own: Archiver, tmp_path: Path
    ) -> None:
        other = tmp_path / "other"
        other.mkdir()
        (other / "archiver.toml").write_text("children = 7\n")
        shown = own("config", "show", "--json", ARCHIVER_WORKSPACE=str(other)).json
        assert (shown["workspace"], shown["workspace_origin"]) == (str(other), "ARCHIVER_WORKSPACE")
        shown = own("-w", ".", "config", "show", "--json", ARCHIVER_WORKSPACE=str(other)).json
        assert (shown["workspace"], shown["workspace_origin"]) == (str(tmp_path), "-w")

    def test_check_reads_everything_a_person_writes(self, own: Archiver) -> None:
        outcome = own("config", "check", ARCHIVER_COLOUR="1")
        assert "sites: town; saved searches: 0" in outcome.out
        assert "ARCHIVER_COLOUR sets nothing" in outcome.err
        (own.folder / "saved.toml").write_text("[search.x]\nqery = 'y'\n")
        assert "did you mean `query`" in own("config", "check", expect=2).err


def test_a_dry_run_asks_nothing_and_writes_nothing(site: Site, tmp_path: Path) -> None:
    archiver = Archiver(tmp_path)
    seed = f"http://{site.address}/"
    archiver("init", ".", "--name", "town", "--seed", seed, "--allow", site.address, "--delay", "0")
    before = sorted(tmp_path.rglob("*"))
    assert archiver("crawl", "--dry-run").out == f"{seed}\n"
    assert archiver("index", "--dry-run").out == ""
    assert sorted(tmp_path.rglob("*")) == before
    archiver("crawl")
    planned = archiver("index", "--dry-run", "--json").json["sites"][0]["urls"]
    assert f"{seed}2.html" in planned
    asked = archiver("crawl", "--dry-run")
    assert {f"{seed}1.html", f"{seed}2.html", f"{seed}3.html"} <= set(asked.out.split())
    assert "URLs would be asked" in asked.err


def test_a_dry_run_tells_that_the_index_would_be_built_anew(
    forum: Archiver, tmp_path: Path
) -> None:
    assert "anew" not in forum("index", "--dry-run").err
    shutil.copytree(forum.folder, tmp_path / "copy")
    told = Archiver(tmp_path / "copy")("index", "--dry-run").err.splitlines()
    assert told[0] == "town: 0 URLs would be read"
    assert told[1].startswith("the index would be built anew: ")
    assert told[1].endswith(": was not written here")


def test_times_are_local_or_utc(forum: Archiver) -> None:
    assert " UTC, exit code" in forum("--utc", "status", TZ="Asia/Tokyo").out
    local = forum("status", TZ="Asia/Tokyo").out
    assert " JST, exit code" in local
    url = forum("documents", "--jsonl").jsonl[0]["urls"][0]
    in_utc = forum("--utc", "history", url, TZ="Asia/Tokyo").out
    in_japan = forum("history", url, TZ="Asia/Tokyo").out
    assert (" UTC " in in_utc, " JST " in in_utc) == (True, False)
    assert (" UTC " in in_japan, " JST " in in_japan) == (False, True)
    captured = forum("history", url, "--json").json["visits"][0]["captured_at"]
    assert captured[:19].replace("T", " ") in in_utc
    stored = forum("status", "--json").json["last_run"]["started_at"]
    assert stored.endswith("Z")
    assert stored[:10] in forum("--utc", "status").out


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_it_works_in_a_locale_without_umlauts(forum: Archiver, locale: dict[str, str]) -> None:
    outcome = forum("search", "Bürgerforum", "--session", "2", **locale)
    assert "2. Bürgerforum am 2. März 2012" in outcome.out
    assert "Bürgerbeteiligung" in forum("--help", **locale).out
    assert "Schölé" in forum("search", "Schölé", expect=1, **locale).err


CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    "words",
    [
        ["search", "Radweg"],
        ["search", "Radweg", "--explain", "--ids"],
        ["search", "Rad\x1b[31mweg\u202e"],
        ["search", "ti\x1b[2Jtel:x"],
        ["kwic", "Radweg"],
        ["sessions"],
        ["documents"],
        ["check"],
        ["status"],
        ["extract", "Rad\x1b[2Jweg.html"],
        ["sea\x1b[31mrch"],
        ["--quiet", "crawl", "si\x1b[31mte"],
        ["-w", "no\x1b[31mwhere", "status"],
        ["saved", "add", "na\x1b[2Jme", "Radweg"],
        ["saved", "add", "hostile", "Radweg \x1b[2J"],
        ["saved", "list"],
        ["saved", "alerts"],
        ["config", "show"],
        ["doctor"],
        ["stats", "Radweg", "--by", "topics"],
        ["cite", "nichts\x1b[2J"],
        ["show", "nichts\x1b[2J"],
    ],
)
def test_control_characters_of_documents_never_reach_the_terminal(
    forum: Archiver, words: list[str]
) -> None:
    (forum.folder / "Rad\x1b[2Jweg.html").write_text(f"<title>{HOSTILE}</title><h1>{HOSTILE}</h1>")
    _, shown = on_terminal(forum.folder, "--no-color", "--no-pager", *words)
    assert shown.strip()
    assert CONTROL.search(shown) is None, ascii(shown)


class TestInterrupting:
    @pytest.fixture
    def slow(self, tmp_path: Path) -> Iterator[tuple[Site, Archiver]]:
        site = Site()
        for number in range(1, 41):
            site.page(number, f"Radweg {number}")
        site.delay_s = 0.2
        archiver = Archiver(tmp_path)
        archiver(
            "init", ".", "--seed", f"http://{site.address}/", "--allow", site.address,
            "--delay", "0",
        )  # fmt: skip
        yield site, archiver
        site.close()

    def test_the_first_ctrl_c_finishes_the_record_and_the_next_run_goes_on(
        self, slow: tuple[Site, Archiver]
    ) -> None:
        site, archiver = slow
        code, shown = on_terminal(archiver.folder, "crawl", typed="\x03", once="corpus/warc/*")
        assert code == 130
        assert "Traceback" not in shown
        [record] = (archiver.folder / "corpus" / "runs").iterdir()
        assert json.loads(record.read_text())["exit_code"] == 130
        assert list((archiver.folder / "corpus" / "warc").glob("*.open")) == []
        site.delay_s = 0
        archiver("crawl")
        assert archiver("verify").err == "the archive is whole\n"
        asked = archiver("crawl", "--dry-run").out.split()
        assert sum(url.endswith(".html") for url in asked) == 40

    def test_the_second_stops_at_once(self, slow: tuple[Site, Archiver]) -> None:
        site, archiver = slow
        site.delay_s = 30
        process = archiver.start("crawl")
        while not list((archiver.folder / "corpus").glob("warc/*")):
            time.sleep(0.05)
        time.sleep(0.5)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
        assert process.wait(20) == 130
        site.delay_s = 0

    def test_sigterm_is_told_apart(self, slow: tuple[Site, Archiver]) -> None:
        site, archiver = slow
        process = archiver.start("crawl")
        while not list((archiver.folder / "corpus").glob("warc/*")):
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
        site.delay_s = 0


class TestCompletion:
    def completed(self, forum: Archiver, line: str, **environment: str) -> list[str]:
        words = line.split(" ")
        outcome = forum(
            expect=None,
            _ARCHIVER_COMPLETE="bash_complete",
            COMP_WORDS=line,
            COMP_CWORD=str(len(words) - 1),
            **environment,
        )
        assert outcome.err == ""
        return [row.partition(",")[2] for row in outcome.out.splitlines() if row]

    def test_commands_options_and_values(self, forum: Archiver) -> None:
        assert self.completed(forum, "archiver se") == ["search", "sessions"]
        assert self.completed(forum, "archiver search --ses") == ["--session"]
        assert self.completed(forum, "archiver search --session ") == ["1", "2"]
        assert self.completed(forum, "archiver search --session 1..") == ["1..1", "1..2"]
        assert self.completed(forum, "archiver search --site t") == ["town"]
        assert self.completed(forum, "archiver crawl t") == ["town"]
        assert self.completed(forum, "archiver search --sort s") == ["session"]
        assert "list" in self.completed(forum, "archiver saved l")

    def test_it_is_silent_whatever_is_wrong(self, forum: Archiver, tmp_path: Path) -> None:
        elsewhere = {"ARCHIVER_WORKSPACE": str(tmp_path)}
        assert self.completed(forum, "archiver search --session ", **elsewhere) == []
        (tmp_path / "archiver.toml").write_text("farbe = 'rot'")
        assert self.completed(forum, "archiver search --session ", **elsewhere) == []
        assert self.completed(forum, "archiver crawl ", **elsewhere) == []
        assert self.completed(forum, "archiver nothing --at all") == []
        (tmp_path / "archiver.toml").write_text("format = 1")
        (tmp_path / "index" / "generations" / "1-a").mkdir(parents=True)
        (tmp_path / "index" / "CURRENT").write_text("1-a\n")
        assert self.completed(forum, "archiver search --session ", **elsewhere) == []

    def test_it_loads_neither_engine_nor_settings_nor_nouns(self, forum: Archiver) -> None:
        code = (
            "import sys, click\n"
            "from archiver.cli.completion import offer\n"
            "from archiver.cli.search import search\n"
            "context = click.Context(search)\n"
            "assert offer('session')(context, None, '') == ['1', '2']\n"
            "heavy = {'whoosh', 'bs4', 'lxml', 'pypdf', 'msgspec', 'archiver.model',"
            " 'archiver.analysis', 'archiver.workspace', 'archiver.search.answer'}\n"
            "print(sorted(heavy & set(sys.modules)))"
        )
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=forum.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert (run.stdout, run.stderr) == ("[]\n", "")

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_the_script_names_the_variable(self, forum: Archiver, shell: str) -> None:
        assert "_ARCHIVER_COMPLETE" in forum("completion", shell).out

    def test_bash_takes_the_script(self, forum: Archiver) -> None:
        script = forum("completion", "bash").out
        subprocess.run(["bash", "-n"], input=script.encode(), check=True)


class TestDoctor:
    def states(self, archiver: Archiver, expect: int, **environment: str) -> dict[str, str]:
        found = archiver("doctor", "--json", expect=expect, **environment).json["checks"]
        return {check["subject"]: check["state"] for check in found}

    def test_a_whole_workspace_is_well(self, forum: Archiver) -> None:
        states = self.states(forum, 0)
        assert "wrong" not in states.values()
        assert states["index"] == states["corpus"] == states["workspace"] == "ok"
        assert "nothing is wrong" in forum("doctor", "--deep").err

    def test_without_a_workspace_it_looks_at_the_rest(self, tmp_path: Path) -> None:
        states = self.states(Archiver(tmp_path), 0)
        assert (states["workspace"], states["Python"]) == ("note", "ok")

    def test_what_is_wrong_ends_with_3_and_says_what_to_do(
        self, site: Site, tmp_path: Path
    ) -> None:
        archiver = Archiver(tmp_path)
        seed = f"http://{site.address}/"
        archiver("init", ".", "--seed", seed, "--allow", site.address, "--delay", "0")
        archiver("crawl")
        archiver("index")
        [engine] = (tmp_path / "index" / "generations").glob("*/documents.sqlite")
        with engine.open("r+b") as file:
            file.truncate(100)
        (tmp_path / "saved.toml").write_text("nonsense")
        states = self.states(archiver, 3)
        assert (states["index"], states["saved.toml"]) == ("wrong", "wrong")
        assert "archiver index --rebuild" in archiver("doctor", expect=3).out
        assert sorted((tmp_path / "index" / "generations").glob("*/documents.sqlite")) == [engine]


def test_the_list_of_commands_is_the_list_of_help() -> None:
    context = click.Context(archiver, info_name="archiver")
    text = archiver.get_help(context)
    assert all(f"  {name} " in text for name in COMMANDS)
