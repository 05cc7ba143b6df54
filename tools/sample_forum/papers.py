"""Print every paper of the forum: which blocks in which look, with which defect."""

from dataclasses import dataclass
from datetime import date

from tools.sample_forum.content import Forum, Paper, Sitting
from tools.sample_forum.sheets import poster, scan, slides, table
from tools.sample_forum.stories import book, brochure, cycling, story
from tools.sample_forum.tex import tex
from tools.sample_forum.typeset import Printed, typeset

__all__ = ["Issue", "print_all"]

REPORT_ON = date(2014, 10, 27)
PASSWORD = "auenfurt-32"  # of the list of participants, which the site does not tell
TRUNCATED_AT = 0.45


@dataclass(frozen=True, slots=True)
class Issue:
    """A printed paper with its address; `sitting` is None for papers of the whole forum."""

    paper: Paper
    sitting: Sitting | None
    printed: Printed


def print_all(forum: Forum) -> list[Issue]:
    """Return all papers, printed."""
    issues = [
        Issue(paper, sitting, print_one(forum, sitting, paper))
        for sitting in forum.sittings
        for paper in sitting.papers
    ]
    title, subtitle = forum.report["title"], forum.report["subtitle"]
    report = Paper("report", forum.report["path"], title, "brochure", REPORT_ON, title)
    printed = typeset(brochure(forum), "brochure", running=f"{title} · {subtitle}", title=title,
                      dated=REPORT_ON)  # fmt: skip
    issues.append(Issue(report, None, printed))
    title, on = forum.cycling["title"], forum.cycling["on"]
    paper = Paper("report", forum.cycling["path"], title, "columns", on, title)
    printed = typeset(cycling(forum), "columns", running=f"AG Verkehr · {title}", title=title,
                      dated=on)  # fmt: skip
    issues.append(Issue(paper, None, printed))
    return issues


def print_one(forum: Forum, sitting: Sitting, paper: Paper) -> Printed:
    """Print one paper of one sitting."""
    password = {"password": PASSWORD, "empty-password": ""}.get(paper.defect)
    title = paper.head if paper.head and not paper.head.startswith("N I E") else sitting.topic
    match paper.style:
        case "slides":
            deck = forum.slides[paper.path]
            footer = f"Bürgerforum Auenfurt · {sitting.topic}"
            return slides(deck, title=deck[0][0], footer=footer, dated=paper.dated)
        case "table":
            rows = forum.tables[paper.disk or paper.path]
            name = paper.link.partition(" (")[0]
            return table(rows, title=name, dated=paper.dated, password=password)
        case "poster":
            lines = [
                ("30. Bürgerforum", 46.0),
                ("20. und 21. April 2012", 26.0),
                ("Die Tuchfabrik", 40.0),
                ("als Kulturhaus", 40.0),
                ("Reden, rechnen, übernachten", 22.0),
                ("Feldbetten sind vorhanden", 16.0),
                ("Freitag ab 17 Uhr · Samstag ab 7 Uhr mit Posaunenchor", 14.0),
            ]
            return poster(lines, title="Plakat 30. Bürgerforum", dated=paper.dated)
        case "scan":
            return scan(story(forum, sitting, paper), title="scan0006", dated=paper.dated)
        case "tex":
            return tex(story(forum, sitting, paper), title=paper.head, dated=paper.dated)
        case "book":
            blocks = book(forum, sitting, paper)
        case _:
            blocks = story(forum, sitting, paper)
    running = f"Bürgerforum Auenfurt · {sitting.topic}"
    printed = typeset(blocks, paper.font or paper.style, running=running, title=title,
                      dated=paper.dated, password=password)  # fmt: skip
    if paper.defect == "truncated":
        cut = int(len(printed.payload) * TRUNCATED_AT)
        return Printed(printed.payload[:cut], printed.pages, [])
    return printed
