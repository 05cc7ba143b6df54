"""What a crawl or an indexing would do, for --dry-run. Asks no site, writes nothing."""

from dataclasses import dataclass

from archiver.errors import GenerationError, NoGenerationError
from archiver.extract import extractor_key
from archiver.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Planned:
    """A site and the URLs that would be asked, or whose archived files would be read."""

    site: str
    urls: tuple[str, ...]


def crawl_plan(workspace: Workspace, sites: tuple[str, ...] = ()) -> tuple[Planned, ...]:
    """Return what a crawl would ask, as far as it is known: links not yet seen come on top."""
    planned = []
    with workspace.open_corpus(read_only=True) as corpus:
        for profile in workspace.sites(sites):
            known = corpus.would_be_asked(profile.name)
            seeds = [
                seed
                for seed in profile.seeds
                if seed not in known and next(corpus.captures(url=seed), None) is None
            ]
            planned.append(Planned(profile.name, (*seeds, *known)))
    return tuple(planned)


def index_plan(workspace: Workspace) -> tuple[Planned, ...]:
    """Return the archived files that have no text yet and would be read."""
    planned = []
    with workspace.open_corpus(read_only=True) as corpus:
        for profile in workspace.sites():
            key = extractor_key(profile, workspace.settings.extract)
            sources = {s.payload_digest: s.url for s in reversed(corpus.sources(profile.name))}
            missing = corpus.missing((digest, key) for digest in sources)
            urls = tuple(sorted(sources[digest] for digest, _ in missing))
            planned.append(Planned(profile.name, urls))
    return tuple(planned)


def why_anew(workspace: Workspace) -> str | None:
    """Return why an index that is there cannot be changed and would be built from nothing."""
    try:
        workspace.open_index().close()
    except NoGenerationError:
        return None
    except GenerationError as error:
        return error.message
    return None
