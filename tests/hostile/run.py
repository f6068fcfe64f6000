"""Read hostile files, each in a process of its own: ``python -m tests.hostile.run`` prints what became of all of them.

``--json GROUP...`` prints a line for each kind whose name begins with a group, for the tests.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import tempfile
from pathlib import Path

from tests.hostile import documents, pdfs, plans, texts, workbooks  # noqa: F401  (they register their kinds)
from tests.hostile.kinds import KINDS, Kind

# So little that what has no end ends soon; a text gets a third. Of memory half of what users have.
SECONDS, MEMORY_MB = 30, 1000


def read(kind: Kind, path: Path) -> tuple[int, str]:
    """Exit code and message of reading a file in this process, as the command would give them."""
    from alignment.errors import AlignmentError
    from alignment.programs import load
    from alignment.review.results import read_result
    from alignment.settings import Settings
    from alignment.standards import read_card
    from alignment.standards.readers import read_file

    settings = Settings(cache=False, ocr="off", read_seconds=SECONDS, read_memory_mb=MEMORY_MB)
    try:
        if kind.role == "program":
            program = load([path], settings)
            left = [item.error for item in program.unread]
            return 0, " ".join([*left, *map(str, program.warnings)])
        if kind.role == "standard":
            read_file(path, settings)
        elif kind.role == "card":
            read_card(path, settings)
        else:
            read_result(path, settings)
    except AlignmentError as error:
        return error.exit_code, str(error)
    return 0, ""


def tried(kind: Kind, folder: Path) -> dict[str, object]:
    """What became of a kind: exit code (3: a fault), message, processor seconds and peak megabytes of its processes."""
    path = folder / f"file{kind.suffix}"
    kind.make(path)
    answer = folder / "answer.json"
    child = os.fork()
    if not child:
        code, said = 3, ""
        try:
            code, said = read(kind, path)
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        answer.write_text(json.dumps([code, said]), encoding="utf-8")
        os._exit(0)
    _pid, status, used = os.wait4(child, 0)
    code, said = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else (3, f"status {status}")
    answer.unlink(missing_ok=True)
    path.unlink()
    return {
        "name": kind.name,
        "exit": code,
        "said": said,
        "seconds": round(used.ru_utime + used.ru_stime, 2),
        "mb": used.ru_maxrss // 1024,
    }


def wrong(kind: Kind, found: dict[str, object]) -> str:
    """What is not as it must be, or an empty string."""
    said = str(found["said"])
    if found["exit"] != kind.exit:
        return f"exit {found['exit']} instead of {kind.exit}: {said[:300]}"
    if not re.search(kind.said, said):
        return f"said {said[:300]!r}, not {kind.said!r}"
    if "broke on it" in said:
        return f"it broke the reader: {said[:300]}"
    return "" if kind.exit == 0 or f"file{kind.suffix}" in said else f"does not name the file: {said[:300]}"


def main(arguments: list[str]) -> int:
    """Try all kinds, or those of some groups; returns 1 when one was mishandled."""
    as_json = arguments[:1] == ["--json"]
    groups = tuple(arguments[1:] if as_json else arguments)
    # What readers use is loaded once, here, not in each process.
    import pypdfium2  # noqa: F401
    import python_calamine  # noqa: F401

    from alignment.programs import load  # noqa: F401
    from alignment.review.results import read_result  # noqa: F401

    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in KINDS.items():
            if groups and not name.startswith(groups):
                continue
            result = tried(kind, Path(folder))
            results.append(result)
            fault = wrong(kind, result)
            if as_json:
                sys.stdout.write(json.dumps({**result, "wrong": fault, "said": str(result["said"])[:500]}) + "\n")
            elif fault:
                sys.stdout.write(f"{name}: {fault}\n")
            sys.stdout.flush()
    if not as_json:
        bad = sum(bool(wrong(KINDS[str(item["name"])], item)) for item in results)
        sys.stdout.write(f"{len(results)} kinds, {bad} mishandled\n")
        for key in ("seconds", "mb"):
            worst = sorted(results, key=lambda item: -float(str(item[key])))[:5]
            sys.stdout.write(f"most {key}: " + "; ".join(f"{item['name']} {item[key]}" for item in worst) + "\n")
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        sys.stdout.write(
            f"{sum(item.ru_utime + item.ru_stime for item in used):.0f} seconds of processor time in all\n"
        )
        return int(bad > 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
