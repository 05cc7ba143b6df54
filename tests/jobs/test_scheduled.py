"""Scheduled runs: when they are due, what they must find, whom they tell."""

import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from archiver.config import ExpectSettings, NotifySettings
from archiver.errors import StorageError, UsageError
from archiver.jobs.due import duration_s, is_due, last_success
from archiver.jobs.expect import disappointments
from archiver.jobs.notify import metrics, ping, tell_command, write_metrics
from archiver.jobs.record import RunRecord
from archiver.jobs.schedule import cron_line, systemd_units
from archiver.model import CrawlCounts, CrawlReport
from archiver.update import UpdateReport
from tests.conftest import require_program

NOW = datetime(2026, 11, 22, 3, 14, 7, tzinfo=UTC)


def report(**counts: int) -> CrawlReport:
    return CrawlReport(
        crawl_id="1",
        site="town",
        state="finished",
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=5),
        counts=CrawlCounts(**counts),
    )


def record(*crawls: CrawlReport, sessions: int | None = 40) -> RunRecord:
    return RunRecord(
        run_id="r1",
        command="archiver run",
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=8),
        exit_code=0,
        crawls=crawls,
        sessions=sessions,
    )


def ended(day: int, **states: str) -> dict[str, object]:
    """The record of a run by the day it began and how the crawl of each site ended."""
    crawls = [{"site": site, "state": state} for site, state in states.items()]
    at = f"2026-11-{day}T00:00:00Z"
    return {"command": "archiver run", "exit_code": 3, "started_at": at, "crawls": crawls}


class TestDue:
    @pytest.mark.parametrize(
        ("text", "seconds"), [("90s", 90), ("10m", 600), ("1.5h", 5400), ("6d", 518400)]
    )
    def test_durations_are_a_number_and_a_unit(self, text: str, seconds: float) -> None:
        assert duration_s(text, "--jitter") == seconds

    @pytest.mark.parametrize("text", ["", "6", "d", "-3d", "6 days", "1e9d", "∞"])
    def test_anything_else_is_no_duration(self, text: str) -> None:
        with pytest.raises(UsageError, match=r"^--jitter: .* is no duration"):
            duration_s(text, "--jitter")

    def test_a_run_is_due_when_the_last_good_one_is_old_enough(self) -> None:
        six_days = duration_s("6d", "--max-age")
        assert is_due(None, six_days, NOW)
        assert not is_due(NOW - timedelta(days=5), six_days, NOW)
        assert is_due(NOW - timedelta(days=6), six_days, NOW)
        assert is_due(NOW - timedelta(minutes=1), None, NOW)

    def test_a_last_run_in_the_future_does_not_block_for_years(self) -> None:
        assert is_due(NOW + timedelta(days=4000), duration_s("6d", "--max-age"), NOW)

    def test_only_good_runs_of_the_same_command_count(self) -> None:
        asked = [{"site": "town", "state": "finished"}]
        runs = [
            {"command": command, "exit_code": code, "started_at": at, "crawls": asked}
            for command, code, at in (
                ("archiver run", 2, "2026-11-21T00:00:00Z"),
                ("archiver crawl", 0, "2026-11-20T00:00:00Z"),
                ("archiver run", 3, "2026-11-19T00:00:00Z"),
            )
        ]
        assert last_success(runs, "archiver run", ["town"]) == datetime(2026, 11, 19, tzinfo=UTC)

    def test_a_run_that_missed_pages_counts_and_one_that_missed_a_site_does_not(self) -> None:
        sites = ["town", "village"]
        runs = [
            ended(21, town="finished", village="failed"),
            ended(20, town="finished", village="partial"),
        ]
        assert last_success(runs, "archiver run", sites) == datetime(2026, 11, 20, tzinfo=UTC)

    def test_a_run_of_another_site_does_not_count(self) -> None:
        runs = [ended(21, town="finished"), ended(20, town="finished", village="limit")]
        assert last_success(runs, "archiver run", ["town"]) == datetime(2026, 11, 21, tzinfo=UTC)
        assert last_success(runs, "archiver run", ["village"]) == datetime(2026, 11, 20, tzinfo=UTC)
        assert last_success(runs, "archiver run", ["village", "new"]) is None


class TestExpectations:
    def test_a_run_like_the_last_disappoints_nobody(self) -> None:
        before = [{"sessions": 40, "crawls": [{"site": "town", "counts": {"new": 3}}]}]
        assert disappointments(record(report(unchanged=100)), before, ExpectSettings()) == []

    def test_fewer_sittings_than_before_are_told(self) -> None:
        found = disappointments(record(sessions=38), [{"sessions": 40}], ExpectSettings())
        assert found == ["38 sittings known, 40 before"]
        allowed = ExpectSettings(fewer_sessions=True)
        assert disappointments(record(sessions=38), [{"sessions": 40}], allowed) == []

    def test_a_site_silent_for_three_runs_is_told(self) -> None:
        silent = {"crawls": [{"site": "town", "counts": {"failed": 1}}]}
        loud = {"crawls": [{"site": "town", "counts": {"unchanged": 1}}]}
        now, expect = record(report()), ExpectSettings(silent_runs=3)
        assert disappointments(now, [silent, loud], expect) == []
        [line] = disappointments(now, [silent, silent, loud], expect)
        assert line == "town has given no answer for 3 runs"

    def test_too_many_failures_are_told(self) -> None:
        [line] = disappointments(record(report(unchanged=70, failed=30)), [], ExpectSettings())
        assert line == "town: 30% of the visited URLs failed, more than 20%"


