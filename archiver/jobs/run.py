"""Runs the stages in order under the lock, and leaves a record of how it went."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from archiver import SOFTWARE
from archiver.codec import to_json
from archiver.config import ExpectSettings, NotifySettings
from archiver.corpus import Corpus
from archiver.crawl import CrawlOptions, CrawlProgress, SiteCrawl, Surroundings, crawl_many
from archiver.errors import ArchiverError, ExitCode
from archiver.extract import Sandbox, extractor_key
from archiver.jobs.changes import Alert
from archiver.jobs.due import is_due, last_success
from archiver.jobs.lock import locked
from archiver.jobs.record import RunRecord, exit_code
from archiver.jobs.stop import Stop, stopping
from archiver.model import CrawlReport
from archiver.processors import processors
from archiver.sites.profile import SiteProfile
from archiver.update.report import UpdateReport
from archiver.workspace import Workspace

_RUNS_LOOKED_AT = 50
RUN = "archiver run"

Tell = Callable[[int, int, str], None]
"""Progress: done, total, what is at hand."""


@dataclass(slots=True)
class _Run:
    """A run under way: what its record will say."""

    corpus: Corpus
    stop: Stop
    crawls: tuple[CrawlReport, ...] = ()
    update: UpdateReport | None = None
    warnings: list[str] = field(default_factory=list)
    sessions: int | None = None
    tells: NotifySettings | None = None
    alerts: tuple[Alert, ...] = ()
    is_kept: bool = True
    record: RunRecord | None = None

    def warn(self, warning: str | None) -> None:
        """Add a warning, if there is one."""
        if warning is not None:
            self.warnings.append(warning)


def run_crawl(
    workspace: Workspace,
    sites: tuple[str, ...] = (),
    *,
    is_due_only: bool = False,
    time_limit: float | None = None,
    tell: Tell,
) -> RunRecord:
    """Crawl the named sites, or all; return the run's record. Raises LockedError."""
    profiles = workspace.sites(sites)
    with _running(workspace, "archiver crawl") as run:
        run.crawls = _crawl(workspace, run, profiles, is_due_only, time_limit, tell)
    assert run.record is not None
    return run.record


def run_index(
    workspace: Workspace, *, rebuild: bool = False, engine: str | None = None, tell: Tell
) -> RunRecord:
    """Extract and index what is new; return the run's record. Raises LockedError."""
    with _running(workspace, "archiver index") as run:
        run.update = _index(workspace, run, rebuild, tell, engine=engine)
    assert run.record is not None
    return run.record


def run_all(
    workspace: Workspace,
    sites: tuple[str, ...] = (),
    *,
    max_age_s: float | None = None,
    time_limit: float | None = None,
    tell: Tell,
) -> RunRecord | None:
    """Crawl what is due, index it, judge what was found; return the record, None if not due.

    Whoever is configured is told at the start and at the end; what fails there is a warning.
    Raises LockedError.
    """
    from archiver.jobs.alerts import alerts_of_run
    from archiver.jobs.notify import ping

    profiles = workspace.sites(sites)
    settings = workspace.settings.notify
    with _running(workspace, RUN) as run:
        if not is_due(_last_run(run.corpus, profiles), max_age_s, datetime.now(UTC)):
            run.is_kept = False
            return None
        run.tells = settings
        run.warn(ping(settings, "start"))
        run.crawls = _crawl(workspace, run, profiles, True, time_limit, tell)
        if not run.stop.is_set():
            run.update = _index(workspace, run, False, tell)
        if not run.stop.is_set():
            run.alerts, warnings = alerts_of_run(workspace, now=datetime.now(UTC))
            run.warnings += warnings
    assert run.record is not None
    return run.record


def may_be_due(workspace: Workspace, sites: tuple[str, ...], max_age_s: float | None) -> bool:
    """Tell, without waiting for the lock, whether `run_all` has anything to do now."""
    profiles = workspace.sites(sites)
    try:
        with workspace.open_corpus(read_only=True) as corpus:
            last = _last_run(corpus, profiles)
    except ArchiverError:
        return True  # the run itself says what is wrong
    return is_due(last, max_age_s, datetime.now(UTC))


def _last_run(corpus: Corpus, profiles: Sequence[SiteProfile]) -> datetime | None:
    names = [profile.name for profile in profiles]
    return last_success(corpus.runs(limit=_RUNS_LOOKED_AT), RUN, names)


