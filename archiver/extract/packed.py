"""XML in ZIP archives, read within bounds: what office files and books are made of. Pure."""

import posixpath
import zipfile
from typing import Any

from archiver.errors import ExtractionError

_MAX_MEMBER_BYTES = 64 * 1024**2


def xml_of(archive: zipfile.ZipFile, member: str) -> Any:
    """Parse one member, never more of it than allowed, without entities or network."""
    from lxml import etree

    data = bytes_of(archive, member)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(data, parser)
    if root is None:
        raise ExtractionError(f"{member} holds no XML")
    return root


def bytes_of(archive: zipfile.ZipFile, member: str) -> bytes:
    """Unpack one member; raise ExtractionError when it is larger than allowed."""
    with archive.open(member) as stream:
        data = stream.read(_MAX_MEMBER_BYTES + 1)
    if len(data) > _MAX_MEMBER_BYTES:
        raise ExtractionError(f"{member} is larger than {_MAX_MEMBER_BYTES >> 20} MB unpacked")
    return data


def related(archive: zipfile.ZipFile, member: str) -> dict[str | None, str]:
    """Return the members that a member refers to, by the ids it uses (ECMA-376, part 2, 9.3)."""
    folder, name = posixpath.split(member)
    relations = xml_of(archive, f"{folder}/_rels/{name}.rels")
    return {
        relation.get("Id"): inside(folder, relation.get("Target") or "")
        for relation in relations
        if relation.get("Target")
    }


def inside(folder: str, target: str) -> str:
    """Return the member that an address means as seen from a folder of the archive.

    >>> inside("ppt", "slides/slide1.xml"), inside("ppt/slides", "../media/a.png")
    ('ppt/slides/slide1.xml', 'ppt/media/a.png')
    >>> inside("xl", "/xl/worksheets/sheet1.xml")
    'xl/worksheets/sheet1.xml'
    """
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
