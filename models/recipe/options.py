"""The options of a pipeline step: where the data are, the seed, a limit to try it out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from alignment.errors import AlignmentError
from alignment.settings import Settings, load_settings


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a step.

    ``root`` is the folder with corpora/ and models/. ``seed`` is the step's seed in
    the pipeline, if it has one. ``limit`` is the largest number of steps of one
    training; None: all.
    """

    root: Path
    seed: int = 0
    limit: int | None = None

    @property
    def models(self) -> Path:
        """The folder of the files that ship."""
        return self.root / "models"

    @property
    def corpora(self) -> Path:
        """The folder of standards and gold sets."""
        return self.root / "corpora"

    @property
    def recipe(self) -> Path:
        """The folder of files that only the recipe reads and that are in the repository."""
        return self.models / "recipe"

    @property
    def working(self) -> Path:
        """The folder of intermediate files, which are not in the repository; it is made if it does not exist."""
        folder = self.root / "build" / "models"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def shared(self) -> Path:
        """The folder of data that may not be shipped."""
        return self.root.parent / "shared" / "data"

    @property
    def settings(self) -> Settings:
        """Settings with this root as data folder; of the user's own settings only the cache folder is used."""
        return Settings(data_dir=str(self.root), cache_dir=load_settings().cache_dir)


def say(text: str) -> None:
    """Print a line and flush it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def progress(stage: str, done: int, total: int) -> None:
    """Print how far a stage is."""
    say(f"{stage} {done} of {total}")


def main(
    about: str | None, run: Callable[[Options], None], arguments: Sequence[str] | None = None, *, seeded: bool = False
) -> None:
    """Parse the command line of a step and run it; an `AlignmentError` ends it with one line.

    A ``seeded`` step needs a seed, because another seed gives other weights.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--root", type=Path, default=Path(), help="folder with corpora/ and models/")
    if seeded:
        parser.add_argument("--seed", type=int, required=True, help="seed of all random choices, see pipeline.yaml")
    parser.add_argument("--limit", type=int, default=None, help="at most so many training steps, to try it out")
    given = parser.parse_args(arguments)
    try:
        run(Options(root=given.root.resolve(), seed=given.seed if seeded else 0, limit=given.limit))
    except AlignmentError as error:
        sys.exit(str(error))
