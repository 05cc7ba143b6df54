"""Invented short wordings by the cause they are read by, traps among them."""

from tests.sites.wordings import Case, day, span, year

ROOMS: list[Case] = [
    ("12.06.2013, 18:30 Uhr – Kulturscheunensaal", "list", {"dates": [day("2013-06-12")]}),
    ("3. März 2016 - 19.00 Uhr - Bürgersaal", "list", {"dates": [day("2016-03-03")]}),
    ("Do | 05.11.2015 | 18:00 | Gemeindehaus", "list", {"dates": [day("2015-11-05")]}),
    (
        "Mi | 07.09.2011 | 19:30 | 6. Sitzung Ortsrat Erlau | Schützenhaus",
        "list",
        {"session": [6], "dates": [day("2011-09-07")]},
    ),
    ("9. Mai 2012, 20 Uhr | Mehrzweckhalle", "list", {"dates": [day("2012-05-09")]}),
    ("Erlau, Am Anger 7", "heading", {"topic": "Erlau, Am Anger 7"}),
    # what is no room, and a room that is the subject
    (
        "9. Mai 2012, 20 Uhr – Der neue Dorfladen",
        "list",
        {"dates": [day("2012-05-09")], "topic": "Der neue Dorfladen"},
    ),
    (
        "9. Mai 2012, 20 Uhr: Grundschule",
        "list",
        {"dates": [day("2012-05-09")], "topic": "Grundschule"},
    ),
    (
        "9. Mai 2012, 20 Uhr – Umbau der Mehrzweckhalle",
        "list",
        {"dates": [day("2012-05-09")], "topic": "Umbau der Mehrzweckhalle"},
    ),
]

SEASONS: list[Case] = [
    ("Winter 2009", "text", {"dates": [year(2009, "sitting")]}),
    ("im Herbst 2014", "text", {"dates": [year(2014, "sitting")]}),
    ("Spätsommer 2010", "text", {"dates": [year(2010, "sitting")]}),
    ("Bürgerkonferenz Frühling 2012", "text", {"dates": [year(2012, "sitting")]}),
    ("Ortsforum Sommer 2008", "text", {"dates": [year(2008, "sitting")]}),
    ("Die Bäume wurden im Herbst 2014 gepflanzt.", "text", {"dates": [year(2014)]}),
    ("Fest im Sommer 2010", "text", {"dates": [year(2010)]}),
    ("Kiezblatt Frühjahr 2012", "text", {"dates": [year(2012)]}),
    ("2014", "text", {"dates": [year(2014)]}),
]

LOOKED_BACK_AT: list[Case] = [
    (
        "Rückblick auf den Sturm 2007",
        "list",
        {"dates": [year(2007)], "topic": "Rückblick auf den Sturm 2007"},
    ),
    (
        "Rückblick auf die Gartenschau 2011",
        "list",
        {"dates": [year(2011)], "topic": "Rückblick auf die Gartenschau 2011"},
    ),
    (
        "Rückblick auf das Stadtjubiläum 1999",
        "list",
        {"dates": [year(1999)], "topic": "Rückblick auf das Stadtjubiläum 1999"},
    ),
    (
        "Rückblick auf den Bürgerentscheid 2013",
        "list",
        {"dates": [year(2013)], "topic": "Rückblick auf den Bürgerentscheid 2013"},
    ),
    (
        "Rückblick auf die Flut 2013",
        "list",
        {"dates": [year(2013)], "topic": "Rückblick auf die Flut 2013"},
    ),
    ("Rückblick auf das 7. Forum", "list", {"previous": [7], "role": "report"}),
    (
        "Rückblick auf die Sitzung vom 3. Mai 2012",
        "list",
        {"previous_dates": ["2012-05-03"], "role": "report"},
    ),
]

