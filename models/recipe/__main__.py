"""Make the files of models/ again: ``python -m models.recipe [STEP...]``, from the root of the repository.

Runs the steps of pipeline.yaml that are due, all of them or those that are
named, each after the steps that make its inputs. A step is due if an output is
missing or older than an input. Git does not store times of files, so in a fresh
clone these times mean nothing. ``--list`` shows the steps and runs nothing,
``--force`` runs steps even if they are not due.
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
    line = [sys.executable, *words, "--root", str(root)]
    line += [] if step.seed is None else ["--seed", str(step.seed)]
    return line + ([] if limit is None else ["--limit", str(limit)])


def run(steps: Sequence[Step], names: Sequence[str], root: Path, *, force: bool, limit: int | None) -> None:
    """Run the named steps, or all that are due, in their order.

    Args:
        steps: the pipeline.
        names: names of steps; empty: all.
        root: the folder with corpora/ and models/.
        force: run the steps even if they are not due.
        limit: at most so many training steps, to try the pipeline out.

    Raises:
        PipelineError: a step lacks an input, fails, or does not make an output.
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
    """Print each step with its state, inputs and outputs."""
    reasons = due(steps, root, names)
    for step in chosen(steps, names):
        extra = f", extra [{step.extra}]" if step.extra else ""
        say(f"{step.name}: {step.about} (about {step.hours:g} h{extra}): {reasons.get(step.name, 'up to date')}")
        say(f"  {' '.join(step.inputs)} → {' '.join(step.outputs)}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and run the pipeline."""
    parser = argparse.ArgumentParser(prog="python -m models.recipe", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help="only these steps")
    parser.add_argument("--list", action="store_true", help="show the steps and say which are due")
    parser.add_argument("--force", action="store_true", help="run the steps even if they are not due")
    parser.add_argument("--limit", type=int, default=None, help="at most N training steps, to try it out")
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="another folder with corpora/ and models/")
    options = parser.parse_args(arguments)
    try:
        steps = load()
        if options.list:
            show(steps, options.steps, options.root)
        else:
            run(steps, options.steps, options.root.resolve(), force=options.force, limit=options.limit)
    except PipelineError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
