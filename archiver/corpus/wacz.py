"""WACZ files as a whole: a zip file whose parts are as its list says, and conforming WARC files.

Only reads; unpacks one WARC file at a time. What the WARC files say is for conformance.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from archiver.codec import from_json
from archiver.corpus.conformance import Finding, judge
from archiver.corpus.warc import CHUNK, digest_of
from archiver.errors import CorpusError

MAX_RATIO = 200  # of a member: WARC files in a WACZ are stored or compressed already
_LIST = "datapackage.json"
_MAX_LIST = 16 * 1024 * 1024


def is_warc_member(name: str) -> bool:
    """Tell whether a member of a WACZ file is one of its WARC files.

    >>> is_warc_member("archive/data.warc.gz"), is_warc_member("indexes/index.cdx.gz")
    (True, False)
    """
    place = PurePosixPath(name)
    return place.parts[:1] == ("archive",) and place.name.endswith((".warc", ".warc.gz"))


def refuse_bomb(path: Path, member: zipfile.ZipInfo) -> None:
    """Raise CorpusError for a member that expands beyond measure."""
    if member.file_size > MAX_RATIO * max(1, member.compress_size):
        raise CorpusError(f"{path}: {member.filename} expands beyond measure")


def judge_wacz(path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a WACZ file: list, digests, lengths, and each of its WARC files.

    Offsets are within the member named. Raises OSError, CorpusError for a zip file that cannot be
    read at all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _judge_list(path, archive)
            members = [m for m in archive.infolist() if is_warc_member(m.filename)]
            if not members:
                yield Finding(path.name, 0, "there is no WARC file in archive/")
            for member in members:
                refuse_bomb(path, member)
                yield from _judge_member(path, archive, member)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise CorpusError(f"{path}: a damaged or encrypted WACZ file: {error}") from error


def _judge_list(path: Path, archive: zipfile.ZipFile) -> Iterator[Finding]:
    try:
        with archive.open(_LIST) as file:
            listed = from_json(file.read(_MAX_LIST), dict[str, object]).get("resources")
    except KeyError:
        yield Finding(path.name, 0, f"there is no {_LIST} in it")
        return
    except ValueError as error:
        yield Finding(f"{path.name}/{_LIST}", 0, f"not readable: {error}")
        return
    for resource in listed if isinstance(listed, list) else []:
        if not isinstance(resource, dict) or not isinstance(resource.get("path"), str):
            yield Finding(f"{path.name}/{_LIST}", 0, "names a resource without a path")
            continue
        yield from _judge_resource(path, archive, resource)


def _judge_resource(
    path: Path, archive: zipfile.ZipFile, resource: dict[str, object]
) -> Iterator[Finding]:
    name = str(resource["path"])
    try:
        member = archive.getinfo(name)
    except KeyError:
        yield Finding(f"{path.name}/{name}", 0, f"is missing, but {_LIST} names it")
        return
    refuse_bomb(path, member)
    if resource.get("bytes") not in {None, member.file_size}:
        what = f"has {member.file_size} bytes, but {_LIST} says {resource['bytes']}"
        yield Finding(f"{path.name}/{name}", 0, what)
    stated = str(resource.get("hash") or "")
    if stated.startswith("sha256:"):
        with archive.open(member) as source:
            if digest_of(iter(lambda: source.read(CHUNK), b"")) != stated:
                yield Finding(f"{path.name}/{name}", 0, f"has not the digest that {_LIST} says")


def _judge_member(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "member.warc"
        with archive.open(member) as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK)
        for finding in judge(copy):
            yield replace(finding, file=f"{path.name}/{member.filename}")
