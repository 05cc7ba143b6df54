"""One run: the lock, the stages in order, the record of how it went."""
