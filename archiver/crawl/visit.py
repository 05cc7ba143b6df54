"""One visit: rules and scope, the host's turn, the request, the decision.

What is asked for beside the page – robots.txt – is for `rules`; waiting and sending for `asking`.
"""

from dataclasses import dataclass

from archiver.crawl.asking import Asker
from archiver.crawl.frontier import (
    AnswerFacts,
    Decision,
    after_answer,
    after_failure,
    failed,
    refused,
    set_aside,
    validators,
)
from archiver.crawl.hosts import NEVER, Host
from archiver.crawl.links import Finder, Visit
from archiver.crawl.ports import EVENT_OF_FAILURE, FailureKind, FetchFailure
from archiver.crawl.rules import RulesKeeper
from archiver.crawl.scope import Scope
from archiver.model import Exchange, Recording, UrlRecord, UrlUpdate

MAX_FAILURES_IN_A_ROW = 10
MAX_SPELLINGS = 5  # of one page that redirects from each to the next


@dataclass(slots=True)
class Visitor:
    """Visit leased URLs of one site."""

    asker: Asker
    rules: RulesKeeper
    scope: Scope
    finder: Finder
    profile_delay_s: float | None

    async def visit(self, record: UrlRecord, host: Host) -> Visit | None:
        """Visit a URL; None when it was not its turn: the host is closed, or a stop requested."""
        async with host.lock:
            has_rules = await self.rules.has_rules(host)
            at = self.asker.clock()
            now = at.timestamp()
            if host.hopeless is not None:
                return Visit(record, None, _given_up(record, host.hopeless, now), at)
            if not has_rules:
                return None
            if record.role == "robots":
                return Visit(record, None, set_aside(), at)
            reason = self.scope.still_out(record)
            if reason is not None:
                return Visit(record, None, refused(record, reason, now, "out_of_scope"), at)
            if host.rules.forbids(record.url):
                reason = "robots.txt forbids it"
                decision = refused(record, reason, now, "robots_denied", "refused_by_robots")
                return Visit(record, None, decision, at)
            if host.ready_in_s(now) > 0 and not await self.asker.turn(host):
                return None
            return None if self.asker.is_stopping() else await self._ask(record, host)

    async def _ask(self, record: UrlRecord, host: Host) -> Visit | None:
        """Ask for a URL, and for other spellings of it that it redirects to."""
        etag, last_modified = validators(record)
        asked = [record.url]
        while True:
            try:
                exchange = await self.asker.request(host, asked[-1], etag, last_modified)
            except FetchFailure as failure:
                return self._unanswered(record, host, failure)
            spelling = self._other_spelling(record, exchange, host)
            if spelling is None or spelling in asked or len(asked) == MAX_SPELLINGS:
                return await self._answered(record, host, exchange, bool(etag or last_modified))
            try:
                hop = Recording(record, exchange, UrlUpdate(state=record.state), links=())
                await self.asker.in_store(self.asker.store.record, [hop])
            finally:
                exchange.close()
            asked.append(spelling)
            if not await self.asker.turn(host):
                return None

    def _other_spelling(self, record: UrlRecord, exchange: Exchange, host: Host) -> str | None:
        """Return where the same page is to be had: with parameters reordered, with a session's id.

        Its key is the same, so as a URL of its own it would count as fetched already.
        """
        target = self.finder.target_of(exchange, record)
        if target is None or target.key != record.key or target.exclude_reason is not None:
            return None
        return None if host.rules.forbids(target.url) else target.url

    def _unanswered(self, record: UrlRecord, host: Host, failure: FetchFailure) -> Visit:
        decision = after_failure(
            record,
            failure.kind,
            failure.detail,
            self.asker.now(),
            profile_delay_s=self.profile_delay_s,
        )
        if failure.kind != "blocked_address":
            self._count_failure(host, failure)
        return Visit(record, None, decision, self.asker.clock())

    async def _answered(
        self, record: UrlRecord, host: Host, exchange: Exchange, was_conditional: bool
    ) -> Visit:
        host.failures = 0
        now = self.asker.now()
        decision = after_answer(
            record,
            AnswerFacts(
                status=exchange.status,
                payload_digest=exchange.payload_digest,
                truncated=exchange.truncated,
                etag=exchange.header("etag"),
                last_modified=exchange.header("last-modified"),
                retry_after=exchange.header("retry-after"),
                was_conditional=was_conditional,
            ),
            now,
            refusals=host.refusals,
            profile_delay_s=self.profile_delay_s,
        )
        if decision.host_pause_s is None:
            host.refusals = 0
        else:
            host.refusals += 1
            host.pause(now + decision.host_pause_s, f"{host.record.origin} asks for a pause")
            await self.asker.in_store(self.asker.store.save_host, host.record)
        return Visit(record, exchange, decision, exchange.started_at, is_urgent=host.has_delay)

    def _count_failure(self, host: Host, failure: FetchFailure) -> None:
        """Leave a host alone for this run when it only ever fails."""
        host.failures += 1
        if host.failures >= MAX_FAILURES_IN_A_ROW:
            because = f"{failure.detail}, {host.failures} times in a row"
            host.close(NEVER, because)


def _given_up(record: UrlRecord, hopeless: tuple[FailureKind, str], now: float) -> Decision:
    kind, detail = hopeless
    if kind == "blocked_address":
        return refused(record, detail, now, "blocked_address")
    return failed(record, detail, now, EVENT_OF_FAILURE[kind])
