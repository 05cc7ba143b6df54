"""Judges WARC and WACZ files of any tool, given by name. Needs no workspace; only reads."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from archiver.corpus.conformance import Finding, judge, looks_like_warc
from archiver.corpus.wacz import judge_wacz
from archiver.errors import CorpusError, UsageError
from archiver.export.manifest import check_files, decode_manifest, manifest_name


def are_archives(paths: Sequence[Path]) -> bool:
    """Tell whether files are to be judged as WARC or WACZ files, rather than as an export.

    Raises UsageError for both together or for several exports, CorpusError for a file that is not
    there or cannot be read.
    """
    kinds = [_is_archive(path) for path in paths]
    if len(paths) > 1 and not all(kinds):
        other = next(str(path) for path, kind in zip(paths, kinds, strict=True) if not kind)
        raise UsageError(
            f"{other}: no WARC or WACZ file – name archive files only, or one export alone"
        )
    return all(kinds)


def judge_archive(path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a WARC or WACZ file; also by the manifest of an export beside it.

    Raises CorpusError when a file cannot be read, ExportError for an unreadable manifest.
    """
    try:
        yield from judge_wacz(path) if _is_wacz(path) else judge(path)
        beside = path.with_name(manifest_name(path.name))
        if beside.is_file():
            manifest = decode_manifest(beside.read_bytes(), source=str(beside))
            for complaint in check_files(manifest, path.parent):
                yield Finding(path.name, 0, complaint.removeprefix(f"{path.name}: "))
    except OSError as error:
        raise _unreadable(path, error) from error


def _is_archive(path: Path) -> bool:
    if path.is_dir():
        return False
    try:
        return _is_wacz(path) or looks_like_warc(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _is_wacz(path: Path) -> bool:
    return path.suffix.lower() == ".wacz"


def _unreadable(path: Path, error: OSError) -> CorpusError:
    return CorpusError(f"{path}: cannot be read: {error.strerror or error}")
