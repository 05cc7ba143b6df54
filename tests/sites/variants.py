"""Invented wordings beside the usual ones: slips, odd lists, other bodies; traps among them."""

from tests.sites.wordings import Case, day, span, year

SLIPS: list[Case] = [
    # a comma, a second dot or a blank for a dot
    ("am 07,11.2013 im Saal", "text", {"dates": [day("2013-11-07")]}),
    ("Treffen vom 21.03,2018", "link", {"dates": [day("2018-03-21")]}),
    ("9. Sitzung, 14..06.2012", "list", {"session": [9], "dates": [day("2012-06-14")]}),
    ("Sitzung am 02.10 2014", "text", {"dates": [day("2014-10-02")]}),
    ("Protokoll 23.05..2016", "link", {"dates": [day("2016-05-23")], "role": "minutes"}),
    ("am 5.09;2011", "text", {"dates": [day("2011-09-05")]}),
    ("Breite 18,02 m, 2016 gemessen", "text", {"dates": [year(2016)]}),
    ("nach Punkt 3.11 2014 beantragt", "text", {"dates": [year(2014)]}),
    ("Anteile 12,5 und 11,10", "text", {}),
    # blanks that scanning set
    (
        "17 . Sitzung des Beirates am 4 . 5 . 2011",
        "text",
        {"session": [17], "dates": [day("2011-05-04")]},
    ),
    ("Freitag, 11. November 2 014", "text", {"dates": [day("2014-11-11")]}),
    ("am 3. Mai 20 17 im Rathaus", "text", {"dates": [day("2017-05-03")]}),
    ("den 08.12.2 009", "text", {"dates": [day("2009-12-08")]}),
    ("am 3. Mai, 20 Uhr", "text", {"dates": [day("0000-05-03")]}),
    ("am 3. Mai 20 30 Uhr", "text", {"dates": [day("0000-05-03")]}),
    ("2 012 Unterschriften", "text", {}),
    ("gegen 2 000 Gäste am 3. Mai 2011", "text", {"dates": [day("2011-05-03")]}),
    # letters for digits
    ("am 1O.11.2011", "text", {"dates": [day("2011-11-10")]}),
    ("Sitzung vom l4.O6.2O12", "heading", {"dates": [day("2012-06-14")]}),
    # parted at the end of a line
    ("Do. 12. Sep-\ntember 2013", "text", {"dates": [day("2013-09-12")]}),
    ("zur 8. Sit-\nzung des Beirats", "heading", {"session": [8]}),
    ("3. Kinder-\nund Jugendforum", "heading", {"session": [3]}),
    # one letter wrong
    ("Donnestag, 14. Mai 2009", "text", {"dates": [day("2009-05-14")]}),
    ("Mittwcoh, den 9. Juni 2010", "text", {"dates": [day("2010-06-09")]}),
    ("Sammstag, 12.06.2010", "heading", {"dates": [day("2010-06-12")]}),
    ("am 7. Novmeber 2012", "text", {"dates": [day("2012-11-07")]}),
    ("vom 9. Agust 2011", "text", {"dates": [day("2011-08-09")]}),
    ("21. Oktobre 2015", "list", {"dates": [day("2015-10-21")]}),
    ("Festtag, 3. Mai 2012", "text", {"dates": [day("2012-05-03", "published")]}),
    ("2. Markt 2012", "text", {"dates": [year(2012)]}),
]

