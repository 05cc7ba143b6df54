"""robots.txt before a host's first page: asked for when due, hop by hop, recorded as any answer.

What an answer means is for `robots` to decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from archiver.coding import CodingError, decoded
from archiver.crawl import robots
from archiver.crawl.asking import Asker
from archiver.crawl.frontier import MAX_RETRIES, REDIRECTS
from archiver.crawl.hosts import NEVER, Host
from archiver.crawl.links import Finder
from archiver.crawl.ports import EVENT_OF_FAILURE, FetchFailure
from archiver.crawl.scope import PRIORITY, Scope
from archiver.model import Candidate, Event, Exchange, Recording, UrlRecord, UrlUpdate
from archiver.urls import joined, origin_of

MAX_SITEMAPS = 50  # that one robots.txt names


@dataclass(slots=True)
class RulesKeeper:
    """Keep the rules of hosts known and fresh; `sitemaps` also asks for those they name."""

    asker: Asker
    scope: Scope
    finder: Finder
    user_agent: str
    profile_delay_s: float | None
    sitemaps: bool = True

    async def has_rules(self, host: Host) -> bool:
        """Make sure that robots.txt is known and fresh; False while the host is closed."""
        now = self.asker.now()
        if host.is_closed(now) or host.hopeless is not None:
            return False
        if robots.must_fetch(host.record, now):
            if not await self.asker.turn(host):
                return False
            await self._ask_robots(host)
            now = self.asker.now()
            return not robots.is_closed(host.record, now) and not host.is_closed(now)
        if robots.is_closed(host.record, now):
            host.close(
                host.record.robots_expires_at or NEVER,
                f"{host.record.origin}: robots.txt was not to be had; the host is closed for now",
            )
            return False
        return True

    async def _ask_robots(self, host: Host) -> None:
        origin = host.record.origin
        url = robots.robots_url(origin)
        record = await self.asker.row(
            Candidate(
                key=self.scope.key_of(url),
                url=url,
                depth=0,
                role="robots",
                priority=PRIORITY["robots"],
            )
        )
        answer = await self._follow(host, record)
        outcome = robots.after_answer(
            host.record,
            answer,
            self.asker.now(),
            self.user_agent,
            profile_delay_s=self.profile_delay_s,
        )
        host.set_robots(outcome.host)
        host.asked(self.asker.now(), self.asker.jitter())  # its Crawl-delay counts from now on
        at = self.asker.clock()
        events = tuple(Event(at, kind, detail, record.key) for kind, detail in outcome.notes)
        for _, detail in outcome.notes:
            self.asker.tally.warnings[f"{origin}: {detail}"] = None
        await self.asker.in_store(self.asker.store.note, events)
        if self.sitemaps and outcome.retry_in_s is None:
            await self.asker.in_store(self.asker.store.add, self._sitemaps(host, record))
        await self.asker.in_store(self.asker.store.save_host, host.record)
        if outcome.retry_in_s is None:
            host.failures = 0
        elif robots.is_closed(host.record, self.asker.now()):
            self._close(host, answer, outcome)

    def _close(
        self, host: Host, answer: robots.RobotsAnswer, outcome: robots.RobotsOutcome
    ) -> None:
        """Leave a host alone that gave no robots.txt: until later, or for the whole run."""
        assert outcome.retry_in_s is not None
        host.failures += 1
        if answer.status is None and (answer.is_final or host.failures > MAX_RETRIES):
            host.hopeless = (answer.kind, answer.detail)
            return
        host.close(
            self.asker.now() + outcome.retry_in_s, f"{host.record.origin}: {outcome.notes[0][1]}"
        )

    async def _follow(self, host: Host, record: UrlRecord) -> robots.RobotsAnswer:
        """Fetch robots.txt and up to five redirects, each recorded as a capture of its own."""
        chain = [record]
        while True:
            record = chain[-1]
            try:
                exchange = await self.asker.request(host, record.url)
            except FetchFailure as failure:
                await self._record_robots(record, None, None, failure)
                return robots.RobotsAnswer(
                    None,
                    detail=failure.detail,
                    kind=failure.kind,
                    is_final=failure.kind in {"dns", "blocked_address", "tls"},
                )
            try:
                answer, target = self._robots_answer(exchange, chain)
                await self._record_robots(record, exchange, target, None)
            finally:
                exchange.close()
            if target is None:
                return answer
            chain.append(await self.asker.row(target))
            await self.asker.turn(host)

    def _robots_answer(
        self, exchange: Exchange, chain: Sequence[UrlRecord]
    ) -> tuple[robots.RobotsAnswer, Candidate | None]:
        if exchange.status not in REDIRECTS:
            body = exchange.read_payload(robots.MAX_BYTES)
            # A number that cannot stand here says nothing about the rules: as unreachable.
            status = 500 if exchange.status < 200 or exchange.status == 304 else exchange.status
            detail = f"robots.txt answers {exchange.status}"
            try:
                body = decoded(body, exchange.header("content-encoding"), limit=robots.MAX_BYTES)
            except CodingError as error:
                if 200 <= status < 300:  # rules there are, and none of them can be read
                    status, detail = 500, f"robots.txt: {error}"
            return robots.RobotsAnswer(
                status,
                body,
                detail=detail,
                retry_after=exchange.header("retry-after"),
                is_lost=300 <= status < 400,
            ), None
        lost = robots.RobotsAnswer(
            404, detail="robots.txt redirects in circles or to nowhere", is_lost=True
        )
        target = self.finder.target_of(exchange, chain[-1])
        if target is None or len(chain) > robots.MAX_REDIRECTS:
            return lost, None
        if any(target.key == record.key for record in chain):
            return lost, None
        return lost, target

    async def _record_robots(
        self,
        record: UrlRecord,
        exchange: Exchange | None,
        target: Candidate | None,
        failure: FetchFailure | None,
    ) -> None:
        now = self.asker.clock()
        # A hop that is also a page of the site stays in the queue for its links.
        state = "idle" if record.role == "robots" else record.state
        update = UrlUpdate(state=state, visits=record.visits + 1, last_fetched_at=now.timestamp())
        events: tuple[Event, ...] = ()
        if failure is not None:
            update = UrlUpdate(state=state)
            events = (Event(now, EVENT_OF_FAILURE[failure.kind], failure.detail, record.key),)
        recording = Recording(
            record=record,
            exchange=exchange,
            update=update,
            links=(),
            redirect_to=target,
            events=events,
        )
        await self.asker.in_store(self.asker.store.record, [recording])

    def _sitemaps(self, host: Host, record: UrlRecord) -> list[Candidate]:
        """Name the sitemaps to fetch: those robots.txt lists, else the usual place."""
        named = list(host.rules.sitemaps)
        if not named and origin_of(record.url) in self.seed_origins:
            named = ["/sitemap.xml"]
        urls = [joined(record.url, url) for url in named[:MAX_SITEMAPS]]
        found = [self.scope.sitemap(url, record) for url in urls if url is not None]
        return self.finder.admit([candidate for candidate in found if candidate is not None])[0]

    @property
    def seed_origins(self) -> frozenset[str]:
        """Origins of the seeds."""
        return frozenset(origin_of(seed.url) for seed in self.asker.tally.seeds.values())
