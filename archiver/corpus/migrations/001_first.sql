-- The catalogue: what is in the WARC files, and the frontier. Times are ISO 8601 UTC with
-- microseconds where they name a moment, epoch seconds where the crawl counts with them.

CREATE TABLE crawl(
  id INTEGER PRIMARY KEY,
  crawl_id TEXT NOT NULL UNIQUE,
  site TEXT NOT NULL,
  software TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  robots_policy TEXT NOT NULL,
  config TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  state TEXT NOT NULL CHECK(state IN
    ('running', 'finished', 'partial', 'interrupted', 'limit', 'failed')),
  reason TEXT,
  counts TEXT);

CREATE TABLE host(
  origin TEXT PRIMARY KEY,
  next_allowed_at REAL NOT NULL,
  last_duration_s REAL,
  errors INTEGER NOT NULL,
  robots_state TEXT,
  robots_body BLOB,
  robots_fetched_at REAL,
  robots_expires_at REAL,
  crawl_delay_s REAL) WITHOUT ROWID;

CREATE TABLE url(
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  key TEXT NOT NULL,
  url TEXT NOT NULL,
  origin TEXT NOT NULL,
  depth INTEGER NOT NULL,
  role TEXT NOT NULL,
  priority INTEGER NOT NULL,
  via INTEGER REFERENCES url(id),
  hops TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('queued', 'leased', 'idle', 'excluded', 'dead', 'gone')),
  exclude_reason TEXT,
  not_before REAL NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  misses INTEGER NOT NULL DEFAULT 0,
  visits INTEGER NOT NULL DEFAULT 0,
  etag TEXT,
  last_modified TEXT,
  last_status INTEGER,
  last_capture TEXT,
  payload_capture INTEGER REFERENCES capture(id),  -- the newest with a whole 2xx payload
  payload_digest TEXT,
  last_fetched_at REAL,
  last_changed_at REAL,
  interval_s REAL,
  due_at REAL,
  decided_in INTEGER REFERENCES crawl(id),         -- the crawl that last set the state
  UNIQUE(site, key));
CREATE INDEX url_queue ON url(site, priority DESC, depth, id) WHERE state = 'queued';
CREATE INDEX url_state ON url(site, state);

-- Other spellings of a URL that share its key, so that links find their target.
CREATE TABLE url_form(
  site TEXT NOT NULL,
  form TEXT NOT NULL,
  url_id INTEGER NOT NULL REFERENCES url(id),
  PRIMARY KEY(site, form)) WITHOUT ROWID;

CREATE TABLE warc_file(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN ('crawl', 'import')),
  crawl INTEGER REFERENCES crawl(id),
  state TEXT NOT NULL CHECK(state IN ('open', 'closed')),
  committed_size INTEGER NOT NULL DEFAULT 0,
  sha256 TEXT,
  created_at TEXT NOT NULL,
  closed_at TEXT);

CREATE TABLE capture(
  id INTEGER PRIMARY KEY,
  capture_id TEXT NOT NULL UNIQUE,
  crawl INTEGER REFERENCES crawl(id),
  url_id INTEGER NOT NULL REFERENCES url(id),
  url TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('response', 'revisit_payload', 'revisit_304', 'imported')),
  warc INTEGER NOT NULL REFERENCES warc_file(id),
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  group_end INTEGER NOT NULL,
  record_id TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  status INTEGER,
  media_type TEXT,
  charset TEXT,
  payload_digest TEXT,
  payload_size INTEGER,
  head_length INTEGER NOT NULL,
  content_encoding TEXT,
  is_chunked INTEGER NOT NULL,
  ip TEXT,
  duration_ms INTEGER,
  attempt INTEGER,
  truncated TEXT,
  malformed TEXT,
  refers_to INTEGER REFERENCES capture(id),        -- the capture that holds the payload
  redirect_to INTEGER REFERENCES url(id),
  links_from INTEGER REFERENCES capture(id),       -- the capture whose links these are
  UNIQUE(warc, offset));
CREATE INDEX capture_payload ON capture(payload_digest)
  WHERE kind IN ('response', 'imported') AND truncated IS NULL;
CREATE INDEX capture_url ON capture(url_id, captured_at);

CREATE TABLE links(
  capture INTEGER PRIMARY KEY REFERENCES capture(id),
  count INTEGER NOT NULL,
  body BLOB NOT NULL);                              -- zlib of a JSON array of links

CREATE TABLE event(
  id INTEGER PRIMARY KEY,
  crawl INTEGER REFERENCES crawl(id),
  site TEXT NOT NULL,
  key TEXT,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL);
CREATE INDEX event_crawl ON event(crawl);

CREATE TABLE document(
  doc_id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL) WITHOUT ROWID;                -- JSON of the Document
CREATE INDEX document_key ON document(site, key);

CREATE TABLE version(
  doc_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  capture_id TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  payload_digest TEXT NOT NULL,
  text_digest TEXT NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY(doc_id, number)) WITHOUT ROWID;

-- What was found broken when the corpus was opened; `verify` reports it.
CREATE TABLE damage(
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,
  offset INTEGER NOT NULL,
  what TEXT NOT NULL,
  found_at TEXT NOT NULL,
  UNIQUE(file, offset, what));