MINUTES_OF_OTHERS: list[Case] = [
    (
        "TOP 3 Genehmigung des Protokolls Nr. 7 vom 12.03.2015",
        "list",
        {"previous": [7], "previous_dates": ["2015-03-12"]},
    ),
    ("Genehmigung der Niederschrift Nr. 12", "list", {"previous": [12]}),
    (
        "Bestätigung des Protokolls Nr. 5 vom 4.2.2014",
        "list",
        {"previous": [5], "previous_dates": ["2014-02-04"]},
    ),
    ("Annahme des Protokolls Nr. 9", "list", {"previous": [9]}),
    (
        "Niederschrift der 4. Sitzung vom 02.10.2012, genehmigt in der 5. Sitzung am 06.11.2012",
        "text",
        {
            "session": [4],
            "dates": [day("2012-10-02")],
            "previous": [5],
            "previous_dates": ["2012-11-06"],
            "role": "minutes",
        },
    ),
    (
        "Zu 3.: Protokoll der Bürgerversammlung vom 5. Mai 2010; Genehmigung",
        "text",
        {"previous_dates": ["2010-05-05"]},
    ),
    ("Protokoll Nr. 7", "link", {"session": [7], "role": "minutes"}),
    ("Genehmigtes Protokoll Nr. 7", "link", {"session": [7], "role": "minutes"}),
    ("Das Konzept wurde bestätigt in der 5. Sitzung.", "text", {"session": [5]}),
]

SERIES: list[Case] = [
    (
        "7. Quartierstreff 3. Mai 2014, Spielplätze",
        "title",
        {"session": [7], "dates": [day("2014-05-03")], "topic": "Spielplätze"},
    ),
    (
        "5. Stadtteiltreff am 12. März 2015",
        "heading",
        {"session": [5], "dates": [day("2015-03-12")]},
    ),
    ("4. Kieztreff, 9. Juni 2013", "heading", {"session": [4], "dates": [day("2013-06-09")]}),
    ("3. Kiezabend am 2. Mai 2011", "heading", {"session": [3], "dates": [day("2011-05-02")]}),
    ("8. Zukunftstag", "title", {"session": [8]}),
    (
        "Ortsforum West (7): Radwege im Tal",
        "title",
        {"session": [7], "topic": "Radwege im Tal"},
    ),
    ("Planungsrat II – 9. Sitzung", "title", {"session": [9]}),
    (
        "Protokoll_Runder_Tisch_05_vom_2013-04-18.pdf",
        "file",
        {"session": [5], "dates": [day("2013-04-18")], "role": "minutes"},
    ),
    ("6. bis 8. Sitzung", "title", {"session": [6, 7, 8]}),
    ("3. Mai 2014 Bürgertreff", "heading", {"dates": [day("2014-05-03")]}),
    ("2. Jahrestag 3. Mai 2014", "heading", {"dates": [day("2014-05-03")]}),
    ("Ortsforum West (12)", "link", {}),
    ("1. OG Quartiersabend", "text", {}),
    ("2. Etage Werkstatt", "heading", {}),
    ("Im Stadtteiltreff „Alte Post“ am 3. Mai 2011", "list", {"dates": [day("2011-05-03")]}),
]

LETTERS: list[Case] = [
    ("Datum der Meldung 7. Juli 2020", "text", {"dates": [day("2020-07-07", "published")]}),
    ("Datum des Beitrags: 4.3.2019", "text", {"dates": [day("2019-03-04", "published")]}),
    ("Datum der Nachricht 11. Mai 2018", "text", {"dates": [day("2018-05-11", "published")]}),
    (
        "Datum der Niederschrift: 05.06.2012\nNiederschrift der 7. Sitzung am 30.05.2012",
        "text",
        {
            "session": [7],
            "dates": [day("2012-06-05", "published"), day("2012-05-30")],
            "role": "minutes",
        },
    ),
    ("Datum der Sitzung: 4.3.2019", "text", {"dates": [day("2019-03-04")]}),
    (
        "Einladung vom 02.05.2012 zur Sitzung am 16.05.2012",
        "text",
        {"dates": [day("2012-05-02", "published"), day("2012-05-16")], "role": "invitation"},
    ),
    (
        "Einladung (zugesandt am 2.5.2012)",
        "link",
        {"dates": [day("2012-05-02", "published")], "role": "invitation"},
    ),
    (
        "Medienmitteilung vom 9. März 2015",
        "link",
        {"dates": [day("2015-03-09", "published")], "role": "press"},
    ),
    ("Medienbericht", "link", {"role": "press"}),
    ("Gedächtnisprotokoll 4. Forum", "heading", {"session": [4], "role": "minutes"}),
    (
        "Das Rathaus bleibt vom 24. Dezember bis 1. Januar geschlossen",
        "text",
        {"dates": [span("0000-12-24", "0000-01-01", about="other")]},
    ),
    (
        "Büro geschlossen: 04.08.2014 – 08.08.2014",
        "text",
        {"dates": [span("2014-08-04", "2014-08-08", about="other")]},
    ),
    (
        "Die Sitzung am 3. Mai 2012 wurde geschlossen.",
        "text",
        {"dates": [day("2012-05-03")]},
    ),
    (
        "gemäß Satzung vom 01.02.2006 tagt der Beirat am 11.05.2009",
        "text",
        {"dates": [day("2006-02-01", "other"), day("2009-05-11")]},
    ),
    (
        "gemäß Satzung vom 01.02.2006",
        "text",
        {"dates": [day("2006-02-01", "other")]},
    ),
]

