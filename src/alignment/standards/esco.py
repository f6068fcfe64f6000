"""ESCO's csv bundle (occupations_*.csv, skills_*.csv, occupationSkillRelations*.csv) → a standard per occupation.

Essential and optional skills become two generalized functions; knowledge and
skills keep their kind.
"""

from __future__ import annotations

from pathlib import Path

from alignment.documents import FunctionReader
from alignment.model import GeneralizedFunction, Kind, Location, Standard, WorkFunction
from alignment.settings import Settings
from alignment.standards.numbered import Numbered
from alignment.standards.tables import find_table, matching_key, table_rows

FILES = (r"occupations(?:_\w+)?\.csv", r"skills(?:_\w+)?\.csv", r"occupationskillrelations(?:_\w+)?\.csv")
GROUPS = (("A", "essential"), ("B", "optional"))


def fits(folder: Path) -> bool:
    """Whether a folder has the three tables."""
    return all(find_table(folder, pattern) for pattern in FILES)


def read(folder: Path, wanted: str, settings: Settings) -> Standard:
    """The occupation whose code, URI or label is ``wanted``.

    Raises:
        InputError: a table lacks a column.
        NotFoundError: no occupation matches.
        AmbiguousError: several match, or ``wanted`` is empty.
    """
    paths = [path for pattern in FILES if (path := find_table(folder, pattern))]
    occupations = {row["conceptUri"]: row for row in table_rows(paths[0], settings, ("conceptUri", "preferredLabel"))}
    labels = {uri: row["preferredLabel"] for uri, row in occupations.items()}
    by_code = {row["code"]: uri for uri, row in occupations.items() if row.get("code")}
    uri = by_code.get(wanted) or matching_key(labels, wanted, folder)
    skills = {row["conceptUri"]: row for row in table_rows(paths[1], settings, ("conceptUri", "preferredLabel"))}
    needed: dict[str, list[tuple[Kind, str]]] = {}
    for row in table_rows(paths[2], settings, ("occupationUri", "relationType", "skillUri")):
        if row["occupationUri"] == uri:
            skill = skills.get(row["skillUri"], {})
            label = skill.get("preferredLabel") or row.get("skillLabel", "")
            kind = row.get("skillType") or skill.get("skillType", "")
            if label:
                needed.setdefault(row["relationType"], []).append(
                    (Kind.KNOWLEDGE if kind == "knowledge" else Kind.SKILL, label)
                )
    occupation = occupations[uri]
    title = occupation["preferredLabel"]
    generals = tuple(_general(letter, name, title, needed[name], folder) for letter, name in GROUPS if needed.get(name))
    return Standard(
        code=occupation.get("code", "") or uri.rpartition("/")[2],
        title=title,
        order="ESCO",
        purpose=" ".join(occupation.get("description", "").split()),
        functions=generals,
        source=folder.name,
    )


def _general(letter: str, name: str, title: str, items: list[tuple[Kind, str]], folder: Path) -> GeneralizedFunction:
    code = f"{letter}/01"
    numbered = Numbered(code)
    for kind, text in items:
        numbered.add(kind, text, Location(file=folder.name, section=name))
    function = WorkFunction(code=code, name=title, requirements=tuple(numbered.requirements))
    return GeneralizedFunction(code=letter, name=f"{title}: {name} skills and knowledge", functions=(function,))


READER = FunctionReader(
    frozenset(), lambda file: [read(file.path, file.wanted, file.settings)], lambda file: fits(file.path)
)