UNUSUAL_DATES: list[Case] = [
    # months in Roman figures
    ("am 3. V. 1998", "text", {"dates": [day("1998-05-03")]}),
    ("12.XI.2004", "text", {"dates": [day("2004-11-12")]}),
    ("2.-4.IX.1996", "text", {"dates": [span("1996-09-02", "1996-09-04")]}),
    ("Protokoll vom 7. II. 95", "link", {"dates": [day("1995-02-07")], "role": "minutes"}),
    ("28./29.III.2003", "text", {"dates": [span("2003-03-28", "2003-03-29")]}),
    ("7. V. Wahlperiode", "text", {}),
    ("14. XIV. 2003", "text", {}),
    # days spelled out, or with their ending
    ("am zweiten März 2007", "text", {"dates": [day("2007-03-02")]}),
    ("am einundzwanzigsten Juni", "text", {"dates": [day("0000-06-21")]}),
    ("den 3ten Mai 2010", "text", {"dates": [day("2010-05-03")]}),
    ("vom 1sten April 2009", "text", {"dates": [day("2009-04-01")]}),
    ("am dritten Oktober 1991", "text", {"dates": [day("1991-10-03")]}),
    ("im ersten Jahr", "text", {}),
    ("in der ersten Maiwoche", "text", {}),
    # abbreviations and spoken forms
    ("14. Jän. 2013", "text", {"dates": [day("2013-01-14")]}),
    ("3. Febr. 2011", "list", {"dates": [day("2011-02-03")]}),
    ("27. Juno 2012", "text", {"dates": [day("2012-06-27")]}),
    ("2. Julei 2012", "text", {"dates": [day("2012-07-02")]}),
    # a comma before "und" and "bis"
    (
        "Freitag, 3., bis Sonntag, 5. Juni 2011",
        "text",
        {"dates": [span("2011-06-03", "2011-06-05")]},
    ),
    (
        "am Montag, 9. Mai, und Dienstag, 10. Mai 2016",
        "text",
        {"dates": [span("2016-05-09", "2016-05-10")]},
    ),
    ("am 4. Mai, und am 6. Juni", "text", {"dates": [day("0000-05-04"), day("0000-06-06")]}),
    (
        "Mittwoch, 8., und Donnerstag, 16. Mai 2013",
        "text",
        {"dates": [day("2013-05-08"), day("2013-05-16")]},
    ),
    ("am 12. oder 19. März 2014", "text", {"dates": [day("2014-03-12"), day("2014-03-19")]}),
    # the year stands in front of the days
    (
        "Termine 2016: 12. Januar, 8. März, 10. Mai",
        "text",
        {"dates": [day("2016-01-12"), day("2016-03-08"), day("2016-05-10")]},
    ),
    (
        "Sitzungen 2013\n17. April\n19. Juni",
        "text",
        {"dates": [day("2013-04-17"), day("2013-06-19")]},
    ),
    (
        "Beirat 2015: 4.2., 6.5. und 7.10.",
        "text",
        {"dates": [day("2015-02-04"), day("2015-05-06"), day("2015-10-07")]},
    ),
    (
        "Sitzungstermine 2018: 3. Mai\nSitzungstermine 2019: 2. Mai",
        "text",
        {"dates": [day("2018-05-03"), day("2019-05-02")]},
    ),
    (
        "Termine 2014: jeweils am 5. Mai und 6. Juni",
        "text",
        {"dates": [day("2014-05-05"), day("2014-06-06")]},
    ),
    ("Haushalt 2012: Beratung am 14. Februar", "text", {"dates": [year(2012), day("0000-02-14")]}),
    (
        "Rückblick 2011, nächstes Treffen am 3. Mai",
        "text",
        {"previous_dates": ["0000-05-03"], "dates": [year(2011)]},
    ),
    # two-digit years before an hour
    ("12.10.11 um 18.30 Uhr", "text", {"dates": [day("2011-10-12")]}),
    ("04.05.09 ab 19 Uhr im Treff", "text", {"dates": [day("2009-05-04")]}),
    ("Seite 10.11.12 von hinten", "text", {}),
    # seasons, histories
    ("Frühjahr 2012: Forum „Lärm“", "list", {"dates": [year(2012, "sitting")], "topic": "Lärm"}),
    (
        "Winter 2013 – Zukunftswerkstatt Ortsmitte",
        "list",
        {"dates": [year(2013, "sitting")]},
    ),
    ("Die Halle wurde 1911 errichtet.", "text", {"dates": [year(1911)]}),
    ("das 1887 von der Gemeinde gebaute Bad", "text", {"dates": [year(1887)]}),
    ("Es kamen 1904 Gäste", "text", {}),
    # months from one to the other without a year
    (
        "Sommerferien Juli bis August",
        "text",
        {"dates": [span("0000-07-01", "0000-08-31", "month", "other")]},
    ),
    (
        "Sitzungspause Dezember bis Februar",
        "text",
        {"dates": [span("0000-12-01", "0000-02-29", "month", "other")]},
    ),
    (
        "April bis Oktober geöffnet",
        "text",
        {"dates": [span("0000-04-01", "0000-10-31", "month", "other")]},
    ),
    ("von Mai bis Jan wartete er", "text", {}),
    # events' folders
    ("/veranstaltungen/2013/06/12/kiezrunde", "url", {"dates": [day("2013-06-12")]}),
    (
        "/sitzungen/2014/02/05/protokoll.html",
        "url",
        {"dates": [day("2014-02-05")], "role": "minutes"},
    ),
    ("/aktuelles/2013/06/12/kiezrunde", "url", {"dates": [day("2013-06-12", "published")]}),
    (
        "/blog/termine-gesucht/2013/06/12/kiezrunde",
        "url",
        {"dates": [day("2013-06-12", "published")]},
    ),
]