NO_SUBJECTS: list[Case] = [
    ("Thema: steht noch nicht fest", "text", {}),
    ("Thema: wird rechtzeitig bekannt gegeben", "text", {}),
    ("Thema: noch offen", "text", {}),
    ("Protokoll 4. Forum, 2. überarbeitete Fassung", "link", {"session": [4], "role": "minutes"}),
    ("Begleitgruppe, 3. Sitzung", "heading", {"session": [3]}),
    ("Gemeindevertreterversammlung, 8. Sitzung", "title", {"session": [8]}),
    ("Gemeinde Lindau an der Erle: Ordentliche Versammlung", "heading", {}),
    ("Thema: Offene Jugendarbeit", "text", {"topic": "Offene Jugendarbeit"}),
    ("zum Thema Leben im Quartier", "text", {"topic": "Leben im Quartier"}),
    ("zum Thema Lärm im Bürgerhaus Erlau", "text", {"topic": "Lärm"}),
    ("Punkt 4: Umbau der Erlauer Straße", "heading", {"topic": "Umbau der Erlauer Straße"}),
    ("zu Punkt 4 der Tagesordnung", "text", {}),
]

REFERENCES: list[Case] = [
    (
        "In der 8. Sitzung wurde auf die Beschlüsse der 6. Sitzung verwiesen.",
        "text",
        {"session": [8], "previous": [6]},
    ),
    (
        "Das 9. Forum hat auf die Ergebnisse des 7. Forums Bezug genommen.",
        "text",
        {"session": [9], "previous": [7]},
    ),
    (
        "In der 5. Runde wurde an die Fragen der 4. Runde angeknüpft.",
        "text",
        {"session": [5], "previous": [4]},
    ),
    (
        "In der 5. Sitzung wurde auf Vorschläge aus der 3. Sitzung zurückgegriffen",
        "text",
        {"session": [5], "previous": [3]},
    ),
    ("Es wird auf das Protokoll der 3. Sitzung verwiesen.", "text", {"previous": [3]}),
    ("Wir freuen uns auf die Ergebnisse der 5. Sitzung.", "text", {"session": [5]}),
    (
        "Bauarbeiten von Mai bis Oktober",
        "text",
        {"dates": [span("0000-05-01", "0000-10-31", "month", "other")]},
    ),
    (
        "Das Bad öffnet von Mai bis Juli",
        "text",
        {"dates": [span("0000-05-01", "0000-07-31", "month", "other")]},
    ),
    ("Anträge von Mai und Jan", "text", {}),
    ("Fragen von Mai bis Müller", "text", {}),
]

OCCASIONS: dict[str, list[Case]] = {
    "rooms": ROOMS,
    "seasons": SEASONS,
    "looked back at": LOOKED_BACK_AT,
    "minutes of others": MINUTES_OF_OTHERS,
    "series": SERIES,
    "letters": LETTERS,
    "no subjects": NO_SUBJECTS,
    "references": REFERENCES,
}
