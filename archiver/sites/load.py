"""Read site profiles: strict TOML, checked expressions and selectors, the built-in ones.

Reads only the package's own data files; a workspace's profiles are read by the workspace, which
passes their text. Pure but for that.
"""

import re
from importlib import resources
from typing import get_args

from archiver.codec import from_toml
from archiver.errors import ConfigError
from archiver.model import FieldName, Kind, Role
from archiver.sites.profile import SiteProfile

KINDS: tuple[str, ...] = tuple(kind for kind in get_args(Kind) if kind != "file")
FIELDS: tuple[str, ...] = tuple(
    name for name in get_args(FieldName) if name not in ("kind", "role")
)
ROLES: tuple[str, ...] = get_args(Role)


def load_profile(text: str, source: str) -> SiteProfile:
    """Read a profile from TOML and check all of it.

    `source` names the file in messages. Raises ConfigError with file, key and what is allowed:
    for an unknown key or wrong type, a kind, field or role that does not exist, a regular
    expression or CSS selector that cannot be read, a rule that says nothing.

    >>> load_profile('name = "auenfurt"\\nseeds = ["https://forum.example/"]', "a.toml").name
    'auenfurt'
    """
    profile = from_toml(text, SiteProfile, source=source)
    _check_names(profile, source)
    for key, pattern in _patterns(profile):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ConfigError(
                f"{source}: key `{key}`: not a regular expression: {error} in {pattern!r}"
            ) from error
    for key, selector in _selectors(profile):
        _check_selector(key, selector, source)
    return profile


def builtin_names() -> tuple[str, ...]:
    """Return the names of the built-in profiles, sorted."""
    folder = resources.files("archiver.sites") / "builtin"
    return tuple(
        sorted(
            item.name.removesuffix(".toml")
            for item in folder.iterdir()
            if item.name.endswith(".toml")
        )
    )


def builtin_text(name: str) -> str:
    """Return the TOML of a built-in profile; ConfigError if there is none of that name."""
    if name not in builtin_names():
        raise ConfigError(
            f"no built-in site profile `{name}`: there are {', '.join(builtin_names())}"
        )
    return (resources.files("archiver.sites") / "builtin" / f"{name}.toml").read_text("utf-8")


def builtin(name: str) -> SiteProfile:
    """Return a built-in profile; ConfigError if there is none of that name."""
    return load_profile(builtin_text(name), f"built-in profile {name}")


def _check_names(profile: SiteProfile, source: str) -> None:
    for table, names, allowed in (
        ("pages", profile.pages, KINDS),
        ("fields", profile.fields, FIELDS),
        ("roles", profile.roles, ROLES),
    ):
        for name in names:
            if name not in allowed:
                raise ConfigError(
                    f"{source}: unknown key `{table}.{name}`: allowed here: {', '.join(allowed)}"
                )
    for kind, page in profile.pages.items():
        if page.url is None and page.select is None:
            raise ConfigError(f"{source}: key `pages.{kind}`: says nothing; give `url` or `select`")
    for field, rules in profile.fields.items():
        for at, rule in enumerate(rules):
            if rule.select is None and rule.pattern is None:
                raise ConfigError(
                    f"{source}: key `fields.{field}[{at}]`: says nothing; "
                    "give `select` or `pattern`"
                )


def _patterns(profile: SiteProfile) -> list[tuple[str, str]]:
    found = [(f"scope.include[{at}]", text) for at, text in enumerate(profile.scope.include)]
    found += [(f"scope.exclude[{at}]", text) for at, text in enumerate(profile.scope.exclude)]
    found += [(f"pages.{kind}.url", page.url) for kind, page in profile.pages.items() if page.url]
    found += [(f"roles.{role}", pattern) for role, pattern in profile.roles.items()]
    for field, rules in profile.fields.items():
        found += [
            (f"fields.{field}[{i}].pattern", r.pattern) for i, r in enumerate(rules) if r.pattern
        ]
    return found


def _selectors(profile: SiteProfile) -> list[tuple[str, str]]:
    found = [(f"content[{at}]", text) for at, text in enumerate(profile.content)]
    found += [(f"remove[{at}]", text) for at, text in enumerate(profile.remove)]
    found += [
        (f"pages.{kind}.select", page.select) for kind, page in profile.pages.items() if page.select
    ]
    for field, rules in profile.fields.items():
        found += [
            (f"fields.{field}[{i}].select", r.select) for i, r in enumerate(rules) if r.select
        ]
    return found


def _check_selector(key: str, selector: str, source: str) -> None:
    import soupsieve  # comes with BeautifulSoup; imported only when a profile is read

    try:
        soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(
            f"{source}: key `{key}`: not a CSS selector: {reason} in {selector!r}"
        ) from error
