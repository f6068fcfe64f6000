"""The declared pipeline: its steps with inputs and outputs, their order, and which steps are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import msgspec

FILE = Path(__file__).parent / "pipeline.yaml"
# Files below this folder are intermediate: only other steps read them.
WORKING = "build/"


class PipelineError(Exception):
    """The pipeline cannot be read or run; the message says where and why."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step of the pipeline.

    ``command`` runs a module of ``models.recipe.steps`` with the options of
    `models.recipe.options`. ``inputs`` and ``outputs`` are paths relative to the
    root of the repository; a folder stands for all files in it. ``hours`` is the
    time on two cores, ``extra`` the extra of the package that the step needs.
    """

    name: str
    about: str
    command: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    hours: float
    seed: int | None = None
    extra: str = ""

    @property
    def module(self) -> str:
        """The module that the command runs."""
        return self.command.split()[-1]

    @property
    def intermediate(self) -> bool:
        """Whether only other steps read its outputs."""
        return all(name.startswith(WORKING) for name in self.outputs)


class _Pipeline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    steps: tuple[Step, ...]


def load(path: Path = FILE) -> tuple[Step, ...]:
    """The steps of a file, each after the steps that make its inputs.

    Raises:
        PipelineError: the file is damaged, two steps have the same name or output, or steps depend on each other in a
            circle.
    """
    try:
        steps = msgspec.yaml.decode(path.read_bytes(), type=_Pipeline).steps
    except (OSError, msgspec.MsgspecError) as error:
        raise PipelineError(f"{path}: {error}") from error
    for what, result in (
        ("two steps are called", [step.name for step in steps]),
        ("two steps make", [output for step in steps for output in step.outputs]),
    ):
        for name in result:
            if result.count(name) > 1:
                raise PipelineError(f"{path}: {what} {name}")
    return ordered(steps, path)


def ordered(steps: Sequence[Step], path: Path = FILE) -> tuple[Step, ...]:
    """The steps, each after the steps that make its inputs, otherwise in the order of the file.

    Raises:
        PipelineError: steps depend on each other in a circle.
    """
    maker = {output: step.name for step in steps for output in step.outputs}
    by_name = {step.name: step for step in steps}
    graph = TopologicalSorter({step.name: [maker[name] for name in step.inputs if name in maker] for step in steps})
    try:
        return tuple(by_name[name] for name in graph.static_order())
    except CycleError as error:
        raise PipelineError(f"{path}: steps wait for each other: {' → '.join(error.args[1])}") from error


def chosen(steps: Sequence[Step], names: Sequence[str]) -> tuple[Step, ...]:
    """The steps with these names, or all steps, in the order of the pipeline.

    Raises:
        PipelineError: a name is unknown.
    """
    unknown = sorted(set(names) - {step.name for step in steps})
    if unknown:
        known = ", ".join(step.name for step in steps)
        raise PipelineError(f"there is no step {', '.join(unknown)}; the steps are {known}")
    return tuple(step for step in steps if not names or step.name in names)


def missing(step: Step, steps: Sequence[Step], root: Path) -> list[str]:
    """A message for each missing input of a step, with the command that makes it."""
    maker = {output: other.name for other in steps for output in other.outputs}
    return [
        f"{name} is missing" + (f" (python -m models.recipe {maker[name]})" if name in maker else "")
        for name in step.inputs
        if not (root / name).exists()
    ]


def due(steps: Sequence[Step], root: Path, names: Sequence[str] = ()) -> dict[str, str]:
    """The steps that must run, in their order, each with its reason.

    A step is due if an output is missing or older than an input (also than the
    inputs of steps before it), or if a step before it is due. Without ``names``, a
    step with only intermediate outputs (below `WORKING`) is due only if a step that
    needs them is due: a fresh clone has all files that ship and no intermediate
    files.
    """
    maker = {output: step for step in steps for output in step.outputs}
    why: dict[str, str] = {}
    spreading: set[str] = set()
    for step in steps:
        before = [maker[name].name for name in step.inputs if name in maker and maker[name].name in spreading]
        absent = [name for name in step.outputs if not (root / name).is_file()]
        if absent:
            why[step.name] = f"{absent[0]} is missing"
        elif _newest(step, maker, root) > min(_changed(root / name) for name in step.outputs):
            why[step.name] = "something that it is made of is newer"
        elif before:
            why[step.name] = f"{before[0]} is due"
        if before or (step.name in why and not (absent and step.intermediate)):
            spreading.add(step.name)
    if names:
        return {step.name: why[step.name] for step in chosen(steps, names) if step.name in why}
    needed: set[str] = set()
    for step in reversed(steps):
        if step.name in why and (step.name in needed or not step.intermediate):
            needed |= {step.name, *(maker[name].name for name in step.inputs if name in maker)}
    return {step.name: why[step.name] for step in steps if step.name in needed and step.name in why}


def _newest(step: Step, maker: Mapping[str, Step], root: Path) -> int:
    """The time of the newest input of a step, including inputs of the steps before it, in nanoseconds."""
    return max(
        (max(_changed(root / name), _newest(maker[name], maker, root) if name in maker else 0) for name in step.inputs),
        default=0,
    )


def _changed(path: Path) -> int:
    """The time of a file, or of the newest file in a folder, in nanoseconds; 0 if there is none."""
    files: Iterable[Path] = path.rglob("*") if path.is_dir() else [path]
    return max((item.stat().st_mtime_ns for item in files if item.is_file()), default=0)
