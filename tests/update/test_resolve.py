"""Documents as pages, files, links and URLs tell them together; contradictions are kept."""

from dataclasses import replace
from datetime import date

from archiver.model import Document, Evidence, Reading
from archiver.sites.profile import PageRule, SiteProfile
from tests.update.forum import HOST, Forum, page, pdf

TEXT = "Zwanzig Gäste kamen und sprachen lange."


def archive(*, entry: str = "12. Runde, 3. Mai 2011: Leise Straßen") -> Forum:
    """An overview with one sitting, whose page links its minutes."""
    forum = Forum()
    forum.put("/archiv", page("Archiv der Runden", "Archiv der Runden"))
    forum.put("/12.html", page("12. Runde", "12. Runde am 3. Mai 2011: Leise Straßen", text=TEXT))
    forum.put("/12.pdf", pdf("Es wurde viel gesprochen.\nUnd am Ende gelacht."), at=1)
    forum.link("/archiv", "/12.html", "12. Runde", entry)
    forum.link("/12.html", "/12.pdf", "Protokoll (PDF, 33 KB)")
    return forum


def conflicts(document: Document) -> list[tuple[str, object, list[object]]]:
    return [(c.field, c.chosen.value, [o.value for o in c.others]) for c in document.conflicts]


class TestInheritance:
    def test_a_file_takes_number_date_and_topic_from_the_page_that_links_it(self) -> None:
        minutes = archive().document("/12.pdf")
        assert (minutes.kind, minutes.role) == ("file", "minutes")
        assert (minutes.sessions, minutes.held_on) == ((12,), date(2011, 5, 3))
        assert minutes.topics == ("Leise Straßen",)
        assert minutes.conflicts == ()

    def test_what_is_inherited_says_so_and_names_the_page(self) -> None:
        [number] = [r for r in archive().document("/12.pdf").readings if r.field == "session"]
        assert number.evidence.place == "inherited"
        assert number.evidence.rule.startswith("inherited: ")
        assert (number.evidence.url, number.evidence.raw) == (f"{HOST}/12.html", "12. Runde")

    def test_the_page_is_the_files_parent(self) -> None:
        forum = archive()
        page_id = forum.document("/12.html").doc_id
        assert forum.document("/12.pdf").parents == (page_id,)
        assert forum.document("/12.html").parents == ()

    def test_an_annex_that_only_the_minutes_link_belongs_to_their_sitting(self) -> None:
        forum = archive()
        forum.put("/plan.pdf", pdf("Lageplan vom Ufer, M 1:500"), at=2)
        forum.link("/12.pdf", "/plan.pdf", "Anlage 1: Lageplan")
        plan = forum.document("/plan.pdf")
        assert (plan.sessions, plan.held_on) == ((12,), date(2011, 5, 3))
        assert plan.parents == (forum.document("/12.html").doc_id,)
        assert plan.title == "Anlage 1: Lageplan"

    def test_a_file_that_says_otherwise_keeps_what_it_says_and_the_contradiction(self) -> None:
        forum = archive()
        forum.put("/falsch.pdf", pdf("Niederschrift über die 11. Runde\nam 5. April 2011"))
        forum.link("/12.html", "/falsch.pdf", "Niederschrift")
        minutes = forum.document("/falsch.pdf")
        assert (minutes.sessions, minutes.held_on) == ((11,), date(2011, 4, 5))
        assert ("session", 11, [12]) in conflicts(minutes)

    def test_of_several_sittings_that_link_a_file_the_one_it_names_counts(self) -> None:
        forum = archive()
        forum.put("/13.html", page("13. Runde", "13. Runde am 7. Juni 2011: Nasse Keller"))
        forum.put("/doku.pdf", pdf("Dokumentation der 13. Runde"))
        forum.link("/12.html", "/doku.pdf", "Dokumentation")
        forum.link("/13.html", "/doku.pdf", "Dokumentation")
        found = forum.document("/doku.pdf")
        assert (found.sessions, found.held_on) == ((13,), date(2011, 6, 7))
        assert found.topics == ("Nasse Keller",)
        assert len(found.parents) == 2

    def test_a_file_that_several_sittings_link_and_that_names_none_belongs_to_none(self) -> None:
        forum = archive()
        forum.put("/13.html", page("13. Runde", "13. Runde am 7. Juni 2011: Nasse Keller"))
        forum.put("/regeln.pdf", pdf("Unsere Regeln des Gesprächs"))
        forum.link("/12.html", "/regeln.pdf", "Regeln")
        forum.link("/13.html", "/regeln.pdf", "Regeln")
        found = forum.document("/regeln.pdf")
        assert (found.sessions, found.held_on) == ((), None)

    def test_a_file_that_a_page_and_its_print_view_link_belongs_to_their_sitting(self) -> None:
        forum = archive()
        forum.put(
            "/12.html?druck=1", page("12. Runde", "12. Runde: Leise Straßen", text="Gedruckt")
        )
        forum.put("/folien.pdf", pdf("Lärm messen"))
        for path in ("/12.html", "/12.html?druck=1"):
            forum.link(path, "/folien.pdf", "Vortrag")
        slides = forum.document("/folien.pdf")
        assert (slides.sessions, slides.held_on) == ((12,), date(2011, 5, 3))

    def test_a_file_inherits_the_year_that_neighbours_tell_its_page(self) -> None:
        forum = Forum()
        forum.put("/11.html", page("11. Runde", "11. Runde am 5. April 2011"))
        forum.put("/12.html", page("12. Runde", "12. Runde am 3. Mai"))
        forum.put("/12.pdf", pdf("Es wurde viel gesprochen."))
        forum.link("/12.html", "/12.pdf", "Protokoll")
        assert forum.document("/12.pdf").held_on == date(2011, 5, 3)

    def test_pages_inherit_nothing(self) -> None:
        forum = archive()
        forum.put("/bericht", page("Eindrücke", "Eindrücke"))
        forum.link("/12.html", "/bericht", "mehr")
        assert forum.document("/bericht").sessions == ()


