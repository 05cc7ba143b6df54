"""One table of speed and memory beside named peers, which run in the same run.

    python -m bench [PART]… [--quick] [--full] [--scrapy]

The parts are crawl, pdf, index, query, export, cold, memory.

Without names all parts run, some ten minutes. docs/benchmarks.md says what each line means.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from archiver.errors import ArchiverError
from bench.corpora import MissingCorpusError
from bench.measuring import FailedRunError, Options, machine
from bench.table import Line, table

PARTS = ("crawl", "pdf", "index", "query", "export", "cold", "memory")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 when a part failed or a result was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="everything small, nothing fetched")
    parser.add_argument("--full", action="store_true", help="30,000 pages instead of 5,000")
    parser.add_argument("--scrapy", action="store_true", help="install Scrapy and run it too")
    wanted = parser.parse_args(arguments)
    unknown = sorted(set(wanted.parts) - set(PARTS))
    if unknown:
        parser.error(f"no part {unknown[0]!r}; there are: {', '.join(PARTS)}")
    before = machine()
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        options = Options(Path(folder), wanted.quick, wanted.full, wanted.scrapy)
        for part in wanted.parts or PARTS:
            print(f"bench: {part} …", file=sys.stderr, flush=True)
            try:
                for line in measured(part, options):
                    lines.append(line)  # noqa: PERF402  # kept when the part is interrupted
            except KeyboardInterrupt:
                lines.append(Line(part, "interrupted", "", is_wrong=True))
                break
    print(f"before: {before}\nafter:  {machine()}\n")
    print(table([line.cells for line in lines]))
    return int(any(line.is_wrong for line in lines))


def measured(part: str, options: Options) -> Iterator[Line]:
    """Yield the lines of one part; what stops it becomes a line, so that the others run."""
    try:
        yield from import_module(f"bench.{part}").measure(options)
    except MissingCorpusError as error:
        yield Line(part, "not measured", str(error))
    except (ArchiverError, FailedRunError, OSError) as error:
        yield Line(part, "failed", str(error), is_wrong=True)


if __name__ == "__main__":
    sys.exit(main())
