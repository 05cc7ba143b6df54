"""Site profiles: how one site is crawled and read, as data. Pure: no I/O.

A profile is TOML that a person writes who knows CSS selectors and no Python. Every key is
optional; without a profile the general readers do the work. Unknown keys are errors.
"""

from dataclasses import dataclass, field

from archiver.codec import Count, PositiveCount, PositiveSeconds, Seconds

Selector = str
Pattern = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which URLs belong to the site.

    `include` and `exclude` are regular expressions searched in the URL; without `include`
    everything on the seeds' hosts is in. `hosts` adds hosts beside the seeds'. `allow` lists
    "host:port" addresses that may be private (one's own server, an intranet). Linked files on
    other hosts are fetched too (one hop) when `linked_files` is true.
    """

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    hosts: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    linked_files: bool = True
    max_depth: Count = 20
    max_urls: Count = 100_000
    max_bytes: Count = 50 * 1024**3
    drop_parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How gently the site is asked. `delay` in seconds; None adapts to the server's speed."""

    delay: Seconds | None = None
    max_body_bytes: PositiveCount = 100 * 1024**2
    connect_timeout: PositiveSeconds = 10.0
    idle_timeout: PositiveSeconds = 30.0
    total_timeout: PositiveSeconds = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """How one field is read: where (`select`, a CSS selector) and what of it (`pattern`).

    `pattern` is a regular expression whose group `value` (or first group, or whole match) is the
    value; `attribute` takes an attribute instead of the text.
    """

    select: Selector | None = None
    attribute: str | None = None
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRule:
    """Which pages are of a kind: a regular expression searched in the URL, or a selector."""

    url: Pattern | None = None
    select: Selector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProfile:
    """All that is known of one site.

    `pages` maps a kind (session, overview, topic, other) to its rule, `fields` a field (session,
    date, topic, group, keyword, title) to its rules in order of trust, `roles` a file's role to
    a pattern searched in link text and file name. `content` selects the main text, `remove` what
    is cut out of it.
    """

    name: str = ""
    title: str = ""
    publisher: str = ""
    seeds: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)
    politeness: Politeness = field(default_factory=Politeness)
    content: tuple[Selector, ...] = ()
    remove: tuple[Selector, ...] = ()
    pages: dict[str, PageRule] = field(default_factory=dict)
    fields: dict[str, tuple[FieldRule, ...]] = field(default_factory=dict)
    roles: dict[str, Pattern] = field(default_factory=dict)
    passwords: tuple[str, ...] = ()
    first_year: int | None = None
