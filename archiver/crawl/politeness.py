"""How long to wait: between requests, after a refusal, before a retry. Pure: no I/O.

Durations are seconds, instants epoch seconds (UTC). `jitter` is a random number from 0 to 1 that
the caller draws.
"""

from datetime import UTC
from email.utils import parsedate_to_datetime

MIN_DELAY_S = 2.0
MAX_DELAY_S = 30.0
DELAY_FACTOR = 5.0
JITTER = 0.25
MAX_CRAWL_DELAY_S = 30.0
BACKOFF_BASE_S = 60.0
MAX_PAUSE_S = 3600.0
ABSURD_PAUSE_S = 7 * 86_400.0
RETRY_BASE_S = 10.0
MIN_RETRY_BASE_S = 0.5


def delay_s(
    last_duration_s: float | None,
    *,
    profile_delay_s: float | None = None,
    crawl_delay_s: float | None = None,
    jitter: float = 0.0,
) -> float:
    """Return the pause before the next request to a host.

    Five times what the last answer took, from 2 to 30 s, with up to a quarter more by chance; a
    profile may set it (0 for one's own server). Crawl-delay only ever makes it longer.

    >>> delay_s(1.0), delay_s(0.01), delay_s(60.0), delay_s(None, jitter=1.0)
    (5.0, 2.0, 30.0, 2.5)
    >>> delay_s(1.0, profile_delay_s=0.0), delay_s(1.0, profile_delay_s=0.0, crawl_delay_s=86400)
    (0.0, 30.0)
    """
    if profile_delay_s is not None:
        delay = profile_delay_s
    else:
        delay = min(max(DELAY_FACTOR * (last_duration_s or 0.0), MIN_DELAY_S), MAX_DELAY_S)
        delay *= 1 + JITTER * jitter
    return max(delay, min(crawl_delay_s or 0.0, MAX_CRAWL_DELAY_S))


def retry_after_s(value: str | None, now: float) -> float | None:
    """Read a Retry-After header (RFC 9110 section 10.2.3): seconds to wait, or None.

    None for a missing, unreadable, past or absurd value (beyond a week).

    >>> retry_after_s("120", 0), retry_after_s("Thu, 01 Jan 1970 00:02:00 GMT", 60.0)
    (120.0, 60.0)
    >>> [retry_after_s(v, 0) for v in ("-5", "soon", "99999999999", "1.5", "", None)]
    [None, None, None, None, None, None]
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        wait = float(text) if len(text) < 12 else ABSURD_PAUSE_S + 1
    else:
        try:
            moment = parsedate_to_datetime(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            wait = moment.timestamp() - now
        except (TypeError, ValueError, IndexError, OverflowError):
            return None
    return wait if 0 <= wait <= ABSURD_PAUSE_S else None


def pause_s(retry_after: str | None, refusals: int, now: float) -> float:
    """Return how long a host is left alone after its n-th 429 or 503 in a row (n from 0).

    The larger of what it asks for and 2ⁿ minutes, at most an hour.

    >>> pause_s(None, 0, 0), pause_s(None, 3, 0), pause_s("300", 0, 0), pause_s("7200", 0, 0)
    (60.0, 480.0, 300.0, 3600.0)
    """
    asked = retry_after_s(retry_after, now) or 0.0
    return min(max(asked, BACKOFF_BASE_S * 2.0 ** min(refusals, 10)), MAX_PAUSE_S)


def retry_s(attempts: int, *, profile_delay_s: float | None = None) -> float:
    """Return the pause before a URL is tried again after its n-th failure (n from 0).

    Ten seconds, doubling; less for a server whose profile sets a short delay.

    >>> retry_s(0), retry_s(3), retry_s(0, profile_delay_s=0.0)
    (10.0, 80.0, 0.5)
    """
    base = RETRY_BASE_S
    if profile_delay_s is not None:
        base = min(max(10 * profile_delay_s, MIN_RETRY_BASE_S), RETRY_BASE_S)
    return float(min(base * 2.0 ** min(attempts, 10), MAX_PAUSE_S))
