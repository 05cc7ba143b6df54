"""What `archiver status` says of the workspace and its last run."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from archiver.jobs.status import WorkspaceStatus

EMPTY = WorkspaceStatus(
    workspace="/srv/forum",
    sites=("town",),
    urls={"idle": 1},
    captures=1,
    documents=1,
    documents_by_kind={"page": 1},
    versions=1,
    warc_files=1,
    warc_bytes=4096,
    oldest_capture_at=None,
    newest_capture_at=None,
    index="ok",
    generation="00000001-abcdef",
    indexed_pages=1,
    damaged=(),
    last_run=None,
)
RUN: dict[str, Any] = {
    "command": "archiver run",
    "started_at": "2026-11-22T03:14:07Z",
    "exit_code": 3,
    "crawls": [
        {"site": "town", "state": "partial", "reason": "1 URL could not be fetched"},
        {"site": "county", "state": "finished", "reason": None},
    ],
    "warnings": ["38 sittings known, 40 before"],
}


def lines(status: WorkspaceStatus) -> list[str]:
    return status.lines(lambda at: f"{at.astimezone(UTC):%d.%m. %H:%M}")


def test_one_of_each_is_told_in_the_singular() -> None:
    assert lines(EMPTY)[3:] == [
        "captures   1 capture in 1 WARC file, 4.1 kB",
        "documents  1 (1 page)",
        "versions   1",
        "index      ok: generation 00000001-abc, 1 page",
        "last run   none yet",
    ]


def test_what_the_last_run_left_undone_stands_below_it() -> None:
    assert lines(replace(EMPTY, last_run=RUN))[-3:] == [
        "last run   archiver run at 22.11. 03:14, exit code 3",
        "           town: partial: 1 URL could not be fetched",
        "           38 sittings known, 40 before",
    ]


def test_a_run_that_broke_off_says_why() -> None:
    run = {"command": "archiver index", "exit_code": 2, "error": "the disk is full"}
    assert lines(replace(EMPTY, last_run={**run, "started_at": datetime.now(UTC).isoformat()}))[
        -1
    ] == ("           the disk is full")