@contextmanager
def _running(workspace: Workspace, command: str) -> Iterator[_Run]:
    """Hold the lock, catch signals, and write the record, also of what went wrong.

    A run that is stopped at once, by a second signal, leaves none.
    """
    started_at = datetime.now(UTC)
    with (
        locked(workspace.lock_path, command=command),
        stopping() as stop,
        workspace.open_corpus() as corpus,
    ):
        run = _Run(corpus, stop)
        try:
            yield run
        except (ArchiverError, OSError) as error:
            code = error.exit_code if isinstance(error, ArchiverError) else ExitCode.ERROR
            _keep(run, command, started_at, code, error=str(error))
            raise
        if run.is_kept:
            code = exit_code(run.crawls, run.update, stop.exit_code)
            # Nobody watches a scheduled run; whoever indexes by hand knows what was changed.
            expect = workspace.settings.expect if command == RUN else None
            _keep(run, command, started_at, code, expect=expect)


def _keep(
    run: _Run,
    command: str,
    started_at: datetime,
    code: ExitCode,
    *,
    error: str | None = None,
    expect: ExpectSettings | None = None,
) -> None:
    record = RunRecord(
        run_id=uuid4().hex[:16],
        command=command,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        exit_code=int(code),
        crawls=run.crawls,
        update=run.update,
        error=error,
        sessions=run.sessions,
        alerts=run.alerts,
    )
    if expect is not None:
        from archiver.jobs.expect import disappointments

        missing = disappointments(record, run.corpus.runs(limit=_RUNS_LOOKED_AT), expect)
        run.warnings += missing
        if missing and code is ExitCode.OK:
            record = replace(record, exit_code=int(ExitCode.PARTLY))
    if run.tells is not None:
        from archiver.jobs.notify import ping, tell_command

        is_well = record.exit_code == ExitCode.OK
        run.warn(ping(run.tells, "success" if is_well else "fail"))
        record = replace(record, warnings=tuple(run.warnings))
        run.warn(tell_command(run.tells, record))
    run.record = replace(record, warnings=tuple(run.warnings))
    try:
        # Pages told of may be withdrawn one day; what is kept for good names none.
        counted = tuple(alert.counted() for alert in run.alerts)
        run.corpus.save_run(to_json(replace(run.record, alerts=counted)))
    except ArchiverError as failure:
        # A disk that is full must not hide what went wrong before.
        if error is None:
            raise
        run.record = replace(run.record, warnings=(*run.record.warnings, str(failure)))


def _crawl(
    workspace: Workspace,
    run: _Run,
    profiles: Sequence[SiteProfile],
    is_due_only: bool,
    time_limit: float | None,
    tell: Tell,
) -> tuple[CrawlReport, ...]:
    settings = workspace.settings

    def on_progress(progress: CrawlProgress) -> None:
        done = progress.counts.requests
        tell(done, done + progress.waiting, progress.url)

    with Sandbox(settings.extract) as sandbox:
        around = Surroundings(
            user_agent=user_agent(settings.crawl.contact),
            software=SOFTWARE,
            read_links=sandbox.read_links,
            options=CrawlOptions(
                revisit="due" if is_due_only else "all",
                hosts_at_once=settings.crawl.concurrency,
                time_limit_s=time_limit or settings.crawl.time_limit,
            ),
            on_progress=on_progress,
            stop=run.stop,
        )
        sites = [SiteCrawl(site=p, store=run.corpus.crawl_store(p.name)) for p in profiles]
        return tuple(crawl_many(sites, around))


def _index(
    workspace: Workspace, run: _Run, rebuild: bool, tell: Tell, *, engine: str | None = None
) -> UpdateReport:
    # Only indexing needs the readers of sites and the index; a crawl starts without them.
    from archiver.analysis.lexicon import german_words
    from archiver.jobs.alerts import hide_withdrawn
    from archiver.update import update
    from archiver.update.sittings import sittings

    settings = workspace.settings
    corrections = workspace.corrections()  # a wrong file is refused before anything is done
    children = settings.children or min(8, processors())
    with Sandbox(settings.extract, children=children) as sandbox:
        report = update(
            run.corpus,
            workspace.index_folder,
            workspace.sites(),
            keys={
                profile.name: extractor_key(profile, settings.extract)
                for profile in workspace.sites()
            },
            sandbox=sandbox,
            corrections=corrections,
            rebuild=rebuild,
            engine=engine or settings.index.engine,
            today=datetime.now().astimezone().date(),
            lexicon=german_words if settings.index.split_compounds else None,
            tell=tell,
            should_stop=run.stop.is_set,
        )
    run.warnings += report.notes
    try:
        hide_withdrawn(workspace, run.corpus)
    except ArchiverError as error:
        run.warn(f"alerts may still name what was withdrawn: {error}")
    run.sessions = len(sittings(list(run.corpus.documents())))
    return report


def user_agent(contact: str) -> str:
    """Return how crawls introduce themselves.

    >>> user_agent("archive@town.example").endswith("(+archive@town.example)")
    True
    """
    return f"{SOFTWARE} (+{contact})" if contact else SOFTWARE
