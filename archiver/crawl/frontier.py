"""What an outcome does to a URL: retry, miss, gone, when to visit again. Pure: no I/O.

Seeds never end as dead, gone or excluded: every run asks them, so that a mended site is noticed.
"""

from dataclasses import dataclass, replace
from typing import Literal

from archiver.crawl.politeness import pause_s, retry_s
from archiver.crawl.ports import EVENT_OF_FAILURE, FailureKind
from archiver.model import EventKind, UrlRecord, UrlUpdate

Outcome = Literal[
    "new",
    "changed",
    "unchanged",
    "redirected",
    "missing",
    "gone",
    "failed",
    "refused_by_robots",
    "excluded",
    "retried",
]

MAX_RETRIES = 4
MISSES_TO_GONE = 3
UNCONDITIONAL_EVERY = 10
DAY_S = 86_400.0
MIN_INTERVAL_S = DAY_S
MAX_INTERVAL_S = 90 * DAY_S
RELAUNCH_SHARE = 0.3
RELAUNCH_MINIMUM = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A request that may succeed when repeated (RFC 9110); the frontier asks again.
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFacts:
    """What decides about a URL, of an answer."""

    status: int
    payload_digest: str
    truncated: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    retry_after: str | None = None
    was_conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows from a visit.

    `update` is the URL's new state. `host_pause_s` closes the whole host. `mark`, when set,
    replaces `update` at the end of the run, unless so many known URLs vanished that the site must
    have been relaunched. `reads_links` tells whether the payload is worth reading, `keeps_links`
    that the last capture's links stand.
    """

    outcome: Outcome
    update: UrlUpdate
    events: tuple[tuple[EventKind, str], ...] = ()
    host_pause_s: float | None = None
    mark: UrlUpdate | None = None
    reads_links: bool = False
    keeps_links: bool = False


def validators(record: UrlRecord) -> tuple[str | None, str | None]:
    """Return (ETag, Last-Modified) for a conditional request, or (None, None).

    Only when the last payload is held whole; every 10th visit asks unconditionally, because some
    servers answer 304 to anything.
    """
    if not record.has_whole_payload or record.last_payload_digest is None:
        return None, None
    if (record.visits + 1) % UNCONDITIONAL_EVERY == 0:
        return None, None
    return record.etag or None, record.last_modified or None


def is_known(record: UrlRecord) -> bool:
    """Tell whether the URL has answered well before: it can vanish."""
    return record.last_capture_id is not None and record.last_payload_digest is not None


def after_answer(
    record: UrlRecord,
    facts: AnswerFacts,
    now: float,
    *,
    refusals: int = 0,
    profile_delay_s: float | None = None,
) -> Decision:
    """Decide after an answer. `refusals` counts the host's 429 and 503 in a row before it."""
    status = facts.status
    if status == 304 and facts.was_conditional:
        return _settled(record, facts, now, "unchanged")
    if status in {429, 503}:
        pause = pause_s(facts.retry_after, refusals, now)
        note: EventKind = "rate_limited"
        decision = _retry(record, now, pause, note, f"status {status}", status=status)
        return replace(decision, host_pause_s=pause)
    if status >= 500 or status in _TRANSIENT or (status < 200) or status == 304:
        wait = retry_s(record.attempts, profile_delay_s=profile_delay_s)
        return _retry(record, now, wait, "retry", f"status {status}", status=status)
    if facts.truncated in {"disconnect", "time"}:
        wait = retry_s(record.attempts, profile_delay_s=profile_delay_s)
        if record.attempts < MAX_RETRIES:
            what = "broke off" if facts.truncated == "disconnect" else "ran out of time"
            return _retry(record, now, wait, "truncated", f"the answer {what}", status=status)
    if 200 <= status < 300:
        is_same = facts.payload_digest == record.last_payload_digest and not facts.truncated
        known = record.last_payload_digest is not None
        return _settled(
            record, facts, now, "unchanged" if is_same else "changed" if known else "new"
        )
    if 300 <= status < 400:
        return _settled(record, facts, now, "redirected")
    return _vanished(record, status, now)


def after_failure(
    record: UrlRecord,
    kind: FailureKind,
    detail: str,
    now: float,
    *,
    profile_delay_s: float | None = None,
) -> Decision:
    """Decide after a fetch that gave no answer."""
    event = EVENT_OF_FAILURE[kind]
    if kind == "blocked_address":
        return refused(record, detail, now, event)
    if kind == "tls" or (kind == "dns" and record.visits == 0):
        return _failed(record, now, ((event, detail),))
    return _retry(
        record, now, retry_s(record.attempts, profile_delay_s=profile_delay_s), event, detail
    )


