"""A sample check from which link tables are drafted, and a child that drafts them in this process."""

from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from alignment.model import (
    Alignment,
    Competence,
    DeclaredLink,
    Discipline,
    Evidence,
    Finding,
    GeneralizedFunction,
    Kind,
    Location,
    Program,
    Requirement,
    Standard,
    Statement,
    Thresholds,
    Verdict,
    WorkFunction,
)
from alignment.review.child import Child
from alignment.review.run_tasks import run_task

NAMES = {
    "A/01.5": "Проверка и отладка программного кода",
    "B/01.6": "Анализ требований к программному обеспечению",
    "B/02.6": "Проектирование программного обеспечения",
    "C/01.7": "Управление проектом",
}
LEVELS = {"A": "Кодирование", "B": "Разработка требований", "C": "Управление"}
PLACE = Location(file="Рабочая программа.docx", page=3)
LINK = DeclaredLink(competence="ПК-1", standard="06.001", general_function="B", function="B/01.6")


def drafted() -> Alignment:
    """The check of a program that declares B/01.6, teaches B/02.6, and is below the level of C/01.7."""
    functions = [
        WorkFunction(
            code=code,
            name=name,
            level=code[-1],
            requirements=(
                Requirement(id=f"{code}-a1", text=name, kind=Kind.ACTION),
                Requirement(id=f"{code}-k1", text=f"Методы: {name.lower()}", kind=Kind.KNOWLEDGE),
            ),
        )
        for code, name in NAMES.items()
    ]
    taught = Statement(id="s1", text="моделирует системы", kind=Kind.SKILL, discipline="Моделирование", location=PLACE)
    evidence = Evidence(statement=taught, probability=0.9, covers=0.9, at_least_partial=0.9)
    return Alignment(
        program=Program(
            title="Программная инженерия",
            degree="бакалавр",
            disciplines=(Discipline(title="Моделирование", statements=(taught,)),),
            competences=(Competence(code="ПК-1", text="Способен анализировать требования"),),
            declared=(LINK,),
        ),
        standard=Standard(
            code="06.001",
            title="Программист",
            functions=tuple(
                GeneralizedFunction(
                    code=code,
                    name=name,
                    level=str(5 + number),
                    functions=tuple(item for item in functions if item.code.startswith(code)),
                )
                for number, (code, name) in enumerate(LEVELS.items())
            ),
        ),
        findings=tuple(
            Finding(
                requirement=requirement,
                function=function.code,
                general_function=function.code[0],
                verdict=Verdict.COVERED if function.code == "B/02.6" else Verdict.GAP,
                probability=0.9,
                evidence=(evidence,) if function.code == "B/02.6" else (),
            )
            for function in functions
            for requirement in function.requirements
        ),
        thresholds=Thresholds(covered=0.8, partial=0.4),
        engine="fast",
    )


class Here(Child):
    """A child that works in this process, so that models are loaded only once for all tests."""

    def run(self, task: str, files: object, *arguments: str, patience: int = 1) -> bytes:
        assert task == "draft"
        run_task(task, Path(arguments[0]), *arguments[1:])
        return b""
