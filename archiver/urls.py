"""URLs as the product compares them: safe form, dedupe key, origin, address. Pure: no I/O."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
_WEB_PORTS = frozenset(DEFAULT_PORTS.values())
TRACKING_PARAMETERS = frozenset(
    {"phpsessid", "jsessionid", "fbclid", "gclid"}
    | {f"utm_{part}" for part in ("source", "medium", "campaign", "term", "content")}
)
# What most URLs look like: nothing in them that escaping or canonical form would change.
_PLAIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?P<port>:[1-9]\d{1,4})?"
    r"(?:/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*)?)+"
)
_PLACE = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(?=/)")  # what all pages of a host share
_PATH_SESSION = re.compile(
    r";jsessionid=[^/?#;]*|/\([a-z]\([0-9a-z]{24}\)\)(?=/)",  # of Java servlets and of ASP.NET
    re.IGNORECASE,
)
_BREAKS = str.maketrans("", "", "\t\r\n")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@]*@)?(?P<host>[^/?#:]*[^\x00-\x7f][^/?#:]*)", re.IGNORECASE
)
# Letters that stand for themselves in names since 2008, and for others in Python's older codec.
_DEVIATING = re.compile("[ßς]", re.IGNORECASE)


def is_web_url(url: str) -> bool:
    """Tell whether a URL is http or https with a host.

    >>> is_web_url("https://forum.example/a"), is_web_url("mailto:a@b"), is_web_url("http://")
    (True, False, False)
    """
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in DEFAULT_PORTS and bool(parts.hostname)
    except ValueError:
        return False


def joined(base: str, address: str) -> str | None:
    r"""Return where an address written on a page leads, or None when it is none at all.

    As browsers read it (WHATWG URL): without white space around it and breaks within, a backslash
    of the path for a slash.

    >>> joined("http://forum.example/a/b.html", " ..\\pdf\\12.pdf\n")
    'http://forum.example/pdf/12.pdf'
    >>> joined("http://forum.example/", "http://[forum/") is None
    True
    """
    address = address.strip().translate(_BREAKS)
    if "\\" in address:
        scheme = _SCHEME.match(address)
        if scheme is None or scheme[1].lower() in DEFAULT_PORTS:
            place = re.split("[?#]", address, maxsplit=1)[0]
            address = place.replace("\\", "/") + address[len(place) :]
    try:
        return urljoin(base, address)
    except ValueError:
        return None


def escaped_bytes(address: bytes) -> str:
    """Return an address of unknown charset with its bytes beyond ASCII as they are, escaped.

    So browsers read a Location header: a server of Latin-1 names is asked in Latin-1.

    >>> escaped_bytes("/Größe".encode("latin-1")), escaped_bytes("/Größe".encode())
    ('/Gr%F6%DFe', '/Gr%C3%B6%C3%9Fe')
    """
    return "".join([chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in address])


def safe_url(url: str) -> str:
    """Return the URL as it is sent: what the page said, escaped, without fragment.

    >>> safe_url("http://forum.example/Bürger forum?x=ö#top")
    'http://forum.example/B%C3%BCrger%20forum?x=%C3%B6'
    >>> safe_url("http://Weißenburg.example/ß")
    'http://xn--weienburg-i1a.example/%C3%9F'
    """
    if _PLAIN.fullmatch(url):
        return url
    from w3lib.url import safe_url_string  # here, because searching needs no w3lib

    return safe_url_string(with_ascii_host(url.strip())).partition("#")[0]


def with_ascii_host(url: str) -> str:
    """Return the URL with its host as it is looked up: letters beyond ASCII in Punycode (RFC 5891).

    >>> with_ascii_host("//Bürger.example:8000/ä"), with_ascii_host("http://forum.example/ä")
    ('//xn--brger-kva.example:8000/ä', 'http://forum.example/ä')
    """
    found = None if url.isascii() else _HOST.match(url)
    if found is None:
        return url
    labels = re.split("[.。．｡]", found["host"])
    host = ".".join(map(_ascii_label, labels))
    return url[: found.start("host")] + host + url[found.end("host") :]


def _ascii_label(label: str) -> str:
    try:
        if _DEVIATING.search(label) is None:
            return label.encode("idna").decode("ascii") if label else label
        small = unicodedata.normalize("NFC", label.lower())
        return "xn--" + small.encode("punycode").decode("ascii")
    except UnicodeError:
        return label  # a name that cannot be; whoever asks for it is told so


def url_key(url: str, drop: frozenset[str] = TRACKING_PARAMETERS) -> str:
    """Return the dedupe key: canonical, no default port, no user-info, no session parameters.

    `drop` names query parameters (lower case) that never tell pages apart.

    >>> url_key("HTTP://me:pw@Forum.Example:80/a/?b=2&utm_source=x&a=1#top")
    'http://forum.example/a/?a=1&b=2'
    >>> url_key("http://forum.example"), url_key("http://Bürger.example/")
    ('http://forum.example/', 'http://xn--brger-kva.example/')
    >>> url_key("http://forum.example/(S(lit3py55t21z5v55vlm25s55))/b.aspx?PHPSESSID=1&n=M%FCller")
    'http://forum.example/b.aspx?n=M%FCller'
    """
    plain = _PLAIN.fullmatch(url)
    if plain is not None and (plain["port"] is None or int(plain["port"][1:]) not in _WEB_PORTS):
        return url
    from w3lib.url import canonicalize_url

    url = with_ascii_host(url)
    parts = urlsplit(canonicalize_url(url))
    query = parts.query
    if query and drop:
        # Whatever the bytes stand for, Latin-1 gives each back as it was.
        pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
        kept = [(name, value) for name, value in pairs if name.lower() not in drop]
        query = query if len(kept) == len(pairs) else urlencode(kept, encoding="latin-1")
    path = _PATH_SESSION.sub("", parts.path) if "jsessionid" in drop else parts.path
    return urlunsplit((parts.scheme, address_of(url, with_default=False), path, query, ""))


def address_of(url: str, *, with_default: bool = True) -> str:
    """Return host and port, lower case; `with_default` adds the scheme's own port.

    >>> address_of("https://Forum.Example/a"), address_of("http://[::1]:8000/")
    ('forum.example:443', '[::1]:8000')
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = parts.port or (DEFAULT_PORTS.get(parts.scheme.lower()) if with_default else None)
    if not with_default and port == DEFAULT_PORTS.get(parts.scheme.lower()):
        port = None
    return f"{host}:{port}" if port else host


def origin_of(url: str) -> str:
    """Return scheme://host:port, the unit of politeness and robots.

    >>> origin_of("http://forum.example/a/b"), origin_of("https://forum.example:8443/")
    ('http://forum.example:80', 'https://forum.example:8443')
    """
    place = _PLACE.match(url)
    return _origin_at(url if place is None else place[0])


@lru_cache(maxsize=1024)
def _origin_at(url: str) -> str:
    return f"{urlsplit(url).scheme.lower()}://{address_of(url)}"


def file_name_of(url: str) -> str:
    """Return the last path segment, decoded: a clue for readers and a name for people.

    >>> file_name_of("http://forum.example/pdf/B%C3%BCrgerforum_28.pdf?dl=1")
    'Bürgerforum_28.pdf'
    """
    return unquote(urlsplit(url).path.rpartition("/")[2])
