"""The concordance of a query: every place of its words, cut and sorted as asked."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from archiver.export.concordance import Kwic, KwicLine, context_needed, sort_lines
from archiver.export.redaction import Redaction
from archiver.jobs.holdings import Projection, open_holdings, say_nothing
from archiver.jobs.question import Question
from archiver.model import Answer
from archiver.workspace import Workspace


def concordance(
    workspace: Workspace,
    question: Question,
    kwic: Kwic,
    *,
    redact: Sequence[Redaction] = (),
    tell: Callable[[Answer], None] = say_nothing,
) -> list[KwicLine]:
    """Return the lines; all stay in memory; `tell` gets totals and remarks before.

    Raises QueryError, GenerationError.
    """
    with open_holdings(workspace) as holdings:
        pages = holdings.pages(question)
        tell(pages.answer)
        projection = Projection(
            normalised=pages.normalised,
            exported_at=datetime.now(UTC),
            redact=tuple(redact),
            context=context_needed(kwic),
            with_digests=False,
        )
        places = holdings.occurrences(question, projection, pages)
        shown = (place for _, place in places if place is not None and place.access == "open")
        return list(sort_lines(shown, kwic))
