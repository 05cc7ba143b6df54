"""`archiver site`: profiles of sites – written, listed, tried on a page, checked."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from archiver.amounts import counted
from archiver.cli.output import (
    SCHEMA_VERSION,
    fields_of,
    json_option,
    print_json,
    print_table,
    span,
)
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode
from archiver.model import DateSpan, Reading

if TYPE_CHECKING:
    from archiver.jobs.profiles import CaseResult, Trial

_RAW_CHARS = 70


@click.group()
def site() -> None:
    """Write, try and check how a site is read: its profile.

    \b
    archiver site new my-forum --seed https://forum.example/archive/
    archiver site try https://forum.example/archive/28.html
    archiver site check my-forum

    Most sites need no profile; see docs/site-profiles.md.
    """


@site.command()
@click.argument("name")
@click.option("--seed", required=True, metavar="URL", help="Where the crawl begins.")
@click.pass_obj
def new(terminal: Terminal, name: str, seed: str) -> None:
    """Write a commented profile, sites/NAME.toml.

    \b
    archiver site new my-forum --seed https://forum.example/archive/
    """
    from archiver.jobs.profiles import new_profile

    workspace = terminal.open()
    path = new_profile(workspace, name, seed)
    terminal.say(str(path))
    terminal.tell(
        f'next: put profile = "{name}" under [[site]] in {workspace.config_path}, then: '
        "archiver site try URL"
    )


@site.command("list")
@json_option
@click.pass_obj
def list_command(terminal: Terminal, as_json: bool) -> None:
    """List the profiles: the workspace's own and the built-in ones.

    \b
    archiver site list
    """
    from archiver.jobs.profiles import list_profiles

    entries = list_profiles(terminal.open())
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "profiles": entries})
        return
    rows = [(e.name, ", ".join(e.sites), str(e.cases), e.origin) for e in entries]
    print_table(rows, ("profile", "used by", "cases", "from"), numeric={2})


@site.command("try")
@click.argument("what", metavar="URL|FILE")
@click.option("--profile", "name", metavar="NAME", help="Another profile than the site's own.")
@json_option
@click.pass_obj
def try_command(terminal: Terminal, what: str, name: str | None, as_json: bool) -> ExitCode:
    """Show each field read of a page, its rule and the words it is from.

    \b
    archiver site try https://forum.example/archive/28.html
    archiver site try page.html --profile my-forum

    A URL is read from the archive, together with the links that lead to it; nothing is fetched and
    nothing is kept. A file is read alone.
    """
    from archiver.jobs.profiles import try_profile

    trial = try_profile(terminal.open(), what, name, today=datetime.now(UTC))
    if as_json:
        print_json({"schema": SCHEMA_VERSION, **_as_json(trial)})
    else:
        _print_trial(terminal, trial)
    return ExitCode.PARTLY if trial.extraction.status == "failed" else ExitCode.OK


@site.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--accept", is_flag=True, help="Write what is read now as what must be read.")
@json_option
@click.pass_obj
def check(terminal: Terminal, names: tuple[str, ...], accept: bool, as_json: bool) -> ExitCode:
    """Check the golden cases of profiles: one result for each field.

    \b
    archiver site check
    archiver site check my-forum --accept

    A case is a folder sites/NAME/cases/CASE with page.html, meta.json and expected.json. Exit code
    3 when a field differs.
    """
    from archiver.jobs.profiles import check_profiles

    found = list(check_profiles(terminal.open(), names, accept=accept))
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "cases": found})
    elif not found:
        terminal.tell("no golden cases yet; make folders sites/NAME/cases/CASE with a page.html")
    else:
        _print_cases(terminal, found)
    return ExitCode.OK if all(case.is_right for case in found) else ExitCode.PARTLY


def _print_trial(terminal: Terminal, trial: "Trial") -> None:
    found, extraction = trial.found, trial.extraction
    reason = f": {extraction.reason}" if extraction.reason else ""
    terminal.say(terminal.style(printable(trial.what), bold=True))
    terminal.say(
        f"  {extraction.media_type}, {extraction.status}{printable(reason)}, read by "
        + (f"the profile {trial.profile}" if trial.profile else "the general readers")
    )
    if trial.captured_at is not None:
        terminal.say(f"  captured {trial.captured_at.astimezone():%d.%m.%Y %H:%M}")
    ordered = sorted(found.readings, key=lambda reading: reading.field != "kind")
    rows = [_row(reading, "") for reading in ordered]
    if not any(reading.field == "kind" for reading in found.readings) and found.kind:
        rows.insert(0, ("kind", found.kind, "", "", ""))
    for conflict in found.conflicts:
        rows += [_row(other, "contradicts") for other in conflict.others]
    print_table(rows, ("field", "value", "", "rule", "words"), numeric=set())
    for warning in extraction.warnings:
        terminal.tell(f"warning: {printable(warning)}")


def _row(reading: Reading, mark: str) -> tuple[str, str, str, str, str]:
    evidence = reading.evidence
    value = reading.value
    shown = (
        span(value.start, value.end, value.precision)
        if isinstance(value, DateSpan)
        else str(value) or "none"
    )
    rule = evidence.rule if evidence.place == "profile" else f"{evidence.place}: {evidence.rule}"
    words = f"»{' '.join(evidence.raw.split())[:_RAW_CHARS]}«"
    where = f" on {evidence.url}" if evidence.url else ""
    return reading.field, shown, mark, rule, words + where


def _as_json(trial: "Trial") -> dict[str, Any]:
    return {
        "what": trial.what,
        "profile": trial.profile or None,
        "captured_at": trial.captured_at.isoformat() if trial.captured_at else None,
        "status": trial.extraction.status,
        "reason": trial.extraction.reason,
        "warnings": list(trial.extraction.warnings),
        "found": fields_of(trial.found),
    }


def _print_cases(terminal: Terminal, cases: "list[CaseResult]") -> None:
    rows = []
    for case in cases:
        name = f"{case.profile}/{case.case}"
        if case.reason is not None:
            rows.append((name, "", "differs", case.reason))
        for result in case.results:
            read = _shown(result.read)
            told = read if result.is_right else f"read {read}, expected {_shown(result.expected)}"
            rows.append((name, result.field, "ok" if result.is_right else "differs", told))
    print_table(rows, ("case", "field", "", "value"), numeric=set())
    wrong = sum(not case.is_right for case in cases)
    accepted = sum(case.is_accepted for case in cases)
    terminal.tell(
        f"{counted(len(cases), 'case')}, {wrong} wrong"
        + (f", {accepted} accepted" if accepted else "")
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "nothing"
    return "nothing" if value is None else str(value)