WHOSE: list[Case] = [
    # how a paper is, is no approval of another one
    (
        "8. Sitzung vom 04.03.2015, bestätigte Niederschrift, Stand 02.04.2015",
        "list",
        {
            "session": [8],
            "dates": [day("2015-03-04"), day("2015-04-02", "published")],
            "role": "minutes",
        },
    ),
    (
        "Genehmigtes Protokoll vom 11.06.2013",
        "link",
        {"dates": [day("2013-06-11")], "role": "minutes"},
    ),
    ("Genehmigte Niederschrift der 5. Sitzung", "link", {"session": [5], "role": "minutes"}),
    (
        "Protokoll 12.09.2012 (noch nicht genehmigt)",
        "list",
        {"dates": [day("2012-09-12")], "role": "minutes"},
    ),
    ("Niederschrift der 3. Sitzung, ungenehmigt", "link", {"session": [3], "role": "minutes"}),
    (
        "Protokoll vom 3.5.2011 – bestätigt",
        "list",
        {"dates": [day("2011-05-03")], "role": "minutes"},
    ),
    ("Das Protokoll vom 3.5.2011 wird genehmigt.", "text", {"previous_dates": ["2011-05-03"]}),
    ("Das Protokoll der 4. Sitzung wurde bestätigt", "list", {"previous": [4]}),
    (
        "TOP 2 Bestätigung der Niederschrift vom 3.5.2011",
        "list",
        {"previous_dates": ["2011-05-03"]},
    ),
    # stamps of printers and readers
    ("Ausdruck vom 07.06.2012 10:31", "text", {"dates": [day("2012-06-07", "published")]}),
    ("Abgerufen am 12. Mai 2014", "text", {"dates": [day("2014-05-12", "published")]}),
    ("Druckdatum: 3.4.2012, 09:12 Uhr", "text", {"dates": [day("2012-04-03", "published")]}),
    ("Freigabe: 22.10.2015", "text", {"dates": [day("2015-10-22", "published")]}),
    ("Eingegangen am 12.10.2015", "text", {"dates": [day("2015-10-12", "published")]}),
    ("Nachdruck der Sitzung vom 3.4.2012", "text", {"dates": [day("2012-04-03")]}),
    # letter heads behind their sender
    (
        "Ortsamt Lindental, Lindental, den 04.05.2011\nProtokoll\nder 6. Sitzung am 02.05.2011",
        "heading",
        {
            "session": [6],
            "dates": [day("2011-05-04", "published"), day("2011-05-02")],
            "role": "minutes",
        },
    ),
    (
        "Der Ortsvorsteher, Krähenfeld, d. 9. Mai 2012\nEinladung zur Sitzung am 21. Mai 2012",
        "text",
        {"dates": [day("2012-05-09", "published"), day("2012-05-21")], "role": "invitation"},
    ),
    ("Stadthalle, Kleiner Saal, den 3. Mai 2012", "text", {"dates": [day("2012-05-03")]}),
    ("Beiratssitzung, Auenfurt, den 3. Mai 2012", "text", {"dates": [day("2012-05-03")]}),
    # histories, laws, breaks
    (
        "seit dem Großbrand im Juli 1998",
        "text",
        {"dates": [span("1998-07-01", "1998-07-31", "month", "other")]},
    ),
    (
        "vor dem Umbau Ende März 2009",
        "text",
        {"dates": [span("2009-03-01", "2009-03-31", "month", "other")]},
    ),
    (
        "seit der Eingemeindung im Jänner 1974",
        "text",
        {"dates": [span("1974-01-01", "1974-01-31", "month", "other")]},
    ),
    (
        "nach der Sommerpause im September 2012 tagt das Forum",
        "text",
        {"dates": [span("2012-09-01", "2012-09-30", "month")]},
    ),
    ("nach der Werkstatt im Mai 2012", "text", {"previous_dates": ["2012-05-01"]}),
    ("Inkrafttreten der Satzung: 1. Mai 2015", "text", {"dates": [day("2015-05-01", "other")]}),
    ("Geltungsbeginn 1. Oktober 2013", "text", {"dates": [day("2013-10-01", "other")]}),
    # an earlier and a later sitting beside this one
    (
        "Das 9. Forum am 3.5.2011 baut auf dem 8. Forum (7.3.2011) auf.",
        "text",
        {
            "session": [9],
            "dates": [day("2011-05-03")],
            "previous": [8],
            "previous_dates": ["2011-03-07"],
        },
    ),
    (
        "Die 12. Runde (4.4.2013) schließt an die 11. Runde (5.3.2013) an",
        "text",
        {
            "session": [12],
            "dates": [day("2013-04-04")],
            "previous": [11],
            "previous_dates": ["2013-03-05"],
        },
    ),
    (
        "7. Kiezrunde am 3. März 2010. Die 8. Kiezrunde ist für den 5. Mai 2010 geplant.",
        "text",
        {
            "session": [7],
            "dates": [day("2010-03-03")],
            "previous": [8],
            "previous_dates": ["2010-05-05"],
        },
    ),
    (
        "Die 3. Sitzung war am 7. Mai 2012. Es folgt die 4. Sitzung am 9. Juli 2012.",
        "text",
        {
            "session": [3],
            "dates": [day("2012-05-07")],
            "previous": [4],
            "previous_dates": ["2012-07-09"],
        },
    ),
    (
        "Niederschrift 9. Sitzung\n(offene Punkte aus der 8. Sitzung)",
        "heading",
        {"session": [9], "previous": [8], "role": "minutes"},
    ),
    (
        "14. Sitzung – Nachtrag aus der 13. Sitzung",
        "title",
        {"session": [14], "previous": [13], "topic": "Nachtrag aus der 13. Sitzung"},
    ),
    ("Ergebnisse aus der 13. Sitzung", "title", {"session": [13]}),
    ("Aus der 12. Sitzung des Ortsrates", "heading", {"session": [12], "role": "report"}),
    (
        "5. Forum am 3.5.2011 und 6. Forum am 4.7.2011",
        "list",
        {"session": [5, 6], "dates": [day("2011-05-03"), day("2011-07-04")]},
    ),
]

