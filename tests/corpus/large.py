"""Stores and reads back a body of 100 MiB; prints the peak memory of the process in MiB."""

import hashlib
import sys
import tempfile
from pathlib import Path

from archiver.corpus import Corpus
from tests.corpus.making import SITE, crawl_start, exchange, recording

SIZE = 100 * 1024 * 1024


def main(folder: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as file, Corpus.open(Path(folder)) as corpus:
        file.write(head)
        file.truncate(len(head) + SIZE)
        for _ in range(100):
            digest.update(b"\0" * (SIZE // 100))
        answer = exchange("/a.pdf", b"", headers=(("Content-Type", "application/pdf"),))
        answer.response, answer.head_length = file, len(head)
        answer.response_length, answer.payload_length = len(head) + SIZE, SIZE
        answer.payload_digest = "sha256:" + digest.hexdigest()
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start())
        (capture,) = store.record([recording("/a.pdf", answer)])
        assert capture is not None
        with corpus.read_payload(capture.capture_id) as payload:
            assert payload.seek(0, 2) == SIZE
    # Not ru_maxrss: that starts with the peak of the process that forked this one.
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    sys.stdout.write(str(int(peak.split()[1]) // 1024))


if __name__ == "__main__":
    main(sys.argv[1])
