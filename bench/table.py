"""The one form in which measurements are printed. Pure: no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("section", "what", "ours", "unit", "peer", "peer's", "ratio")


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement beside one peer; `value` is text when a part could not run or only checks.

    The ratio is ours divided by the peer's, whatever the unit: above 1 is good for rates, bad for
    times and sizes. `is_wrong` marks a result that is not only slow.
    """

    section: str
    what: str
    value: float | str
    unit: str = ""
    peer: str = ""
    peer_value: float | str | None = None
    is_wrong: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's, where both are numbers."""
        if isinstance(self.value, str) or not isinstance(self.peer_value, float | int):
            return None
        return self.value / self.peer_value if self.peer_value else None

    @property
    def cells(self) -> tuple[str, ...]:
        """The line's cells as they are printed, one for each of HEADINGS."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        peers = "" if self.peer_value is None else number(self.peer_value)
        return (self.section, self.what, number(self.value), self.unit, self.peer, peers, ratio)


def number(value: float | str) -> str:
    """Write a number with three significant digits, but never without its whole part.

    >>> number(0.01234), number(12.34), number(1234.5), number("ok")
    ('0.0123', '12.3', '1,234', 'ok')
    """
    if isinstance(value, str):
        return value
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> str:
    r"""Lay rows out in columns; columns of numbers stand to the right.

    >>> print(table([("a", "1.5"), ("bcd", "12")], ("what", "s")))
    what    s
    ----  ---
    a     1.5
    bcd    12
    """
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    is_right = [any(c[:1].isdigit() for c in column[1:]) for column in columns]
    lines = [headings, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, is_right, strict=True)
        ).rstrip()
        for line in lines
    )
