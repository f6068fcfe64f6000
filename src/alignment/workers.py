"""When a second process may be forked."""

from __future__ import annotations

import multiprocessing
import os
import threading


def may_fork() -> bool:
    """Whether this process may fork: the system can, it has a single thread, and it is not a daemon process.

    Spawned workers would run a user's script again if it has no
    ``if __name__ == "__main__"``. Forked workers do not, but forking is not safe
    beside running threads, and a daemon process may have no children.
    """
    return (
        "fork" in multiprocessing.get_all_start_methods()
        and os.name == "posix"
        and threading.active_count() == 1
        and not multiprocessing.current_process().daemon
    )


def can_fork() -> bool:
    """Whether a forked worker saves time: this process may fork, and there are at least two cores."""
    return (os.cpu_count() or 1) > 1 and may_fork()
