"""Files inside a file: their pages put behind its own, one after the other. Pure: no I/O.

Knows no format; the readers give what each file says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from archiver.extract.repair import repair
from archiver.extract.settings import ExtractSettings
from archiver.model import Attachment, Extraction, ExtractionStatus, Page

MAX_DEPTH = 2
"""Files inside files are read so deep."""

MAX_FILES = 50
"""So many files inside one are read; the names of further ones are not even kept."""

MAX_BYTES = 100 * 1024**2
"""A larger file inside a file is not read."""

_SAYS_SO = re.compile(r"anl(?:agen?\b|\.)|anh(?:ang\b|\.)|beilage\b", re.IGNORECASE)
_MAX_NAME = 200
_SAME = "the same file as "
_TOO_MANY_PAGES = "not read: the document has too many pages with those before it"
_TOO_MUCH_TEXT = "not read: the document has too much text with those before it"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a file, unpacked: its name, bytes, and the media type it is said to have."""

    name: str
    data: bytes
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """What one file inside a file says, and what those inside it say.

    Pages count from 1, `first_page` too, and their labels name the file.
    """

    attachments: tuple[Attachment, ...]
    pages: tuple[Page, ...] = ()


Ask = Callable[[int], Attached | str]
"""Reads the n-th file inside a file, or says why it could not be read."""


def with_attached(found: Extraction, ask: Ask, settings: ExtractSettings) -> Extraction:
    """Put the pages of the files inside a file behind its own.

    `found.attachments` names the files; each is asked for once, unless pages or text are enough
    already. One that cannot be read costs only itself; of equal ones the first is kept.

    >>> found = Extraction("no_text", "application/pdf", "x", reason="no page holds text",
    ...                    pages=(Page(1, ""),), attachments=(Attachment("plan.txt"),))
    >>> inside = Attached((Attachment("plan.txt", "text/plain", "sha256:ab", 8, 1, 1),),
    ...                   (Page(1, "Lageplan", "Anlage plan.txt"),))
    >>> whole = with_attached(found, lambda number: inside, ExtractSettings())
    >>> whole.status, [(page.number, page.label) for page in whole.pages]
    ('ok', [(1, None), (2, 'Anlage plan.txt')])
    >>> whole.attachments[0].first_page
    2
    """
    pages = list(found.pages)
    attachments: list[Attachment] = []
    held: dict[str, str] = {}
    room = settings.output_mb * 1024**2 - sum(len(page.text) for page in pages)
    for number, named in enumerate(found.attachments):
        if named.reason is not None or len(attachments) >= MAX_FILES:
            attachments.append(replace(named, reason=named.reason or "not read: too many files"))
            continue
        answer = ask(number)
        if isinstance(answer, str):
            attachments.append(replace(named, reason=answer))
            continue
        for one in answer.attachments:
            own = answer.pages[one.first_page - 1 :][: one.page_count] if one.page_count else ()
            length = sum(len(page.text) for page in own)
            reason = None
            if own and one.payload_digest in held:
                reason = f"{_SAME}{held[one.payload_digest]}"
            elif len(pages) + len(own) > settings.max_pages:
                reason = _TOO_MANY_PAGES
            elif length > room:
                reason = _TOO_MUCH_TEXT
            if reason is not None or not own:
                reason = reason or one.reason
                attachments.append(replace(one, first_page=0, page_count=0, reason=reason))
                continue
            held[one.payload_digest] = one.name
            room -= length
            attachments.append(replace(one, first_page=len(pages) + 1))
            pages += [
                replace(page, number=len(pages) + place) for place, page in enumerate(own, start=1)
            ]
    status, reason = _judged(found, pages)
    return replace(
        found,
        pages=tuple(pages),
        attachments=tuple(attachments),
        status=status,
        reason=reason,
        warnings=(*found.warnings, *_warnings(attachments)),
    )


def _judged(found: Extraction, pages: list[Page]) -> tuple[ExtractionStatus, str | None]:
    """Judge the whole: words in a file inside make a document that can be found."""
    own = len(found.pages)
    if any(page.text.strip() and not page.is_image_only for page in pages[own:]):
        return "ok", None
    return found.status, found.reason


def _warnings(attachments: list[Attachment]) -> list[str]:
    return [
        f"holds a file that is not read: {one.name} ({one.reason})"
        for one in attachments
        if one.reason is not None and not one.reason.startswith(_SAME)
    ]


def file_name(name: str) -> str:
    """Return a file's name without folders and without what would disturb a line.

    >>> file_name("C:\\\\Ablage\\\\Plan\\tNord.pdf"), file_name(" ")
    ('Plan Nord.pdf', 'ohne Namen')
    """
    name = repair(name).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    return " ".join(name.split())[:_MAX_NAME] or "ohne Namen"


def named_after(found: Extraction, file: Attachment, *, has_pages: bool) -> Attached:
    """Return what a file inside says as parts of the file around it: pages and names bear its name.

    The first `file.page_count` pages are its own, the others those of files inside it. Where there
    is neither text nor picture, there are no pages and a reason.
    """
    own, below = found.pages[: file.page_count], found.pages[file.page_count :]
    pages = [replace(page, label=_label(file.name, page, has_pages, len(own))) for page in own]
    pages += [replace(page, label=f"{file.name} › {page.label}") for page in below]
    inside = [replace(one, name=f"{file.name} › {one.name}") for one in found.attachments]
    if not any(page.text or page.is_image_only for page in pages):
        reason = found.reason or "holds no text"
        return Attached((replace(file, page_count=0, reason=reason), *inside))
    has_text = any(page.text for page in own)
    file = replace(
        file,
        first_page=min(1, len(own)),
        reason=None if has_text else found.reason or "holds no text itself",
    )
    return Attached((file, *inside), tuple(pages))


def _label(name: str, page: Page, has_pages: bool, count: int) -> str:
    """Return what a page of a file inside a file is cited by, as seen from within that file.

    >>> _label("plan.pdf", Page(3, "", "iii"), True, 4), _label("liste.xlsx", Page(2, ""), False, 4)
    ('plan.pdf, S. iii', 'liste.xlsx, Teil 2')
    >>> _label("notiz.txt", Page(1, ""), False, 1)
    'notiz.txt'
    """
    if has_pages:
        return f"{name}, S. {page.label or page.number}"
    return f"{name}, Teil {page.number}" if count > 1 else name


def citable(attached: Attached) -> Attached:
    """Begin the labels of pages with a word that says what they belong to.

    >>> pages = (Page(1, "", "plan.pdf, S. 1"), Page(2, "", "Anlage 3.pdf, S. 1"))
    >>> [page.label for page in citable(Attached((), pages)).pages]
    ['Anlage plan.pdf, S. 1', 'Anlage 3.pdf, S. 1']
    """
    pages = (
        page if _SAYS_SO.match(page.label or "") else replace(page, label=f"Anlage {page.label}")
        for page in attached.pages
    )
    return replace(attached, pages=tuple(pages))
