"""What a run keeps of each host: its record, its rules, when it may be asked again. No I/O."""

import asyncio
from dataclasses import replace

from archiver.crawl.politeness import MAX_PAUSE_S, delay_s
from archiver.crawl.ports import FailureKind
from archiver.crawl.robots import RobotsRules
from archiver.model import HostRecord

NEVER = float("inf")
"""An instant that does not come: until then a host is left alone for the whole run."""


class Host:
    """One host (scheme://host:port) during a run; shared by sites that are crawled together.

    Hold `lock` while waiting for a host and asking it: one request at a time. `hopeless` says, of
    a host that could not be reached even for robots.txt, why its URLs are given up unasked.
    """

    def __init__(self, record: HostRecord, *, user_agent: str, profile_delay_s: float | None):
        self.record = record
        self.lock = asyncio.Lock()
        self.refusals = 0
        self.failures = 0
        self.closed_until = 0.0
        self.closed_because: str | None = None
        self.hopeless: tuple[FailureKind, str] | None = None
        self._user_agent = user_agent
        self._profile_delay_s = profile_delay_s
        self._rules: RobotsRules | None = None

    @property
    def rules(self) -> RobotsRules:
        """The rules of the copy of robots.txt in force."""
        if self._rules is None:
            self._rules = RobotsRules(self.record.robots_body, self._user_agent)
        return self._rules

    @property
    def has_delay(self) -> bool:
        """Tell whether requests to this host are spaced out at all."""
        own = self._profile_delay_s
        return own is None or own > 0 or (self.record.crawl_delay_s or 0.0) > 0

    def delay(self, jitter: float) -> float:
        """Return the pause after a request, in seconds."""
        return delay_s(
            self.record.last_duration_s,
            profile_delay_s=self._profile_delay_s,
            crawl_delay_s=self.record.crawl_delay_s,
            jitter=jitter,
        )

    def ready_in_s(self, now: float) -> float:
        """Return how long to wait before the next request.

        A remembered instant further ahead than any pause means that the clock was set back.
        """
        wait = self.record.next_allowed_at - now
        return wait if 0 < wait <= MAX_PAUSE_S else 0.0

    def set_robots(self, record: HostRecord) -> None:
        """Take over what a request for robots.txt brought."""
        self.record = record
        self._rules = None

    def asked(self, now: float, jitter: float, duration_s: float | None = None) -> None:
        """Note a request, so that the next one keeps its distance."""
        if not self.has_delay:
            return  # nothing to keep, and a thousand pages a second to fetch
        if duration_s is not None:
            self.record = replace(self.record, last_duration_s=duration_s)
        self.record = replace(self.record, next_allowed_at=now + self.delay(jitter))

    def pause(self, until: float, because: str) -> None:
        """Close the host for everyone until an instant that outlives the run."""
        self.record = replace(self.record, next_allowed_at=max(until, self.record.next_allowed_at))
        self.close(until, because)

    def close(self, until: float, because: str) -> None:
        """Lease nothing of this host until then, in this run."""
        self.closed_until = until
        self.closed_because = because

    def is_closed(self, now: float) -> bool:
        """Tell whether the host is left alone for now."""
        return self.closed_until > now
