"""The record every run leaves, and the lines a person reads of it. Pure: no I/O."""

from dataclasses import dataclass
from datetime import datetime

from archiver.amounts import counted, size
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
        f"{report.site}: {report.state}: {said}; {counted(counts.requests, 'request')}, "
        f"{size(counts.bytes_received)} in {seconds:.1f} s"
    )


def update_line(report: UpdateReport) -> str:
    """Return the summary of extraction and indexing in one line."""
    if report.is_stopped:
        return f"index: stopped; {report.extracted:,} extracted; the index stays as it was"
    said = [f"{counted(report.documents, 'document')}, {counted(report.pages, 'page')}"]
    if report.extracted:
        said.append(f"{report.extracted:,} extracted")
    if report.documents_written or report.documents_removed:
        said.append(f"{counted(report.documents_written, 'document')} indexed")
    else:
        said.append("nothing to re-index")
    if report.documents_removed:
        said.append(f"{report.documents_removed:,} removed")
    if report.new_versions:
        said.append(counted(report.new_versions, "new version"))
    if report.failures:
        said.append(f"{len(report.failures):,} without text")
    return f"index: {'; '.join(said)}"


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
