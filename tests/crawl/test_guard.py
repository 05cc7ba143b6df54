"""Which addresses and URLs may be contacted. Values only: nothing here opens a socket."""

import pytest

from archiver.crawl.guard import judge_address, judge_url, permitted

REFUSED = [
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "::127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "100:0:0:1::1",
    "2001::1",
    "2001:db8::1",
    "2001:10::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "3fff:fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_globally_routable_is_refused(address):
    assert (judge_address(address) or "").startswith(f"{address} is not a public address")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address):
    assert judge_address(address) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://forum.example/", None),
        ("https://forum.example:443/a?b=c", None),
        ("http://forum.example:443/", None),
        ("http://8.8.8.8/", None),
        ("http://[2606:4700::1111]/", None),
        ("http://forum.example:22/", "port 22 is neither"),
        ("http://forum.example:8080/", "port 8080 is neither"),
        ("http://forum.example:0/", "port 0 is neither"),
        ("http://forum.example:99999/", "not a URL"),
        ("http://allowed.example@evil.example/", "user name in the URL"),
        ("http://:pw@evil.example/", "user name in the URL"),
        ("http://127.0.0.1/", "127.0.0.1 is not a public address"),
        ("http://127.0.0.1./", "127.0.0.1 is not a public address"),
        ("http://[::1]/", "::1 is not a public address"),
        ("http://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1 is not a public address"),
        ("http://2130706433/", "number in disguise"),
        ("http://0177.0.0.1/", "number in disguise"),
        ("http://0x7f.0.0.1/", "number in disguise"),
        ("http://0x7f000001/", "number in disguise"),
        ("http://127.1/", "number in disguise"),
        ("http://10.0.0.010/", "number in disguise"),
        ("http://forum.example.0x1/", "number in disguise"),
        ("ftp://forum.example/", "not http or https: ftp"),
        ("file:///etc/passwd", "not http or https: file"),
        ("//forum.example/", "not http or https: no scheme"),
        ("http:///path", "no host in the URL"),
        ("http://[::1/", "not a URL"),
        ("http://forum.example\\@127.0.0.1/", "control character, space or backslash"),
        ("http://forum.example/a b", "control character, space or backslash"),
        ("http://forum.example/\r\nX: y", "control character, space or backslash"),
    ],
)
def test_a_url_is_judged_before_any_name_is_looked_up(url, reason):
    judged = judge_url(url)
    assert judged is None if reason is None else reason in (judged or "")


ALLOWED = frozenset({"127.0.0.1:8000", "intranet.example:80", "[::1]:8000"})


@pytest.mark.parametrize(
    ("url", "passes"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://[::1]:8000/", True),
        ("http://127.0.0.1:8001/", False),
        ("http://127.0.0.1/", False),
        ("http://127.0.0.2:8000/", False),
        ("http://me@127.0.0.1:8000/", False),
        ("http://intranet.example/", True),
    ],
)
def test_the_allowed_host_and_port_and_no_other(url, passes):
    assert (judge_url(url, ALLOWED) is None) is passes


@pytest.mark.parametrize(
    ("host", "port", "found", "kept"),
    [
        ("forum.example", 80, ["8.8.8.8", "10.0.0.1"], ["8.8.8.8"]),
        ("forum.example", 80, ["10.0.0.1", "169.254.169.254"], []),
        ("forum.example", 80, ["64:ff9b::808:808", "8.8.8.8"], ["8.8.8.8"]),
        ("forum.example", 80, [], []),
        ("intranet.example", 80, ["10.0.0.1"], ["10.0.0.1"]),
        ("intranet.example", 80, ["fd00::1"], ["fd00::1"]),
        ("INTRANET.example.", 80, ["10.0.0.1"], ["10.0.0.1"]),
        ("intranet.example", 443, ["10.0.0.1"], []),
        ("intranet.example", 80, ["169.254.169.254"], []),
        ("intranet.example", 80, ["fe80::1"], []),
        ("intranet.example", 80, ["0.0.0.0"], []),
        ("intranet.example", 80, ["224.0.0.1"], []),
        ("intranet.example", 80, ["not an address"], []),
        ("127.0.0.1", 8000, ["127.0.0.1"], ["127.0.0.1"]),
        ("127.0.0.1", 8000, ["127.0.0.2"], ["127.0.0.2"]),
        ("::1", 8000, ["::1"], ["::1"]),
    ],
)
def test_only_judged_addresses_are_handed_to_the_connector(host, port, found, kept):
    addresses, refusal = permitted(host, port, found, ALLOWED)
    assert addresses == kept
    assert (refusal is None) is bool(kept)
