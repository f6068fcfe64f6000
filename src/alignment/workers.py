"""When a second process may be forked."""

from __future__ import annotations

import multiprocessing
import os
import threading


def may_fork() -> bool:
    """Whether this process may fork: no threads yet, a system that forks, no child that may have none of its own.

    Spawned workers would run a user's script again where it has no
    ``if __name__ == "__main__"``; forked ones do not, but a fork must not
    happen beside running threads.
    """
    return (
        "fork" in multiprocessing.get_all_start_methods()
        and os.name == "posix"
        and threading.active_count() == 1
        and not multiprocessing.current_process().daemon
    )


def can_fork() -> bool:
    """Whether a forked worker would also gain time: it may be forked, and there are two cores."""
    return (os.cpu_count() or 1) > 1 and may_fork()
