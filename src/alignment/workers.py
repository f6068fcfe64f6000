"""When a second process may be forked."""

from __future__ import annotations

import multiprocessing
import os
import threading


def can_fork() -> bool:
    """Whether this process may fork a worker: two cores, no threads yet, a system that forks.

    Spawned workers would run a user's script again where it has no
    ``if __name__ == "__main__"``; forked ones do not, but a fork must not
    happen beside running threads.
    """
    return (
        (os.cpu_count() or 1) > 1
        and "fork" in multiprocessing.get_all_start_methods()
        and os.name == "posix"
        and threading.active_count() == 1
    )
