"""Pages on their way into an engine: analysed and written here, or in another process.

To analyse and to write is most of what a build computes. From some hundred pages on another process
does it (`python -m archiver.index.entries ENGINE FOLDER LEXICON`), while this one goes on reading
pages and writing documents; a smaller build is done before such a process has started. Texts go to
it in batches, and it never asks back, so neither waits for the other but at the end. It ends with
this one: what it reads has an end then.
"""

import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from archiver.analysis import LANGUAGES, Analyzer, Lexicon
from archiver.index.engines import load_engine
from archiver.index.fields import PageTexts, page_entry
from archiver.index.port import Engine
from archiver.processors import processors

_HERE = 300  # pages: those of a smaller build are done sooner than another process has started
_BATCH = 60  # pages
_LETTERS = 500_000  # a batch of fewer pages, but long ones
_PIPE = 1 << 20  # bytes; what is on its way while the other process is busy
_PATIENCE_S = 10.0

_COMMIT = "commit"
_STEMS = "stems"


class Entries:
    """The entries of a generation being built. `lexicon` is its file, None for whole words only.

    Which pages are removed is no question of order, for keys are never used again. Raises OSError
    when the other process fails, besides what the engine's writer raises.
    """

    def __init__(self, engine: Engine, folder: Path, lexicon: Path | None) -> None:
        self._engine = engine
        self._folder = folder
        self._lexicon = lexicon
        self._waiting: list[PageTexts] = []
        self._removed: list[int] = []
        self._letters = 0
        self._most = _HERE if processors() > 1 else _BATCH
        self._here: _Work | None = None
        self._apart: _Process | None = None

    def put(self, page: PageTexts) -> None:
        """Take a page in."""
        self._waiting.append(page)
        self._letters += len(page.text)
        if len(self._waiting) >= self._most or self._letters >= _LETTERS:
            if self._apart is None and processors() > 1:
                self._apart = _Process(self._engine, self._folder, self._lexicon)
                self._most = _BATCH
            self._hand_over()

    def remove(self, keys: Iterable[int]) -> None:
        """Remove the pages with these keys."""
        self._removed.extend(keys)

    def commit(self) -> None:
        """Begin to write everything; `finish` waits for it."""
        self._hand_over()
        if self._apart is not None:
            self._apart.send(_COMMIT, None)
        else:
            self._work().commit()

    def finish(self) -> None:
        """Wait until everything is written."""
        if self._apart is not None:
            self._apart.receive()

    def stems_of(self, words: Sequence[str]) -> list[frozenset[str]]:
        """Return the stems of words in every language that is analysed apart."""
        if self._apart is None:
            return self._work().stems_of(words)
        self._apart.send(_STEMS, words)
        stems: list[frozenset[str]] = self._apart.receive()
        return stems

    def close(self) -> None:
        """Let go of the files; before `finish`, what stands in the folder is undefined."""
        if self._apart is not None:
            self._apart.close()
        if self._here is not None:
            self._here.cancel()
        self._waiting.clear()

    def _hand_over(self) -> None:
        batch = (self._waiting, self._removed)
        if self._apart is not None:
            self._apart.send("", batch)
        else:
            self._work().take(*batch)
        self._waiting, self._removed, self._letters = [], [], 0

    def _work(self) -> "_Work":
        if self._here is None:
            self._here = _Work(self._engine, self._folder, self._lexicon)
        return self._here


class _Work:
    """Analysing and writing, in whichever process."""

    def __init__(self, engine: Engine, folder: Path, lexicon: Path | None) -> None:
        self._analyzer = Analyzer(None if lexicon is None else Lexicon.open(lexicon))
        self._writer = engine.write(folder)
        self._is_open = True

    def take(self, pages: Iterable[PageTexts], removed: Iterable[int]) -> None:
        self._writer.remove(removed)
        for page in pages:
            self._writer.put(page_entry(page, self._analyzer))

    def commit(self) -> None:
        self._writer.commit()
        self._is_open = False

    def stems_of(self, words: Sequence[str]) -> list[frozenset[str]]:
        stem_words = self._analyzer.stem_words
        return [
            frozenset(stem for language in LANGUAGES for stem in stem_words(word, language))
            for word in words
        ]

    def cancel(self) -> None:
        if self._is_open:
            self._is_open = False
            self._writer.cancel()


class _Process:
    """The other process: pickled messages go in, an answer comes out for some of them."""

    def __init__(self, engine: Engine, folder: Path, lexicon: Path | None) -> None:
        import subprocess  # here, because most builds start no process

        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)  # noqa: PTH109
        command = [sys.executable, "-P", "-W", "ignore", "-m", __name__]
        command += [engine.name, str(folder), "" if lexicon is None else str(lexicon)]
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in: IO[bytes] = self._process.stdin
        self._out: IO[bytes] = self._process.stdout
        with suppress(ImportError, AttributeError, OSError):  # a matter of speed only
            import fcntl

            fcntl.fcntl(self._in, fcntl.F_SETPIPE_SZ, _PIPE)

    def send(self, what: str, value: object) -> None:
        try:
            pickle.dump((what, value), self._in, protocol=5)
            self._in.flush()
        except BrokenPipeError:
            raise self._failure() from None

    def receive(self) -> Any:
        try:
            return pickle.load(self._out)  # noqa: S301  # from the process that was started here
        except (EOFError, pickle.UnpicklingError):
            raise self._failure() from None

    def _failure(self) -> OSError:
        """Return the error that tells why the process has ended."""
        self._process.wait()
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip()
        last = said.splitlines()[-1] if said else "it was killed"
        return OSError(0, f"writing it in another process failed: {last}")

    def close(self) -> None:
        """End the process, which then lets go of its files."""
        import subprocess

        with suppress(OSError):
            self._in.close()
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()
        self._complaints.close()


def main(engine: str, folder: str, lexicon: str, source: IO[bytes], target: IO[bytes]) -> None:
    """Do what the process that started this one asks for, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to both; the other one decides
    work = _Work(load_engine(engine), Path(folder), Path(lexicon) if lexicon else None)
    try:
        while True:
            try:
                what, value = pickle.load(source)  # noqa: S301  # from the process that started this
            except EOFError:
                return
            answer: object = None
            if what == _COMMIT:
                work.commit()
            elif what == _STEMS:
                answer = work.stems_of(value)
            else:
                work.take(*value)
                continue
            pickle.dump(answer, target, protocol=5)
            target.flush()
    finally:
        work.cancel()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.stdin.buffer, sys.stdout.buffer)
