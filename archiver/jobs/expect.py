"""Judges a run by what it was expected to find. Pure: no I/O."""

from collections.abc import Mapping, Sequence

from archiver.amounts import counted
from archiver.config import ExpectSettings
from archiver.jobs.record import RunRecord
from archiver.model import CrawlReport


def disappointments(
    record: RunRecord, earlier: Sequence[Mapping[str, object]], expect: ExpectSettings
) -> list[str]:
    """Return what a run should have found and did not, a line each.

    `earlier` are the records of the runs before, newest first.
    """
    found = []
    if not expect.fewer_sessions and record.sessions is not None:
        before = next((r["sessions"] for r in earlier if r.get("sessions") is not None), None)
        if isinstance(before, int) and record.sessions < before:
            found.append(f"{counted(record.sessions, 'sitting')} known, {before:,} before")
    for report in record.crawls:
        silent = _silent_runs(report, earlier)
        if silent >= expect.silent_runs:
            found.append(f"{report.site} has given no answer for {counted(silent, 'run')}")
        share = _failed_share(report)
        if share > expect.failed_share:
            found.append(
                f"{report.site}: {share:.0%} of the visited URLs failed, "
                f"more than {expect.failed_share:.0%}"
            )
    return found


def _answers(counts: Mapping[str, object]) -> int:
    names = ("new", "changed", "unchanged", "redirected", "missing", "gone")
    return sum(int(str(counts.get(name, 0))) for name in names)


def _counts(report: CrawlReport) -> dict[str, object]:
    counts = report.counts
    return {name: getattr(counts, name) for name in counts.__dataclass_fields__}


def _silent_runs(report: CrawlReport, earlier: Sequence[Mapping[str, object]]) -> int:
    """Count the runs in a row, this one first, in which the site gave no answer at all."""
    if _answers(_counts(report)):
        return 0
    silent = 1
    for run in earlier:
        crawls = run.get("crawls")
        mine = (
            [c for c in crawls if c.get("site") == report.site] if isinstance(crawls, list) else []
        )
        if not mine:
            continue
        if _answers(mine[0]["counts"]):
            break
        silent += 1
    return silent


def _failed_share(report: CrawlReport) -> float:
    visited = _answers(_counts(report)) + report.counts.failed
    return report.counts.failed / visited if visited else 0.0
