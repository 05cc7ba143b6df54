"""What a PDF reader hands on: lines with their places, pages, the file. Pure: no I/O."""

from dataclasses import dataclass

from archiver.errors import ExtractionError


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text and its box in points, y upwards; all 0 where no places are known."""

    text: str
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0

    @property
    def has_box(self) -> bool:
        """Tell whether the line's place is known."""
        return self.right > self.left


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of one page in the order of the file.

    `label` is the printed page label; `has_image` tells whether a page with hardly any text
    shows a picture; `problem` says why a page could not be read. `headings` are those that a
    tagged file without bookmarks marks on the page.
    """

    lines: tuple[Line, ...]
    label: str | None = None
    has_image: bool = False
    problem: str | None = None
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A whole file as a reader sees it; `outline` holds (0-based page, title) in page order.

    `attachments` names the files inside as far as the reader sees any.
    """

    pages: tuple[PageLines, ...]
    outline: tuple[tuple[int, str], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


class PasswordNeededError(ExtractionError):
    """None of the passwords opens the file."""
