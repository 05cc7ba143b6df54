"""The three looks of a site that grew: tables (2004), XHTML (2008), HTML5 (2012). Pure."""

from html import escape

__all__ = ["frame_2004", "frame_2008", "frame_2012"]

SITE = "Bürgerforum Auenfurt"
MENU = (
    ("/", "Startseite"),
    ("/archiv/", "Archiv"),
    ("/themen/", "Themen"),
    ("/arbeitsgruppen/", "Arbeitsgruppen"),
    ("/aktuelles/", "Aktuelles"),
    ("/ueber-uns.html", "Über uns"),
    ("/kontakt.html", "Kontakt"),
)


def keywords_meta(keywords: tuple[str, ...], end: str) -> str:
    if not keywords:
        return ""
    return f'<meta name="keywords" content="{escape(", ".join(keywords), quote=True)}"{end}>\n'


def frame_2004(
    title: str, body: str, *, keywords: tuple[str, ...], charset: str, stand: str
) -> str:
    """Return a page of tables and font tags."""
    menu = "<br>\n".join(
        f'<a href="{path}">{name}</a>'
        for path, name in (
            ("/", "Startseite"),
            ("/alt/index.htm", "Alle Foren"),
            ("../ueber-uns.html", "Wer wir sind"),
            ("../kontakt.html", "Kontakt"),
            ("../impressum.html", "Impressum"),
        )
    )
    return f"""\
<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<html lang="de">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{SITE} - {escape(title)}</title>
{keywords_meta(keywords, "")}</head>
<body bgcolor="#F4F1E4" text="#222222" link="#1D3B4A">
<table width="760" align="center" cellpadding="10" cellspacing="0" border="0" bgcolor="#FFFFFF">
<tr><td colspan="2" bgcolor="#1D3B4A">
<font face="Georgia" size="5" color="#FFFFFF">{SITE}</font></td></tr>
<tr valign="top">
<td width="140" bgcolor="#E8E3CC"><font face="Verdana" size="2">
{menu}
</font></td>
<td><font face="Verdana" size="2">
{body}
<hr noshade size="1">
<font size="1">Stand: {stand} - <a href="mailto:buergerforum@auenfurt.example">Webmaster</a></font>
</font></td>
</tr>
</table>
</body>
</html>
"""


def frame_2008(
    title: str,
    body: str,
    *,
    keywords: tuple[str, ...],
    side: str,
    trail: str,
    stand: str,
) -> str:
    """Return an XHTML page with a side box."""
    menu = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in MENU)
    stamp = f"Letzte Änderung: {stand} | " if stand else ""
    return f"""\
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de" lang="de">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{escape(title)} | {SITE}</title>
{keywords_meta(keywords, " /")}<link rel="stylesheet" type="text/css" href="/stil/alt.css" />
</head>
<body>
<div id="rahmen">
<div id="kopf"><a href="/">{SITE}</a></div>
<ul id="menue">{menu}</ul>
<p id="pfad">{trail}</p>
<div id="rand">
{side}
</div>
<div id="inhalt">
{body}
</div>
<p class="stand">{stamp}<a href="/impressum.html">Impressum</a></p>
</div>
</body>
</html>
"""


def frame_2012(
    title: str,
    body: str,
    *,
    keywords: tuple[str, ...] = (),
    side: str = "",
    trail: str = "",
    head: str = "",
) -> str:
    """Return an HTML5 page; `body` stands in <main>, `side` in <aside>."""
    menu = "".join(f'<a href="{path}">{name}</a>' for path, name in MENU)
    aside = f"<aside>\n{side}\n</aside>\n" if side else ""
    path = f'<p class="pfad">{trail}</p>\n' if trail else ""
    return f"""\
<!DOCTYPE html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} – {SITE}</title>
{keywords_meta(keywords, "")}{head}<link rel="stylesheet" href="/stil/stil.css">
<link rel="icon" href="/stil/wappen.svg" type="image/svg+xml">
</head>
<body>
<header class="kopf"><img src="/stil/wappen.svg" alt=""><a href="/">{SITE}</a></header>
<nav class="haupt" aria-label="Hauptmenü">{menu}</nav>
<div class="seite">
{path}<main>
{body}
</main>
{aside}</div>
<footer><a href="/impressum.html">Impressum</a> · <a href="/stichworte.html">Stichworte</a> ·
<a href="/geschaeftsordnung.html">Geschäftsordnung</a> ·
<a href="/intern/teilnahme.html">Intern</a></footer>
</body>
</html>
"""
