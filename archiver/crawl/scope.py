"""What belongs to a crawl: in or out with a reason, role, priority, trap guards. Pure: no I/O.

A `Scope` object remembers only what the trap guards count: query variants of a path and pages of
one shape. Decisions on known URLs are kept in a bounded cache, because every page of a site
repeats its navigation.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from archiver.crawl.guard import allowed_addresses, judge_url
from archiver.errors import ConfigError
from archiver.model import Candidate, UrlRecord, UrlRole
from archiver.sites.profile import SiteProfile
from archiver.urls import (
    DEFAULT_PORTS,
    TRACKING_PARAMETERS,
    is_web_url,
    safe_url,
    url_key,
    with_ascii_host,
)

MAX_URL_CHARS = 2_000
MAX_STORED_URL_CHARS = 8_000
MAX_PATH_SEGMENTS = 20
MAX_SAME_SEGMENT = 3
MAX_QUERY_VARIANTS = 200
MAX_SAME_SHAPE = 5_000
MAX_REDIRECTS = 10
MAX_SITEMAP_DEPTH = 3
CACHED_URLS = 50_000

# One letter a hop, after Heritrix: link, redirect, sitemap (manifest); F is a linked file that
# lies outside the scope and is fetched for its own sake.
LINK, FILE, REDIRECT, SITEMAP = "L", "F", "R", "M"

PRIORITY: dict[UrlRole, int] = {
    "robots": 100,
    "seed": 90,
    "sitemap": 80,
    "overview": 50,
    "session": 40,
    "topic": 30,
    "file": 20,
    "page": 10,
}
_FILE = re.compile(
    r"\.(?:pdf|docx?|odt|ods|odp|rtf|xlsx?|pptx?|txt|csv|epub|eml)(?=$|[?&/;])", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Place:
    """A URL as written, once understood: what does not depend on who links it."""

    key: str
    url: str
    path: str
    query: str
    role: UrlRole
    is_file: bool
    is_home: bool
    refusal: str | None
    trap: str | None


class Scope:
    """Judge URLs for one site profile. Raises ConfigError for a wrong pattern.

    `too_deep` is the reason that depends on the page a link stands on.
    """

    def __init__(self, profile: SiteProfile) -> None:
        scope = profile.scope
        self._settings = scope
        self._include = [_compiled(p, profile, "include") for p in scope.include]
        self._exclude = [_compiled(p, profile, "exclude") for p in scope.exclude]
        self._roles: list[tuple[UrlRole, re.Pattern[str]]] = [
            (role, _compiled(rule.url, profile, f"pages.{role}"))
            for role in ("overview", "session", "topic")
            if (rule := profile.pages.get(role)) is not None and rule.url is not None
        ]
        self._drop = TRACKING_PARAMETERS | {name.lower() for name in scope.drop_parameters}
        self._allow = allowed_addresses(scope.allow)
        seeds = [safe_url(seed) for seed in profile.seeds if is_web_url(seed)]
        self._seed_keys = {url_key(seed, self._drop) for seed in seeds}
        self._hosts = {host_of(seed) for seed in seeds} | {
            host_of(with_ascii_host(f"//{host}")) for host in scope.hosts
        }
        self._places: dict[str, _Place | None] = {}
        self._variants: dict[str, set[str]] = {}
        self._shapes: Counter[str] = Counter()
        self._counted: set[str] = set()
        self.too_deep = f"deeper than {scope.max_depth} links from a seed"

    def key_of(self, url: str) -> str:
        """Return the dedupe key under this profile's dropped parameters."""
        return url_key(url, self._drop)

    def seed(self, url: str) -> Candidate:
        """Make the candidate of a seed; it is in scope by definition."""
        safe = safe_url(url)
        return Candidate(
            key=self.key_of(safe),
            url=safe,
            depth=0,
            role="seed",
            priority=PRIORITY["seed"],
            exclude_reason=judge_url(safe, self._allow),
        )

    def link(self, url: str, via: UrlRecord) -> Candidate | None:
        """Judge a link of a page; None when it is no web address at all."""
        place = self._place(url)
        if place is None:
            return None
        reason, hop = self._reason(place), LINK
        if reason is not None and self._is_linked_file(place):
            reason, hop = place.refusal or place.trap or self._excluded(place.url), FILE
        depth = via.depth + 1
        if reason is None and depth > self._settings.max_depth:
            reason = self.too_deep
        return self._candidate(place, depth, via, hop, reason)

    def redirect(self, url: str, via: UrlRecord) -> Candidate | None:
        """Judge the target of a redirect: the same rules, at the same depth."""
        place = self._place(url)
        if place is None:
            return None
        reason = self._reason(place)
        is_file = FILE in via.hops or (reason is not None and self._is_linked_file(place))
        if reason is not None and is_file:
            reason = place.refusal or place.trap or self._excluded(place.url)
        hop = FILE + REDIRECT if is_file and FILE not in via.hops else REDIRECT
        made = len(via.hops) - len(via.hops.rstrip(REDIRECT))
        if reason is None and made >= MAX_REDIRECTS:
            reason = f"more than {MAX_REDIRECTS} redirects"
        candidate = self._candidate(place, via.depth, via, hop, reason)
        if via.role == "sitemap" and candidate.exclude_reason is None:
            return _with_role(candidate, "sitemap")
        return candidate

    def sitemap(self, url: str, via: UrlRecord) -> Candidate | None:
        """Judge a sitemap named by robots.txt or by a sitemap index."""
        place = self._place(url)
        if place is None:
            return None
        reason = place.refusal or self._excluded(place.url)
        if reason is None and not place.is_home:
            reason = f"another host: {host_of(place.url)}"
        if reason is None and via.hops.count(SITEMAP) >= MAX_SITEMAP_DEPTH:
            reason = f"sitemaps nested more than {MAX_SITEMAP_DEPTH} deep"
        return _with_role(self._candidate(place, 0, via, SITEMAP, reason), "sitemap")

    def listed(self, url: str, via: UrlRecord) -> Candidate | None:
        """Judge a page that a sitemap lists."""
        place = self._place(url)
        return self._candidate(place, 1, via, SITEMAP, self._reason(place)) if place else None

    def still_out(self, record: UrlRecord) -> str | None:
        """Say why a URL queued earlier is out under the present profile; None when it is in."""
        if record.role in {"seed", "robots", "sitemap"}:
            return judge_url(record.url, self._allow)
        place = self._place(record.url)
        if place is None:
            return "not a web address"
        if FILE in record.hops:
            return place.refusal or self._excluded(place.url)
        return self._reason(place, with_traps=False)

    def count(self, candidate: Candidate) -> str | None:
        """Count a new URL against the trap guards; say which one is full, if one is."""
        place = self._place(candidate.url)
        if place is None or candidate.key in self._counted:
            return None
        self._counted.add(candidate.key)
        if place.query:
            variants = self._variants.setdefault(place.path, set())
            if len(variants) >= MAX_QUERY_VARIANTS:
                return f"trap: more than {MAX_QUERY_VARIANTS} query variants of {place.path}"
            variants.add(place.query)
        shape = _DIGITS.sub("0", place.path)
        if shape != place.path:
            self._shapes[shape] += 1
            if self._shapes[shape] > MAX_SAME_SHAPE:
                return f"trap: more than {MAX_SAME_SHAPE} pages like {shape}"
        return None

    def _reason(self, place: _Place, *, with_traps: bool = True) -> str | None:
        if place.refusal is not None:
            return place.refusal
        if not place.is_home:
            return f"another host: {host_of(place.url)}"
        if place.key in self._seed_keys:
            return None
        excluded = self._excluded(place.url)
        if excluded is not None:
            return excluded
        if self._include and not any(p.search(place.url) for p in self._include):
            return "no include pattern matches"
        return place.trap if with_traps else None

    def _excluded(self, url: str) -> str | None:
        for pattern in self._exclude:
            if pattern.search(url):
                return f"exclude pattern {pattern.pattern!r}"
        return None

    def _is_linked_file(self, place: _Place) -> bool:
        return self._settings.linked_files and place.is_file

    def _candidate(
        self, place: _Place, depth: int, via: UrlRecord, hop: str, reason: str | None
    ) -> Candidate:
        return Candidate(
            key=place.key,
            url=place.url,
            depth=depth,
            role=place.role,
            priority=PRIORITY[place.role],
            via_key=via.key,
            hops=(via.hops + hop)[-100:],
            exclude_reason=reason,
        )

    def _place(self, url: str) -> _Place | None:
        written = url.partition("#")[0]
        try:
            return self._places[written]
        except KeyError:
            pass
        if len(self._places) >= CACHED_URLS:
            self._places.clear()
        place = self._places[written] = self._understood(written)
        return place

    def _understood(self, written: str) -> _Place | None:
        if len(written) > MAX_STORED_URL_CHARS or not is_web_url(written.strip()):
            return None
        try:
            refusal = judge_url(written.strip(), self._allow) if "@" in written else None
            url = safe_url(written)
            key = self.key_of(url)
            parts = urlsplit(url)
            is_home = host_of(url) in self._hosts
        except (ValueError, UnicodeError):
            return None
        is_file = _FILE.search(f"{parts.path}?{parts.query}") is not None
        role: UrlRole = "file" if is_file else "page"
        for named, pattern in self._roles:
            if not is_file and pattern.search(url):
                role = named
                break
        return _Place(
            key=key,
            url=url,
            path=parts.path,
            query=parts.query,
            role=role,
            is_file=is_file,
            is_home=is_home,
            refusal=refusal or judge_url(url, self._allow),
            trap=trap_of(url),
        )


