"""Put a corpus in order at its opening: cut back and close what a killed run left open.

Changes only files that bear the suffix ".open"; never guesses what the catalogue does not say.
"""

import os
from datetime import datetime
from pathlib import Path

from archiver.corpus.catalogue import Catalogue
from archiver.corpus.folder import OPEN_SUFFIX, Layout, sync_folder
from archiver.corpus.warc import warc_date
from archiver.corpus.warcfile import file_digest, lock_open_file
from archiver.errors import StorageError


def recover(layout: Layout, catalogue: Catalogue, now: datetime) -> None:
    """Bring every open WARC file to its committed size and close it.

    A file shorter than what was committed is damage: noted in the catalogue, kept as it is, and
    closed, so that what it holds stays readable and `verify` names it. A file that the catalogue
    does not know is left alone for `rebuild`. Raises LockedError while another process writes,
    StorageError when the disk fails.
    """
    for row in catalogue.rows("SELECT id, name, committed_size FROM warc_file WHERE state='open'"):
        name, committed = str(row["name"]), int(row["committed_size"])
        closed = layout.warc / name
        still_open = layout.warc / (name + OPEN_SUFFIX)
        try:
            if still_open.exists():
                damage = _cut_back(still_open, committed)
                if committed:
                    still_open.rename(closed)
                else:
                    still_open.unlink()
                sync_folder(layout.warc)
            elif closed.exists() or not committed:
                damage = None
            else:
                damage = "the file is missing"
            digest = file_digest(closed) if closed.exists() else None
        except OSError as error:
            raise StorageError(f"{still_open}: {error.strerror}") from error
        with catalogue.transaction() as connection:
            if not committed:
                connection.execute("DELETE FROM warc_file WHERE id = ?", (row["id"],))
                continue
            connection.execute(
                "UPDATE warc_file SET state = 'closed', sha256 = ?, closed_at = ? WHERE id = ?",
                (digest, warc_date(now), row["id"]),
            )
            if damage is not None:
                connection.execute(
                    "INSERT OR IGNORE INTO damage(file, offset, what, found_at) VALUES(?, ?, ?, ?)",
                    (name, committed, damage, warc_date(now)),
                )
    if catalogue.row("SELECT 1 FROM crawl WHERE state = 'running'") is not None:
        with catalogue.transaction() as connection:
            connection.execute(
                "UPDATE crawl SET state = 'interrupted', finished_at = ? WHERE state = 'running'",
                (warc_date(now),),
            )
            connection.execute("UPDATE url SET state = 'queued' WHERE state = 'leased'")


def _cut_back(path: Path, committed: int) -> str | None:
    """Truncate to the committed size; return what is wrong when the file is shorter."""
    with path.open("r+b") as file:
        lock_open_file(file.fileno(), path)
        size = file.seek(0, os.SEEK_END)
        if size < committed:
            return f"the file ends at {size}, but {committed} bytes were committed"
        if size > committed:
            file.truncate(committed)
        os.fsync(file.fileno())
    return None
