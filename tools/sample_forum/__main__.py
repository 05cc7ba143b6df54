"""`python -m tools.sample_forum`: write the site and its labels, or `--check` that they stand."""

import argparse
import shutil
import sys
from pathlib import Path

from tools.sample_forum.site import assemble
from tools.sample_forum.truth import truth

ROOT = Path(__file__).parents[2]
SITE = ROOT / "archiver" / "demo" / "site"
TRUTH = ROOT / "tests" / "data" / "sample_truth.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.sample_forum", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on a difference"
    )
    options = parser.parse_args()
    site = assemble()
    wanted = {SITE / path: payload for path, payload in site.payloads.items()}
    wanted[SITE / "_site.json"] = site.manifest()
    wanted[TRUTH] = truth(site)
    size = sum(map(len, wanted.values()))
    if options.check:
        present = {path for path in SITE.rglob("*") if path.is_file()} | {TRUTH}
        wrong = sorted(
            path
            for path in present | set(wanted)
            if path not in wanted or not path.is_file() or path.read_bytes() != wanted[path]
        )
        for path in wrong:
            print(f"differs: {path.relative_to(ROOT)}", file=sys.stderr)
        print(f"{len(wanted)} files, {size:,} bytes, {len(wrong)} differ")
        return 1 if wrong else 0
    if SITE.exists():
        shutil.rmtree(SITE)
    for path, payload in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(payload)
    print(f"{len(wanted)} files, {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