COUNTED: list[Case] = [
    # a body and a day, where no sitting's word stands
    ("4. Klimabeirat am 12.03.2020", "title", {"session": [4], "dates": [day("2020-03-12")]}),
    (
        "17. Seniorenrat Lindental, 5. Mai 2014",
        "heading",
        {"session": [17], "dates": [day("2014-05-05")]},
    ),
    (
        "3. Steuerungskreis Ortsmitte (14.6.2016)",
        "link",
        {"session": [3], "dates": [day("2016-06-14")]},
    ),
    (
        "Protokoll 8. Begleitgremium am 9. Mai 2017",
        "link",
        {"session": [8], "dates": [day("2017-05-09")], "role": "minutes"},
    ),
    ("2. Jugendparlament vom 3.2.2015", "list", {"session": [2], "dates": [day("2015-02-03")]}),
    ("Ortsbeirat 5 am 3.2.2015", "title", {"dates": [day("2015-02-03")]}),
    ("2. Hauptausschuss, 3. Mai 2011", "list", {"dates": [day("2011-05-03")]}),
    ("3. Bauabschnitt am 4. Mai 2012", "title", {"dates": [day("2012-05-04")]}),
    ("5. Stadtteilfest am 4. Mai 2012", "title", {"dates": [day("2012-05-04", "other")]}),
    ("2. Monatsbeitrag am 4. Mai 2012", "title", {"dates": [day("2012-05-04")]}),
    # names that hold a number
    ("Jugendforum U21 – 4. Treffen", "title", {"session": [4]}),
    ("Treffen 60+ am 4. Mai 2012", "title", {"dates": [day("2012-05-04")]}),
    ("Forum 5 + 6", "title", {"session": [5, 6]}),
    ("3. Leitbild-2030-Werkstatt", "heading", {"session": [3]}),
    ("12. B-96-Dialog", "heading", {"session": [12]}),
    ("Protokoll 2. Agenda-21-Treffen", "link", {"session": [2], "role": "minutes"}),
    ("Agenda-21-Büro", "heading", {"topic": "Agenda-21-Büro"}),
    # signs for a number
    ("Stadtdialog no. 7", "title", {"session": [7]}),
    ("Kiezrunde nr 12", "link", {"session": [12]}),
    ("Runde_Nr5_Protokoll.pdf", "file", {"session": [5], "role": "minutes"}),
    ("forum-no14.html", "url", {"session": [14]}),
    ("Forum N° 3", "title", {"session": [3]}),
    ("Forum No Limits 3", "title", {}),
    # Roman, and behind a gathering's name
    ("XLI. Sitzung der Bezirksvertretung", "heading", {"session": [41]}),
    ("LXVIII. Bürgerversammlung", "heading", {"session": [68]}),
    ("Einladung zur XC. Sitzung", "heading", {"session": [90], "role": "invitation"}),
    ("CIV. Plenum", "heading", {"session": [104]}),
    ("Fachtagung IV: Wohnen im Alter", "title", {"session": [4], "topic": "Wohnen im Alter"}),
    ("Bürgergespräch Nr. 5", "heading", {"session": [5]}),
    ("L. Forumsberg lädt ein", "text", {}),
    ("Anlage C. Sitzung im Saal", "text", {}),
    ("MIX. Forum der Generationen", "text", {}),
    # cut short, with an addition
    (
        "OBR Nord – 14. Sitzg. – 05.05.2011",
        "title",
        {"session": [14], "dates": [day("2011-05-05")]},
    ),
    ("7. Stzg. am 3.2.2012", "list", {"session": [7], "dates": [day("2012-02-03")]}),
    ("das fünfte und vorerst letzte Treffen", "text", {"session": [5]}),
    ("die 12. und letzte Sitzung des Gremiums", "text", {"session": [12]}),
    ("die letzte Sitzung am 3.2.2012", "text", {"previous_dates": ["2012-02-03"]}),
    # the noun stands before
    (
        "Nach drei Werkstätten folgt im Mai die vierte.",
        "text",
        {"session": [4], "dates": [span("0000-05-01", "0000-05-31", "month")]},
    ),
    ("Elf Sitzungen gab es bisher, zur zwölften lädt der Rat ein", "text", {}),
    ("Das neunte Forum war voll, das zehnte wird größer", "text", {"session": [9, 10]}),
    ("Im Forum sprachen zwei Gäste; die zweite war Ärztin", "text", {}),
    ("In der Sitzung wurde das vierte, fünfte und sechste Kapitel gelesen", "text", {}),
    ("Das Forum kommt zum vierten Mal zusammen", "text", {}),
    # parted by dots, entries that begin with their number
    ("WP 6 • Sitzung 19 • 04.05.2011", "text", {"session": [19], "dates": [day("2011-05-04")]}),
    (
        "Nr. 14, 3.5.2011: Radwege im Norden",
        "list",
        {"session": [14], "dates": [day("2011-05-03")], "topic": "Radwege im Norden"},
    ),
    (
        "Nr. 8 vom 3.5.2011 – Spielplätze",
        "list",
        {"session": [8], "dates": [day("2011-05-03")], "topic": "Spielplätze"},
    ),
    ("Stadtblatt Nr. 8 vom 3.5.2011", "list", {"dates": [day("2011-05-03")]}),
    ("Rundschreiben Nr. 3/2012 zur Straßenreinigung", "heading", {}),
    ("Bekanntmachung Nr. 12/2013", "title", {}),
    # gatherings of other names
    ("3. Anwohnerinformation zum Kanalbau", "heading", {"session": [3], "topic": "Kanalbau"}),
    (
        "4. Bürgeranhörung am 2. März 2011",
        "heading",
        {"session": [4], "dates": [day("2011-03-02")]},
    ),
    ("2. Echoraum", "heading", {"session": [2]}),
    ("5. Fachtag: Barrieren abbauen", "heading", {"session": [5], "topic": "Barrieren abbauen"}),
    ("6. Ortsbegehung am 3.5.2012", "list", {"session": [6], "dates": [day("2012-05-03")]}),
    ("3. Stadtgipfel – Wohnen", "title", {"session": [3], "topic": "Wohnen"}),
    # names of files
    ("dokumentation-17.html", "url", {"session": [17], "role": "documentation"}),
    ("doku_24.pdf", "file", {"session": [24], "role": "documentation"}),
    ("einladung-31.pdf", "file", {"session": [31], "role": "invitation"}),
    ("einladung-2.pdf", "file", {"role": "invitation"}),
    ("plakat_2014.pdf", "file", {"role": "poster", "dates": [year(2014)]}),
]

