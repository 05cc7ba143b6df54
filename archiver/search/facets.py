"""Count the values of the matching pages, from columns alone. Pure but for `Index`."""

from collections.abc import Collection, Mapping

from archiver.index import Index
from archiver.index.columns import FACETS
from archiver.model import Facet, FacetValue

_ASCENDING = ("session", "year")


def count_facets(index: Index, pages_of: Mapping[int, int] | Collection[int]) -> tuple[Facet, ...]:
    """Return session, year, topic, kind, group, site with their numbers of matching pages.

    `pages_of` maps each matching document to the number of its matching pages, or has the documents
    alone when each has one. Facets without
    values are left out.
    """
    facets = []
    for name in FACETS:
        column = index.documents.coded(name)
        counts = column.counted(pages_of)
        values = [FacetValue(column.values[code], count) for code, count in counts.items()]
        if name in _ASCENDING:
            values.sort(key=lambda value: int(value.value))
        else:
            values.sort(key=lambda value: (-value.count, value.value))
        if values:
            facets.append(Facet(name, tuple(values)))
    return tuple(facets)
