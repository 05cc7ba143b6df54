"""Extracts what has no text yet: archived payloads through the sandbox into the derived texts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from archiver.corpus import Corpus
from archiver.errors import DamagedRecordError
from archiver.extract import Sandbox, Task
from archiver.model import Extraction, Source
from archiver.sites.profile import SiteProfile
from archiver.update.outline import with_outline

Tell = Callable[[int, int, str], None]
"""Progress: done, total, what is at hand."""

_BATCH = 32


def extract_missing(
    corpus: Corpus,
    sources: Sequence[Source],
    keys: Mapping[str, str],
    profiles: Mapping[str, SiteProfile],
    sandbox: Sandbox,
    *,
    tell: Tell,
    should_stop: Callable[[], bool],
) -> tuple[dict[tuple[str, str], Extraction], int]:
    """Extract every payload that has no text under its site's extractor key.

    `keys` maps a site to its extractor key. Results are kept in batches, so that an interrupted
    run goes on where it stopped. Returns the extractions that are not kept because another try
    may succeed, by (payload digest, key), and how many payloads were read.
    """
    wanted = {(s.payload_digest, keys[s.site]): s for s in reversed(sources)}
    passing: dict[tuple[str, str], Extraction] = {}
    todo: list[tuple[tuple[str, str], Source]] = []
    for pair in corpus.missing(wanted):
        reason = corpus.poisoned(*pair)
        if reason is None:
            todo.append((pair, wanted[pair]))
        else:
            passing[pair] = failed(wanted[pair], reason)

    damaged: dict[int, str] = {}
    kept: list[tuple[str, str, Extraction]] = []
    done = 0
    tasks = _tasks(corpus, [source for _, source in todo], profiles, damaged, tell, should_stop)
    for task, extraction in sandbox.extract_all(tasks):
        number = int(task.name)
        pair, source = todo[number]
        done += 1
        if number in damaged:
            # No fault of the payload: by the next time the record may have been restored, or the
            # library that undoes its coding be there.
            passing[pair] = failed(source, damaged[number])
        elif is_final(extraction):
            kept.append((*pair, with_outline(extraction)))
        else:
            passing[pair] = with_outline(extraction)
            corpus.note_failure(*pair, extraction.reason or "no reason given")
        if len(kept) >= _BATCH:
            corpus.save_extractions(kept)
            kept = []
    corpus.save_extractions(kept)
    return passing, done


def _tasks(
    corpus: Corpus,
    sources: Sequence[Source],
    profiles: Mapping[str, SiteProfile],
    damaged: dict[int, str],
    tell: Tell,
    should_stop: Callable[[], bool],
) -> Iterator[Task]:
    """Yield a task for each source, named by its number, until it is to stop.

    Where a record cannot be read the task is empty, and `damaged` says why by its number.
    """
    for number, source in enumerate(sources):
        if should_stop():
            return
        tell(number, len(sources), source.url)
        data = b""
        try:
            with corpus.read_payload(source.capture_id) as payload:
                data = payload.read()
        except DamagedRecordError as error:
            damaged[number] = str(error)
        yield Task(
            data,
            media_type=source.media_type,
            charset=source.charset,
            url=source.url,
            profile=profiles[source.site],
            name=str(number),
        )


def is_final(extraction: Extraction) -> bool:
    """Tell whether another try could not give another result.

    A reader's own error is the payload's; a crash or a limit may be the machine's.
    """
    return extraction.status != "failed" or (extraction.reason or "").startswith("error")


def failed(source: Source, reason: str) -> Extraction:
    """Return the extraction of a payload that could not be read."""
    return with_outline(Extraction("failed", source.media_type, "none", reason=reason))


def head_of(corpus: Corpus, key: str, payload_digest: str) -> Extraction | None:
    """Return what is kept of a payload's extraction, its pages left out, its outline there."""
    head = corpus.extraction_head(payload_digest, key)
    if head is None or head.outline is not None:
        return head
    whole = corpus.extraction(payload_digest, key)
    return None if whole is None else replace(with_outline(whole), pages=())
