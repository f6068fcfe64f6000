"""How the steps of a long run are told, and that part of them which counts one thing only."""

from __future__ import annotations

from collections.abc import Callable

# (stage, steps done, their number); whoever shows it names the stage (`alignment.cli.progress`).
Progress = Callable[[str, int, int], None]
# (things done, their number), of one stage.
Counting = Callable[[int, int], None]


def counting(progress: Progress | None, stage: str) -> Counting:
    """That part of a progress which counts one stage; without a progress it tells nobody."""
    return (lambda done, total: progress(stage, done, total)) if progress else (lambda done, total: None)
