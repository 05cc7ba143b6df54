"""Write each sitting's page in the look of its years. Pure: no I/O."""

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from html import escape

from tools.sample_forum.content import Forum, Paper, Sitting
from tools.sample_forum.dates import dotted, long
from tools.sample_forum.frames import frame_2004, frame_2008, frame_2012
from tools.sample_forum.markup import href, prose, size_words, slug

__all__ = ["paper_link", "sitting_page"]

STAMP_AFTER = timedelta(days=13)


def sitting_page(forum: Forum, sitting: Sitting, sizes: Mapping[str, int]) -> bytes:
    """Return the page's bytes in its own charset."""
    if sitting.era == "alt":
        text = page_2004(sitting, sizes)
    elif sitting.era == "mitte":
        text = page_2008(forum, sitting, sizes)
    else:
        text = page_2012(forum, sitting, sizes)
    if sitting.decomposed:
        text = unicodedata.normalize("NFD", text)
    # Old editors on Windows wrote Windows-1252 and declared Latin-1.
    codec = {"iso-8859-1": "cp1252"}.get(sitting.charset, sitting.charset)
    return text.encode(codec)


def paper_link(paper: Paper, sizes: Mapping[str, int]) -> str:
    """Return the anchor of a paper with the words the page uses."""
    size = size_words(sizes[paper.path])
    words = escape(paper.link.replace("{size}", size), quote=False)
    note = f" {escape(paper.note.replace('{size}', size), quote=False)}" if paper.note else ""
    return f'<a href="{href(paper.path)}">{words}</a>{note}'


def papers_list(sitting: Sitting, sizes: Mapping[str, int]) -> str:
    links = [paper_link(paper, sizes) for paper in sitting.papers]
    links += [
        f'<a href="{href(paper.also_at)}">Dokumentation zum Drucken</a>'
        for paper in sitting.papers
        if paper.also_at
    ]
    links += [f'<a href="{href(path)}">{escape(text)}</a>' for path, text in sitting.dead_links]
    return "\n".join(f"<li>{link}</li>" for link in links)


def results_list(sitting: Sitting) -> str:
    return "\n".join(f"<li>{escape(text, quote=False)}</li>" for text in sitting.results)


def page_2004(sitting: Sitting, sizes: Mapping[str, int]) -> str:
    number = sitting.number[0]
    heading = escape(sitting.heading, quote=False)
    # Some pages of those years had headings, some only large letters.
    shape = "<h1>{}</h1>" if number % 3 else '<p><font size="5"><b>{}</b></font></p>'
    label = f"<p><b>{sitting.topic_label}</b>{sitting.topic}</p>" if sitting.topic_label else ""
    groups = ""
    if sitting.groups:
        groups = "<dt>Arbeitsgruppen</dt>\n" + "\n".join(
            f"<dd>{name}</dd>" for name in sitting.groups
        )
    papers = papers_list(sitting, sizes)
    body = f"""\
{shape.format(heading)}
<h2>{escape(sitting.subline, quote=False)}</h2>
{label}
<dl>
<dt>Ort</dt>
<dd>{sitting.place}</dd>
{groups}
</dl>
{prose(sitting.lead)}
{prose(sitting.points)}
<h3>Ergebnisse</h3>
<ul>
{results_list(sitting)}
</ul>
{f"<h3>Zum Herunterladen</h3><ul>{papers}</ul>" if papers else ""}"""
    stand = dotted(sitting.on + STAMP_AFTER)
    if sitting.also_on:
        stand = dotted(sitting.also_on[-1] + STAMP_AFTER)
    return frame_2004(
        sitting.heading, body, keywords=sitting.keywords, charset=sitting.charset, stand=stand
    )


def tags(forum: Forum, sitting: Sitting) -> list[str]:
    """Return one link a keyword: to its topic page, or to the list of keywords."""
    anchors = []
    for keyword in sitting.keywords:
        page = next((each.path for each in forum.topics if keyword in each.match), None)
        target = page or f"/stichworte.html#{slug(keyword)}"
        anchors.append(f'<a rel="tag" href="{target}">{keyword}</a>')
    return anchors


def group_items(forum: Forum, sitting: Sitting) -> str:
    paths = {group.name: group.path for group in forum.groups}
    return "".join(f'<li><a href="{paths[name]}">{name}</a></li>' for name in sitting.groups)


def page_2008(forum: Forum, sitting: Sitting, sizes: Mapping[str, int]) -> str:
    papers = papers_list(sitting, sizes)
    side = ""
    if sitting.groups:
        side += f"<h3>Arbeitsgruppen</h3><ul>{group_items(forum, sitting)}</ul>\n"
    side += f"<h3>Schlagworte</h3><p>{', '.join(tags(forum, sitting))}</p>\n"
    if papers:
        side += f"<h3>Unterlagen</h3><ul>\n{papers}\n</ul>"
    subline = f"<h2>{escape(sitting.subline, quote=False)}</h2>" if sitting.subline else ""
    body = f"""\
<h1>{escape(sitting.heading, quote=False)}</h1>
{subline}
<p>Ort: {sitting.place}</p>
{prose(sitting.lead)}
<h3>Aus der Aussprache</h3>
{prose(sitting.points)}
<h3>Ergebnisse</h3>
<ul>
{results_list(sitting)}
</ul>"""
    trail = '<a href="/">Startseite</a> &raquo; <a href="/archiv/">Archiv</a> &raquo; Forum'
    stand = "" if sitting.year_missing else dotted(sitting.on + STAMP_AFTER)
    return frame_2008(
        sitting.heading, body, keywords=sitting.keywords, side=side, trail=trail, stand=stand
    )


def page_2012(forum: Forum, sitting: Sitting, sizes: Mapping[str, int]) -> str:
    index = forum.sittings.index(sitting)
    around = []
    if index:
        before = forum.sittings[index - 1]
        around.append(f'<a rel="prev" href="{before.path}">← vorige: {long(before.on)}</a>')
    if index + 1 < len(forum.sittings):
        after = forum.sittings[index + 1]
        around.append(f'<a rel="next" href="{after.path}">nächste: {long(after.on)} →</a>')
    papers = papers_list(sitting, sizes)
    side = f"<h2>Ort</h2><p>{sitting.place}</p>\n"
    if papers:
        side += f"<h2>Unterlagen</h2><ul>\n{papers}\n</ul>\n"
    if sitting.groups:
        side += f"<h2>Arbeitsgruppen</h2><ul>{group_items(forum, sitting)}</ul>\n"
    side += f'<h2>Stichworte</h2><p class="stichworte">{" ".join(tags(forum, sitting))}</p>'
    discussion = f"<h2>Aus der Aussprache</h2>\n{prose(sitting.points)}" if sitting.points else ""
    results = (
        f"<h2>Ergebnisse</h2>\n<ul>\n{results_list(sitting)}\n</ul>" if sitting.results else ""
    )
    subline = ""
    if sitting.subline:
        subline = f'<p class="unterzeile">{escape(sitting.subline, quote=False)}</p>'
    body = f"""\
<article>
<h1>{escape(sitting.heading, quote=False)}</h1>
{subline}
{prose(sitting.lead)}
{discussion}
{results}
</article>
<nav class="blaettern" aria-label="Sitzungen">{" ".join(around)}</nav>"""
    trail = f'<a href="/">Startseite</a> › <a href="/archiv/">Archiv</a> › {sitting.on.year}'
    return frame_2012(sitting.heading, body, keywords=sitting.keywords, side=side, trail=trail)
