"""Profiles are read strictly, and applied field by field."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from archiver.errors import ConfigError
from archiver.model import DateSpan
from archiver.sites.apply import file_role, page_kind, read_profile
from archiver.sites.load import builtin, builtin_names, builtin_text, load_profile
from archiver.sites.profile import FieldRule, PageRule, SiteProfile
from archiver.sites.trial import try_page

URL = "https://forum.example/sitzung/12"
GUIDE = Path(__file__).parents[2] / "docs" / "site-profiles.md"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("nmae = 'x'", "a.toml: unknown key `nmae`: did you mean `name`?"),
        (
            "[fields]\ndatum = [{select='h1'}]",
            "unknown key `fields.datum`: allowed here: session, date",
        ),
        (
            "[pages.file]\nurl='x'",
            "unknown key `pages.file`: allowed here: session, overview, topic",
        ),
        ("[roles]\nprotokoll='x'", "unknown key `roles.protokoll`: allowed here: documentation"),
        ("[scope]\nexclude=['(']", "key `scope.exclude[0]`: not a regular expression"),
        ("[pages.session]\nurl='['", "key `pages.session.url`: not a regular expression"),
        ("[fields]\ndate=[{select='h1', pattern='(?P<value>'}]", "key `fields.date[0].pattern`"),
        ("[fields]\ndate=[{select='h1['}]", "key `fields.date[0].select`: not a CSS selector"),
        ("content=['div >> p']", "key `content[0]`: not a CSS selector"),
        ("[fields]\ndate=[{attribute='content'}]", "key `fields.date[0]`: says nothing"),
        ("[pages.session]", "key `pages.session`: says nothing"),
        ("[scope]\nmax_depth=-1", "scope.max_depth"),
        ("seeds = 'x'", "seeds"),
        ("name = ", "not valid TOML"),
    ],
)
def test_a_wrong_profile_is_refused_with_file_and_key(toml: str, says: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        load_profile(toml, "a.toml")
    assert str(refusal.value).startswith("a.toml")
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_every_built_in_profile_loads_under_its_own_name() -> None:
    assert builtin_names() == ("council-tables", "sample-forum", "typo3-archive")
    for name in builtin_names():
        assert builtin(name).name == name


def test_an_unknown_built_in_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="council-tables, sample-forum, typo3-archive"):
        builtin("nord")


def read(html: str, **fields: tuple[FieldRule, ...]) -> list[tuple[str, object]]:
    soup = BeautifulSoup(html, "lxml")
    profile = SiteProfile(fields=fields)
    return [(r.field, r.value) for r in read_profile(soup, profile, url=URL)]


def test_a_field_is_read_from_text_attribute_and_pattern() -> None:
    html = '<p class="n">Nr. 12 vom 3. Mai 2011</p><time datetime="2011-05-04">morgen</time>'
    import datetime as dt

    assert read(
        html,
        session=(FieldRule(select=".n", pattern=r"Nr\. (\d+)"),),
        date=(FieldRule(select="time", attribute="datetime"),),
    ) == [("session", 12), ("date", DateSpan(dt.date(2011, 5, 4)))]


def test_the_first_rule_that_gives_a_value_counts() -> None:
    html = "<h1>Runde</h1><h2>VI. Sitzung</h2><h3>7. Sitzung</h3>"
    rules = tuple(FieldRule(select=name) for name in ("h1", "h2", "h3"))
    assert read(html, session=rules) == [("session", 6)]


def test_no_number_is_picked_from_a_sentence_or_a_date() -> None:
    html = "<h1>Bürgerrunde am 26. Februar 2015</h1>"
    assert read(html, session=(FieldRule(select="h1"),)) == []


def test_groups_and_keywords_may_be_many() -> None:
    html = "<li>AG Grün</li><li>AG Lärm</li><p>Markt, Anger</p>"
    assert read(html, group=(FieldRule(select="li"),), keyword=(FieldRule(select="p"),)) == [
        ("group", "AG Grün"),
        ("group", "AG Lärm"),
        ("keyword", "Markt"),
        ("keyword", "Anger"),
    ]


def test_a_pages_kind_is_told_by_url_or_selector() -> None:
    profile = SiteProfile(
        pages={
            "session": PageRule(url=r"/sitzung/\d+", select="dl.sitzung"),
            "overview": PageRule(url=r"/sitzung"),
        }
    )
    soup = BeautifulSoup('<dl class="sitzung"><dd>12</dd></dl>', "lxml")
    readings = read_profile(soup, profile, url=URL)
    found = page_kind(URL, readings, profile)
    assert found is not None
    assert (found.value, found.evidence.raw) == ("session", "12")
    without = page_kind(URL, (), profile)
    assert without is not None
    assert without.value == "overview"
    assert page_kind("https://forum.example/", readings, profile) is None


def test_a_profiles_roles_are_searched_in_link_text_and_file_name() -> None:
    profile = SiteProfile(roles={"minutes": "mitschr", "slides": "^charts"})
    assert file_role("Mitschrift_12.pdf", profile) == ("minutes", "Mitschr")
    assert file_role("Die Charts", profile) is None


def examples() -> list[tuple[str, str]]:
    return re.findall(
        r"<!-- example: (\S+) -->\n```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL
    )


def test_the_guide_has_three_worked_examples() -> None:
    assert [name for name, _ in examples()] == ["lindental", "typo3-archive", "steinfeld"]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example[0])
def test_an_example_of_the_guide_is_a_profile(example: tuple[str, str]) -> None:
    name, toml = example
    assert load_profile(toml, "docs/site-profiles.md").name == name
    if name in builtin_names():
        assert toml == builtin_text(name)


@pytest.mark.parametrize("example", examples()[::2], ids=lambda example: example[0])
def test_an_example_of_the_guide_reads_its_page_as_the_guide_says(
    example: tuple[str, str],
) -> None:
    name, toml = example
    guide = GUIDE.read_text("utf-8")
    html = re.findall(rf"<!-- page: {name} (\S+) -->\n```html\n(.*?)```", guide, re.DOTALL)
    said = re.findall(rf"<!-- result: {name} -->\n```text\n(.*?)```", guide, re.DOTALL)
    (url, page), (result,) = html[0], said
    resolved, _ = try_page(page, url, load_profile(toml, "docs/site-profiles.md"))
    lines = [
        f"kind     {resolved.kind}",
        f"session  {', '.join(map(str, resolved.sessions))}",
        f"date     {resolved.held_on}",
        f"topic    {', '.join(resolved.topics)}",
        f"group    {', '.join(resolved.groups)}",
    ]
    assert result.splitlines() == lines
