"""When a scheduled run is due, and how long is long. Pure: no I/O."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from archiver.errors import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_DURATION = re.compile(r"(?P<count>\d{1,6}(?:\.\d+)?)\s*(?P<unit>[smhdw])")


def duration_s(text: str, option: str) -> float:
    """Return seconds of a duration like 90m, 12h, 6d, 2w; raise UsageError naming the option.

    >>> duration_s("6d", "--max-age"), duration_s("90m", "--jitter")
    (518400.0, 5400.0)
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise UsageError(
            f"{option}: {text!r} is no duration – write a number and s, m, h, d or w, as in 6d"
        )
    return float(match["count"]) * _UNITS[match["unit"]]


def last_success(
    runs: Iterable[Mapping[str, object]], command: str, sites: Iterable[str]
) -> datetime | None:
    """Return when the newest run of a command began that asked these sites, in UTC.

    `runs` are run records, newest first. A run that missed single pages, or came to a limit,
    counts: they are asked again when they are due, and a limit is what may be asked in that time.
    A run in which one of the sites failed, or was not asked at all, does not count.
    """
    wanted = set(sites)
    for run in runs:
        is_good = run.get("command") == command and run.get("exit_code") in (0, 3)
        if is_good and wanted <= _asked(run):
            return datetime.fromisoformat(str(run["started_at"]))
    return None


def _asked(run: Mapping[str, object]) -> set[object]:
    """Return the names of the sites that a run asked and that did not fail as a whole."""
    crawls = run.get("crawls")
    if not isinstance(crawls, list):
        return set()
    return {crawl.get("site") for crawl in crawls if crawl.get("state") != "failed"}


def is_due(last: datetime | None, max_age_s: float | None, now: datetime) -> bool:
    """Tell whether a run is due; one that lies in the future (the clock jumped) does not count."""
    if last is None or max_age_s is None or last > now:
        return True
    return now - last >= timedelta(seconds=max_age_s)
