"""Tells whether anything that documents are resolved from has changed since they were.

A fingerprint covers what goes in – sources, extractor, profile, corrections, the readers' own
code – and what came out. Where both are as they were, the documents kept are the documents there
would be. Pure but for reading the package's own files.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources

from archiver import __version__
from archiver.codec import to_json
from archiver.model import Document, Extraction, Source, Version
from archiver.sites.corrections import Correction
from archiver.sites.profile import SiteProfile

_ROOMS = ("archiver.sites", "archiver.update", "archiver.model")


def fingerprint(
    profile: SiteProfile,
    sources: Iterable[Source],
    *,
    key: str,
    today: date,
    corrections: Sequence[Correction],
    passing: Mapping[tuple[str, str], Extraction],
) -> str:
    """Return the digest of all that a site's documents follow from.

    Links follow from the captures they were read in. Only the year of `today` matters: it settles
    the century of two-digit years. `passing` are extractions that may come out otherwise.
    """
    digest = sha256(code_digest().encode())
    for part in (profile, key, today.year, corrections):
        digest.update(to_json(part) + b"\n")
    for source in sources:
        digest.update(to_json(source) + b"\n")
        unkept = passing.get((source.payload_digest, key))
        if unkept is not None:
            digest.update(to_json(unkept.reason) + b"\n")
    return digest.hexdigest()


def mark_of(
    stamp: str, documents: Iterable[Document], versions: Mapping[str, tuple[Version, ...]]
) -> str:
    """Return what is kept beside documents and versions made from what `stamp` says."""
    digest = sha256(stamp.encode())
    for document in documents:
        digest.update(to_json((document, versions.get(document.doc_id, ()))) + b"\n")
    return digest.hexdigest()


@cache
def code_digest() -> str:
    """Return the digest of the code that reads and resolves, so that no change of it is missed."""
    digest = sha256(__version__.encode())
    for room in _ROOMS:
        files = (f for f in resources.files(room).iterdir() if f.name.endswith(".py"))
        for file in sorted(files, key=lambda file: file.name):
            digest.update(file.name.encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()
