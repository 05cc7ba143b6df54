"""What a run counts and how it ends: outcomes, seeds, vanished pages, the final state. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from archiver.amounts import counted
from archiver.crawl.frontier import Decision, Outcome, is_known, is_relaunch
from archiver.model import (
    CrawlCounts,
    CrawlState,
    Exchange,
    Recording,
    UrlRecord,
    UrlUpdate,
)

_WELL: frozenset[Outcome] = frozenset({"new", "changed", "unchanged"})


@dataclass(slots=True)
class SeedState:
    """One seed: whether a page came of it, and the last thing that went wrong."""

    url: str
    is_fetched: bool = False
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, for the report."""

    state: CrawlState
    reason: str | None


@dataclass(slots=True)
class Tally:
    """Count what was recorded, and judge the run by it.

    robots.txt and sitemaps count as requests only; every other URL falls into one outcome.
    """

    counts: CrawlCounts = field(default_factory=CrawlCounts)
    seeds: dict[str, SeedState] = field(default_factory=dict)
    known_at_start: int = 0
    warnings: dict[str, None] = field(default_factory=dict)
    _known_seen: int = 0
    _vanished: dict[str, tuple[UrlRecord, UrlUpdate]] = field(default_factory=dict)
    _leads_from: dict[str, str] = field(default_factory=dict)
    _fetched: set[str] = field(default_factory=set)

    def requested(self, exchange: Exchange) -> None:
        """Count an answer of whatever kind."""
        self.counts.requests += 1
        self.counts.bytes_received += exchange.response_length
        if exchange.truncated:
            self.counts.truncated += 1

    def visited(self, recording: Recording, decision: Decision) -> None:
        """Count a recorded visit."""
        record, outcome = recording.record, decision.outcome
        self._follow_seed(recording, decision)
        if record.role == "sitemap":
            return
        if outcome == "retried":
            self.counts.retried += 1
            return
        setattr(self.counts, outcome, getattr(self.counts, outcome) + 1)
        if is_known(record):
            self._known_seen += 1
        if decision.mark is not None:
            self._vanished[record.key] = (record, decision.mark)

    def _follow_seed(self, recording: Recording, decision: Decision) -> None:
        key = recording.record.key
        if decision.outcome in _WELL:
            self._fetched.add(key)
        seed = self.seeds.get(self._leads_from.get(key, key))
        if seed is None:
            return
        target = recording.redirect_to
        if decision.outcome in _WELL:
            seed.is_fetched = True
        elif decision.outcome == "redirected" and target is not None:
            self._leads_from.setdefault(target.key, self._leads_from.get(key, key))
            seed.is_fetched = seed.is_fetched or target.key in self._fetched
            out = target.exclude_reason
            seed.trouble = f"redirects to {target.url}" + (f": {out}" if out else "")
        elif decision.outcome == "redirected":
            said = recording.events
            seed.trouble = said[-1].detail if said else "redirects to nowhere"
        elif decision.events:
            seed.trouble = decision.events[-1][1]
        elif recording.exchange is not None:
            seed.trouble = f"answers {recording.exchange.status}"

    @property
    def is_relaunched(self) -> bool:
        """Tell whether too much vanished at once."""
        return is_relaunch(len(self._vanished), max(self.known_at_start, self._known_seen))

    def marks(self) -> list[Recording]:
        """Return the held-back marks of vanished URLs, to be recorded when the site still lives."""
        return [
            Recording(record=record, exchange=None, update=update)
            for record, update in self._vanished.values()
        ]

    @property
    def has_fetched(self) -> bool:
        """Tell whether any page came in this run."""
        return bool(self._fetched)

    def ending(
        self,
        *,
        is_stopped: bool,
        limit: str | None,
        accept_gone: bool,
        waiting: int,
        closed: Iterable[str],
    ) -> Ending:
        """Judge the run: state and, unless all went well, the reason in one line."""
        if not accept_gone and self.is_relaunched:
            known = max(self.known_at_start, self._known_seen)
            return Ending(
                "failed",
                f"{len(self._vanished):,} of {counted(known, 'known URL')} vanished at once: "
                "the site seems to have been rebuilt; nothing was marked as gone",
            )
        if is_stopped:
            return Ending("interrupted", "stopped on request")
        troubles = [
            f"seed {seed.url}: {seed.trouble or 'was not reached'}"
            for seed in self.seeds.values()
            if not seed.is_fetched
        ]
        closures = list(dict.fromkeys(closed))
        if troubles and len(troubles) == len(self.seeds):
            why = [limit] if limit is not None else closures or troubles
            return Ending("failed", "; ".join(why))
        if limit is not None:
            return Ending("limit", limit)
        if self.counts.failed:
            troubles.append(f"{counted(self.counts.failed, 'URL')} could not be fetched")
        if waiting:
            verb = "waits" if waiting == 1 else "wait"
            troubles.append(f"{counted(waiting, 'URL')} {verb} for a later run")
        troubles += closures
        return Ending("partial", "; ".join(troubles)) if troubles else Ending("finished", None)
