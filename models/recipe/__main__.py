"""Make the files of models/ again: ``python -m models.recipe [STEP...]``, from the root of the repository.

Runs the steps of pipeline.yaml that are due (an output is missing, or older
than what it is made of), of all steps or of those that are named, each after
the steps that make its inputs. Git keeps no times: in a fresh clone they say
nothing. ``--list`` shows the steps and runs nothing, ``--force`` runs them
whatever their times.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from models.recipe.options import say
from models.recipe.pipeline import PipelineError, Step, chosen, due, load, missing

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def command(step: Step, root: Path, limit: int | None = None) -> list[str]:
    """The command line of a step."""
    _, *words = step.command.split()
    given = [sys.executable, *words, "--root", str(root)]
    given += [] if step.seed is None else ["--seed", str(step.seed)]
    return given + ([] if limit is None else ["--limit", str(limit)])


def run(steps: Sequence[Step], names: Sequence[str], root: Path, *, force: bool, limit: int | None) -> None:
    """Run the named steps, or all, in their order.

    Raises:
        PipelineError: a step has no input, has failed, or has not made what it should.
    """
    reasons = due(steps, root, names)
    for step in chosen(steps, names):
        why = reasons.get(step.name, "forced" if force else "")
        if not why:
            say(f"{step.name}: up to date")
            continue
        lacking = missing(step, steps, root)
        if lacking:
            raise PipelineError(f"{step.name}: {'; '.join(lacking)}")
        say(f"{step.name}: {step.about} ({why}; about {step.hours:g} h)")
        if subprocess.run(command(step, root, limit), cwd=REPOSITORY, check=False).returncode:
            raise PipelineError(f"{step.name} has failed")
        absent = [name for name in step.outputs if not (root / name).is_file()]
        if absent:
            raise PipelineError(f"{step.name} has not made {', '.join(absent)}")


def show(steps: Sequence[Step], names: Sequence[str], root: Path) -> None:
    """Each step: its state, what it reads and makes."""
    reasons = due(steps, root, names)
    for step in chosen(steps, names):
        extra = f", extra [{step.extra}]" if step.extra else ""
        say(f"{step.name}: {step.about} (about {step.hours:g} h{extra}): {reasons.get(step.name, 'up to date')}")
        say(f"  {' '.join(step.inputs)} → {' '.join(step.outputs)}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and run the pipeline."""
    parser = argparse.ArgumentParser(prog="python -m models.recipe", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help="only these steps")
    parser.add_argument("--list", action="store_true", help="show the steps and which are due")
    parser.add_argument("--force", action="store_true", help="run the steps whatever the times of files")
    parser.add_argument("--limit", type=int, default=None, help="at most so many training steps, to try it out")
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="another folder with corpora/ and models/")
    given = parser.parse_args(arguments)
    try:
        steps = load()
        if given.list:
            show(steps, given.steps, given.root)
        else:
            run(steps, given.steps, given.root.resolve(), force=given.force, limit=given.limit)
    except PipelineError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
