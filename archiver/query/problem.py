"""What is wrong with a stretch of a query, before its place in the query is known. Pure: no I/O."""


class Problem(Exception):  # noqa: N818 - never leaves this package: parse makes it a QueryError
    """A word or value that cannot be understood, and what to write instead."""

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
