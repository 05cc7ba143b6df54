"""What an update did. Pure: no I/O."""

from dataclasses import dataclass

from archiver.model import ExtractionStatus


@dataclass(frozen=True, slots=True)
class Unread:
    """A payload without text: where it stands, and why."""

    url: str
    status: ExtractionStatus
    reason: str


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """Counts of one update: what there is, what was done, what could not be read.

    One that was stopped before the index was changed has no `generation` and counts no documents.
    """

    generation: str = ""
    documents: int = 0
    pages: int = 0
    extracted: int = 0
    documents_written: int = 0
    documents_removed: int = 0
    pages_written: int = 0
    new_versions: int = 0
    failures: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """Whether the index stayed as it was because the update was asked to stop."""
        return not self.generation