def trap_of(url: str) -> str | None:
    """Say which trap a URL's shape tells of, or None.

    >>> trap_of("http://forum.example/a/b/a/b/a/b/a/b/")
    "trap: the path repeats 'a' more than 3 times"
    """
    if len(url) > MAX_URL_CHARS:
        return f"trap: longer than {MAX_URL_CHARS} characters"
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    if len(segments) > MAX_PATH_SEGMENTS:
        return f"trap: more than {MAX_PATH_SEGMENTS} path segments"
    if len(segments) <= MAX_SAME_SEGMENT:
        return None
    for segment, count in Counter(segments).items():
        if count > MAX_SAME_SEGMENT:
            return f"trap: the path repeats {segment!r} more than {MAX_SAME_SEGMENT} times"
    return None


def host_of(url: str) -> str:
    """Return the host a URL belongs to: without www., with its port unless 80 or 443.

    >>> host_of("https://www.Forum.example/a"), host_of("http://127.0.0.1:8000/")
    ('forum.example', '127.0.0.1:8000')
    """
    return _host_at(urlsplit(url).netloc)


@lru_cache(maxsize=1024)
def _host_at(netloc: str) -> str:
    parts = urlsplit(f"//{netloc}")
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    return host if parts.port in {None, *DEFAULT_PORTS.values()} else f"{host}:{parts.port}"


def _with_role(candidate: Candidate, role: UrlRole) -> Candidate:
    return replace(candidate, role=role, priority=PRIORITY[role])


def _compiled(pattern: str, profile: SiteProfile, key: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigError(
            f"site {profile.name!r}: {key}: {pattern!r} is not a regular expression: {error}"
        ) from error


def only_new(candidates: Iterable[Candidate], seen: set[str]) -> list[Candidate]:
    """Keep each key once and only if it was not seen before; remember it.

    >>> a = Candidate(key="k", url="u", depth=0)
    >>> len(only_new([a, a], set()))
    1
    """
    kept = []
    for candidate in candidates:
        if candidate.key not in seen:
            seen.add(candidate.key)
            kept.append(candidate)
    return kept
