"""Competence matrices and keyword lists as csv or workbook: one row per discipline or outcome."""

from __future__ import annotations

import re

from alignment.documents import Document, Table
from alignment.errors import InputError
from alignment.language import language_of
from alignment.model import Competence, Discipline, Kind, Program, Statement
from alignment.programs.parts import COMPETENCE, clean, competence_code, competence_codes, is_content, statements

ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "index",
        re.compile(r"^(?:course|module|subject|unit)\s*(?:code|id)|^(?:индекс|шифр|код\s+дисциплины)", re.IGNORECASE),
    ),
    ("semester", re.compile(r"^semester|^семестр|^term$", re.IGNORECASE)),
    ("hours", re.compile(r"^(?:всего\s+)?час|^hours|^workload", re.IGNORECASE)),
    ("discipline", re.compile(r"дисциплин|модуль|^subject$|^course|discipline|module|^unit title", re.IGNORECASE)),
    ("keywords", re.compile(r"keywords|ключевые слова", re.IGNORECASE)),
    ("knowledge", re.compile(r"^зна(?:ть|ния)|^knowledge", re.IGNORECASE)),
    ("skill", re.compile(r"^уме(?:ть|ния)|^skills?", re.IGNORECASE)),
    ("experience", re.compile(r"^владе|^навык|^опыт|^experience", re.IGNORECASE)),
    ("outcome", re.compile(r"результат|outcome|statement|описание|description|индикатор|indicator", re.IGNORECASE)),
    ("competence", re.compile(r"компетенци|competen|^код$|^code$", re.IGNORECASE)),
    ("credits", re.compile(r"^з\.?е|зет|credits|ects", re.IGNORECASE)),
)
TEXTS = {"knowledge": Kind.KNOWLEDGE, "skill": Kind.SKILL, "experience": Kind.EXPERIENCE, "outcome": None}


# A column headed by a competence's code marks the disciplines that form it.
GRID = "forms "
MARK = re.compile(r"[+✓✔*×xхvvV1]|да|yes", re.IGNORECASE)


def _roles(table: Table) -> dict[int, str]:
    roles: dict[int, str] = {}
    for index, cell in enumerate(table.rows[0]):
        code = COMPETENCE.fullmatch(" ".join(cell.text.split()))
        if code:
            roles[index] = GRID + competence_code(code["code"])
            continue
        role = next((name for name, pattern in ROLES if pattern.search(cell.text.strip())), None)
        if role and (role not in roles.values() or role == "competence"):
            roles[index] = role
    return roles


def read(document: Document) -> tuple[Program, bool]:
    """The program of a matrix, and whether it only enriches disciplines named elsewhere.

    Raises:
        InputError: no column names a discipline.
    """
    disciplines: dict[str, Discipline] = {}
    competences: dict[str, Competence] = {}
    enrich = False
    used = False
    for block in document.blocks:
        if not isinstance(block, Table) or len(block.rows) < 2:
            continue
        roles = _roles(block)
        if "discipline" not in roles.values():
            continue
        used = True
        enrich = enrich or "keywords" in roles.values()
        _rows(block, roles, disciplines, competences)
    if not used:
        raise InputError(
            "no column names the disciplines.",
            file=document.file,
            place="first row",
            hint="A matrix needs a header with 'Дисциплина' (or 'discipline') and columns such as "
            "'Компетенция', 'Знать', 'Уметь', 'Владеть'; docs/programs.md shows one.",
        )
    program = Program(
        title=document.title or document.file,
        disciplines=tuple(disciplines.values()),
        competences=tuple(competences.values()),
        sources=(document.file,),
    )
    return program, enrich


def _number(text: str) -> float | None:
    """The number that a cell begins with ("6 ECTS")."""
    match = re.match(r"\d+(?:[.,]\d+)?", text.strip())
    return float(match[0].replace(",", ".")) if match else None


def _rows(
    table: Table, roles: dict[int, str], disciplines: dict[str, Discipline], competences: dict[str, Competence]
) -> None:
    by_role = {role: index for index, role in roles.items()}
    last = ""
    for row in table.rows[1:]:
        cell = row[by_role["discipline"]]
        title = clean(cell.text.split(" / ")[0]) or last
        last = title
        if not title:
            continue
        old = disciplines.get(title, Discipline(title=title, location=cell.location))
        found: list[Statement] = []
        codes: list[str] = []
        for index, role in roles.items():
            text = row[index].text if index < len(row) else ""
            if not text:
                continue
            place = row[index].location
            if role.startswith(GRID):
                if MARK.fullmatch(text.strip()):
                    codes.append(role.removeprefix(GRID))
            elif role in TEXTS:
                found += statements(text, place, kind=TEXTS[role], discipline=title)
            elif role == "keywords":
                found += [
                    Statement(
                        id="", text=word, kind=Kind.TOPIC, language=language_of(word), discipline=title, location=place
                    )
                    for part in text.split(",")
                    if is_content(word := clean(part))
                ]
            elif role == "competence":
                codes += competence_codes(text)
                body = clean(re.sub(r"^\S+-\s?\d[\d.]*\.?", "", text))
                if codes and is_content(body):
                    competences.setdefault(codes[-1], Competence(code=codes[-1], text=body, location=place))
        values = {role: row[index].text.strip() if index < len(row) else "" for index, role in roles.items()}
        disciplines[title] = Discipline(
            title=title,
            code=clean(values.get("index", "")) or old.code,
            credits=_number(values.get("credits", "")) or old.credits,
            hours=_number(values.get("hours", "")) or old.hours,
            semesters=tuple(dict.fromkeys((*old.semesters, *re.findall(r"\d+", values.get("semester", ""))))),
            competences=tuple(dict.fromkeys((*old.competences, *codes))),
            statements=(*old.statements, *found),
            location=old.location,
        )
