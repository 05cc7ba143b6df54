"""How many processors this process may use: one answer for all who divide work among processes."""

import os
import sys


def processors() -> int:
    """Return the number of processors that this process may use, at least 1.

    Fewer than the machine has where `taskset`, systemd's `CPUAffinity=` or a container's cpuset
    says so. A share of their time (`CPUQuota=`) is no such number; that is said by `children`.
    """
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
