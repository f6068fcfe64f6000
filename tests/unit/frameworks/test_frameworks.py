import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.catalogue import find
from alignment.errors import AmbiguousError, InputError, NotFoundError
from alignment.frameworks.tree import CompetencyNode, grow
from alignment.model import Kind
from alignment.programs import load
from alignment.settings import Settings
from alignment.standards import is_standard

CASE = {
    "CFDocument": {"identifier": "doc-1", "title": "Computing framework", "version": "2"},
    "CFItems": [
        {"identifier": "b", "fullStatement": "Networks", "humanCodingScheme": "B"},
        {"identifier": "a", "fullStatement": "Programming", "humanCodingScheme": "A", "educationLevel": ["13"]},
        {"identifier": "a1", "fullStatement": "Design programs", "humanCodingScheme": "A.1"},
        {"identifier": "a11", "fullStatement": "Design modular programs with tests", "humanCodingScheme": "A.1.1"},
        {"identifier": "b1", "fullStatement": "Explain how routing protocols work", "humanCodingScheme": "B.1"},
    ],
    "CFAssociations": [
        {
            "associationType": "isChildOf",
            "originNodeURI": {"identifier": child, "uri": f"https://x/{child}"},
            "destinationNodeURI": {"identifier": parent, "uri": f"https://x/{parent}"},
            "sequenceNumber": number,
        }
        for number, (child, parent) in enumerate(
            [("a", "doc-1"), ("b", "doc-1"), ("a1", "a"), ("a11", "a1"), ("b1", "b")]
        )
    ],
}
PAGE = """<html><head><script type="application/ld+json">{"@context": "https://schema.org",
 "@type": "EducationalOccupationalProgram", "name": "Electronics BSc", "hasCourse": [
 {"@type": "Course", "name": "Circuits", "courseCode": "EE101", "numberOfCredits": 6,
  "teaches": ["Analyse linear circuits with network theorems", {"@type": "DefinedTerm", "name": "Measure signals"}],
  "coursePrerequisites": "Know calculus"},
 {"@type": "Course", "name": "Ethics"}]}</script></head><body><p>Fees and dormitories</p></body></html>"""
MOODLE = """Parent ID number,ID number,Short name,Description,Is framework
,FW,Digital skills,,1
,D1,Safety,<p>Protect devices and personal data</p>,
D1,D1.1,Configure two-factor authentication,,
,D2,Data literacy,,
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "framework.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


def test_case_as_a_program(case: Path, settings: Settings) -> None:
    program = load([case], settings)
    assert [item.title for item in program.disciplines] == ["Programming", "Networks"]
    texts = [item.text for item in program.disciplines[0].statements]
    assert texts == ["Design programs", "Design modular programs with tests"]
    assert program.disciplines[0].statements[0].bloom == "create"
    assert program.files[0].kind == "course catalogue"


def test_case_as_a_standard(case: Path, settings: Settings) -> None:
    assert is_standard(str(case), settings)
    standard = find(str(case), settings)
    assert (standard.title, [general.code for general in standard.functions]) == ("Computing framework", ["A", "B"])
    assert [item.id for _, _, item in standard.requirements()] == ["A.1.1", "B.1"]
    assert standard.functions[0].functions[0].name == "Design programs"


def test_a_circle_of_parents_is_said_not_followed() -> None:
    nodes = [
        (CompetencyNode(identity=name, code="", text=name), parent)
        for name, parent in (("a", "b"), ("b", "a"), ("c", ""))
    ]
    top, circles = grow(nodes)
    assert [node.identity for node in top] == ["c"]
    assert circles == ["a", "b"]


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdefg")), max_size=12, unique_by=lambda p: p[0])
)
def test_every_node_stands_in_the_tree_once_or_is_named(links: list[tuple[str, str]]) -> None:
    top, circles = grow([(CompetencyNode(identity=name, code="", text=name), parent) for name, parent in links])
    placed = [node.identity for root in top for node in root.below()]
    assert sorted([*placed, *circles]) == sorted(name for name, _ in links)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[1]", "not a program in a known format"),
        ('{"CFDocument": {}, "CFItems": [{"identifier": "x"}]}', "identifier and fullStatement"),
    ],
)
def test_other_json_is_an_error(text: str, words: str, tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        load([path], settings)


def test_json_ld_in_a_page(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    program = load([path], settings)
    assert program.title == "Electronics BSc"
    circuits, ethics = program.disciplines
    assert (circuits.code, circuits.credits) == ("EE101", 6)
    assert [item.text for item in circuits.statements] == [
        "Analyse linear circuits with network theorems",
        "Measure signals",
    ]
    assert [item.bloom for item in circuits.statements] == ["analyse", "analyse"]
    assert ethics.title_only
    assert not any("Fees" in item.text or "calculus" in item.text for item in program.statements())


def test_moodle_export(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "framework.csv"
    path.write_text(MOODLE, encoding="utf-8")
    program = load([path], settings)
    assert program.title == "Digital skills"
    assert [item.title for item in program.disciplines] == ["Safety", "Data literacy"]
    assert [item.text for item in program.disciplines[0].statements] == [
        "Protect devices and personal data",
        "Configure two-factor authentication",
    ]


@pytest.fixture
def esco(tmp_path: Path) -> Path:
    folder = tmp_path / "esco"
    folder.mkdir()
    (folder / "occupations_en.csv").write_text(
        "conceptType,conceptUri,preferredLabel,code,description\n"
        'Occupation,http://x/o1,electronics engineer,2152.1,"Design, test"\n'
        "Occupation,http://x/o2,electrical engineer,2151.1,\n",
        encoding="utf-8",
    )
    (folder / "skills_en.csv").write_text(
        "conceptType,conceptUri,skillType,preferredLabel\n"
        "KnowledgeSkillCompetence,http://x/s1,skill/competence,design electronic systems\n"
        "KnowledgeSkillCompetence,http://x/s2,knowledge,electronics\n",
        encoding="utf-8",
    )
    (folder / "occupationSkillRelations_en.csv").write_text(
        "occupationUri,relationType,skillType,skillUri\n"
        "http://x/o1,essential,skill/competence,http://x/s1\nhttp://x/o1,optional,knowledge,http://x/s2\n",
        encoding="utf-8",
    )
    return folder


def test_an_esco_occupation_by_code_and_by_label(esco: Path, settings: Settings) -> None:
    for name in ("2152.1", "electronics engineer"):
        standard = find(f"{esco}#{name}", settings)
        assert (standard.code, standard.title) == ("2152.1", "electronics engineer")
        assert [(item.kind, item.text) for _, _, item in standard.requirements()] == [
            (Kind.SKILL, "design electronic systems"),
            (Kind.KNOWLEDGE, "electronics"),
        ]
    with pytest.raises(AmbiguousError, match="matches 2 occupations"):
        find(f"{esco}#engineer", settings)
    with pytest.raises(NotFoundError, match="'cook'"):
        find(f"{esco}#cook", settings)
    with pytest.raises(AmbiguousError, match="holds 2 occupations"):
        find(str(esco), settings)


def test_a_folder_of_something_else_is_an_error(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="neither an ESCO bundle nor an O"):
        find(str(tmp_path), settings)


@pytest.mark.shared
def test_an_onet_occupation(shared: Path, settings: Settings) -> None:
    standard = find(f"{shared / 'onet'}#17-2072.00", settings)
    assert standard.title == "Electronics Engineers, Except Computer"
    assert standard.functions[0].level == "6"
    texts = [item.text for _, _, item in standard.requirements()]
    assert len(texts) == len(set(texts)) == 23
    assert any(text.startswith("Design electronic components") for text in texts)
