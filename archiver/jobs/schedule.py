"""Units and lines for the system's own scheduler. Pure: no I/O."""

import shlex
from pathlib import Path

_RUN = ("--quiet", "run", "--max-age", "6d", "--jitter", "10m")


def systemd_units(command: str, workspace: Path, *, every: str = "hourly") -> dict[str, str]:
    """Return service and timer by file name.

    The timer wakes hourly and the run decides by its age whether it is due, so that a machine
    that was off catches up. `command` is the absolute path of `archiver`.
    """
    name = "archiver-" + "".join(c if c.isalnum() else "-" for c in workspace.name.lower())
    folder = _quoted(str(workspace))
    start = " ".join((_quoted(command), "-w", folder, *_RUN)).replace("$", "$$")  # no variable
    service = f"""\
[Unit]
Description=Archive and index the forums of {_escaped(workspace.name)}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={start}
# Exit code 3 is "done, but some sources failed": told, not a broken unit.
SuccessExitStatus=3
TimeoutStopSec=30
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={folder}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictSUIDSGID=yes
LockPersonality=yes
"""
    timer = f"""\
[Unit]
Description=Wake {name}.service, which runs when it is due

[Timer]
OnCalendar={every}
Persistent=true
RandomizedDelaySec=15min

[Install]
WantedBy=timers.target
"""
    return {f"{name}.service": service, f"{name}.timer": timer}


def cron_line(command: str, workspace: Path) -> str:
    """Return the crontab line: hourly, quiet, due every six days.

    >>> cron_line("/usr/bin/archiver", Path("/srv/forum"))
    '17 * * * * /usr/bin/archiver -w /srv/forum --quiet run --max-age 6d --jitter 10m'
    """
    line = " ".join(shlex.quote(word) for word in (command, "-w", str(workspace), *_RUN))
    return f"17 * * * * {line.replace('%', chr(92) + '%')}"


def _escaped(text: str) -> str:
    """Escape a text for a unit file, where % begins a specifier."""
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    """Quote a word for a unit file."""
    escaped = _escaped(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if any(c in text for c in " \t'\"\\") else escaped
