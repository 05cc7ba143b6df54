"""The record every run leaves, and the lines a person reads of it. Pure: no I/O."""

from dataclasses import dataclass
from datetime import datetime

from archiver.errors import ExitCode
from archiver.jobs.changes import Alert
from archiver.model import CrawlReport
from archiver.update.report import UpdateReport

RECORD_VERSION = 1


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run: what was asked, when (UTC), how each stage went, with which exit code.

    `sessions` counts the sittings known after an indexing; `alerts` are the news of saved searches,
    which the record that is kept only counts.
    """

    run_id: str
    command: str
    started_at: datetime
    finished_at: datetime
    exit_code: int
    crawls: tuple[CrawlReport, ...] = ()
    update: UpdateReport | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None
    sessions: int | None = None
    schema: int = RECORD_VERSION
    alerts: tuple[Alert, ...] = ()


def crawl_line(report: CrawlReport) -> str:
    """Return the summary of one crawl: outcomes that happened, in one line."""
    counts = report.counts
    outcomes = [
        (counts.new, "new"),
        (counts.changed, "changed"),
        (counts.unchanged, "unchanged"),
        (counts.redirected, "redirected"),
        (counts.missing, "missing"),
        (counts.gone, "gone"),
        (counts.failed, "failed"),
        (counts.refused_by_robots, "refused by robots.txt"),
        (counts.excluded, "out of scope"),
        (counts.truncated, "truncated"),
        (report.waiting, "waiting"),
    ]
    seconds = (report.finished_at - report.started_at).total_seconds()
    said = ", ".join(f"{number:,} {what}" for number, what in outcomes if number) or "nothing"
    return (
        f"{report.site}: {report.state}: {said}; {counts.requests:,} requests, "
        f"{size(counts.bytes_received)} in {seconds:.1f} s"
    )


def update_line(report: UpdateReport) -> str:
    """Return the summary of extraction and indexing in one line."""
    said = [f"{report.documents:,} documents, {report.pages:,} pages"]
    if report.extracted:
        said.append(f"{report.extracted:,} extracted")
    if report.documents_written or report.documents_removed:
        said.append(
            f"{report.documents_written:,} documents ({report.pages_written:,} pages) indexed"
        )
    else:
        said.append("nothing to re-index")
    if report.documents_removed:
        said.append(f"{report.documents_removed:,} removed")
    if report.new_versions:
        said.append(f"{report.new_versions:,} new versions")
    if report.failures:
        said.append(f"{len(report.failures):,} without text")
    return f"index: {'; '.join(said)}"


def size(count: int) -> str:
    """Return bytes as a person reads them.

    >>> size(999), size(4_200_000)
    ('999 B', '4.2 MB')
    """
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"


def exit_code(
    crawls: tuple[CrawlReport, ...], update: UpdateReport | None, stopped: ExitCode
) -> ExitCode:
    """Return how a run ended: stopped, all failed, some failed, or well."""
    if stopped is not ExitCode.OK:
        return stopped
    bad = [report for report in crawls if report.state not in ("finished", "limit")]
    if crawls and all(report.state == "failed" for report in crawls):
        return ExitCode.ERROR
    return ExitCode.PARTLY if bad else ExitCode.OK
