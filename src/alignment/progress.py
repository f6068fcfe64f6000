"""Types of the callbacks through which long runs report their progress."""

from __future__ import annotations

from collections.abc import Callable

# (stage, number of steps done, number of all steps); `alignment.cli.progress` has the words for each stage.
Progress = Callable[[str, int, int], None]
# (number done, number of all), for a single stage.
Counting = Callable[[int, int], None]


def counting(progress: Progress | None, stage: str) -> Counting:
    """A callback (done, total) that calls ``progress`` for one stage; without a ``progress`` it does nothing."""
    return (lambda done, total: progress(stage, done, total)) if progress else (lambda done, total: None)