class Pinged(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.paths.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pinged() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Pinged) as server:
        server.paths = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class TestNotices:
    def test_start_success_and_failure_have_their_own_addresses(self, pinged: HTTPServer) -> None:
        settings = NotifySettings(ping=f"http://127.0.0.1:{pinged.server_port}/abc/")
        warnings = [ping(settings, "start"), ping(settings, "success"), ping(settings, "fail")]
        assert warnings == [None, None, None]
        assert pinged.paths == ["/abc/start", "/abc", "/abc/fail"]  # type: ignore[attr-defined]

    def test_a_failed_ping_is_a_warning(self) -> None:
        warning = ping(NotifySettings(ping="http://127.0.0.1:1/x", timeout=1), "success")
        assert warning is not None
        assert warning.startswith("ping http://127.0.0.1:1/x failed")

    def test_an_answer_that_is_no_http_is_a_warning(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def answer() -> None:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"220 mail.town.example ESMTP\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            warning = ping(NotifySettings(ping=url, timeout=5), "success")
            thread.join()
        assert warning == f"ping {url} failed: 220 mail.town.example ESMTP"

    def test_the_command_gets_the_record_as_json(self, tmp_path: Path) -> None:
        target = tmp_path / "record.json"
        code = f"import sys; open({str(target)!r}, 'w').write(sys.stdin.read())"
        settings = NotifySettings(command=(sys.executable, "-c", code))
        assert tell_command(settings, record(report(new=2))) is None
        assert json.loads(target.read_text())["crawls"][0]["counts"]["new"] == 2

    def test_a_command_that_fails_is_a_warning_with_its_last_words(self) -> None:
        code = "import sys; print('mail is down', file=sys.stderr); sys.exit(7)"
        settings = NotifySettings(command=(sys.executable, "-c", code))
        warning = tell_command(settings, record())
        assert warning == f"command {sys.executable} ended with 7: mail is down"
        missing = tell_command(NotifySettings(command=("no-such-program",)), record())
        assert missing is not None
        assert "no-such-program" in missing


class TestMetrics:
    def test_outcomes_stand_with_site_and_escaped_labels(self) -> None:
        odd = replace(report(new=3, failed=1), site='a"b')
        lines = metrics(record(odd)).splitlines()
        assert "archiver_run_exit_code 0" in lines
        assert "archiver_sessions 40" in lines
        assert 'archiver_crawl_urls{site="a\\"b",outcome="new"} 3' in lines

    def test_the_file_is_replaced_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "archiver.prom"
        path.write_text("old")
        write_metrics(path, record())
        assert path.read_text() == metrics(record())
        assert [p.name for p in tmp_path.iterdir()] == ["archiver.prom"]

    def test_a_missing_folder_is_one_clear_line(self, tmp_path: Path) -> None:
        with pytest.raises(StorageError, match="cannot write"):
            write_metrics(tmp_path / "none" / "archiver.prom", record())

    def test_what_cannot_be_written_leaves_nothing_beside(self, tmp_path: Path) -> None:
        path = tmp_path / "archiver.prom"
        path.mkdir()
        with pytest.raises(StorageError, match="cannot write"):
            write_metrics(path, record())
        assert [p.name for p in tmp_path.iterdir()] == ["archiver.prom"]

    def test_an_index_that_stayed_as_it_was_counts_no_documents(self) -> None:
        stopped = replace(record(), update=UpdateReport(extracted=3))
        assert "archiver_documents" not in metrics(stopped)
        done = replace(record(), update=UpdateReport(generation="g1", documents=9))
        assert "archiver_documents 9" in metrics(done).splitlines()


class TestSchedule:
    def test_cron_quotes_what_a_shell_and_cron_would_misread(self) -> None:
        line = cron_line("/opt/a b/archiver", Path("/srv/100% forum"))
        assert line.startswith("17 * * * * '/opt/a b/archiver' -w '/srv/100\\% forum' ")

    def test_a_folder_of_odd_signs_is_named_as_systemd_reads_it(self) -> None:
        units = systemd_units("/usr/bin/archiver", Path("/srv/100% $HOME Höfe"))
        service = units["archiver-100---home-höfe.service"].splitlines()
        assert "Description=Archive and index the forums of 100%% $HOME Höfe" in service
        assert 'ReadWritePaths="/srv/100%% $HOME Höfe"' in service
        [start] = [line for line in service if line.startswith("ExecStart=")]
        assert start.startswith('ExecStart=/usr/bin/archiver -w "/srv/100%% $$HOME Höfe" --quiet')

    def test_systemd_accepts_the_units(self, tmp_path: Path) -> None:
        program = require_program("systemd-analyze", "systemd")
        units = systemd_units(shutil.which("true") or "/bin/true", tmp_path)
        for name, text in units.items():
            (tmp_path / name).write_text(text)
        outcome = subprocess.run(
            [program, "verify", *(str(tmp_path / name) for name in units)],
            capture_output=True,
            text=True,
        )
        own = [line for line in outcome.stderr.splitlines() if str(tmp_path) in line]
        assert own == []

    def test_the_timer_catches_up_and_the_service_is_confined(self) -> None:
        units = systemd_units("/usr/bin/archiver", Path("/srv/Forum Nord"))
        assert sorted(units) == ["archiver-forum-nord.service", "archiver-forum-nord.timer"]
        service = units["archiver-forum-nord.service"]
        assert 'ExecStart=/usr/bin/archiver -w "/srv/Forum Nord" --quiet run' in service
        assert "Type=oneshot" in service
        assert "ProtectSystem=strict" in service
        assert 'ReadWritePaths="/srv/Forum Nord"' in service
        assert "Persistent=true" in units["archiver-forum-nord.timer"]
