"""Charts as SVG: bars over groups, a matrix of pairs. Pure: no I/O, no script, no outside link.

Everything drawn stands as text in the file too (`title` elements), so that a screen reader and a
search find it. Text from documents is escaped and freed of what XML 1.0 cannot hold.
"""

import re
from collections.abc import Iterable, Sequence

from archiver.export.record import sound

__all__ = ["draw_bars", "draw_matrix", "xml_text"]

_HEIGHT = 240
_BAR = 16
_GAP = 4
_LEFT = 56
_TOP = 36
_BOTTOM = 72
_CELL = 18
_LABEL = 260
_LONGEST_LABEL = 40
_MOST_TOPICS = 40  # the most frequent ones; the table has them all
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def xml_text(text: str) -> str:
    r"""Escape a text for XML and HTML; what they cannot hold becomes U+FFFD.

    >>> xml_text("<b>\x00 & 'x'")
    '&lt;b&gt;\ufffd &amp; &#39;x&#39;'
    """
    return _FORBIDDEN.sub("\ufffd", sound(text)).translate(_ESCAPES)


def draw_bars(bars: Sequence[tuple[str, int]], *, title: str) -> bytes:
    """Draw one bar for each (label, count), from left to right, with an axis of counts."""
    highest = max((count for _, count in bars), default=0)
    top = _round_up(highest)
    width = _LEFT + max(len(bars), 12) * (_BAR + _GAP) + 16
    height = _TOP + _HEIGHT + _BOTTOM
    base = _TOP + _HEIGHT
    parts = [_head(width, height, title)]
    for tick in sorted({0, top // 2, top}):
        y = base - _HEIGHT * tick / top
        parts.append(
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{width - 8}" y2="{y:.1f}" stroke="#ccc"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick}</text>'
        )
    for number, (label, count) in enumerate(bars):
        x = _LEFT + number * (_BAR + _GAP) + _GAP
        drawn = _HEIGHT * count / top
        parts.append(
            f'<rect x="{x}" y="{base - drawn:.1f}" width="{_BAR}" height="{drawn:.1f}" '
            f'fill="#2a6496"><title>{xml_text(label)}: {count}</title></rect>'
            f'<text x="{x + _BAR / 2:.0f}" y="{base + 8}" text-anchor="end" '
            f'transform="rotate(-60 {x + _BAR / 2:.0f} {base + 8})">'
            f"{xml_text(label[:_LONGEST_LABEL])}</text>"
        )
    return _svg(parts)


def draw_matrix(pairs: Iterable[tuple[str, str, int]], *, title: str) -> bytes:
    """Draw a square for each pair of topics, the darker the more; the most frequent topics."""
    known = list(pairs)
    weight: dict[str, int] = {}
    for one, other, count in known:
        weight[one] = weight.get(one, 0) + count
        weight[other] = weight.get(other, 0) + count
    names = sorted(weight, key=lambda name: (-weight[name], name))[:_MOST_TOPICS]
    place = {name: number for number, name in enumerate(names)}
    highest = max((count for *_, count in known), default=1)
    side = _LABEL + len(names) * _CELL + 16
    parts = [_head(side, _TOP + _LABEL + len(names) * _CELL + 16, title)]
    for name, number in place.items():
        at = number * _CELL
        y = _TOP + _LABEL + at + _CELL - 5
        x = _LABEL + at + _CELL - 5
        shown = xml_text(name[:_LONGEST_LABEL])
        parts.append(
            f'<text x="{_LABEL - 6}" y="{y}" text-anchor="end">{shown}</text>'
            f'<text x="{x}" y="{_TOP + _LABEL - 6}" '
            f'transform="rotate(-90 {x} {_TOP + _LABEL - 6})">{shown}</text>'
        )
    for one, other, count in known:
        if one not in place or other not in place:
            continue
        for row, column in ((one, other), (other, one)):
            parts.append(
                f'<rect x="{_LABEL + place[column] * _CELL}" '
                f'y="{_TOP + _LABEL + place[row] * _CELL}" width="{_CELL - 1}" '
                f'height="{_CELL - 1}" fill="#2a6496" fill-opacity="{count / highest:.2f}">'
                f"<title>{xml_text(row)} × {xml_text(column)}: {count}</title></rect>"
            )
    return _svg(parts)


def _round_up(highest: int) -> int:
    """Return the next number with one figure and zeros, at least 2, even.

    >>> _round_up(0), _round_up(7), _round_up(234)
    (2, 8, 400)
    """
    if highest <= 2:
        return 2
    unit = 10 ** (len(str(highest)) - 1)
    step = unit if unit > 1 else 2
    up = -(-highest // step) * step
    return up if up % (2 * unit) == 0 or unit == 1 else up + unit


def _head(width: int, height: int, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" role="img">'
        f"<title>{xml_text(title)}</title>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="8" y="20" font-size="14">{xml_text(title[:120])}</text>'
    )


def _svg(parts: list[str]) -> bytes:
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()
