"""Sample results of checks, built without a check."""

import msgspec

from alignment.model import (
    Alignment,
    Basis,
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


def alignment(links: tuple[DeclaredLink, ...], forms: tuple[str, ...] = ("ПК-1.2",), **more: object) -> Alignment:
    functions = tuple(
        WorkFunction(
            code=code,
            name=code,
            level=code[-1],
            requirements=tuple(Requirement(id=f"{code}-{n}", text="x", kind=Kind.SKILL) for n in range(2)),
        )
        for code in ("A/01.5", "A/02.5", "B/01.7")
    )
    result = Statement(id="s1", text="t", kind=Kind.SKILL, discipline="Схемотехника")
    evidence = Evidence(statement=result, probability=0.9, covers=0.9, at_least_partial=0.9)
    findings = tuple(
        Finding(
            requirement=requirement,
            function=function.code,
            general_function=function.code[0],
            verdict=Verdict.GAP if function.code == "B/01.7" else Verdict.COVERED,
            probability=0.9,
            evidence=() if function.code == "B/01.7" else (evidence,),
        )
        for function in functions
        for requirement in function.requirements
    )
    general = (
        GeneralizedFunction(code="A", name="A", level="5", functions=functions[:2]),
        GeneralizedFunction(code="B", name="B", level="7", functions=functions[2:]),
    )
    return Alignment(
        program=Program(
            title="p",
            degree="бакалавр",
            disciplines=(Discipline(title="Схемотехника", competences=forms, statements=(result,)),),
            declared=links,
            **more,
        ),
        standard=Standard(code="06.005", title="s", functions=general),
        findings=findings,
        thresholds=Thresholds(covered=0.8, partial=0.4),
        engine="adapted",
    )


def worded(found: Alignment) -> Alignment:
    """The alignment with a different text for each requirement."""
    findings = tuple(
        msgspec.structs.replace(
            item, requirement=msgspec.structs.replace(item.requirement, text=f"измерять параметры узла номер {number}")
        )
        for number, item in enumerate(found.findings)
    )
    return msgspec.structs.replace(found, findings=findings)


EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)> =HYPERLINK("http://x") {{ 7*7 }}'


def sample() -> Alignment:
    links = (DeclaredLink(competence="ПК-1", standard="06.005", general_function="A", function="A/01.5"),)
    result = alignment(links)
    extra = Statement(id="s2", text="history of music", kind=result.program.disciplines[0].statements[0].kind)
    discipline = result.program.disciplines[0]
    more = msgspec.structs.replace(
        discipline, statements=(*discipline.statements, msgspec.structs.replace(extra, discipline=discipline.title))
    )
    program = msgspec.structs.replace(result.program, disciplines=(more,))
    return msgspec.structs.replace(result, program=program, reach={"s1": 0.9, "s2": 0.1})


def planted(text: str) -> Alignment:
    """The sample with ``text`` in every field whose text comes from documents."""
    result = sample()

    def put(noun: object) -> object:
        if isinstance(noun, msgspec.Struct):
            names = [
                name
                for name in noun.__struct_fields__
                if name in ("text", "title", "name", "discipline", "file", "message")
            ]
            changed = {name: put(getattr(noun, name)) for name in noun.__struct_fields__}
            changed |= {name: text for name in names if isinstance(changed[name], str)}
            return msgspec.structs.replace(noun, **changed)
        if isinstance(noun, tuple):
            return tuple(put(item) for item in noun)
        return noun

    return put(result)


def both() -> Alignment:
    """The sample with a requirement that two statements of competences cover together, in part."""
    result = sample()
    first = result.findings[0]
    other = msgspec.structs.replace(
        first.evidence[0].statement, id="s9", text="second text", discipline="Practice", location=Location(file="b.pdf")
    )
    joint = msgspec.structs.replace(
        first,
        verdict=Verdict.PARTIAL,
        probability=0.5,
        together=True,
        basis=Basis.PROMISED,
        promised=True,
        evidence=(first.evidence[0], Evidence(statement=other, probability=0.4)),
    )
    return msgspec.structs.replace(result, findings=(joint, *result.findings[1:]))