class TestContradictions:
    def test_an_overview_with_another_date_is_kept_as_a_conflict(self) -> None:
        found = archive(entry="12. Runde, 10. Mai 2011").document("/12.html")
        assert found.held_on == date(2011, 5, 3)
        [conflict] = found.conflicts
        assert conflict.field == "date"
        assert {other.evidence.url for other in conflict.others} == {f"{HOST}/archiv"}

    def test_sources_that_agree_are_no_conflict(self) -> None:
        assert archive().document("/12.html").conflicts == ()


class TestPublication:
    def posted(self, text: str) -> Forum:
        forum = Forum()
        forum.put("/archiv", page("Archiv der Runden", "Archiv der Runden"))
        told = page("12. Runde", "12. Runde", text=text)
        forum.put("/12.html", replace(told, published_on=date(2011, 5, 20)))
        forum.link("/archiv", "/12.html", "12. Runde", "20.05.2011 12. Runde im Haus am Anger")
        return forum

    def test_the_day_of_the_message_in_a_list_of_news_is_not_the_sitting_s(self) -> None:
        sitting = self.posted("Am 3. Mai kamen zwanzig Gäste ins Haus.").document("/12.html")
        assert (sitting.held_on, sitting.published_on) == (date(2011, 5, 3), date(2011, 5, 20))
        assert sitting.conflicts == ()

    def test_it_is_where_the_page_tells_no_other_day(self) -> None:
        sitting = self.posted("Zwanzig Gäste kamen ins Haus.").document("/12.html")
        assert sitting.held_on == date(2011, 5, 20)


