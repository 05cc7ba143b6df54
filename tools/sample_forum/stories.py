"""Decide what each paper says: a sitting and the stock of texts → blocks. Pure: no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.sample_forum.content import Forum, Paper, Sitting, paragraphs
from tools.sample_forum.dates import dotted, long, weekday_long

__all__ = ["Block", "book", "brochure", "cycling", "story"]

PRESENT = (112, 64, 81, 93, 47, 58, 120, 76, 88, 69, 102, 84)
CLERKS = ("Uta Lindner", "Paul Hennig")
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a paper: `kind` is title, subtitle, h1, h2, p, li, small, date, pair, break."""

    kind: str
    text: str = ""


def named(sitting: Sitting) -> str:
    """Say the sitting's number as prose does."""
    if not sitting.number:
        return "Forum spezial" if sitting.special else "Bürgerrunde"
    if len(sitting.number) == 2:
        return f"{sitting.number[0]}. und {sitting.number[1]}. Sitzung"
    return f"{sitting.number[0]}. Sitzung"


def when(sitting: Sitting) -> str:
    """Say the sitting's day or days."""
    if sitting.until:
        return f"{sitting.on.day}. und {long(sitting.until)}"
    return " und ".join(long(day) for day in (sitting.on, *sitting.also_on))


def hour(sitting: Sitting) -> int:
    """Return the hour a sitting begins: on Fridays in the afternoon."""
    return 15 if sitting.on.weekday() == FRIDAY else 19


def story(forum: Forum, sitting: Sitting, paper: Paper) -> list[Block]:
    """Return the blocks of one paper of one sitting."""
    match paper.role:
        case "minutes":
            return list(minutes(forum, sitting, paper))
        case "documentation":
            return list(documentation(forum, sitting, paper))
        case "invitation":
            return list(invitation(sitting, paper))
        case "agenda":
            return list(agenda(sitting))
        case "press":
            return list(press(sitting, paper))
        case _:
            return []


def minutes(forum: Forum, sitting: Sitting, paper: Paper) -> Iterator[Block]:
    index = forum.sittings.index(sitting)
    following = next((each for each in forum.sittings[index + 1 :] if each.number), None)
    present = sitting.present or PRESENT[index % len(PRESENT)]
    begin = hour(sitting)
    clerk = CLERKS[index % 2]
    yield Block("date", f"Auenfurt, den {dotted(paper.dated)}")
    yield Block("title", paper.head)
    if paper.style == "block":
        yield Block("pair", f"Über die|{named(sitting)}")
        yield Block("pair", "Gremium:|Bürgerforum Auenfurt (öffentlich)")
        yield Block("pair", f"Termin:|{weekday_long(sitting.on)}, {begin}.00 Uhr")
        yield Block("pair", f"Ort:|{sitting.place}")
        yield Block("pair", f"Niederschrift:|{clerk}")
    else:
        if dotted(sitting.on) not in paper.head and long(sitting.on) not in paper.head:
            yield Block("subtitle", f"Sitzung vom {when(sitting)}, {sitting.place}")
        yield Block("subtitle", f"Thema: {sitting.topic}")
    yield Block("h1", "TOP 1: Begrüßung")
    yield Block(
        "p",
        f"Die Sprecherin Ingrid Falkenau eröffnet die Sitzung um {begin}.00 Uhr und stellt fest, "
        f"dass fristgerecht eingeladen wurde. Laut Liste sind {present} Personen anwesend.",
    )
    if paper.previous:
        yield Block("h1", "TOP 2: Niederschrift der vorigen Sitzung")
        yield Block("p", paper.previous)
    yield Block("h1", f"TOP 3: {sitting.topic}")
    for text in paragraphs(sitting.lead)[-1:] + paragraphs(sitting.points):
        yield Block("p", text)
    yield Block("h1", "TOP 4: Ergebnisse")
    for text in sitting.results:
        yield Block("li", text)
    yield Block("h1", "TOP 5: Berichte aus den Arbeitsgruppen")
    for text in pick(forum.stock["groups"], index * 3, 3):
        yield Block("li", text)
    yield Block("h1", "TOP 6: Verschiedenes")
    for text in pick(forum.stock["misc"], index * 2, 2):
        yield Block("p", text)
    if following is not None:
        yield Block("p", f"Die nächste Sitzung findet am {long(following.on)} statt.")
    yield Block("p", f"Ende der Sitzung: {begin + 2}.{(index * 7) % 50 + 5:02} Uhr")
    yield Block("small", f"Für die Niederschrift: {clerk}")


