"""The address guard: which URLs and which addresses may be contacted. Pure: no I/O.

`judge_url` runs before a name is looked up, `permitted` on what the look-up gave; the fetcher
connects only to an address that `permitted` returned, so a name cannot change its address in
between (DNS rebinding). Every refusal has a reason a person can read.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from archiver.urls import DEFAULT_PORTS, address_of

# What Python's `is_global` lets pass, or did in some 3.11 release, and must not be contacted.
_REFUSED = tuple(
    (ip_network(network), why)
    for network, why in (
        ("64:ff9b::/96", "NAT64, reaches private IPv4 addresses"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("2002::/16", "6to4, reaches private IPv4 addresses"),
        ("2001::/32", "Teredo, reaches private IPv4 addresses"),
        ("2001:db8::/32", "for documentation only"),
        ("3fff::/20", "for documentation only"),
        ("::ffff:0:0/96", "IPv4 in the shape of IPv6"),
        ("::/96", "IPv4 in the shape of IPv6"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.0.0.0/24", "protocol assignments"),
        ("100.64.0.0/10", "shared by a provider"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")
_UNSENDABLE = re.compile(r"[\x00-\x20\x7f\\]")
_LOOKS_NUMERIC = re.compile(r"(?:\d+|0[xX][0-9a-fA-F]*)")


def judge_address(address: str) -> str | None:
    """Return why an address must not be contacted, or None when it is globally routable.

    >>> judge_address("127.0.0.1")
    '127.0.0.1 is not a public address'
    >>> judge_address("64:ff9b::7f00:1")
    '64:ff9b::7f00:1 is not a public address (NAT64, reaches private IPv4 addresses)'
    >>> judge_address("1.1.1.1")
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return f"{address} is not an address"
    for network, why in _REFUSED:
        if ip.version == network.version and ip in network:
            return f"{address} is not a public address ({why})"
    if isinstance(ip, IPv6Address) and (ip not in _GLOBAL_UNICAST or ip.scope_id):
        return f"{address} is not a public address"
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return f"{address} is not a public address"
    return None


def judge_url(url: str, allow: frozenset[str] = frozenset()) -> str | None:
    """Return why a URL must not be requested, or None. `allow` holds "host:port" entries.

    >>> judge_url("http://forum.example/")
    >>> judge_url("ftp://forum.example/")
    'not http or https: ftp'
    >>> judge_url("http://forum.example@evil.example/")
    'user name in the URL'
    >>> judge_url("http://2130706433/")
    'the host 2130706433 is a number in disguise'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "not a URL"
    if _UNSENDABLE.search(url):
        return "control character, space or backslash in the URL"
    return _judge_place(parts.scheme.lower(), parts.netloc, allow)


@lru_cache(maxsize=1024)
def _judge_place(scheme: str, netloc: str, allow: frozenset[str]) -> str | None:
    """Judge what is the same for all pages of a host; a crawl asks for each of them."""
    if scheme not in DEFAULT_PORTS:
        return f"not http or https: {scheme or 'no scheme'}"
    if "@" in netloc:
        return "user name in the URL"
    try:
        parts = urlsplit(f"{scheme}://{netloc}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "not a URL"
    if not host:
        return "no host in the URL"
    if address_of(f"{scheme}://{netloc}") in allow:
        return None
    if port is not None and port not in DEFAULT_PORTS.values():
        return f"port {port} is neither 80 nor 443, nor allowed by the profile (scope.allow)"
    return _judge_host(host)


def _judge_host(host: str) -> str | None:
    if ":" in host:
        return judge_address(host)
    if _LOOKS_NUMERIC.fullmatch(host.rpartition(".")[2]):
        try:
            IPv4Address(host)
        except ValueError:  # decimal, octal, hexadecimal or short: only disguises use them
            return f"the host {host} is a number in disguise"
        return judge_address(host)
    return None


def permitted(
    host: str, port: int, addresses: Sequence[str], allow: frozenset[str] = frozenset()
) -> tuple[list[str], str | None]:
    """Keep the addresses that may be connected to; with none left, say why.

    A host and port in `allow` may also be private or loopback – as an address it must be exactly
    that one, as a name never link-local, where clouds keep their secrets, nor multicast.

    >>> permitted("forum.example", 80, ["10.0.0.1", "1.1.1.1"])
    (['1.1.1.1'], None)
    >>> permitted("127.0.0.1", 8000, ["127.0.0.1"], frozenset({"127.0.0.1:8000"}))
    (['127.0.0.1'], None)
    """
    shown = f"[{host}]" if ":" in host else host.lower().rstrip(".")
    is_allowed = f"{shown}:{port}" in allow
    kept: list[str] = []
    refusal: str | None = None
    for address in addresses:
        reason = judge_address(address)
        if reason is not None and is_allowed and _may_be_allowed(host, address):
            reason = None
        if reason is None:
            kept.append(address)
        elif refusal is None:
            refusal = f"{host}: {reason}" if host != address else reason
    return kept, None if kept else (refusal or f"{host} has no address")


def _may_be_allowed(host: str, address: str) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if address == host:
        return True
    return (ip.is_private or ip.is_loopback) and not (
        ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved
    )


def allowed_addresses(entries: Sequence[str]) -> frozenset[str]:
    """Normalise the profile's "host:port" entries.

    >>> sorted(allowed_addresses(("LocalHost:8000 ",)))
    ['localhost:8000']
    """
    return frozenset(entry.strip().lower() for entry in entries if entry.strip())
