"""Reading order of a page's lines: columns one after the other, a table's rows as lines. Pure.

Files mostly hold their text in reading order. Lines beside each other are where they do not, or
where a reader has taken cells of a table one by one; only there the order is made anew.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from archiver.extract.lines import Line

_MIN_GUTTER_PT = 6.0
_MIN_COLUMN_LETTERS = 18
_MIN_COLUMN_ROWS = 3
_SAME_ROW = 0.5  # of the lower line's height


@dataclass(slots=True)
class _Row:
    """Lines beside each other, from left to right; y from `bottom` to `top`."""

    lines: list[Line] = field(default_factory=list)
    bottom: float = 0.0
    top: float = 0.0


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    r"""Return the lines in reading order; cells of one table row become one line with tabs.

    >>> cells = [Line("Sitzung", 60, 100, 99, 110), Line("12.", 60, 80, 70, 90),
    ...          Line("Ort", 200, 100, 220, 110), Line("Rathaus", 200, 80, 240, 90)]
    >>> [line.text for line in in_reading_order(cells)]
    ['Sitzung\tOrt', '12.\tRathaus']
    """
    if len(lines) < 2 or not all(line.has_box for line in lines):
        return tuple(lines)
    rows = _rows(lines)
    if all(len(row.lines) == 1 for row in rows):
        return tuple(lines)
    in_file = {id(line): place for place, line in enumerate(lines)}
    ordered: list[Line] = []
    for block, gutters in _blocks(rows):
        if not gutters:
            ordered += [line for row in block for line in row.lines]
            continue
        in_order = sorted(
            (line for row in block for line in row.lines), key=lambda x: in_file[id(x)]
        )
        is_by_column = _descends_by_column(in_order, len(gutters))
        if _is_columns(block, gutters):
            ordered += in_order if is_by_column else _by_column(block, gutters)
        elif is_by_column:
            ordered += [_joined(row.lines) for row in block]
        else:
            ordered += _joined_neighbours(in_order)
    return tuple(ordered)


def _descends_by_column(lines: Sequence[Line], gutters: int) -> bool:
    """Tell whether the file goes down one column after the other, back to the top at each."""
    height = max(line.top for line in lines) - min(line.bottom for line in lines)
    rises = [
        below.bottom - above.bottom
        for above, below in itertools.pairwise(lines)
        if below.bottom - above.bottom > _SAME_ROW * (below.top - below.bottom)
    ]
    return 0 < len(rises) <= gutters and min(rises) > 0.4 * height


def _joined_neighbours(lines: Sequence[Line]) -> list[Line]:
    """Join cells that follow each other in the file and stand beside each other."""
    rows: list[list[Line]] = []
    for line in lines:
        before = rows[-1][-1] if rows else None
        height = line.top - line.bottom
        if (
            before is not None
            and abs(before.bottom - line.bottom) < _SAME_ROW * height
            and line.left >= before.right - 1
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_joined(row) for row in rows]


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """Group lines that stand beside each other, from the top down."""
    rows: list[_Row] = []
    for line in sorted(lines, key=lambda line: (-line.bottom, line.left)):
        row = rows[-1] if rows else None
        height = line.top - line.bottom
        overlap = line.top - row.bottom if row is not None else 0.0
        if row is not None and overlap > _SAME_ROW * height and _fits(row, line):
            row.lines.append(line)
            row.lines.sort(key=lambda line: line.left)
            row.top = max(row.top, line.top)
        else:
            rows.append(_Row([line], line.bottom, line.top))
    return rows


def _fits(row: _Row, line: Line) -> bool:
    """Tell whether a line has room in a row without covering another."""
    return all(line.left >= other.right - 1 or line.right <= other.left + 1 for other in row.lines)


def _blocks(rows: Sequence[_Row]) -> list[tuple[list[_Row], list[tuple[float, float]]]]:
    """Part rows into blocks that share free gutters; single lines come with no gutters."""
    blocks: list[tuple[list[_Row], list[tuple[float, float]]]] = []
    for row in rows:
        gutters = [
            (left.right, right.left)
            for left, right in itertools.pairwise(row.lines)
            if right.left - left.right >= _MIN_GUTTER_PT
        ]
        if blocks and blocks[-1][1]:
            shared = _free(blocks[-1][1], row)
            if shared and (len(row.lines) > 1 or _is_near(blocks[-1][0][-1], row)):
                blocks[-1][0].append(row)
                blocks[-1] = (blocks[-1][0], shared)
                continue
        blocks.append(([row], gutters))
    return blocks


def _free(gutters: Sequence[tuple[float, float]], row: _Row) -> list[tuple[float, float]]:
    """Return what of the gutters a row leaves free."""
    free = []
    for low, high in gutters:
        for line in row.lines:
            if line.left < high and line.right > low:
                if line.left - low > high - line.right:
                    high = min(high, line.left)
                else:
                    low = max(low, line.right)
        if high - low >= _MIN_GUTTER_PT:
            free.append((low, high))
    return free


def _is_near(above: _Row, row: _Row) -> bool:
    """Tell whether a row follows without a gap larger than two lines."""
    return above.bottom - row.top < 1.5 * (row.top - row.bottom)


def _is_columns(block: Sequence[_Row], gutters: Sequence[tuple[float, float]]) -> bool:
    """Tell columns of running text from a table: few gutters, long lines on both sides."""
    if len(block) < _MIN_COLUMN_ROWS or len(gutters) > 2:
        return False
    for column in _columns(block, gutters):
        if len(column) < _MIN_COLUMN_ROWS:
            return False
        if median(len(line.text) for line in column) < _MIN_COLUMN_LETTERS:
            return False
    return True


def _columns(block: Sequence[_Row], gutters: Sequence[tuple[float, float]]) -> list[list[Line]]:
    """Share out a block's lines to the columns between its gutters."""
    middles = sorted((low + high) / 2 for low, high in gutters)
    columns: list[list[Line]] = [[] for _ in range(len(middles) + 1)]
    for row in block:
        for line in row.lines:
            columns[sum(line.left >= middle for middle in middles)].append(line)
    return columns


def _by_column(block: Sequence[_Row], gutters: Sequence[tuple[float, float]]) -> list[Line]:
    return [line for column in _columns(block, gutters) for line in column]


def _joined(cells: Sequence[Line]) -> Line:
    """Make one line of a row's cells."""
    if len(cells) == 1:
        return cells[0]
    return Line(
        "\t".join(cell.text for cell in cells),
        min(cell.left for cell in cells),
        min(cell.bottom for cell in cells),
        max(cell.right for cell in cells),
        max(cell.top for cell in cells),
    )