def documentation(forum: Forum, sitting: Sitting, paper: Paper) -> Iterator[Block]:
    index = forum.sittings.index(sitting)
    yield Block("title", paper.head)
    yield Block("subtitle", f"{sitting.topic}")
    yield Block("subtitle", f"{when(sitting)}, {sitting.place}")
    yield Block("h1", "Worum es ging")
    for text in paragraphs(sitting.lead):
        yield Block("p", text)
    yield Block("h1", "Wie gearbeitet wurde")
    yield Block("p", " ".join(pick(forum.stock["method"], index * 3, 3)))
    yield Block("h1", "Aus der Aussprache")
    for text in paragraphs(sitting.points):
        yield Block("p", text)
    yield Block("h1", "Was das Forum empfiehlt")
    for text in sitting.results:
        yield Block("li", text)
    related = [
        each
        for each in forum.sittings[:index]
        if each.number and set(each.keywords) & set(sitting.keywords)
    ]
    if related:
        yield Block("h1", "Was bisher geschah")
    for each in related:
        yield Block("h2", f"{each.topic} ({each.on.year})")
        for text in paragraphs(each.lead) + paragraphs(each.points):
            yield Block("p", text)
        yield Block("p", f"Empfohlen wurde damals: {' '.join(each.results)}")
    yield Block("h1", "Neues aus den Arbeitsgruppen")
    for text in pick(forum.stock["groups"], index * 5, 4):
        yield Block("li", text)
    yield Block("h1", "Wie es weitergeht")
    for text in pick(forum.stock["outlook"], index, 2):
        yield Block("p", text)
    yield Block(
        "small", f"Herausgegeben vom Beirat des Bürgerforums, Redaktion {long(paper.dated)}"
    )


def invitation(sitting: Sitting, paper: Paper) -> Iterator[Block]:
    begin = hour(sitting)
    yield Block("date", f"Auenfurt, {long(paper.dated)}")
    yield Block("title", "Einladung")
    if paper.numberless:
        yield Block("subtitle", f"zum Bürgerforum am {weekday_long(sitting.on)}, {begin}.00 Uhr")
    else:
        yield Block(
            "subtitle",
            f"zur {named(sitting)} des Bürgerforums am {dotted(sitting.on)}, {begin}.00 Uhr",
        )
    yield Block("subtitle", f"Ort: {sitting.place}")
    yield Block("p", "Sehr geehrte Damen und Herren, liebe Auenfurterinnen und Auenfurter,")
    yield Block("p", f"das nächste Bürgerforum widmet sich dem Thema „{sitting.topic}“.")
    yield Block("p", paragraphs(sitting.lead)[0])
    yield Block("h1", "Vorgesehener Ablauf")
    yield Block("li", f"{begin - 1}.30 Uhr: Ankommen und Themenspeicher")
    yield Block("li", f"{begin}.00 Uhr: Begrüßung und Genehmigung der letzten Niederschrift")
    yield Block("li", f"{begin}.15 Uhr: {sitting.topic} – Vorstellung und Aussprache")
    yield Block("li", f"{begin + 1}.45 Uhr: Berichte aus den Arbeitsgruppen, Verschiedenes")
    yield Block(
        "p",
        "Wenn Sie eine Übersetzung, Kinderbetreuung oder einen Fahrdienst brauchen, melden Sie "
        "sich bitte bis zum Mittwoch der Vorwoche in der Geschäftsstelle.",
    )
    yield Block("small", "Ingrid Falkenau, Sprecherin")


def agenda(sitting: Sitting) -> Iterator[Block]:
    yield Block("title", "Tagesordnung")
    yield Block("subtitle", f"{named(sitting)} des Bürgerforums Auenfurt, {dotted(sitting.on)}")
    yield Block("p", f"{sitting.place}, Beginn 19.00 Uhr, öffentlich")
    for number, text in enumerate(
        (
            "Begrüßung und Feststellung der fristgerechten Einladung",
            "Genehmigung der Niederschriften",
            f"{sitting.topic}: Bericht des Bauhofs, Aussprache, Empfehlungen",
            "Bericht der AG Verkehr",
            "Anfragen aus dem Publikum",
            "Verschiedenes",
        ),
        start=1,
    ):
        yield Block("p", f"{number}. {text}")


