-- What was erased from the WARC files, by the ids their tombstones name: never taken in again.
CREATE TABLE erased(
  capture_id TEXT PRIMARY KEY,
  at TEXT NOT NULL) WITHOUT ROWID;

-- WARC files written anew beside and to be put in the place of the old ones, all together.
CREATE TABLE rewrite(
  warc INTEGER PRIMARY KEY REFERENCES warc_file(id),
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  moves BLOB NOT NULL);                             -- zlib of JSON: [capture, offset, length, group_end]

-- What is still to be done behind an erasure: 'catalogue' (free pages), 'index' (built anew).
CREATE TABLE chore(name TEXT PRIMARY KEY) WITHOUT ROWID;
