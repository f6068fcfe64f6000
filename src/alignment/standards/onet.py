"""O*NET's database as text files → a standard per occupation.

Tasks are grouped by their detailed work activity. Knowledge and skills of
importance 3 and more follow if the folder has these tables. Job zones become
qualification levels (1 → 2, 2 → 3, 3 → 5, 4 → 6, bachelor, 5 → 7) by the
education that O*NET's table of job zones states for each.
"""

from __future__ import annotations

from pathlib import Path

from alignment.documents import FunctionReader
from alignment.model import GeneralizedFunction, Kind, Location, Standard, WorkFunction
from alignment.settings import Settings
from alignment.standards.numbered import Numbered
from alignment.standards.tables import find_table, matching_key, table_rows

CODE = "O*NET-SOC Code"
OCCUPATIONS, TASKS = r"occupation_data\.(?:txt|tsv)", r"task_statements\.(?:txt|tsv)"
LINKS, ACTIVITIES = r"tasks_to_dwas\.(?:txt|tsv)", r"dwa_reference\.(?:txt|tsv)"
ZONES = r"job_zones\.(?:txt|tsv)"
ELEMENTS = ((Kind.KNOWLEDGE, r"knowledge\.(?:txt|tsv)"), (Kind.SKILL, r"skills\.(?:txt|tsv)"))
LEVELS = {"1": "2", "2": "3", "3": "5", "4": "6", "5": "7"}
# "Important" on O*NET's scale of importance, from 1 to 5 (its Content Model, scale IM): what matters less is not asked.
IMPORTANT = 3.0
OTHER = "Other tasks"


def fits(folder: Path) -> bool:
    """Whether a folder has the tables of occupations and tasks."""
    return bool(find_table(folder, OCCUPATIONS) and find_table(folder, TASKS))


def read(folder: Path, wanted: str, settings: Settings) -> Standard:
    """The occupation whose code or title is ``wanted``.

    Raises:
        InputError: a table lacks a column.
        NotFoundError: no occupation matches.
        AmbiguousError: several match, or ``wanted`` is empty.
    """
    occupations, tasks = find_table(folder, OCCUPATIONS), find_table(folder, TASKS)
    assert occupations is not None and tasks is not None  # `fits` has checked it
    known = {row[CODE]: row for row in table_rows(occupations, settings, (CODE, "Title"))}
    code = matching_key({key: row["Title"] for key, row in known.items()}, wanted, folder)
    level = _level(folder, code, settings)
    tasks_by_id = {
        row["Task ID"]: row["Task"]
        for row in table_rows(tasks, settings, (CODE, "Task ID", "Task"))
        if row[CODE] == code
    }
    groups = _by_activity(folder, tasks_by_id, settings)
    functions = tuple(
        _function(f"A/{number:02d}", name, Kind.ACTION, texts, level, folder)
        for number, (name, texts) in enumerate(groups.items(), 1)
    )
    title = known[code]["Title"]
    generals = [GeneralizedFunction(code="A", name=f"{title}: tasks", level=level, functions=functions)]
    for letter, (kind, pattern) in zip("BC", ELEMENTS, strict=True):
        texts = _elements(folder, pattern, code, settings)
        if texts:
            function = _function(f"{letter}/01", title, kind, texts, level, folder)
            generals.append(
                GeneralizedFunction(code=letter, name=f"{title}: {kind.value}", level=level, functions=(function,))
            )
    return Standard(
        code=code,
        title=title,
        order="O*NET",
        purpose=known[code].get("Description", ""),
        functions=tuple(generals),
        source=folder.name,
    )


def _level(folder: Path, code: str, settings: Settings) -> str:
    path = find_table(folder, ZONES)
    if path is None:
        return ""
    zones = {row[CODE]: row["Job Zone"] for row in table_rows(path, settings, (CODE, "Job Zone"))}
    return LEVELS.get(zones.get(code, ""), "")


def _by_activity(folder: Path, tasks: dict[str, str], settings: Settings) -> dict[str, list[str]]:
    """Activity → its tasks, in the order of the tasks; a task counts under the first activity to which it is linked."""
    links, activities = find_table(folder, LINKS), find_table(folder, ACTIVITIES)
    first: dict[str, str] = {}
    if links and activities:
        names = {row["DWA ID"]: row["DWA Title"] for row in table_rows(activities, settings, ("DWA ID", "DWA Title"))}
        for row in table_rows(links, settings, ("Task ID", "DWA ID")):
            if row["Task ID"] in tasks and row["DWA ID"] in names:
                first.setdefault(row["Task ID"], names[row["DWA ID"]])
    groups: dict[str, list[str]] = {}
    for number, text in tasks.items():
        groups.setdefault(first.get(number, OTHER), []).append(text)
    return groups


def _elements(folder: Path, pattern: str, code: str, settings: Settings) -> list[str]:
    path = find_table(folder, pattern)
    if path is None:
        return []
    return [
        row["Element Name"]
        for row in table_rows(path, settings, (CODE, "Element Name", "Scale ID", "Data Value"))
        if row[CODE] == code and row["Scale ID"] == "IM" and float(row["Data Value"] or 0) >= IMPORTANT
    ]


def _function(code: str, name: str, kind: Kind, texts: list[str], level: str, folder: Path) -> WorkFunction:
    numbered = Numbered(code)
    for text in texts:
        numbered.add(kind, text, Location(file=folder.name))
    return WorkFunction(code=code, name=name, level=level, requirements=tuple(numbered.requirements))


READER = FunctionReader(
    frozenset(), lambda file: [read(file.path, file.wanted, file.settings)], lambda file: fits(file.path)
)
