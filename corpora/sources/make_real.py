"""Write the first part of the judged corpus of real programs and standards, corpora/gold/real, from its sources.

The second and third part, 557 sets, were added to the tables later (the card says how); do not write over them. The
card is written by real_card.py from all tables.

python corpora/sources/make_real.py SHARED_DIR POOLS_DIR JUDGED_DIR LATER_DIR OUT_DIR

SHARED_DIR holds data/judged (sets judged before) and data/itmo_programs (the programs); POOLS_DIR the pools NN.json;
JUDGED_DIR the readers' files NN.<letter>.txt; LATER_DIR candidates that a later model put first and nobody had judged
(SET.json) with a reader's grades (SET.txt). A requirement whose pool was not graded whole is left out. The same
sources give the same bytes; nothing but the files named in ``write`` is touched. The kept pairs of how.md are refused.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from real_programs import Source, Statements
from real_sets import FIELDS, POOLED, SHARED, Named

from alignment.model import Standard
from alignment.settings import Settings
from alignment.standards import find

ROOT = Path(__file__).parents[2]
GRADE = re.compile(r"(\d+):([012])(?!\d)")
VERDICTS = ("gap", "partial", "covered")
ONET_EDITION = "18.1"
# Readers of this letter and later ones came second where an earlier one had judged.
SECOND_FIRST = "G"


@dataclass(frozen=True)
class Asked:
    """A requirement as it was judged: the candidates are (discipline, text, kind, grade)."""

    id: str
    kind: str
    function_code: str
    function: str
    standard_title: str
    text: str
    verdict: str
    reason: str
    candidates: tuple[tuple[str, str, str, int], ...]


@dataclass
class Judged:
    """A set with its requirements; ``second`` holds the second reading, by the requirement's id."""

    named: Named
    reader: str
    edition: str = ""
    asked: list[Asked] = field(default_factory=list)
    second: dict[str, Asked] = field(default_factory=dict)
    left_out: int = 0


def tell(text: str) -> None:
    """Tell the maker's user."""
    sys.stdout.write(text + "\n")


def one_line(text: str) -> str:
    """The text without tabs and line ends, which would break the table."""
    return " ".join(text.split())


def _function(identifier: str, given: str) -> tuple[str, str]:
    """The function's code, unique within the set, and its name."""
    return identifier.rpartition("-")[0], one_line(given.partition(" ")[2])


