"""archiver.toml: what a workspace crawls and how, read strictly into types. Pure: no I/O."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from archiver.codec import (
    Count,
    PositiveCount,
    PositiveSeconds,
    Seconds,
    Share,
    from_toml,
    toml_string,
)
from archiver.errors import ConfigError
from archiver.extract.settings import ExtractSettings
from archiver.finding import CONFIG_NAME
from archiver.urls import address_of, is_web_url

if TYPE_CHECKING:
    from archiver.sites.profile import SiteProfile

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
NAMES_ARE = "lower-case letters, digits and hyphens, at most 64"
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):\d{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEntry:
    """One `[[site]]`: where it is, and which profile says how it is read.

    `profile` names a built-in profile or a file sites/NAME.toml of the workspace; without one
    the general readers do the work. `seeds`, `allow` and `delay` (seconds) come before the
    profile's own.
    """

    name: str
    profile: str | None = None
    seeds: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    delay: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """How crawls introduce themselves and how far one run goes. Times in seconds."""

    contact: str = ""
    concurrency: PositiveCount = 8
    time_limit: PositiveSeconds | None = None
    rotate_bytes: PositiveCount = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """Which engine answers, and whether compounds are split into their parts.

    Without an engine the index stays with the one it has; a new one is kept with Whoosh. tantivy
    is the extra `fast`.
    """

    engine: Literal["whoosh", "tantivy"] | None = None
    split_compounds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectSettings:
    """What a run must find, or it ends with exit code 3.

    `fewer_sessions` allows sittings to vanish; `silent_runs` is how many runs in a row a site may
    give no answer; `failed_share` the share of visited URLs that may fail, from 0 to 1.
    """

    fewer_sessions: bool = False
    silent_runs: PositiveCount = 3
    failed_share: Share = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """Whom to tell of a run: `ping` is asked at start (/start), success and failure (/fail).

    `command` (program and arguments) gets the run's record as JSON on its standard input.
    """

    ping: str | None = None
    command: tuple[str, ...] = ()
    timeout: PositiveSeconds = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of archiver.toml. Every table may be left out."""

    format: Literal[1] = 1
    site: tuple[SiteEntry, ...] = ()
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    extract: ExtractSettings = field(default_factory=ExtractSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    expect: ExpectSettings = field(default_factory=ExpectSettings)
    notify: NotifySettings = field(default_factory=NotifySettings)
    children: Count = 0  # extracting child processes; 0 means one for each processor


def read_settings(text: str, *, source: str = CONFIG_NAME) -> Settings:
    """Read archiver.toml; raise ConfigError naming file, key and what is allowed.

    >>> read_settings('[[site]]\\nname = "town"\\nseed = ["http://forum.example/"]')
    Traceback (most recent call last):
    ...
    archiver.errors.ConfigError: archiver.toml: unknown key `site[0].seed`: did you mean \
`seeds`? allowed here: name, profile, seeds, allow, delay
    """
    settings = from_toml(text, Settings, source=source)
    names: set[str] = set()
    for position, site in enumerate(settings.site):
        where = f"{source}: key `site[{position}]"
        if not is_name(site.name):
            raise ConfigError(f"{where}.name`: {site.name!r} is no site name – {NAMES_ARE}")
        if site.name in names:
            raise ConfigError(f"{where}.name`: {site.name!r} stands twice – give each its own")
        names.add(site.name)
        for seed in site.seeds:
            check_seed(seed, where=f"{where}.seeds`")
        for address in site.allow:
            check_address(address, where=f"{where}.allow`")
    if settings.notify.ping is not None:
        check_seed(settings.notify.ping, where=f"{source}: key `notify.ping`")
    return settings


def is_name(text: str) -> bool:
    """Tell whether a site, a profile or a saved search may be called so: see NAMES_ARE.

    >>> is_name("forum-2"), is_name("Forum"), is_name("-forum")
    (True, False, False)
    """
    return _NAME.fullmatch(text) is not None


def check_seed(seed: str, *, where: str) -> None:
    """Raise ConfigError unless the seed is an http or https URL with a host."""
    if not is_web_url(seed):
        raise ConfigError(f"{where}: {seed!r} is not an http(s) URL – write it like http://HOST/")
    try:
        address_of(seed)
    except ValueError as error:
        raise ConfigError(f"{where}: {seed!r} is not a URL: {error}") from error


def check_address(address: str, *, where: str) -> None:
    """Raise ConfigError unless the address is HOST:PORT."""
    if not _ADDRESS.fullmatch(address) or int(address.rpartition(":")[2]) > 65535:
        raise ConfigError(f"{where}: {address!r} is not an address – write HOST:PORT")


def site_profile(entry: SiteEntry, profile: "SiteProfile | None") -> "SiteProfile":
    """Join a site's entry with its profile; the entry's seeds, allow and delay come first."""
    from archiver.sites.profile import SiteProfile

    base = profile if profile is not None else SiteProfile()
    scope = replace(base.scope, allow=tuple(dict.fromkeys(entry.allow + base.scope.allow)))
    politeness = (
        base.politeness if entry.delay is None else replace(base.politeness, delay=entry.delay)
    )
    return replace(
        base,
        name=entry.name,
        seeds=entry.seeds or base.seeds,
        scope=scope,
        politeness=politeness,
    )


def new_settings_text(
    *, name: str, seed: str, allow: tuple[str, ...], delay: float | None, profile: str | None
) -> str:
    """Write the archiver.toml of a new workspace, with comments a person can go on from."""
    lines = [
        "# A workspace of forum-archiver. Unknown keys are errors; see docs/administrators.md.",
        "format = 1",
        "",
        "[[site]]",
        f"name = {toml_string(name)}",
        f"seeds = [{toml_string(seed)}]",
    ]
    if profile is not None:
        lines.append(f"profile = {toml_string(profile)}")
    else:
        lines.append("# profile = ...        a built-in one, or sites/NAME.toml of this workspace")
    if allow:
        lines.append(f"allow = [{', '.join(map(toml_string, allow))}]   # may be private addresses")
    if delay is not None:
        lines.append(f"delay = {delay:g}             # seconds between two requests")
    else:
        lines.append("# delay = 2.0          seconds between two requests; adapts when left out")
    lines += [
        "",
        "[crawl]",
        '# contact = "archive@town.example"   shown to the sites in the User-Agent',
        "",
        "[extract]",
        "# ocr = true           read scanned pages with Tesseract, when it is installed",
        "",
    ]
    return "\n".join(lines)
