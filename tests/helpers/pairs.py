"""Build programs and standards from a few texts."""

from alignment.model import (
    Discipline,
    GeneralizedFunction,
    Kind,
    Program,
    Requirement,
    Standard,
    Statement,
    WorkFunction,
)


def program(*texts: tuple[str, str, Kind]) -> Program:
    return Program(
        title="Программа",
        disciplines=tuple(
            Discipline(
                title=discipline, statements=(Statement(id=str(number), text=text, kind=kind, discipline=discipline),)
            )
            for number, (discipline, text, kind) in enumerate(texts)
        ),
    )


def standard(*texts: tuple[str, Kind]) -> Standard:
    requirements = tuple(
        Requirement(id=f"A/01.4-{number}", text=text, kind=kind) for number, (text, kind) in enumerate(texts)
    )
    function = WorkFunction(code="A/01.4", name="Проверка и отладка программного кода", requirements=requirements)
    general = GeneralizedFunction(code="A", name="Разработка программного кода", functions=(function,))
    return Standard(code="06.001", title="Программист", functions=(general,))
