"""Addresses in scripts: what is one by its looks, and what is not guessed."""

import pytest

from archiver.extract.scripted import has_scripts, scripted_addresses
from archiver.extract.tree import parse_html


def addresses(page: str) -> list[tuple[str, str]]:
    """Return tag and address of each element that leads on by a script."""
    return [(element.tag, address) for element, address in scripted_addresses(parse_html(page))]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<a href=\"javascript:openWin('12.pdf','x')\">Protokoll</a>", [("a", "12.pdf")]),
        ("<a href=\" JavaScript:void(open('/p/12.pdf'))\">P</a>", [("a", "/p/12.pdf")]),
        (
            "<a href=# onclick=\"window.open('a.html');return false\">A</a>",
            [("a", "a.html")],
        ),
        (
            "<button onclick=\"location.href='/sitzung/12'\">weiter</button>",
            [("button", "/sitzung/12")],
        ),
        ("<tr data-href=/s/12><td>12. Sitzung", [("tr", "/s/12")]),
        (
            '<a onclick="go(&quot;http:\\/\\/forum.example\\/a.php&quot;)">',
            [("a", "http://forum.example/a.php")],
        ),
        (
            (
                "<select onchange='location=this.value'><option value=''>Jahr"
                "<option value=/2013/>2013<option value=2014.htm>2014<option value=3>3</select>"
            ),
            [("option", "/2013/"), ("option", "2014.htm")],
        ),
        ("<select onchange='zeige(this)'><option value=/2013/>2013</select>", []),
        ("<a href=\"javascript:mail('amt','forum.example')\">", []),
        ("<a onclick=\"open('/dok.php?id=' + id)\">", []),
        ("<a onclick=\"tausche('bild', 'knopf.gif')\">", []),
        ("<a onclick=\"return confirm('Wirklich zu a.html gehen?')\">", []),
        ("<a onclick=''>", []),
    ],
)
def test_a_whole_string_that_looks_like_an_address_counts(
    page: str, found: list[tuple[str, str]]
) -> None:
    assert has_scripts(page)
    assert addresses(page) == found


def test_a_page_without_handlers_is_not_looked_through() -> None:
    assert not has_scripts("<a href=x.html>x</a>")
    assert addresses("<a href=x.html>x</a>") == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("'" * 200_000, []),
        ("open('" + "a" * 200_000, []),
        ("'a.html'," * 50_000, [("a", "a.html")]),
    ],
    ids=["quotes", "one without end", "many"],
)
def test_a_flood_of_strings_ends(script: str, found: list[tuple[str, str]]) -> None:
    assert addresses(f'<a onclick="{script}">') == found