def read_shared(folder: Path, named: Named, source: str) -> Judged:
    """A set of shared/data/judged."""
    with (folder / f"{source}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    by_id: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_id[row["requirement_id"]].append(row)
    result = Judged(named, "shared")
    for identifier, own in by_id.items():
        first = own[0]
        candidates = tuple((r["discipline"], r["statement"], r["statement_kind"], int(r["grade"])) for r in own)
        code, name = _function(identifier, first["function"])
        texts = (one_line(first["requirement"]), first["verdict"], one_line(first["reason"]))
        result.asked.append(Asked(identifier, first["kind"], code, name, "", *texts, candidates))
    return result


def _lines(path: Path) -> dict[str, list[str]]:
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {row[0]: row for row in rows if len(row) >= 3}


def _reading(items: Sequence[dict[str, object]], path: Path) -> dict[str, Asked]:
    """What one reader said of the items that he graded whole."""
    lines = _lines(path)
    result = {}
    for item in items:
        identifier, candidates = str(item["id"]), item["candidates"]
        assert isinstance(candidates, list)
        row = lines.get(identifier)
        grades = {int(number): int(grade) for number, grade in GRADE.findall(row[2])} if row else {}
        if not row or set(grades) != set(range(1, len(candidates) + 1)) or row[1] not in VERDICTS:
            continue
        graded = tuple((c["discipline"], c["text"], c["kind"], grades[k]) for k, c in enumerate(candidates, 1))
        code, name = _function(identifier, str(item["function"]))
        given = str(item["standard"])
        title = given if given.startswith("O*NET") else ""
        reason = one_line(row[3]) if len(row) > 3 else ""
        texts = (one_line(str(item["text"])), row[1], reason)
        result[identifier] = Asked(identifier, str(item["kind"]), code, name, title, *texts, graded)
    return result


def read_pooled(pools: Path, judged: Path, number: str, named: Named) -> Judged | None:
    """A set of the pools with its first and, where there is one, second reading; None where nobody has judged it."""
    pool = json.loads((pools / f"{number}.json").read_text(encoding="utf-8"))
    items = pool["items"]
    if pool["program"] != named.program:
        sys.exit(f"pool {number} is of {pool['program']}, not of {named.program}")
    readers = sorted(path.name.split(".")[1] for path in judged.glob(f"{number}.*.txt"))
    readers.sort(key=lambda letter: letter >= SECOND_FIRST)
    if not items or not readers:
        return None
    result = Judged(named, readers[0])
    result.asked = list(_reading(items, judged / f"{number}.{readers[0]}.txt").values())
    result.left_out = len(items) - len(result.asked)
    if len(readers) > 1:
        kept = {item.id for item in result.asked}
        again = _reading(items, judged / f"{number}.{readers[1]}.txt")
        result.second = {key: item for key, item in again.items() if key in kept}
    return result


def settle(result: Judged) -> int:
    """Bring the requirements to the standard that ships: its title, and its ids and kinds where the source had others.

    Returns:
        how many requirements got another id.

    Raises:
        SystemExit: a requirement is not in the standard.
    """
    if result.named.standard == "O*NET":
        result.edition = ONET_EDITION
        return 0
    standard = find(_path(result.named.standard), Settings())
    result.edition = ", ".join(filter(None, (standard.order, standard.date)))
    known = {item.id: item for _, _, item in standard.requirements()}
    moved: dict[str, tuple[str, str]] = {}
    for item in result.asked:
        own = known.get(item.id)
        if own is None or one_line(own.text) != item.text or str(own.kind) != item.kind:
            moved[item.id] = _same(standard, item)

    def put(item: Asked) -> Asked:
        identifier, kind = moved.get(item.id, (item.id, item.kind))
        return replace(item, id=identifier, kind=kind, standard_title=standard.title)

    result.asked = [put(item) for item in result.asked]
    result.second = {item.id: item for item in map(put, result.second.values())}
    if len({item.id for item in result.asked}) != len(result.asked):
        sys.exit(f"{result.named.name}: a requirement stands twice")
    return len(moved)


def add_later(result: Judged, folder: Path) -> tuple[int, int]:
    """Add candidates that were judged later: a grade above those before lifts the verdict, as the guide has it.

    Returns:
        grades that were added, and verdicts that they lifted.
    """
    pool, given = folder / f"{result.named.name}.json", folder / f"{result.named.name}.txt"
    if not (pool.is_file() and given.is_file()):
        return 0, 0
    shown = {item["requirement"]: item["candidates"] for item in json.loads(pool.read_text(encoding="utf-8"))}
    rows = [line.split("\t") for line in given.read_text(encoding="utf-8").splitlines() if "\t" in line]
    added = lifted = 0
    kept = {item.id: place for place, item in enumerate(result.asked)}
    for identifier, marks in (row[:2] for row in rows):
        grades = {int(number): int(grade) for number, grade in GRADE.findall(marks)}
        if set(grades) != set(range(1, len(shown[identifier]) + 1)):
            continue
        item = result.asked[kept[identifier]]
        more = tuple((c["discipline"], c["text"], c["kind"], grades[n]) for n, c in enumerate(shown[identifier], 1))
        verdict = max(item.verdict, VERDICTS[max(grades.values())], key=VERDICTS.index)
        lifted += verdict != item.verdict
        added += len(more)
        result.asked[kept[identifier]] = replace(item, candidates=(*item.candidates, *more), verdict=verdict)
    return added, lifted


def _path(code: str) -> str:
    return str(ROOT / "corpora" / "standards" / f"{code}.xml")


def _same(standard: Standard, item: Asked) -> tuple[str, str]:
    for _, function, own in standard.requirements():
        if function.code == item.function_code and one_line(own.text) == item.text:
            return own.id, str(own.kind)
    sys.exit(f"{standard.code}: no requirement '{item.text}' in {item.function_code}")


def _table(path: Path, head: str, rows: Iterable[Sequence[object]]) -> None:
    lines = ["\t".join(map(str, row)) for row in rows]
    assert all(line.count("\t") == head.count(" ") for line in lines), path
    path.write_text("\n".join((head.replace(" ", "\t"), *lines)) + "\n", encoding="utf-8", newline="\n")


def graded(statements: Statements, result: Judged, item: Asked) -> list[tuple[int, int]]:
    """Statement and grade of the candidates in the order of the pool; one that stands twice keeps the better grade."""
    marks: dict[int, int] = {}
    for discipline, text, _, grade in item.candidates:
        number = statements.place(result.named.program, one_line(discipline), one_line(text))
        marks[number] = max(grade, marks.get(number, 0))
    return list(marks.items())


def write(sets: Sequence[Judged], source: Source, shared: Path, out: Path, moved: int) -> None:
    """All files of the corpus in the folder ``out``."""
    statements = Statements(source, sorted({result.named.program for result in sets}))
    for result in sets:
        for item in result.asked:
            for discipline, text, _, _ in item.candidates:
                statements.match(result.named.program, one_line(discipline), one_line(text))
    statements.number()
    marks = {(f.named.name, i.id): graded(statements, f, i) for f in sets for i in f.asked}
    again = {(f.named.name, k): graded(statements, f, i) for f in sets for k, i in sorted(f.second.items())}
    out.mkdir(parents=True, exist_ok=True)
    _table(
        out / "sets.tsv",
        "set program standard edition field relation reader requirements pairs",
        (
            (
                f.named.name,
                f.named.program,
                f.asked[0].standard_title if f.named.standard == "reg850" else f.named.standard,
                f.edition,
                f.named.field or FIELDS[f.named.standard],
                f.named.relation,
                f.reader,
                len(f.asked),
                sum(len(marks[f.named.name, item.id]) for item in f.asked),
            )
            for f in sets
        ),
    )
    _table(
        out / "requirements.tsv",
        "set requirement kind function function_code standard_title text verdict reason",
        (
            (f.named.name, i.id, i.kind, i.function, i.function_code, i.standard_title, i.text, i.verdict, i.reason)
            for f in sets
            for i in f.asked
        ),
    )
    _table(out / "programs.tsv", "program code direction name year statements", statements.programs())
    _table(out / "statements.tsv", "id discipline kind text", statements.rows())
    for name, given in (("grades.tsv", marks), ("second.tsv", again)):
        _table(out / name, "set requirement statement grade", ((*k, n, g) for k, own in given.items() for n, g in own))
    _table(
        out / "second_verdicts.tsv",
        "set requirement verdict",
        ((f.named.name, key, item.verdict) for f in sets for key, item in sorted(f.second.items())),
    )
    (out / "guide.md").write_bytes((shared / "data" / "judged" / "guide.md").read_bytes())
    tell(f"{statements.report()}\nmended ids: {moved}\nleft out: {sum(f.left_out for f in sets)}")


def main(shared: Path, pools: Path, judged: Path, later: Path, out: Path) -> None:
    """Read the sources and write the corpus."""
    sets = [read_shared(shared / "data" / "judged", named, key) for key, named in SHARED.items()]
    for number, named in POOLED.items():
        pooled = read_pooled(pools, judged, number, named)
        if pooled and pooled.asked:
            sets.append(pooled)
        else:
            tell(f"not judged yet: {number} {named.name}")
    moved = sum(settle(result) for result in sets)
    added = [add_later(result, later) for result in sets]
    tell(f"judged later: {sum(n for n, _ in added)} grades, {sum(n for _, n in added)} verdicts lifted")
    source = Source.read(shared / "data" / "itmo_programs")
    kept = [f.named.name for f in sets if source.kept(f.named.program, f.named.standard)]
    if kept:
        sys.exit(f"kept to measure with, not to ship: {', '.join(kept)}")
    write(sets, source, shared, out, moved)


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:]))
