"""Floors are kept as promised, labels mean what they say, and a small run goes the whole way."""

import doctest
import json
from pathlib import Path
from types import ModuleType

import pytest

from bench import (
    books,
    compounds,
    floors,
    metadata,
    pdf_text,
    quality,
    questions,
    relevance,
    sample,
    sample_text,
)
from bench.floors import Floors, Measure, Missing, Row
from bench.rankers import fts5, whoosh
from bench.relevance import TestSet as Questions
from bench.relevance import first_places

KEPT = {("metadata", "forum"): Floors("sha256:one", {"topic": 0.9, "role": 0.8})}


def scored(what: str, score: float, digest: str = "sha256:one", **more: object) -> Measure:
    return Measure("metadata", "forum", what, score, digest, **more)  # type: ignore[arg-type]


def verdicts(*found: floors.Found) -> dict[str, str]:
    return {row.what: row.verdict for row in floors.judge(found, KEPT, {"metadata"})}


class TestJudging:
    def test_a_score_below_its_floor_is_told(self) -> None:
        found = scored("topic", 0.8999), scored("role", 0.8)
        assert verdicts(*found) == {"topic": "below", "role": "ok"}

    def test_a_floor_holds_for_its_own_set_only(self) -> None:
        found = scored("topic", 1.0, "sha256:two"), scored("role", 0.1, "sha256:two")
        assert verdicts(*found) == {"topic": "set changed", "role": "below"}

    def test_another_set_from_outside_is_judged_by_its_requirement_alone(self) -> None:
        found = (
            scored("topic", 0.5, "sha256:two", is_outside=True),
            scored("role", 0.5, "sha256:two", is_outside=True, least=0.6),
        )
        assert verdicts(*found) == {"topic": "no floor", "role": "below"}

    def test_what_has_a_floor_must_be_measured(self) -> None:
        assert verdicts(scored("topic", 1.0)) == {"topic": "ok", "role": "gone"}
        assert floors.judge([], KEPT, {"text"}) == []

    def test_what_cannot_be_had_is_said_and_excused(self) -> None:
        missing = Missing("metadata", "forum", "no such folder")
        [row] = floors.judge([missing], KEPT, {"metadata"})
        assert (row.verdict, row.note) == ("not measured", "no such folder")

    def test_a_requirement_holds_beside_a_lower_floor(self) -> None:
        found = scored("topic", 0.95, least=0.97), scored("role", 0.99, least=0.9)
        assert verdicts(*found) == {"topic": "below", "role": "ok"}

    def test_the_exit_code_tells_bad_from_missing(self, capsys: pytest.CaptureFixture[str]) -> None:
        rows = {
            verdict: Row("text", "forum", "recall", 0.5, 0.6, verdict)
            for verdict in ("ok", "below", "no floor", "set changed", "not measured", "gone")
        }
        codes = {verdict: quality.report([row]) for verdict, row in rows.items()}
        assert codes == {
            "ok": 0,
            "below": 1,
            "no floor": 0,
            "set changed": 1,
            "not measured": 0,
            "gone": 1,
        }
        assert "below: text, forum, recall" in capsys.readouterr().out


