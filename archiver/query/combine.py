"""Put parts together: flat And and Or, no double Not, the same field repeated is an Or.

Pure: no I/O.
"""

from collections.abc import Sequence

from archiver.query.tree import (
    And,
    DateRange,
    FieldText,
    FieldValue,
    Node,
    Not,
    NumberRange,
    Or,
    Span,
    print_query,
)


def disjunction(parts: Sequence[Node], span: Span) -> Node:
    """Return one of the parts: an Or without Ors in it, or the only part itself."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else (part,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat), span)


def negation(part: Node, span: Span) -> Node:
    """Return the contrary of a part; of a Not, what it denied."""
    return part.part if isinstance(part, Not) else Not(part, span)


def conjunction(segments: Sequence[Sequence[Node]], span: Span, notes: list[str]) -> Node:
    """Return all of the parts; a segment is what is joined by blanks, an AND begins the next.

    Within a segment parts of one field become an Or; an open beginning and an open end of one
    field become the range between them, which is noted.
    """
    flat: list[Node] = []
    for segment in segments:
        for part in _by_field(segment, notes):
            flat.extend(part.parts if isinstance(part, And) else (part,))
    return flat[0] if len(flat) == 1 else And(tuple(flat), span)


def field_of(node: Node) -> str | None:
    """Return the field a node asks for, also of an Or of one field; else None."""
    if isinstance(node, FieldText | FieldValue | NumberRange | DateRange):
        return node.field
    if isinstance(node, Or):
        names = {field_of(part) for part in node.parts}
        return names.pop() if len(names) == 1 else None
    return None


def _by_field(segment: Sequence[Node], notes: list[str]) -> list[Node]:
    groups: dict[object, list[Node]] = {}
    for index, node in enumerate(segment):
        groups.setdefault(field_of(node) or index, []).append(node)
    return [_one_field(group, notes) for group in groups.values()]


def _one_field(group: list[Node], notes: list[str]) -> Node:
    if len(group) == 1:
        return group[0]
    span = (group[0].span[0], group[-1].span[1])
    if len(group) == 2 and (both := _between(group[0], group[1], span)) is not None:
        notes.append(f"two bounds of one field were read as the range {print_query(both)}")
        return both
    return disjunction(group, span)


def _between(one: Node, other: Node, span: Span) -> Node | None:
    """Return the range between an open-ended lower and an open-ended upper bound, if they meet."""
    match one, other:
        case (DateRange(field, start, None), DateRange(_, None, end)) | (
            DateRange(field, None, end),
            DateRange(_, start, None),
        ) if start is not None and end is not None and start <= end:
            return DateRange(field, start, end, span)
        case (NumberRange(name, low, None), NumberRange(_, None, high)) | (
            NumberRange(name, None, high),
            NumberRange(_, low, None),
        ) if low is not None and high is not None and low <= high:
            return NumberRange(name, low, high, span)
    return None
