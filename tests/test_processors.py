"""Tests of archiver/processors.py."""

import os
import subprocess
import sys

import pytest

from archiver.processors import processors


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinity")
def test_a_process_bound_to_one_processor_counts_one() -> None:
    one = min(os.sched_getaffinity(0))
    code = (
        "import os; from archiver.processors import processors; "
        f"os.sched_setaffinity(0, {{{one}}}); print(processors())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_a_system_without_affinity_counts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sched_getaffinity", "process_cpu_count"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(sys, "version_info", (3, 12))
    assert processors() == 3


def test_a_system_that_does_not_know_counts_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    monkeypatch.setattr(sys, "version_info", (3, 12))
    assert processors() == 1