def refused(
    record: UrlRecord, reason: str, now: float, event: EventKind, outcome: Outcome = "excluded"
) -> Decision:
    """Take a URL out, with the reason; `due_at` lets a later run judge it anew."""
    update = UrlUpdate(
        state="idle" if record.role == "seed" else "excluded",
        exclude_reason=reason,
        attempts=0,
        due_at=now if record.role == "seed" else now + DAY_S,
    )
    return Decision(outcome=outcome, update=update, events=((event, reason),))


def failed(record: UrlRecord, detail: str, now: float, event: EventKind) -> Decision:
    """Give a URL up for this run without asking: its host cannot be reached at all."""
    return _failed(record, now, ((event, detail),))


def set_aside() -> Decision:
    """Take a row out of the queue that is fetched beside it (robots.txt)."""
    return Decision(outcome="unchanged", update=UrlUpdate(state="idle"))


def is_relaunch(vanished: int, known: int) -> bool:
    """Tell whether so much of a site vanished in one run that it must have been rebuilt.

    >>> is_relaunch(4, 10), is_relaunch(3, 10), is_relaunch(1, 2)
    (True, False, False)
    """
    return vanished >= RELAUNCH_MINIMUM and vanished > RELAUNCH_SHARE * known


def next_interval_s(record: UrlRecord, *, is_changed: bool) -> float:
    """Return the pause until the next visit: half as long after a change, else 1.5 times."""
    if record.interval_s is None:
        return MIN_INTERVAL_S
    interval = record.interval_s / 2 if is_changed else record.interval_s * 1.5
    return min(max(interval, MIN_INTERVAL_S), MAX_INTERVAL_S)


def _due(record: UrlRecord, now: float, interval: float) -> float:
    """Seeds, overviews and sitemaps are due in every run, robots.txt has its own clock."""
    return now if record.role in {"seed", "overview", "sitemap"} else now + interval


def _settled(record: UrlRecord, facts: AnswerFacts, now: float, outcome: Outcome) -> Decision:
    is_changed = outcome in {"new", "changed"}
    interval = next_interval_s(record, is_changed=is_changed)
    keeps_validators = facts.status == 304
    update = UrlUpdate(
        state="idle",
        exclude_reason="",
        attempts=0,
        misses=0,
        visits=record.visits + 1,
        etag=None if keeps_validators and facts.etag is None else facts.etag or "",
        last_modified=(
            None if keeps_validators and facts.last_modified is None else facts.last_modified or ""
        ),
        last_status=facts.status,
        last_fetched_at=now,
        last_changed_at=now if is_changed else None,
        interval_s=interval,
        due_at=_due(record, now, interval),
    )
    events: tuple[tuple[EventKind, str], ...] = ()
    if facts.truncated:
        events = (("truncated", f"kept as truncated ({facts.truncated})"),)
    return Decision(
        outcome=outcome,
        update=update,
        events=events,
        reads_links=is_changed,
        keeps_links=outcome == "unchanged",
    )


def _vanished(record: UrlRecord, status: int, now: float) -> Decision:
    """Count a miss: 410 is gone at once, 404 after three runs, other refusals are dead then."""
    misses = record.misses + 1
    is_gone = status == 410 or (status == 404 and misses >= MISSES_TO_GONE)
    ended = is_gone or misses >= MISSES_TO_GONE
    visited = UrlUpdate(
        state="idle",
        attempts=0,
        visits=record.visits + 1,
        last_status=status,
        last_fetched_at=now,
        due_at=now,
    )
    mark = replace(visited, misses=misses)
    if ended and record.role != "seed":
        mark = replace(mark, state="gone" if is_gone else "dead")
    outcome: Outcome = "gone" if is_gone else "missing"
    events: tuple[tuple[EventKind, str], ...] = (("gone", f"status {status}"),) if is_gone else ()
    if status in {404, 410} and is_known(record):
        return Decision(outcome=outcome, update=visited, mark=mark, events=events)
    return Decision(outcome=outcome, update=mark, events=events)


def _retry(
    record: UrlRecord,
    now: float,
    wait: float,
    event: EventKind,
    detail: str,
    *,
    status: int | None = None,
) -> Decision:
    if record.attempts >= MAX_RETRIES:
        return _failed(record, now, ((event, f"{detail}; given up after {MAX_RETRIES} retries"),))
    update = UrlUpdate(
        state="queued",
        not_before=now + wait,
        attempts=record.attempts + 1,
        last_status=status,
        last_fetched_at=now if status is not None else None,
    )
    return Decision(
        outcome="retried", update=update, events=((event, f"{detail}; again in {wait:g} s"),)
    )


def _failed(record: UrlRecord, now: float, events: tuple[tuple[EventKind, str], ...]) -> Decision:
    """Give up for this run; the next visit comes later and later, for the site may be ill."""
    interval = next_interval_s(record, is_changed=False)
    update = UrlUpdate(
        state="idle",
        attempts=0,
        interval_s=interval,
        due_at=_due(record, now, interval),
    )
    return Decision(outcome="failed", update=update, events=events)
