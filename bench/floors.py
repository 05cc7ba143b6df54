"""Judge measured scores against the floors kept in floors.toml, and raise the floors.

A floor belongs to a measure on a data set and stands beside the digest of that set: on another set
the score means something else, so a floor whose set changed counts as missed until it is accepted
anew. Floors only rise, unless lowering is asked for. Pure but for `read` and `write`.
"""

import hashlib
import math
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

FILE = Path(__file__).parent / "floors.toml"
MARGIN = 0.002
"""How far below the score a new floor is set; a share of 500 cases moves by as much."""

Verdict = Literal["ok", "below", "no floor", "set changed", "not measured", "gone"]
BAD: frozenset[Verdict] = frozenset({"below", "set changed", "gone"})

_HEAD = """\
# The least that `make quality` accepts, one table for each data set, with the set's digest.
# Raised by `python -m bench.quality --accept`; lowered only with `--lower` beside it.
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """One score, from 0 to 1 unless `what` says otherwise; more is better.

    `digest` names the state of the evaluation set, `least` a requirement that is no floor of ours,
    `peers` what others score on the same set, `failures` a line for each case that is not right.
    A measure that is not pinned has its requirement only: it moves with another program's version.
    A set from outside the repository may be another one each time: on another set its floor says
    nothing.
    """

    section: str
    data: str
    what: str
    score: float
    digest: str
    least: float | None = None
    peers: str = ""
    failures: tuple[str, ...] = ()
    is_pinned: bool = True
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A data set, or a peer on it, that could not be had here, and why."""

    section: str
    data: str
    reason: str


Found: TypeAlias = Measure | Missing


@dataclass(frozen=True, slots=True)
class Floors:
    """The floors of one data set in one section, by what is measured."""

    digest: str
    least: dict[str, float] = field(default_factory=dict)


Kept: TypeAlias = dict[tuple[str, str], Floors]
"""Section and data set to floors."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    section: str
    data: str
    what: str
    score: float | None
    floor: float | None
    verdict: Verdict
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as it is printed, one cell for each of HEADINGS."""
        return (
            self.section,
            self.data,
            self.what,
            "" if self.score is None else f"{self.score:.4f}",
            "" if self.floor is None else f"{self.floor:.4f}",
            self.verdict,
            self.note,
        )


HEADINGS = ("section", "data set", "measure", "score", "floor", "verdict", "beside it")


def judge(found: Sequence[Found], kept: Kept, sections: Collection[str]) -> list[Row]:
    """Put scores beside floors; a floor in one of the sections that nothing measured is "gone".

    What is Missing keeps its floors unjudged, and says so in a row of its own.
    """
    rows = [_row(one, kept) for one in found]
    measured = {(one.section, one.data, one.what) for one in found if isinstance(one, Measure)}
    excused = {(one.section, one.data) for one in found if isinstance(one, Missing)}
    for (section, data), floors in kept.items():
        if section in sections and (section, data) not in excused:
            rows += [
                Row(section, data, what, None, floor, "gone", "has a floor, but is not measured")
                for what, floor in floors.least.items()
                if (section, data, what) not in measured
            ]
    return rows


def _row(one: Found, kept: Kept) -> Row:
    if isinstance(one, Missing):
        return Row(one.section, one.data, "", None, None, "not measured", one.reason)
    floors = kept.get((one.section, one.data))
    if one.is_outside and floors is not None and floors.digest != one.digest:
        floors = None
    floor = floors.least.get(one.what) if floors else None
    bars = [bar for bar in (floor, one.least) if bar is not None]
    least = max(bars, default=None)
    verdict: Verdict = "ok"
    if least is None:
        verdict = "no floor"
    elif one.score < least:
        verdict = "below"
    elif floors is not None and floors.digest != one.digest:
        verdict = "set changed"
    return Row(one.section, one.data, one.what, one.score, least, verdict, one.peers)


def accept(found: Iterable[Found], kept: Kept, *, is_lowering: bool = False) -> Kept:
    """Return the floors raised to what was measured less MARGIN; lowered only where asked for.

    Floors of what was not measured stay. With a changed set, the new digest is taken over and the
    old floor still has to be reached; another set from outside changes nothing.
    """
    new = {key: Floors(floors.digest, dict(floors.least)) for key, floors in kept.items()}
    for one in found:
        if isinstance(one, Missing) or not one.is_pinned:
            continue
        key = (one.section, one.data)
        is_other = key in kept and kept[key].digest != one.digest
        if one.is_outside and is_other and not is_lowering:
            continue
        least = new[key].least if key in new else {}
        floor = math.floor((one.score - MARGIN) * 1000 + 1e-9) / 1000
        if not is_lowering:
            floor = max(floor, least.get(one.what, floor))
        new[key] = Floors(one.digest, least | {one.what: floor})
    return new


def drop_gone(kept: Kept, rows: Iterable[Row]) -> Kept:
    """Return the floors without those that nothing measures any more."""
    gone = {(row.section, row.data, row.what) for row in rows if row.verdict == "gone"}
    left = {
        (section, data): Floors(
            floors.digest,
            {w: f for w, f in floors.least.items() if (section, data, w) not in gone},
        )
        for (section, data), floors in kept.items()
    }
    return {key: floors for key, floors in left.items() if floors.least}


def to_toml(kept: Kept) -> str:
    """Write floors as TOML, sorted by section and data set."""
    lines = [_HEAD.rstrip()]
    for (section, data), floors in sorted(kept.items()):
        lines += ["", f'["{section}"."{data}"]', f'digest = "{floors.digest}"']
        lines += [f'"{what}" = {floor:.3f}' for what, floor in floors.least.items()]
    return "\n".join(lines) + "\n"


def from_toml(text: str) -> Kept:
    """Read what `to_toml` wrote."""
    kept: Kept = {}
    sections: Mapping[str, Mapping[str, Mapping[str, float | str]]] = tomllib.loads(text)
    for section, sets in sections.items():
        for data, entries in sets.items():
            least = {what: float(value) for what, value in entries.items() if what != "digest"}
            kept[section, data] = Floors(str(entries["digest"]), least)
    return kept


def read(path: Path = FILE) -> Kept:
    """Read the floors; there are none without the file."""
    return from_toml(path.read_text("utf-8")) if path.exists() else {}


def write(kept: Kept, path: Path = FILE) -> None:
    """Write the floors."""
    path.write_text(to_toml(kept), "utf-8")


def digest_of(*parts: bytes | Path) -> str:
    """Return the digest of an evaluation set: bytes, files, or folders with all their files."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes):
            whole.update(hashlib.sha256(part).digest())
            continue
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if path.is_file():
                name = path.relative_to(part).as_posix()
                whole.update(f"{name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{whole.hexdigest()[:16]}"
