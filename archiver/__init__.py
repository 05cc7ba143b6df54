"""Archive the records of citizen forums and search them by session, date and topic."""

__version__ = "0.1.0"