def press(sitting: Sitting, paper: Paper) -> Iterator[Block]:
    yield Block("date", f"Auenfurt, {long(paper.dated)}")
    yield Block("title", "Pressemitteilung")
    yield Block("subtitle", f"Bürgerforum berät: {sitting.topic}")
    yield Block("p", f"Beim Bürgerforum am vergangenen Donnerstag ({dotted(sitting.on)}) ging es "
                     f"um das Thema {sitting.topic}.")  # fmt: skip
    for text in paragraphs(sitting.lead)[:1] + paragraphs(sitting.points)[:3]:
        yield Block("p", text)
    yield Block("p", f"Das Forum empfiehlt: {sitting.results[0]}")
    yield Block("small", "Rückfragen an die Geschäftsstelle, Durchwahl 214")


def book(forum: Forum, sitting: Sitting, paper: Paper) -> list[Block]:
    """Return the long documentation: title, contents and foreword are front matter."""
    blocks = [
        Block("title", paper.head),
        Block("subtitle", sitting.topic),
        Block("subtitle", f"{weekday_long(sitting.on)}, {sitting.place}"),
        Block("map"),
        Block("small", f"Bürgerforum Auenfurt, {long(paper.dated)}"),
        Block("contents"),
    ]
    body = False
    for chapter in forum.book:
        if not chapter.get("front") and not body:
            body = True
            blocks.append(Block("body"))
        else:
            blocks.append(Block("break"))
        blocks.append(Block("h1", chapter["title"]))
        blocks += marked(chapter["body"])
    return blocks


def cycling(forum: Forum) -> list[Block]:
    """Return the working group's report on cycling."""
    title = Block("title", forum.cycling["title"])
    by = Block("subtitle", f"AG Verkehr des Bürgerforums Auenfurt, {long(forum.cycling['on'])}")
    return [title, by, *marked(forum.cycling["body"], section="h1")]


def brochure(forum: Forum) -> list[Block]:
    """Return the ten years' report: a chapter a topic, told from the sittings, and a chronicle."""
    report = forum.report
    held = [each for each in forum.sittings if each.on.year <= 2014 and each.results]
    blocks = [
        Block("title", report["title"]),
        Block("subtitle", report["subtitle"]),
        Block("map"),
        Block("contents"),
        Block("break"),
        Block("h1", "Vorwort"),
        *marked(report["foreword"]),
        Block("body"),
        Block("h1", "Zehn Jahre in Zahlen"),
        *marked(report["numbers"]),
    ]
    intros = (
        report[key]
        for key in ("verkehr", "gruen", "jugend", "wohnen", "kultur", "haushalt", "beteiligung")
    )
    told: set[str] = set()
    for topic, intro in zip(forum.topics, intros, strict=True):
        blocks += [Block("break"), Block("h1", topic.title), Block("p", intro)]
        for each in held:
            if each.path in told or not set(each.keywords) & set(topic.match):
                continue
            told.add(each.path)
            blocks.append(Block("h2", f"{each.topic} ({each.on.year})"))
            blocks += [Block("p", text) for text in paragraphs(each.lead + "\n\n" + each.points)]
            blocks.append(Block("p", "Empfohlen wurde:"))
            blocks += [Block("li", text) for text in each.results]
    blocks += [Block("break"), Block("h1", "Aus den Arbeitsgruppen")]
    for group in forum.groups:
        blocks += [
            Block("h2", group.name),
            Block("p", f"Leitung: {group.head}. Treffen {group.meets}."),
        ]
        blocks.append(Block("p", paragraphs(group.body)[0]))
        mentioned = [text for text in forum.stock["groups"] if text.startswith(group.name + ":")]
        blocks += [Block("li", text.partition(": ")[2]) for text in mentioned]
    blocks += [Block("break"), Block("h1", "Chronik der Sitzungen")]
    blocks += [Block("p", f"{long(each.on)}: {each.topic} – {each.place}") for each in held]
    blocks += [Block("break"), Block("h1", "Was kommt"), *marked(report["closing"])]
    return blocks


def marked(text: str, section: str = "h2") -> list[Block]:
    """Turn paragraphs with "## " headings into blocks."""
    return [
        Block(section, part[3:]) if part.startswith("## ") else Block("p", part)
        for part in paragraphs(text)
    ]


def pick(stock: list[str], start: int, count: int) -> list[str]:
    """Take `count` texts in a ring, so that neighbours do not repeat each other.

    >>> pick(["a", "b", "c"], 2, 2)
    ['c', 'a']
    """
    return [stock[(start + step) % len(stock)] for step in range(count)]