class TestAccepting:
    def test_floors_rise_to_a_margin_below_the_score(self) -> None:
        kept = floors.accept([scored("topic", 0.9567), scored("kind", 1.0)], KEPT)
        assert kept["metadata", "forum"].least == {"topic": 0.954, "role": 0.8, "kind": 0.998}

    def test_floors_are_lowered_only_where_that_is_asked_for(self) -> None:
        found = [scored("topic", 0.7)]
        assert floors.accept(found, KEPT) == KEPT
        lowered = floors.accept(found, KEPT, is_lowering=True)
        assert lowered["metadata", "forum"].least == {"topic": 0.698, "role": 0.8}

    def test_a_changed_set_keeps_its_floors(self) -> None:
        kept = floors.accept([scored("topic", 0.7, "sha256:two")], KEPT)
        assert kept["metadata", "forum"] == Floors("sha256:two", {"topic": 0.9, "role": 0.8})
        outside = scored("topic", 1.0, "sha256:two", is_outside=True)
        assert floors.accept([outside], KEPT) == KEPT

    def test_what_moves_with_another_program_gets_no_floor(self) -> None:
        assert floors.accept([scored("ahead", 0.1, is_pinned=False)], {}) == {}

    def test_floors_of_nothing_are_dropped(self) -> None:
        rows = floors.judge([scored("topic", 1.0)], KEPT, {"metadata"})
        assert floors.drop_gone(KEPT, rows)["metadata", "forum"].least == {"topic": 0.9}

    def test_floors_read_as_they_were_written(self, tmp_path: Path) -> None:
        path = tmp_path / "floors.toml"
        assert floors.read(path) == {}
        floors.write(KEPT, path)
        assert floors.read(path) == KEPT

    def test_the_repository_keeps_floors_for_its_own_sets(self) -> None:
        kept = floors.read()
        assert kept["metadata", "sample forum, general readers"].digest == sample.digest()
        assert ("relevance", "sample forum, whoosh") in kept
        assert ("hyphens", "labelled list") in kept


