"""Tells others of a run: a ping, a command, a metrics file. What fails here is a warning only."""

import subprocess
from http.client import HTTPException
from pathlib import Path
from typing import Literal
from urllib.request import Request, urlopen

from archiver.codec import to_json
from archiver.config import NotifySettings
from archiver.jobs.record import RunRecord
from archiver.jobs.whole import write_whole

Moment = Literal["start", "success", "fail"]
_SUFFIX: dict[Moment, str] = {"start": "/start", "success": "", "fail": "/fail"}


def ping(settings: NotifySettings, moment: Moment) -> str | None:
    """Ask the configured address; return a warning when that fails."""
    if settings.ping is None:
        return None
    url = settings.ping.rstrip("/") + _SUFFIX[moment]
    try:
        # The address is the administrator's own and was checked to be http(s).
        with urlopen(Request(url, method="GET"), timeout=settings.timeout):  # noqa: S310
            return None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        return f"ping {url} failed: {' '.join(str(reason).split()) or type(error).__name__}"


def tell_command(settings: NotifySettings, record: RunRecord) -> str | None:
    """Run the configured command with the record on its standard input; return a warning."""
    if not settings.command:
        return None
    name = settings.command[0]
    try:
        outcome = subprocess.run(  # noqa: S603  the administrator's own command, no shell
            settings.command,
            input=to_json(record),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=settings.timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"command {name} failed: {error}"
    if outcome.returncode:
        last = outcome.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return f"command {name} ended with {outcome.returncode}" + (f": {last[0]}" if last else "")
    return None


def write_metrics(path: Path, record: RunRecord) -> None:
    """Write a file for Prometheus' textfile collector, whole or not at all; raise StorageError."""
    write_whole(path, metrics(record).encode())


def metrics(record: RunRecord) -> str:
    """Return a run as Prometheus exposition text (format 0.0.4)."""
    duration = record.finished_at - record.started_at
    lines = [
        "# HELP archiver_run_exit_code Exit code of the last run.",
        "# TYPE archiver_run_exit_code gauge",
        f"archiver_run_exit_code {record.exit_code}",
        "# HELP archiver_run_finished_seconds When the last run finished, epoch seconds.",
        "# TYPE archiver_run_finished_seconds gauge",
        f"archiver_run_finished_seconds {record.finished_at.timestamp():.0f}",
        "# HELP archiver_run_duration_seconds How long the last run took.",
        "# TYPE archiver_run_duration_seconds gauge",
        f"archiver_run_duration_seconds {duration.total_seconds():.3f}",
    ]
    if record.sessions is not None:
        lines += [
            "# HELP archiver_sessions Sittings known.",
            "# TYPE archiver_sessions gauge",
            f"archiver_sessions {record.sessions}",
        ]
    lines += [
        "# HELP archiver_crawl_urls URLs of the last run by outcome.",
        "# TYPE archiver_crawl_urls gauge",
    ]
    for report in record.crawls:
        for name in report.counts.__dataclass_fields__:
            if name not in ("requests", "bytes_received"):
                labels = f'site="{_label(report.site)}",outcome="{name}"'
                lines.append(f"archiver_crawl_urls{{{labels}}} {getattr(report.counts, name)}")
    if record.update is not None and not record.update.is_stopped:
        lines += [
            "# HELP archiver_documents Documents in the index.",
            "# TYPE archiver_documents gauge",
            f"archiver_documents {record.update.documents}",
        ]
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    r"""Escape a label's value.

    >>> _label('a"b')
    'a\\"b'
    """
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