PAPERS: list[Case] = [
    # what follows a paper's kind, number and day is its subject
    (
        "Medieninformation Nr. 7/2014: Neue Bäume am Markt",
        "heading",
        {"topic": "Neue Bäume am Markt", "role": "press"},
    ),
    (
        "PRESSEMELDUNG vom 3. Mai 2012\nNeue Bäume am Markt",
        "heading",
        {
            "dates": [day("2012-05-03", "published")],
            "topic": "Neue Bäume am Markt",
            "role": "press",
        },
    ),
    (
        "Pressemitteilung 88/2015 vom 4. Juni 2015 – Brücke gesperrt",
        "title",
        {"dates": [day("2015-06-04", "published")], "topic": "Brücke gesperrt", "role": "press"},
    ),
    ("Vorlage 2013/114: Ausbau der Mühlgasse", "title", {"topic": "Ausbau der Mühlgasse"}),
    (
        "Mitteilungsvorlage 0077/2012 – Sanierung der Spielplätze",
        "heading",
        {"topic": "Sanierung der Spielplätze"},
    ),
    ("Antrag 14/2016: Tempo 30 in der Ringgasse", "link", {"topic": "Tempo 30 in der Ringgasse"}),
    (
        "Anfrage vom 03.05.2012: Zustand der Gehwege",
        "heading",
        {"dates": [day("2012-05-03", "other")], "topic": "Zustand der Gehwege"},
    ),
    ("Drucksache 18/4711 | Umbau des Freibads", "title", {"topic": "Umbau des Freibads"}),
    ("Pressemitteilung 88/2015", "title", {"role": "press"}),
    ("Vorlagen und Anträge", "heading", {"topic": "Vorlagen und Anträge"}),
    # parts of an evening
    ("Themenfeld 3: Grün im Quartier", "text", {"topic": "Grün im Quartier"}),
    ("Gesprächsinsel 2: Wohnen im Alter", "text", {"topic": "Wohnen im Alter"}),
    ("Der erste Themenblock: Parken und Liefern", "text", {"topic": "Parken und Liefern"}),
    ("Handlungsfeld 5 – Nahverkehr", "text", {"topic": "Nahverkehr"}),
    ("AG 2: Sauberkeit", "text", {"topic": "Sauberkeit"}),
    ("Thementisch 1: Lärm\nThementisch 2: Grün", "text", {}),
    ("AG 2: Ergebnisse", "text", {}),
    ("AG 4 Verkehr", "text", {}),
    # what the evening was about
    ("Im Fokus stand das Thema Nahversorgung.", "text", {"topic": "Nahversorgung"}),
    (
        "Der Beirat befasste sich mit dem Thema Schulwege und Radwege.",
        "text",
        {"topic": "Schulwege und Radwege"},
    ),
    ("Diesmal ging es um das Thema „Freie Zeit“.", "text", {"topic": "Freie Zeit"}),
    ("Das Thema wird vertagt.", "text", {}),
    ("Thema: Barrierefreiheit", "text", {"topic": "Barrierefreiheit"}),
    ("Thema: Begrüßung", "text", {}),
    ("Barrierefreiheit", "link", {}),
    # menu words, amounts, announcements
    ("Druckansicht", "link", {}),
    ("Seite drucken", "link", {}),
    ("9. Sitzung | 3.5.2011 | 12 Seiten", "list", {"session": [9], "dates": [day("2011-05-03")]}),
    ("Protokoll 9. Sitzung, 2 Anlagen", "link", {"session": [9], "role": "minutes"}),
    ("7. Forum – 45 Fotos", "link", {"session": [7]}),
    (
        "7. Forum: 100 Ideen für den Park",
        "title",
        {"session": [7], "topic": "100 Ideen für den Park"},
    ),
    (
        "Terminänderung: 12. Sitzung am 3. Mai 2011",
        "heading",
        {"session": [12], "dates": [day("2011-05-03")]},
    ),
    (
        "Ankündigung – 4. Forum am 3. Mai 2011",
        "title",
        {"session": [4], "dates": [day("2011-05-03")]},
    ),
    (
        "Wichtiger Hinweis: Die 8. Sitzung am 3. Mai 2011 fällt aus",
        "heading",
        {"session": [8], "dates": [day("2011-05-03")], "special": "cancelled"},
    ),
    ("Premiere: Das 1. Jugendforum", "title", {"session": [1]}),
    # bodies and municipalities are names
    ("Beirat für Menschen mit Behinderung, 7. Sitzung", "heading", {"session": [7]}),
    ("Ausschuss für Bau, Umwelt und Verkehr – 11. Sitzung", "title", {"session": [11]}),
    ("Kinder- und Jugendbeirat: 4. Sitzung", "title", {"session": [4]}),
    ("Ü60-Beirat: 4. Sitzung", "title", {"session": [4]}),
    ("Kreistag Mittelheim | 8. Sitzung", "title", {"session": [8]}),
    ("Samtgemeinde Auental – Rat – 12. Sitzung", "heading", {"session": [12]}),
    (
        "Marktgemeinde Birkental\nNiederschrift über die 3. Sitzung des Gemeinderates",
        "heading",
        {"session": [3], "role": "minutes"},
    ),
    ("Große Kreisstadt Weidenbruch\n9. Sitzung des Stadtrats", "heading", {"session": [9]}),
    (
        "Beirat f. Naturschutz – 6. Sitzung – 3.5.2011",
        "title",
        {"session": [6], "dates": [day("2011-05-03")]},
    ),
    ("Gestaltungsbeirat, 3. Amtsperiode, 5. Sitzung", "title", {"session": [5]}),
    ("Seniorenrat, 12. Ratsperiode, 2. Sitzung", "title", {"session": [2]}),
    (
        "3. Sitzung: Ein Beirat für alle?",
        "title",
        {"session": [3], "topic": "Ein Beirat für alle?"},
    ),
    (
        "Mi 04.05.2011 18:00 Sport- und Kulturausschuss Saal 2 Einladung",
        "list",
        {"dates": [day("2011-05-04")], "role": "invitation"},
    ),
    # roles
    ("Protokollentwurf der 4. Sitzung", "link", {"session": [4], "role": "minutes"}),
    ("Verhandlungsschrift 3. Sitzung", "link", {"session": [3], "role": "minutes"}),
    ("Protokollauszug 3. Sitzung", "link", {"session": [3], "role": "minutes"}),
    (
        "Betreff: Protokoll der 5. Sitzung des Ortsrates",
        "text",
        {"session": [5], "role": "minutes"},
    ),
    (
        (
            "Gemeinde Birkental, Rathausgasse 4, 99111 Birkental, Telefon 555-2811, "
            "Telefax 555-2812, Zimmer 14, Frau Lindner\nNiederschrift der 7. Sitzung"
        ),
        "text",
        {"session": [7], "role": "minutes"},
    ),
    (
        "12 4. Sitzung 03.05.2011 Protokoll",
        "text",
        {"session": [4], "dates": [day("2011-05-03")], "role": "minutes"},
    ),
    ("Das Protokoll wird verschickt", "text", {}),
    ("Protokollant", "link", {}),
    # cancelled
    (
        "Die 5. Sitzung fällt krankheitsbedingt aus.",
        "text",
        {"session": [5], "special": "cancelled"},
    ),
    (
        "Das Forum am 3. Mai 2011 fiel wegen des Sturms aus",
        "text",
        {"dates": [day("2011-05-03")], "special": "cancelled"},
    ),
    (
        "Beide Sitzungen fallen im Juli aus",
        "text",
        {"special": "cancelled", "dates": [span("0000-07-01", "0000-07-31", "month")]},
    ),
    ("Die 5. Sitzung fällt aus dem Rahmen", "text", {"session": [5]}),
    ("Im Forum fällt Licht aus drei Fenstern", "text", {}),
]

