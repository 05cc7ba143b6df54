"""What pdfium does not give of a PDF: its XMP packet and the files inside it. Child process only.

Like `purepdf` it knows pypdf, whose decoders are bounded: 75 MB out of one stream.
"""

import contextlib
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from archiver.errors import ExtractionError
from archiver.extract.attached import MAX_BYTES, MAX_FILES, Embedded, file_name
from archiver.extract.metadata import MAX_XMP_BYTES

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}$", re.ASCII)
_MAX_NODES = 2_000
_KEYS = ("/UF", "/F", "/Unix", "/Mac", "/DOS")


class Parts:
    """An open PDF whose parts are asked for.

    Raises ExtractionError when pypdf cannot open the file.
    """

    def __init__(self, data: bytes, passwords: Sequence[str], *, max_pages: int) -> None:
        self._max_pages = max_pages
        self._reader = _opened(data, passwords)

    def xmp(self) -> bytes | None:
        """Return the document's XMP packet (ISO 32000-1, 14.3.2), None when there is none."""
        stream = self._reader.trailer["/Root"].get_object().get("/Metadata")
        if stream is None:
            return None
        data = stream.get_object().get_data()
        return bytes(data[: MAX_XMP_BYTES + 1])

    def names(self) -> tuple[str, ...]:
        """Return the names of the files inside, in the order in which `embedded` counts them."""
        return tuple(_name_of(one) for one in self._specifications())

    def embedded(self, number: int) -> Embedded:
        """Unpack the n-th file inside; raise ExtractionError when its bytes cannot be had."""
        found = next(islice(self._specifications(), number, None), None)
        if found is None:
            raise ExtractionError("no such file inside")
        files = found["/EF"].get_object()
        stream = next((files[key].get_object() for key in _KEYS if key in files), None)
        if stream is None or not hasattr(stream, "get_data"):
            raise ExtractionError("names no bytes")
        data = stream.get_data()
        if len(data) > MAX_BYTES:
            raise ExtractionError(f"larger than {MAX_BYTES >> 20} MB")
        said = str(stream.get("/Subtype") or "").lstrip("/")
        return Embedded(_name_of(found), bytes(data), said if _MEDIA_TYPE.match(said) else None)

    def _specifications(self) -> Iterator[Any]:
        """Give the file specifications that hold files, each once, at most so many.

        They stand in the catalogue's name tree (also those of a portfolio), as associated files,
        and in annotations (ISO 32000-2, 7.11.4, 14.13 and 12.5.6.15).
        """
        seen: set[object] = set()
        count = 0
        for one in self._candidates():
            identity = _identity(one)
            specification = one.get_object()
            if identity in seen or not hasattr(specification, "get"):
                continue
            seen.add(identity)
            if hasattr(specification.get("/EF"), "get_object"):
                yield specification
                count += 1
                if count > MAX_FILES:
                    return

    def _candidates(self) -> Iterator[Any]:
        root = self._reader.trailer["/Root"].get_object()
        names = root.get("/Names")
        if names is not None and "/EmbeddedFiles" in names.get_object():
            yield from _leaves(names.get_object()["/EmbeddedFiles"])
        associated = root.get("/AF")
        if associated is not None:
            yield from islice(_items(associated), _MAX_NODES)
        for page in islice(self._reader.pages, self._max_pages):
            for annotation in islice(_items(page.get("/Annots", ())), _MAX_NODES):
                annotation = annotation.get_object()
                with contextlib.suppress(AttributeError):
                    if annotation.get("/Subtype") == "/FileAttachment":
                        yield annotation.raw_get("/FS")


def _opened(data: bytes, passwords: Sequence[str]) -> Any:
    """Open a file with pypdf; one in a cipher that pypdf does not know is deciphered by pdfium."""
    import io
    import logging

    import pypdf
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            try:
                is_open = any(reader.decrypt(password) for password in passwords)
            except DependencyError:
                from archiver.extract.pdfium import without_password

                return pypdf.PdfReader(io.BytesIO(without_password(data, passwords)))
            if not is_open:
                raise ExtractionError("the file needs a password")
        reader.trailer["/Root"].get_object()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ExtractionError(f"not readable by pypdf ({type(error).__name__})") from error
    return reader


def _leaves(root: Any) -> Iterator[Any]:
    """Give the values of a name tree in order (ISO 32000-1, 7.9.6), loops cut."""
    waiting, seen, count = [root], set(), 0
    while waiting and count < _MAX_NODES:
        node = waiting.pop()
        count += 1
        identity = _identity(node)
        node = node.get_object()
        if identity in seen or not hasattr(node, "get"):
            continue
        seen.add(identity)
        yield from islice(_items(node.get("/Names", ())), 1, 2 * _MAX_NODES, 2)
        waiting += list(islice(_items(node.get("/Kids", ())), _MAX_NODES))[::-1]


def _items(value: Any) -> Iterator[Any]:
    """Give the items of an array as they stand there, references unresolved."""
    if hasattr(value, "get_object"):
        value = value.get_object()
    if isinstance(value, (list, tuple)):
        yield from list.__iter__(value) if isinstance(value, list) else value


def _identity(value: Any) -> object:
    return getattr(value, "idnum", None) or id(value)


def _name_of(specification: Any) -> str:
    name = next((str(specification[key]) for key in _KEYS if specification.get(key)), "")
    return file_name(name)
