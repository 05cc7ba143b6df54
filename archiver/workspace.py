"""Opens a workspace, its corpus and index; the only place that joins its paths.

A workspace is a folder with an archiver.toml.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archiver.config import (
    Settings,
    SiteEntry,
    check_address,
    check_seed,
    new_settings_text,
    read_settings,
    site_profile,
)
from archiver.environment import with_environment
from archiver.errors import ConfigError, CorpusError, UsageError
from archiver.finding import CONFIG_NAME, INDEX_FOLDER, find_folder

if TYPE_CHECKING:
    from archiver.corpus import Corpus
    from archiver.corpus.derived import DerivedTexts
    from archiver.index import Index
    from archiver.sites.corrections import Correction
    from archiver.sites.profile import SiteProfile


@dataclass(frozen=True)
class Workspace:
    """An opened workspace: its root folder and its settings."""

    root: Path
    settings: Settings

    @property
    def config_path(self) -> Path:
        """The workspace's archiver.toml."""
        return self.root / CONFIG_NAME

    @property
    def corpus_folder(self) -> Path:
        """The precious part: WARC files and catalogue."""
        return self.root / "corpus"

    @property
    def index_folder(self) -> Path:
        """The derived part, which can be deleted."""
        return self.root / INDEX_FOLDER

    @property
    def sites_folder(self) -> Path:
        """The workspace's own site profiles."""
        return self.root / "sites"

    @property
    def lock_path(self) -> Path:
        """The kernel lock that keeps two runs apart."""
        return self.corpus_folder / ".lock"

    @property
    def derived_path(self) -> Path:
        """The extracted texts."""
        return self.corpus_folder / "derived" / "text.sqlite"

    @property
    def saved_path(self) -> Path:
        """The saved searches."""
        return self.root / "saved.toml"

    @property
    def alerts_folder(self) -> Path:
        """What is new in the saved searches: state and feeds."""
        return self.root / "alerts"

    @property
    def corrections_path(self) -> Path:
        """What a person has settled of single documents."""
        return self.root / "corrections.toml"

    @cached_property
    def profiles(self) -> "dict[str, SiteProfile]":
        """Every site's profile, joined with its entry, by site name."""
        return {entry.name: self._profile(entry) for entry in self.settings.site}

    def sites(self, names: tuple[str, ...] = ()) -> "tuple[SiteProfile, ...]":
        """Return the profiles of the named sites, or of all; UsageError for an unknown one."""
        for name in names:
            if name not in self.profiles:
                known = ", ".join(self.profiles) or "none"
                raise UsageError(f"no site {name!r} in {self.config_path}; known: {known}")
        return tuple(self.profiles[name] for name in names or self.profiles)

    def corrections(self) -> "tuple[Correction, ...]":
        """Return the corrections, none without a file; raise ConfigError for a wrong one."""
        if not self.corrections_path.is_file():
            return ()
        from archiver.sites.corrections import load_corrections

        return load_corrections(read_text(self.corrections_path), str(self.corrections_path))

    def open_corpus(self, *, read_only: bool = False) -> "Corpus":
        """Open the corpus, making an empty one when there is none yet."""
        from archiver.corpus import Corpus, CorpusOptions

        options = CorpusOptions(rotate_at=self.settings.crawl.rotate_bytes)
        return Corpus.open(self.corpus_folder, options=options, read_only=read_only)

    def open_texts(self) -> "DerivedTexts":
        """Open the extracted texts for reading."""
        from archiver.corpus.derived import DerivedTexts

        return DerivedTexts.open(self.derived_path, read_only=True)

    def open_index(self) -> "Index":
        """Open the live generation for reading; raise a GenerationError saying how to rebuild.

        What was withdrawn or erased since it was built is kept out of its answers.
        """
        from archiver.index import Index

        index = Index.open(self.index_folder)
        try:
            self._hide_what_is_decided(index)
        except BaseException:
            index.close()
            raise
        return index

    def _hide_what_is_decided(self, index: "Index") -> None:
        from archiver.corpus.decisions import INDEXED, Decisions, decisions_mark, indexed_mark

        decided = decisions_mark(self.corpus_folder)
        if not decided:
            return
        with suppress(CorpusError), self.open_texts() as texts:  # a damaged one says nothing
            if texts.mark(INDEXED) == indexed_mark(index.generation, decided):
                return
        index.hide(Decisions.read(self.corpus_folder).hide)

    def profile(self, name: str) -> "SiteProfile":
        """Return a profile by its name, the workspace's own or a built-in one; ConfigError else."""
        return self._load(name, f"profile {name!r}")

    def _profile(self, entry: SiteEntry) -> "SiteProfile":
        if entry.profile is None:
            profile = site_profile(entry, None)
        else:
            profile = site_profile(entry, self._load(entry.profile, f"site {entry.name!r}"))
        if not profile.seeds:
            raise ConfigError(
                f"{self.config_path}: site {entry.name!r} has no seeds – add a line like: "
                'seeds = ["http://HOST/"]'
            )
        return profile

    def _load(self, name: str, wanted_by: str) -> "SiteProfile":
        from archiver.sites.load import builtin, builtin_names, load_profile

        own = self.sites_folder / f"{name}.toml"
        if "/" not in name and own.is_file():
            return load_profile(read_text(own), str(own))
        if name in builtin_names():
            return builtin(name)
        raise ConfigError(
            f"{self.config_path}: {wanted_by}: no profile {name!r} – neither {own} nor a "
            f"built-in one ({', '.join(builtin_names())})"
        )


def find_workspace(path: Path | None = None) -> Workspace:
    """Find and open the workspace; raise NoWorkspaceError, or ConfigError for a wrong file."""
    return _open(find_folder(path))


def create_workspace(
    path: Path,
    *,
    seed: str,
    name: str | None = None,
    allow: tuple[str, ...] = (),
    delay: float | None = None,
    profile: str | None = None,
) -> Workspace:
    """Make a workspace that can be crawled at once; raise ConfigError for a wrong value.

    An existing archiver.toml is never overwritten: UsageError.
    """
    check_seed(seed, where="--seed")
    for address in allow:
        check_address(address, where="--allow")
    config = path / CONFIG_NAME
    if config.exists():
        raise UsageError(f"{config} already exists – edit it, or choose another folder")
    site = name or _site_name(seed)
    text = new_settings_text(name=site, seed=seed, allow=allow, delay=delay, profile=profile)
    Workspace(path, read_settings(text, source=str(config))).sites()
    try:
        path.mkdir(parents=True, exist_ok=True)
        config.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot make a workspace in {path}: {error.strerror or error}") from error
    return _open(path)


def read_text(path: Path) -> str:
    """Read a UTF-8 text file of the workspace; raise ConfigError saying what is wrong."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start} – save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _open(folder: Path) -> Workspace:
    config = folder / CONFIG_NAME
    settings = read_settings(read_text(config), source=str(config))
    return Workspace(folder.resolve(), with_environment(settings, os.environ))


def _site_name(seed: str) -> str:
    host = (urlsplit(seed).hostname or "site").removeprefix("www.")
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in host).strip("-") or "site"
