"""Mutation tests of matching/ and evaluation/: ``python -m tests.mutation [N]``; writes docs/mutation.md (N mutants,
two at a time).

cosmic-ray changes one operator, number or keyword at a time in a copy of the
repository and runs the unit tests of these two rooms; a mutant that they do not
notice has survived. A sample is drawn by a fixed seed over all mutants.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "mutation.md"
SEED, SAMPLE, AT_ONCE = 20261125, 300, 2
TESTS = [
    f"tests/unit/{name}.py"
    for name in (
        "evaluation/test_exact",
        "matching/test_matching",
        "matching/test_joint_evidence",
        "matching/test_diff",
        "evaluation/test_tune",
        "evaluation/test_evaluate",
        "evaluation/test_tuning",
        "recipe/test_training",
    )
]
# Half a minute for each mutant, or the installed command, which is not the mutated one.
SLOW = [
    "tests/unit/matching/test_diff.py::test_the_two_editions_of_40_039",
    "tests/unit/matching/test_diff.py::test_the_command",
]
# A | in an annotation is never evaluated.
ANNOTATIONS = "core/ReplaceBinaryOperator_BitOr_%"
CONFIG = """
[cosmic-ray]
module-path = ["src/alignment/matching", "src/alignment/evaluation"]
timeout = 120.0
excluded-modules = []
test-command = "{python} -m pytest -q -x -p no:cacheprovider -p no:cov {tests} --deselect {slow}"

[cosmic-ray.distributor]
name = "local"
"""


class Mutant(NamedTuple):
    """One change and what became of it: KILLED, SURVIVED or INCOMPETENT."""

    path: str
    line: int
    name: str
    outcome: str
    diff: str


def prepared(place: Path, chosen: int, part: int) -> tuple[Path, int]:
    """A copy of the repository with a session that holds this part of the sample, and how many mutants there are."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(place)], check=True)
    config = CONFIG.format(python=sys.executable, tests=" ".join(TESTS), slow=" --deselect ".join(SLOW))
    (place / "mutation.toml").write_text(config, encoding="utf-8")
    session = place / "mutation.sqlite"
    subprocess.run(["cosmic-ray", "init", "mutation.toml", str(session)], cwd=place, check=True)
    with sqlite3.connect(session) as base:
        base.execute("DELETE FROM mutation_specs WHERE operator_name LIKE ?", (ANNOTATIONS,))
        order = "module_path, operator_name, start_pos_row, start_pos_col, occurrence"
        every = [row[0] for row in base.execute(f"SELECT job_id FROM mutation_specs ORDER BY {order}")]
        own = random.Random(SEED).sample(range(len(every)), min(chosen, len(every)))[part::AT_ONCE]
        kept = [(every[index],) for index in own]
        base.execute("CREATE TEMP TABLE kept (job_id)")
        base.executemany("INSERT INTO kept VALUES (?)", kept)
        for table in ("mutation_specs", "work_items"):
            base.execute(f"DELETE FROM {table} WHERE job_id NOT IN (SELECT job_id FROM kept)")
    return session, len(every)


def outcomes(session: Path) -> list[Mutant]:
    """What became of every mutant of a session."""
    with sqlite3.connect(session) as base:
        rows = base.execute(
            "SELECT module_path, start_pos_row, operator_name, COALESCE(test_outcome, 'INCOMPETENT'), COALESCE(diff, '') "
            "FROM mutation_specs JOIN work_results USING (job_id)"
        )
        return [Mutant(*row) for row in rows]


def variables(place: Path, cache: Path) -> dict[str, str]:
    """The environment of tests in a copy: its own source first, one kept cache, the data beside the real checkout."""
    own = {
        "PYTHONPATH": str(place / "src"),
        "ALIGNMENT_TEST_CACHE": str(cache),
        "ALIGNMENT_SHARED": str(ROOT.parent / "shared"),
        "OMP_NUM_THREADS": "1",
    }
    return {**os.environ, **own}


def page(found: list[Mutant], total: int) -> str:
    """The score, by file, and every survivor."""
    counts = Counter(item.outcome for item in found)
    judged = counts["KILLED"] + counts["SURVIVED"]
    lines = [
        "# Mutation tests",
        "",
        f"Made by `python -m tests.mutation {len(found)}` on {date.today().isoformat()}: {len(found)} of {total} mutants of "
        f"`matching/` and `evaluation/`, drawn by a fixed seed. **{counts['KILLED']} of {judged} "
        f"killed: {counts['KILLED'] / max(judged, 1):.0%}**; {counts['INCOMPETENT']} did not run at all.",
        "",
        "| file | mutants | killed |",
        "|---|---:|---:|",
    ]
    files = sorted({item.path for item in found})
    for path in files:
        own = [item for item in found if item.path == path and item.outcome in ("KILLED", "SURVIVED")]
        killed = sum(item.outcome == "KILLED" for item in own)
        lines.append(f"| {Path(path).relative_to('src/alignment')} | {len(own)} | {killed} |")
    lines += ["", "## Survivors", "", "| place | change |", "|---|---|"]
    for item in sorted(found):
        if item.outcome == "SURVIVED":
            changed = [
                line[1:].strip()
                for line in item.diff.splitlines()
                if line[:1] in "+-" and line[:3] not in ("+++", "---")
            ]
            shown = " → ".join(f"`{text}`".replace("|", "\\|") for text in changed[:2])
            lines.append(f"| {Path(item.path).relative_to('src/alignment')}:{item.line} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw, run, write."""
    chosen = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    work = Path(tempfile.mkdtemp(prefix="mutation-"))
    cache = work / "cache"
    cache.mkdir()
    try:
        both = [prepared(work / str(part), chosen, part) for part in range(AT_ONCE)]
        sessions, total = [session for session, _ in both], both[0][1]
        running = []
        for session in sessions:
            own = variables(session.parent, cache)
            # Without a change the tests must pass, else every mutant would count as killed; this fills the cache, too.
            subprocess.run(["cosmic-ray", "baseline", "mutation.toml"], cwd=session.parent, env=own, check=True)
            command = ["cosmic-ray", "exec", "mutation.toml", str(session)]
            running.append(subprocess.Popen(command, cwd=session.parent, env=own))
        for process in running:
            process.wait()
        result = [item for session in sessions for item in outcomes(session)]
    finally:
        shutil.rmtree(work, ignore_errors=True)
    PAGE.write_text(page(result, total), encoding="utf-8")
    sys.stdout.write(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
