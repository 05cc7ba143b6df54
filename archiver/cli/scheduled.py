"""`archiver run` and `archiver schedule`: work that nobody has to watch."""

import random
import shutil
import sys
import time
from pathlib import Path

import click

from archiver.cli.completion import offer
from archiver.cli.output import json_option, print_json
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode, UsageError


@click.command()
@click.argument("sites", nargs=-1, metavar="[SITE]…", shell_complete=offer("site"))
@click.option(
    "--max-age", metavar="AGE", help="Run only if the last good run is older: 6d (else exit 0)."
)
@click.option("--jitter", metavar="TIME", help="Wait a random time up to this first: 10m.")
@click.option("--time-limit", metavar="TIME", help="Stop the crawl cleanly after this time: 2h.")
@click.option("--metrics-file", type=click.Path(path_type=Path), metavar="FILE",
              help="Write metrics for Prometheus' textfile collector.")  # fmt: skip
@json_option
@click.pass_obj
def run(
    terminal: Terminal,
    sites: tuple[str, ...],
    max_age: str | None,
    jitter: str | None,
    time_limit: str | None,
    metrics_file: Path | None,
    as_json: bool,
) -> ExitCode:
    """Crawl what is due and bring the index up to date, as a scheduled job.

    \b
    archiver run
    archiver --quiet run --max-age 6d --jitter 10m --time-limit 2h

    Safe at any time: a second run exits at once with code 11. Every run leaves a record; `archiver
    status` shows the last. What was expected and not found ends with code 3.
    """
    from archiver.cli.saved import print_alert
    from archiver.jobs.due import duration_s
    from archiver.jobs.notify import write_metrics
    from archiver.jobs.record import crawl_line, update_line
    from archiver.jobs.run import may_be_due, run_all

    workspace = terminal.open()
    max_age_s = duration_s(max_age, "--max-age") if max_age else None
    limit_s = duration_s(time_limit, "--time-limit") if time_limit else None
    jitter_s = duration_s(jitter, "--jitter") if jitter else 0.0
    if metrics_file is not None and not metrics_file.absolute().parent.is_dir():
        raise UsageError(f"--metrics-file {metrics_file}: there is no such folder – make it first")
    if jitter_s and may_be_due(workspace, sites, max_age_s):
        time.sleep(random.uniform(0, jitter_s))  # noqa: S311  spreads load only
    with terminal.progress("run", hidden=as_json) as tell:
        record = run_all(workspace, sites, max_age_s=max_age_s, time_limit=limit_s, tell=tell)
    if record is None:
        terminal.tell("not due yet")
        if as_json:
            print_json(None)
        return ExitCode.OK
    if metrics_file is not None:
        write_metrics(metrics_file, record)
    if as_json:
        print_json(record)
        return ExitCode(record.exit_code)
    for report in record.crawls:
        terminal.tell(crawl_line(report))
        if report.reason:
            click.echo(f"archiver: {printable(report.reason)}", err=True)
    if record.update is not None:
        terminal.tell(update_line(record.update))
    for alert in record.alerts:
        print_alert(terminal, alert)
    for warning in record.warnings:
        click.echo(f"warning: {printable(warning)}", err=True)
    return ExitCode(record.exit_code)


@click.command()
@click.argument("scheduler", type=click.Choice(["systemd", "cron"]))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="Write the units there instead of printing them.")  # fmt: skip
@click.pass_obj
def schedule(terminal: Terminal, scheduler: str, into: Path | None) -> None:
    """Print ready units for systemd, or a line for cron.

    \b
    archiver schedule cron
    archiver schedule systemd --into ~/.config/systemd/user

    The timer wakes every hour and `archiver run --max-age 6d` decides whether it is due, so that a
    machine that was off catches up.
    """
    from archiver.errors import UsageError
    from archiver.jobs.schedule import cron_line, systemd_units

    workspace = terminal.open()
    installed = Path(sys.executable).with_name("archiver")
    command = str(installed) if installed.is_file() else shutil.which("archiver")
    if command is None:
        raise UsageError("the command archiver is not installed", remedy="pip install it first")
    if scheduler == "cron":
        terminal.say(cron_line(command, workspace.root))
        return
    for name, text in systemd_units(command, workspace.root).items():
        if into is None:
            terminal.say(f"# {name}\n{text}")
            continue
        try:
            into.mkdir(parents=True, exist_ok=True)
            (into / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {into / name}: {error.strerror}") from error
        terminal.say(f"wrote {into / name}")
