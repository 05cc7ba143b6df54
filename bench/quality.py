"""One table of quality: metadata, text, books, hyphens, compounds, relevance – beside the floors.

    python -m bench.quality [SECTION …] [--failures] [--accept [--lower]] [--write-docs]

Ends with 1 when a score is below its floor in bench/floors.toml. QUALITY_DATA=DIR adds labelled
sets that stay outside the repository: DIR/wordings.jsonl, and question sets as folders with
docs.jsonl, queries.jsonl and qrels.tsv. docs/quality.md says what each line means.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from archiver.index import Index
from archiver.index.engines import ENGINES
from bench import books, compounds, floors, metadata, questions, relevance, sample, sample_text
from bench.floors import BAD, HEADINGS, Found, Measure, Missing, Row, digest_of
from bench.questions import beside
from bench.rankers import fts5, whoosh
from bench.table import table

SECTIONS = (
    sample.SECTION,
    sample_text.SECTION,
    books.SECTION,
    books.HYPHENS,
    compounds.SECTION,
    questions.SECTION,
)
DOCS = Path(__file__).parent.parent / "docs" / "quality.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

_OF_THE_FORUM = (sample.SECTION, sample_text.SECTION, questions.SECTION)
_LEAST_READ = {"core": 0.97, "topic": 0.80, "role": 0.90}
"""What must be read of the labelled wordings; core: session, dates and previous all at once."""

_LEAST_RANKED = {"xquad-de": {"MRR@10": 0.942, "S@10": 0.985}}
_OUTSIDE = "set QUALITY_DATA to the folder that holds it"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 when a score is below its floor."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.quality", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--failures", action="store_true", help="list every case that is not right")
    parser.add_argument(
        "--accept", action="store_true", help="raise the floors to what is measured"
    )
    parser.add_argument("--lower", action="store_true", help="with --accept: lower floors, too")
    parser.add_argument("--write-docs", action="store_true", help="put the table into the docs")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.sections) - set(SECTIONS))
    if unknown:
        parser.error(f"no section {unknown[0]!r}; there are: {', '.join(SECTIONS)}")
    if options.lower and not options.accept:
        parser.error("--lower goes with --accept")
    sections = options.sections or SECTIONS
    named = os.environ.get("QUALITY_DATA")
    if named and not Path(named).is_dir():
        parser.error(f"QUALITY_DATA={named}: no such folder")
    found = measured(sections, Path(named) if named else None)
    kept = floors.read()
    rows = floors.judge(found, kept, sections)
    if options.accept:
        kept = floors.accept(found, kept, is_lowering=options.lower)
        kept = floors.drop_gone(kept, rows) if options.lower else kept
        floors.write(kept)
        rows = floors.judge(found, kept, sections)
    if options.failures:
        _print_failures(found)
    figures = table([row.cells for row in rows], HEADINGS)
    print(figures)
    if options.write_docs:
        write_docs(rows)
    return report(rows)


def report(rows: Sequence[Row]) -> int:
    """Say what is wrong, and return the exit code."""
    bad = [row for row in rows if row.verdict in BAD]
    skipped = [row for row in rows if row.verdict == "not measured"]
    print()
    for row in skipped:
        print(f"not measured: {row.section}, {row.data}: {row.note}")
    for row in bad:
        print(f"{row.verdict}: {row.section}, {row.data}, {row.what}")
    print(f"{len(rows) - len(skipped)} scores, {len(bad)} of them not as they should be")
    return int(bool(bad))


def _print_failures(found: Sequence[Found]) -> None:
    for one in found:
        if isinstance(one, Measure) and one.failures:
            print(f"\n{one.section}, {one.data}, {one.what}:")
            print("\n".join(f"  {line}" for line in one.failures))
    print()


def measured(sections: Collection[str], outside: Path | None) -> list[Found]:
    """Measure the named sections side by side, with the sets in the folder `outside` if any.

    What is found comes in the order of SECTIONS.
    """
    own = frozenset(sections) & set(_OF_THE_FORUM)
    jobs: list[Callable[[], list[Found]]] = [
        *([_books] if books.SECTION in sections else []),  # the longest first
        *([partial(of_the_forum, reading, own) for reading in sample.READINGS] if own else []),
        *([partial(wordings, outside)] if sample.SECTION in sections else []),
        *([partial(question_sets, outside)] if questions.SECTION in sections else []),
        *([_hyphens] if books.HYPHENS in sections else []),
        *([_compounds] if compounds.SECTION in sections else []),
    ]
    with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        found = [one for job in [pool.submit(job) for job in jobs] for one in job.result()]
    return sorted(found, key=lambda one: SECTIONS.index(one.section))


def _books() -> list[Found]:
    return list(books.measure())


def _hyphens() -> list[Found]:
    return list(books.measure_hyphens())


def _compounds() -> list[Found]:
    return list(compounds.measure())


def of_the_forum(reading: str, sections: frozenset[str]) -> list[Found]:
    """Archive the sample forum and measure what the sections want of it."""
    found: list[Found] = []
    with (
        tempfile.TemporaryDirectory(prefix="quality-") as place,
        sample.archived(Path(place) / "forum", reading) as forum,
    ):
        if sample.SECTION in sections:
            found += sample.measure(forum)
        if sample_text.SECTION in sections:
            found += sample_text.measure(forum)
        if questions.SECTION in sections and reading == "profile":
            (Path(place) / "indexes").mkdir()
            found += questions.measure(forum, ENGINES, Path(place) / "indexes")
    return found


def wordings(outside: Path | None) -> list[Found]:
    """Measure the share of real wordings read exactly as labelled, field by field."""
    path = outside / "wordings.jsonl" if outside else None
    if path is None or not path.is_file():
        return [Missing(sample.SECTION, "wordings", f"no wordings.jsonl: {_OUTSIDE}")]
    lines = path.read_text("utf-8").splitlines()
    judged = [
        (case, metadata.judge(case))
        for case in (json.loads(line) for line in lines if line.startswith("{"))
    ]
    found: list[Found] = []
    for field in metadata.FIELDS:
        wrong = [
            f"{case['id']} {case['text']!r}: expected {fields[field][1]}, read {fields[field][2]}"
            for case, fields in judged
            if not fields[field][0]
        ]
        found.append(
            Measure(
                sample.SECTION,
                "wordings",
                field,
                1 - len(wrong) / len(judged),
                digest_of(path),
                is_outside=True,
                least=_LEAST_READ.get(field),
                failures=tuple(wrong) if field != "core" else (),
            )
        )
    return found


def question_sets(outside: Path | None) -> list[Found]:
    """Measure how questions in whole sentences are answered, one word sufficing."""
    sets = sorted(path.parent for path in outside.glob("*/docs.jsonl")) if outside else []
    found: list[Found] = [
        Missing(questions.SECTION, f"{name}, {engine}", f"no {name}: {_OUTSIDE}")
        for name in _LEAST_RANKED
        if name not in {folder.name for folder in sets}
        for engine in ENGINES
    ]
    for folder in sets:
        with tempfile.TemporaryDirectory(prefix="quality-") as place:
            found += _question_set(folder, Path(place))
    return found


def _question_set(folder: Path, place: Path) -> Iterator[Found]:
    files = [folder / name for name in ("docs.jsonl", "queries.jsonl", "qrels.tsv")]
    test = relevance.read_set(*files)
    (place / "plain").mkdir()
    peers = {
        "FTS5": relevance.score(test, fts5(test, any_word=True)),
        "plain Whoosh": relevance.score(test, whoosh(test, place / "plain", any_word=True)),
    }
    for engine in ENGINES:
        if reason := questions.lack_of(engine):
            yield Missing(questions.SECTION, f"{folder.name}, {engine}", reason)
            continue
        relevance.build_index(place / engine, test, engine, is_split=True)
        with Index.open(place / engine) as index:
            ours = relevance.score(test, relevance.product(test, index))
        for what, score in ours.named.items():
            yield Measure(
                questions.SECTION,
                f"{folder.name}, {engine}",
                what,
                score,
                digest_of(*files),
                is_outside=True,
                least=_LEAST_RANKED.get(folder.name, {}).get(what),
                peers=beside({name: scores.named[what] for name, scores in peers.items()}),
            )


def write_docs(rows: Sequence[Row], path: Path = DOCS) -> None:
    """Replace the figures in the docs."""
    lines = [f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
    lines += [f"| {' | '.join(row.cells)} |" for row in rows]
    before, _, rest = path.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text("\n".join([before + BEGIN, *lines, END]) + after, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