@pytest.mark.parametrize(
    "module",
    [books, compounds, metadata, pdf_text, questions, relevance, sample, sample_text],
    ids=lambda module: module.__name__,
)
def test_examples_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_a_digest_changes_with_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    one = floors.digest_of(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    two = floors.digest_of(tmp_path)
    (tmp_path / "b").write_text("2")
    assert len({one, two, floors.digest_of(tmp_path)}) == 3


TRUTH = {label["path"]: label for label in sample.labels()["documents"]}


class TestLabels:
    def test_every_query_has_an_answer_and_stands_once(self) -> None:
        queries = questions.read_queries(TRUTH)
        texts = [query.text for query in queries]
        assert len(queries) >= 60
        assert len(set(texts)) == len(texts)
        assert [query.text for query in queries if not query.right] == []

    def test_a_sitting_stands_for_its_page_and_papers(self) -> None:
        [falkner] = [q for q in questions.read_queries(TRUTH) if q.text == "Falkner"]
        assert falkner.right == {
            "/sitzungen/2012-10-18/",
            "/dateien/2012/pm-31-energiewende.pdf",
            "/dateien/2012/protokoll-31.pdf",
        }

    def test_filters_want_exactly_what_is_labelled(self) -> None:
        wanted = {one.text: one.right for one in questions.read_filters(TRUTH)}
        assert all(wanted.values())
        assert wanted["date:2006-10-17"] == {"/alt/forum09-10.htm", "/alt/niederschrift09-10.pdf"}
        assert wanted["session:(3 OR 5)"] == {
            "/alt/forum03.htm",
            "/alt/doku03.pdf",
            "/alt/forum05.htm",
        }

    def test_queries_are_counted_by_their_kind(self) -> None:
        groups = {q.text: q.group for q in questions.read_queries(TRUTH)}
        assert groups["28. Forum"] == "words"
        assert groups['"Schuhhaus Wendt"'] == "fields and phrases"
        assert groups["thema:Kultur Räume"] == "fields and phrases"
        assert groups["Wer darf beim Bürgerhaushalt abstimmen?"] == "questions"


def test_line_ends_without_doubt_are_labelled_by_the_true_text() -> None:
    text = "im Stadt-\nteil, per E-\nMail, das Rad\ufffe\nhaus, ein Un-\nding, Auf-\nbau"
    truth = "Stadtteil, E-Mail, Radhaus; Aufbau und Auf-Bau"
    assert books.line_ends(text, truth) == [
        ("Stadt", "teil", ""),
        ("E", "Mail", "-"),
        ("Rad", "haus", ""),
    ]


def test_others_are_asked_bare_words(tmp_path: Path) -> None:
    test = Questions(
        docs={"a": "Der Radweg am Markt wird gebaut.", "b": "Ein Radweg fehlt."},
        titles={"a": "Bau", "b": "b"},
        queries={"1": 'Radweg "fehlt"?', "2": "Bau", "3": "nichts da"},
        relevant={"1": {"b"}, "2": {"a"}, "3": {"a"}},
    )
    for rank in (fts5(test, any_word=False), whoosh(test, tmp_path, any_word=False)):
        assert first_places(test, rank) == {"1": 1, "2": 1, "3": None}


def test_the_sample_forum_reads_as_well_as_its_floors_say() -> None:
    found = quality.of_the_forum("general readers", frozenset({"metadata", "text"}))
    rows = floors.judge(found, floors.read(), set())
    assert len(rows) == 19
    assert [row for row in rows if row.verdict != "ok"] == []


def test_a_run_prints_the_table_and_every_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [
        scored("topic", 0.5, failures=("/a.html: expected Verkehr, read nothing",)),
        Missing("metadata", "wordings", "no such file"),
    ]
    monkeypatch.setattr(quality, "measured", lambda sections, outside: found)
    monkeypatch.setattr(floors, "read", lambda: KEPT)
    monkeypatch.delenv("QUALITY_DATA", raising=False)
    assert quality.main(["metadata", "--failures"]) == 1
    out = capsys.readouterr().out
    assert "/a.html: expected Verkehr, read nothing" in out
    assert "metadata  forum     topic    0.5000  0.9000  below" in out
    assert "not measured: metadata, wordings: no such file" in out
    assert "gone: metadata, forum, role" in out


def test_without_sets_from_outside_their_rows_say_so() -> None:
    found = quality.wordings(None) + quality.question_sets(None)
    missing = {one.data: one.reason for one in found if isinstance(one, Missing)}
    assert len(missing) == len(found)
    assert {"wordings", "xquad-de, whoosh"} <= set(missing)
    assert all("QUALITY_DATA" in reason for reason in missing.values())


def test_a_folder_outside_adds_its_wordings_and_questions(tmp_path: Path) -> None:
    case = {"id": "S1", "kind": "S", "text": "Forum #12: Bäume", "where": "heading"}
    expect = {"session": [12], "special": None, "dates": [], "topic": "Sträucher", "role": None}
    (tmp_path / "wordings.jsonl").write_text(json.dumps(case | {"expect": expect}) + "\n")
    scores = {one.what: one for one in quality.wordings(tmp_path) if isinstance(one, Measure)}
    assert (scores["session"].score, scores["core"].score, scores["topic"].score) == (1, 1, 0)
    assert "expected Sträucher, read Bäume" in scores["topic"].failures[0]

    own = tmp_path / "own"
    own.mkdir()
    texts = {"a": "Der Radweg am Markt fehlt.", "b": "Die Bücherei hat geöffnet."}
    rows = [json.dumps({"id": name, "text": text}) for name, text in texts.items()]
    (own / "docs.jsonl").write_text("\n".join(rows))
    (own / "queries.jsonl").write_text(
        json.dumps({"id": "1", "text": "Wann hat die Bücherei auf?"})
    )
    (own / "qrels.tsv").write_text("1\tb\t1\n")
    answered = [one for one in quality.question_sets(tmp_path) if one.data == "own, whoosh"]
    assert [(one.what, one.score, one.peers) for one in answered if isinstance(one, Measure)] == [
        ("MRR@10", 1, "FTS5 1.0000, plain Whoosh 1.0000"),
        ("S@1", 1, "FTS5 1.0000, plain Whoosh 1.0000"),
        ("S@10", 1, "FTS5 1.0000, plain Whoosh 1.0000"),
    ]


def test_figures_replace_only_the_figures_in_the_docs(tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text(f"Before\n\n{quality.BEGIN}\nold\n{quality.END}\n\nAfter\n")
    quality.write_docs([Row("text", "forum", "recall", 0.5, 0.25, "ok", "note")], page)
    assert page.read_text() == (
        "Before\n\n<!-- figures -->\n"
        "| section | data set | measure | score | floor | verdict | beside it |\n"
        "|---|---|---|---|---|---|---|\n"
        "| text | forum | recall | 0.5000 | 0.2500 | ok | note |\n"
        "<!-- end of figures -->\n\nAfter\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["metdata"], "metadata, text"), (["--lower"], "--accept")],
)
def test_wrong_arguments_are_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        quality.main(arguments)
    assert said in capsys.readouterr().err
