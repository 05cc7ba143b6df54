"""Write the pages that are not a sitting's: start, archive, topics, groups, news. Pure: no I/O."""

from collections.abc import Mapping
from datetime import date
from html import escape
from itertools import groupby

from tools.sample_forum.content import Forum, News, Sitting
from tools.sample_forum.dates import dotted, long
from tools.sample_forum.frames import frame_2012
from tools.sample_forum.markup import href, prose, slug

__all__ = ["ARCHIVE_PAGES", "archive_path", "house_pages"]

PER_PAGE = 9
ARCHIVE_PAGES = 5
ROLE_WORDS = {
    "minutes": "Protokoll",
    "documentation": "Dokumentation",
    "invitation": "Einladung",
    "slides": "Folien",
}
NEXT_ON = date(2017, 2, 23)


def archive_path(number: int) -> str:
    return "/archiv/" if number == 1 else f"/archiv/seite-{number}.html"


def house_pages(forum: Forum, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """Return path → bytes for every page that is not a sitting's."""
    pages = {"/": start(forum), "/404.html": not_found()}
    pages.update(archive(forum))
    pages.update(topics(forum))
    pages.update(groups(forum, sizes))
    pages.update(news(forum, sizes))
    pages["/stichworte.html"] = keywords(forum)
    for page in forum.pages:
        body = f"<h1>{escape(page.title)}</h1>\n{prose(page.body, sizes)}"
        head = '<meta name="robots" content="noindex">\n' if "/intern/" in page.path else ""
        pages[page.path] = frame_2012(page.title, body, head=head)
    return {path: text.encode() for path, text in pages.items()}


def entry(sitting: Sitting, *, with_papers: bool = True) -> str:
    """Return one line of a list of sittings."""
    words = escape(sitting.entry, quote=False)
    shape = ' class="abgesagt"' if sitting.special == "cancelled" else ""
    links = [
        f'<a href="{href(paper.path)}">{ROLE_WORDS[paper.role]}</a>'
        for paper in sitting.papers
        if paper.role in ROLE_WORDS
    ]
    more = ""
    if links and with_papers:
        more = f' <span class="unterlagen">{" · ".join(links)}</span>'
    return f'<li{shape}><a href="{sitting.path}">{words}</a>{more}</li>'


def start(forum: Forum) -> str:
    latest = "\n".join(entry(each, with_papers=False) for each in reversed(forum.sittings[-4:]))
    latest_news = "\n".join(
        f'<li>{dotted(each.on)}: <a href="{each.path}">{escape(each.title)}</a></li>'
        for each in listed(forum)[:3]
    )
    body = f"""\
<h1>Willkommen beim Bürgerforum Auenfurt</h1>
<p class="unterzeile">Seit 2004 redet die Stadt an der Marbe mit sich selbst – öffentlich,
mit Eieruhr.</p>
<p>Das Bürgerforum ist offen für alle, die in Auenfurt leben, arbeiten oder lernen. Es berät,
was die Stadt bewegt, und gibt dem Stadtrat Empfehlungen. Jede Empfehlung wird beantwortet.</p>
<h2>Nächstes Treffen</h2>
<p>Das 41. Forum ist für den {long(NEXT_ON)} vorgesehen.
Zwanzig Gäste werden erstmals ausgelost.</p>
<h2>Zuletzt</h2>
<ul class="archiv">
{latest}
</ul>
<p><a href="/archiv/">Alle Sitzungen seit 2004</a></p>"""
    side = f"""\
<h2>Aktuelles</h2>
<ul>
{latest_news}
</ul>
<h2>Mitmachen</h2>
<p>Fünf <a href="/arbeitsgruppen/">Arbeitsgruppen</a> freuen sich über Menschen mit Zeit, Zollstock
oder Kuchen. Fragen beantwortet die <a href="/kontakt.html">Geschäftsstelle</a>.</p>"""
    return frame_2012("Startseite", body, side=side)


def archive(forum: Forum) -> dict[str, str]:
    newest = list(reversed(forum.sittings))
    pages = {}
    for number in range(1, ARCHIVE_PAGES + 1):
        share = newest[(number - 1) * PER_PAGE : number * PER_PAGE]
        lists = "\n".join(
            f'<h2>{year}</h2>\n<ul class="archiv">\n'
            + "\n".join(entry(each) for each in held)
            + "\n</ul>"
            for year, held in groupby(share, key=lambda each: each.on.year)
        )
        turn = [
            f"<strong>{n}</strong>" if n == number else f'<a href="{archive_path(n)}">{n}</a>'
            for n in range(1, ARCHIVE_PAGES + 1)
        ]
        if number < ARCHIVE_PAGES:
            turn.append(f'<a rel="next" href="{archive_path(number + 1)}">ältere Sitzungen</a>')
        body = f"""\
<h1>Archiv der Sitzungen</h1>
<p class="unterzeile">Seite {number} von {ARCHIVE_PAGES}, neueste zuerst</p>
{lists}
<nav class="blaettern" aria-label="Seiten">{" ".join(turn)}</nav>"""
        title = "Archiv der Sitzungen" + (f", Seite {number}" if number > 1 else "")
        pages[archive_path(number)] = frame_2012(title, body)
    return pages


def topics(forum: Forum) -> dict[str, str]:
    items = "\n".join(
        f'<li><a href="{each.path}">{each.title}</a><br>{escape(each.intro, quote=False)}</li>'
        for each in forum.topics
    )
    pages = {
        "/themen/": frame_2012("Themen", f'<h1>Themen</h1>\n<ul class="archiv">\n{items}\n</ul>')
    }
    for topic in forum.topics:
        held = [each for each in forum.sittings if set(each.keywords) & set(topic.match)]
        lines = "\n".join(
            f'<li><a href="{each.path}">{escape(each.topic)}</a> ({each.on.year})</li>'
            for each in held
        )
        if topic.moved:
            path, words = topic.moved
            lines += f'\n<li><a href="{path}">{words}</a></li>'
        body = f"""\
<h1>{topic.title}</h1>
<p>{escape(topic.intro, quote=False)}</p>
<h2>Sitzungen zu diesem Thema</h2>
<ul class="archiv">
{lines}
</ul>"""
        trail = '<a href="/">Startseite</a> › <a href="/themen/">Themen</a>'
        pages[topic.path] = frame_2012(topic.title, body, keywords=topic.match, trail=trail)
    return pages


def groups(forum: Forum, sizes: Mapping[str, int]) -> dict[str, str]:
    items = "\n".join(
        f'<li><a href="{each.path}">{each.name}</a>: {each.meets}</li>' for each in forum.groups
    )
    pages = {
        "/arbeitsgruppen/": frame_2012(
            "Arbeitsgruppen", f"<h1>Arbeitsgruppen</h1>\n<ul>\n{items}\n</ul>"
        )
    }
    for group in forum.groups:
        held = [each for each in reversed(forum.sittings) if group.name in each.groups][:5]
        lines = "\n".join(entry(each, with_papers=False) for each in held)
        body = f"""\
<h1>{group.name}</h1>
<p class="unterzeile">Leitung: {group.head}</p>
<p>Treffen: {group.meets}</p>
{prose(group.body, sizes)}
<h2>Zuletzt im Forum</h2>
<ul class="archiv">
{lines}
</ul>"""
        pages[group.path] = frame_2012(group.name, body)
    return pages


def listed(forum: Forum) -> list[News]:
    """Return the news that the site links, newest first."""
    return sorted(
        (each for each in forum.news if not each.unlinked), key=lambda each: each.on, reverse=True
    )


def news(forum: Forum, sizes: Mapping[str, int]) -> dict[str, str]:
    items = "\n".join(
        f'<li>{dotted(each.on)}: <a href="{each.path}">{escape(each.title)}</a></li>'
        for each in listed(forum)
    )
    pages = {
        "/aktuelles/": frame_2012(
            "Aktuelles", f'<h1>Aktuelles</h1>\n<ul class="archiv">\n{items}\n</ul>'
        )
    }
    for each in forum.news:
        body = f"""\
<article>
<h1>{escape(each.title)}</h1>
<p class="unterzeile"><time datetime="{each.on.isoformat()}">{long(each.on)}</time></p>
{prose(each.body, sizes)}
</article>"""
        pages[each.path] = frame_2012(each.title, body)
    return pages


def keywords(forum: Forum) -> str:
    names = sorted({word for each in forum.sittings for word in each.keywords}, key=slug)
    parts = []
    for name in names:
        links = ", ".join(
            f'<a href="{each.path}">{escape(each.topic)}</a>'
            for each in forum.sittings
            if name in each.keywords
        )
        parts.append(f'<dt id="{slug(name)}">{name}</dt>\n<dd>{links}</dd>')
    return frame_2012("Stichworte", "<h1>Stichworte</h1>\n<dl>\n" + "\n".join(parts) + "\n</dl>")


def not_found() -> str:
    body = """\
<h1>Nicht gefunden</h1>
<p>Diese Seite gibt es nicht oder nicht mehr.
Vielleicht hilft das <a href="/archiv/">Archiv</a>.</p>"""
    return frame_2012("Nicht gefunden", body)