class TestSequence:
    def copied_heading(self, *, minutes: str = "Protokoll der 13. Runde am 7. Juni 2011") -> Forum:
        """The page of sitting 13 bears the number of the one before it."""
        forum = archive()
        forum.put("/13.html", page("12. Runde", "12. Runde: Nasse Keller", "7. Juni 2011"))
        forum.put("/13.pdf", pdf(minutes))
        forum.link("/archiv", "/13.html", "13. Runde, 7. Juni 2011")
        forum.link("/13.html", "/13.pdf", "Protokoll")
        return forum

    def test_a_copied_heading_gives_way_to_what_list_and_minutes_say(self) -> None:
        forum = self.copied_heading()
        found = forum.document("/13.html")
        assert found.sessions == (13,)
        assert conflicts(found)[0] == ("session", 13, [12])
        assert forum.document("/12.html").sessions == (12,)
        assert forum.document("/13.pdf").conflicts == ()

    def test_one_witness_alone_does_not_outweigh_a_heading(self) -> None:
        found = self.copied_heading(minutes="Viel Text ohne Zahl").document("/13.html")
        assert found.sessions == (12,)
        assert conflicts(found)[0][1] == 12

    def test_a_number_that_another_page_bears_is_not_given_twice(self) -> None:
        forum = self.copied_heading()
        forum.put("/dreizehn.html", page("13. Runde", "13. Runde am 14. Juni 2011: Bänke"))
        assert forum.document("/13.html").sessions == (12,)

    def test_a_number_that_does_not_fit_its_neighbours_dates_is_not_taken(self) -> None:
        forum = self.copied_heading()
        forum.put("/14.html", page("14. Runde", "14. Runde am 1. Juni 2011: Bänke"))
        assert forum.document("/13.html").sessions == (12,)

    def test_a_year_that_nothing_says_comes_from_the_neighbours(self) -> None:
        forum = archive()
        forum.put("/13.html", page("13. Runde", "13. Runde am 7. Juni: Nasse Keller"))
        forum.put("/14.html", page("14. Runde", "14. Runde am 5. Juli 2011: Bänke"))
        found = forum.document("/13.html")
        assert found.held_on == date(2011, 6, 7)
        [reading] = [r for r in found.readings if r.field == "date"]
        assert reading.evidence.rule.endswith("year completed")

    def test_a_year_that_no_neighbour_tells_stays_open(self) -> None:
        forum = Forum()
        forum.put("/13.html", page("13. Runde", "13. Runde am 7. Juni: Nasse Keller"))
        assert forum.document("/13.html").held_on is None

    def test_neighbours_know_the_year_better_than_another_day_on_the_page(self) -> None:
        forum = archive()
        said = "Ortstermin am 3. Februar 2009"
        forum.put("/13.html", page("13. Runde", "13. Runde am 7. Juni", text=said))
        forum.put("/14.html", page("14. Runde", "14. Runde am 5. Juli 2011: Bänke"))
        assert forum.document("/13.html").held_on == date(2011, 6, 7)

    def test_numbers_that_are_counted_anew_each_year_tell_no_neighbour_s_year(self) -> None:
        forum = Forum()
        for year in (2009, 2014):
            forum.put(f"/{year}/1.html", page("1. Runde", f"1. Runde am 3. Mai {year}"))
            forum.put(f"/{year}/3.html", page("3. Runde", f"3. Runde am 5. Juli {year}"))
        forum.put("/2.html", page("2. Runde", "2. Runde am 7. Juni"))
        assert forum.document("/2.html").held_on is None


class TestKindsAndRoles:
    def test_a_profile_tells_the_kind_before_any_guess(self) -> None:
        forum = archive()
        forum.profile = SiteProfile(name="lindental", pages={"topic": PageRule(url="/12")})
        assert forum.document("/12.html").kind == "topic"

    def test_a_profiles_selector_tells_the_kind_of_the_pages_it_matches(self) -> None:
        forum = archive()
        forum.profile = SiteProfile(name="lindental", pages={"topic": PageRule(select=".thema")})
        matched = replace(
            page("Bänke", "Bänke"),
            readings=(
                Reading("kind", "topic", Evidence("pages.topic.select", "Bänke", "profile"), 0.98),
            ),
        )
        forum.put("/baenke", matched)
        assert forum.document("/baenke").kind == "topic"
        assert forum.document("/12.html").kind == "session"

    def test_the_kind_has_its_evidence_as_every_value_has(self) -> None:
        forum = archive()
        told = {
            path: next(r for r in forum.document(path).readings if r.field == "kind")
            for path in ("/12.html", "/12.pdf")
        }
        assert told["/12.html"].value == "session"
        assert told["/12.html"].evidence.raw == "12. Runde"
        assert (told["/12.pdf"].value, told["/12.pdf"].evidence.raw) == ("file", "application/pdf")

    def test_a_profiles_pattern_tells_the_role(self) -> None:
        forum = archive()
        forum.profile = SiteProfile(name="lindental", roles={"slides": "^Protokoll"})
        found = forum.document("/12.pdf")
        assert found.role == "slides"
        [reading] = [r for r in found.readings if r.field == "role"]
        assert (reading.evidence.rule, reading.evidence.place) == ("roles.slides", "profile")

    def test_the_name_of_the_series_is_no_topic(self) -> None:
        forum = Forum(profile=SiteProfile(name="lindental", title="Lindental im Gespräch"))
        forum.put("/12.html", page("", "12. Runde"))
        forum.put("/archiv", page("Archiv", "Archiv"))
        forum.link("/archiv", "/12.html", "12. Runde – Lindental im Gespräch")
        assert forum.document("/12.html").topics == ()