MORE_VARIANTS: list[Case] = [
    # dates as registers, letters and old prints set them
    ("2012/03/07", "text", {"dates": [day("2012-03-07")]}),
    ("Flurstück 2012/3/70", "text", {}),
    ("am 14.10.’11", "text", {"dates": [day("2011-10-14")]}),
    ("14.10. bis 16.10., jeweils 18 Uhr", "text", {"dates": [span("0000-10-14", "0000-10-16")]}),
    ("24.11. d. J.", "text", {"dates": [day("0000-11-24")]}),
    ("2.1. regelt den Ablauf", "text", {}),
    ("7. Dezbr. 2011", "text", {"dates": [day("2011-12-07")]}),
    ("14.0ktober 2012", "text", {"dates": [day("2012-10-14")]}),
    (
        "11.12. Adventsmarkt der Vereine",
        "list",
        {"dates": [day("0000-12-11", "other")], "topic": "Adventsmarkt der Vereine"},
    ),
    ("10.11. Bekanntmachung", "list", {"dates": [day("0000-11-10")]}),
    ("2.1. Verkehr", "list", {"topic": "2.1. Verkehr"}),
    (
        "2013 – 14. Forum – Radwege",
        "list",
        {"session": [14], "dates": [year(2013, "sitting")], "topic": "Radwege"},
    ),
    ("Wahlperiode 2009–14", "text", {"dates": [span("2009-01-01", "2014-12-31", "year", "other")]}),
    # whose
    ("Abgabefrist: 31.03.2012", "text", {"dates": [day("2012-03-31", "other")]}),
    ("Stichtag 30.06.2012", "text", {"dates": [day("2012-06-30", "other")]}),
    ("genehmigt am 3. Mai 2012", "text", {"dates": [day("2012-05-03", "published")]}),
    (
        "Der Beirat tagt seit Oktober 2004",
        "text",
        {"dates": [span("2004-10-01", "2004-10-31", "month", "other")]},
    ),
    (
        "Auenfurt, im Oktober 2011",
        "text",
        {"dates": [span("2011-10-01", "2011-10-31", "month", "published")]},
    ),
    ("Sitzung im Oktober 2011", "text", {"dates": [span("2011-10-01", "2011-10-31", "month")]}),
    # numbers
    ("Sitzung Nr. 4/12", "heading", {"session": [4], "dates": [year(2012, "sitting")]}),
    (
        "Niederschrift OBR/014/2012",
        "heading",
        {"session": [14], "dates": [year(2012, "sitting")], "role": "minutes"},
    ),
    ("Bürgerforum 2.0", "title", {}),
    ("Sitzung Nr. 15/16", "heading", {"session": [15, 16]}),
    ("4. Online-Forum", "title", {"session": [4]}),
    ("Beitrag im Online-Forum", "text", {}),
    ("4. Beratung über den Haushalt", "list", {"topic": "4. Beratung über den Haushalt"}),
    ("4. Beratung am 3. Mai 2012", "list", {"session": [4], "dates": [day("2012-05-03")]}),
    (
        "doku_forum_17_2012-03-07.pdf",
        "file",
        {"session": [17], "dates": [day("2012-03-07")], "role": "documentation"},
    ),
    ("Prot_17.pdf", "file", {"session": [17], "role": "minutes"}),
    ("Protokolle der 6., 7. und 8. Sitzung", "link", {"session": [6, 7, 8], "role": "minutes"}),
    ("am 3.5., 7. und 8. Sitzung", "text", {"session": [7, 8], "dates": [day("0000-05-03")]}),
    # another sitting's, and what is none
    (
        "Die nächste, 12. Sitzung ist am 3.5.2012.",
        "text",
        {"previous": [12], "previous_dates": ["2012-05-03"]},
    ),
    ("Bezug nehmend auf die 4. Sitzung", "text", {"previous": [4]}),
    ("Posteingang: 3.5.2012", "text", {"dates": [day("2012-05-03", "published")]}),
    (
        "Aushang vom 3.5. bis 12.5.2012",
        "list",
        {"dates": [span("2012-05-03", "2012-05-12", about="other")], "role": "poster"},
    ),
    (
        "Der Saal ist im Dezember 2012 fertig",
        "text",
        {"dates": [span("2012-12-01", "2012-12-31", "month", "other")]},
    ),
    ("Morgen: 12. Forum", "title", {"session": [12]}),
    # special
    ("Absage des 9. Forums", "title", {"session": [9], "special": "cancelled"}),
    ("Das Forum kann leider nicht stattfinden.", "text", {"special": "cancelled"}),
    ("Die 4. Sitzung fand nicht statt", "text", {"session": [4], "special": "cancelled"}),
    ("Die Sitzung muss entfallen.", "text", {"special": "cancelled"}),
    # topics
    (
        "Lärm und Ruhe. 9. Forum am 3. Mai 2012",
        "heading",
        {"session": [9], "dates": [day("2012-05-03")], "topic": "Lärm und Ruhe"},
    ),
    (
        "3. Mai 2012: Radwege (Rathaus, Saal 2)",
        "list",
        {"dates": [day("2012-05-03")], "topic": "Radwege"},
    ),
    ("9. Forum, Thema Radwege", "list", {"session": [9], "topic": "Radwege"}),
    (
        "9. Forum (3. Mai 2012) Radwege, Referentin: Frau Lindner",
        "list",
        {"session": [9], "dates": [day("2012-05-03")], "topic": "Radwege"},
    ),
    (
        "Präsentation von Herrn Lindner zum Radverkehr",
        "link",
        {"topic": "Radverkehr", "role": "slides"},
    ),
    ("Gegenstand der Beratung: Radverkehr", "text", {"topic": "Radverkehr"}),
    ("Ö 7 Umbau der Brücke", "list", {"topic": "Umbau der Brücke"}),
    ("1. Begrüßung und Feststellung der Tagesordnung", "list", {}),
    ("Protokoll herunterladen", "link", {"role": "minutes"}),
    ("Evaluationsbericht 2014", "link", {"dates": [year(2014)], "role": "report"}),
    (
        "Tätigkeitsbericht des Jugendbeirats 2012–2014",
        "link",
        {"dates": [span("2012-01-01", "2014-12-31", "year", "other")], "role": "report"},
    ),
]

VARIANTS: dict[str, list[Case]] = {
    "slips": SLIPS,
    "unusual dates": UNUSUAL_DATES,
    "whose": WHOSE,
    "counted": COUNTED,
    "papers": PAPERS,
    "more variants": MORE_VARIANTS,
}
