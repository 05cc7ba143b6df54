"""The same bytes give the same text: again, in any process, in any order, beside any others."""

from hashlib import sha256
from pathlib import Path

from archiver.codec import to_json
from archiver.errors import ExtractionError
from archiver.extract import Sandbox, Task, extract

SITE = Path(__file__).parent.parent.parent / "archiver" / "demo" / "site"


def tasks() -> list[Task]:
    paths = [*sorted(SITE.rglob("*.htm*"))[::6], *sorted(SITE.rglob("*.pdf"))[::5]]
    return [Task(path.read_bytes(), name=str(path)) for path in paths]


def digests(pool: Sandbox, order: list[Task]) -> dict[str, str]:
    return {
        task.name: sha256(to_json(found)).hexdigest() for task, found in pool.extract_all(order)
    }


def test_one_process_or_many_forwards_or_backwards_read_the_same() -> None:
    order = tasks()
    with Sandbox() as one, Sandbox(children=3) as many:
        first = digests(one, order)
        assert len(first) == len(order) >= 20
        assert digests(one, order) == first
        assert digests(many, order[::-1]) == first


def test_the_sandbox_reads_what_is_read_without_it() -> None:
    with Sandbox() as pool:
        for task, found in pool.extract_all(tasks()[::3]):
            try:
                alone = extract(task.data)
            except ExtractionError:
                assert found.status == "failed"
            else:
                assert found == alone, task.name