class TestGroups:
    def linked(self, pages: int) -> Forum:
        """So many sittings, of which the first links its working group and all have a menu."""
        forum = Forum()
        for number in range(1, pages + 1):
            heading = f"{number}. Runde am {number}. Mai 2011"
            forum.put(f"/{number}.html", page(f"{number}. Runde", heading))
            forum.link(f"/{number}.html", "/ag/kultur", "AG Kultur")
        forum.link("/1.html", "/ag/handel", "AG Handel")
        return forum

    def test_a_sitting_has_the_working_groups_it_links_and_not_those_of_the_menu(self) -> None:
        forum = self.linked(pages=6)
        assert forum.document("/1.html").groups == ("AG Handel",)
        assert forum.document("/2.html").groups == ()

    def test_minutes_that_mention_many_groups_are_not_of_all_of_them(self) -> None:
        forum = self.linked(pages=6)
        forum.put("/1.pdf", pdf("Protokoll der 1. Runde\nTOP 1: Bericht der AG Sport\nTOP 2: AG Z"))
        forum.link("/1.html", "/1.pdf", "Protokoll")
        assert forum.document("/1.pdf").groups == ("AG Handel",)


class TestLocationsAndTitles:
    def test_a_file_under_two_urls_is_one_document_with_both(self) -> None:
        forum = archive()
        minutes = pdf("Protokoll der 12. Runde am 3. Mai 2011")
        forum.put("/a.pdf", minutes, payload="same")
        forum.put("/b.pdf", minutes, payload="same", at=3)
        found = forum.document("/b.pdf")
        assert found.urls == (f"{HOST}/a.pdf", f"{HOST}/b.pdf")
        assert found.captures == ("capture/a.pdf", "capture/b.pdf")

    def test_a_page_and_a_file_of_the_same_minutes_are_linked(self) -> None:
        words = " ".join(f"Satz {n} der Niederschrift über Bänke." for n in range(60))
        forum = Forum()
        forum.put("/12.html", page("12. Runde", "12. Runde", text=words))
        forum.put("/12.pdf", pdf("Protokoll der 12. Runde\n" + words))
        forum.put("/andere.pdf", pdf(" ".join(f"Anderes Wort {n} zum Bach." for n in range(60))))
        web, file, other = (forum.document(p) for p in ("/12.html", "/12.pdf", "/andere.pdf"))
        assert (web.related, file.related) == ((file.doc_id,), (web.doc_id,))
        assert other.related == ()

    def test_a_file_is_called_as_links_call_it_unless_that_is_one_bare_word(self) -> None:
        forum = archive()
        forum.put("/x.pdf", pdf("Text", title="Bänke für den Anger"))
        forum.link("/12.html", "/x.pdf", "hier")
        forum.put("/y.pdf", pdf("Text", title="Microsoft Word - entwurf3.doc"))
        forum.link("/12.html", "/y.pdf", "Ergebnisse der dritten Umfrage (PDF)")
        forum.put("/z.pdf", pdf("Text", title="entwurf3.doc"))
        titles = [forum.document(path).title for path in ("/x.pdf", "/y.pdf", "/z.pdf")]
        assert titles == ["Bänke für den Anger", "Ergebnisse der dritten Umfrage", "z.pdf"]

    def test_a_title_that_is_a_template_s_name_is_none(self) -> None:
        forum = archive()
        forum.put("/13.pdf", pdf("Es ging um Keller.", title="Vorlage_Doku"))
        forum.link("/12.html", "/13.pdf", "Doku")
        assert forum.document("/13.pdf").title == "Doku"

    def test_a_file_without_text_is_a_document_with_its_reason(self) -> None:
        forum = archive()
        forum.put("/plan.pdf", pdf())
        forum.link("/12.html", "/plan.pdf", "Lageplan")
        found = forum.document("/plan.pdf")
        assert (found.status, found.page_count, found.sessions) == ("image_only", 0, (12,))

    def test_documents_come_in_the_order_of_their_ids_whatever_the_order_of_sources(self) -> None:
        forum = archive()
        first = forum.documents()
        forum.sources.reverse()
        forum.links.reverse()
        assert forum.documents() == first
