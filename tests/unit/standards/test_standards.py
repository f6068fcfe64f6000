import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from alignment.catalogue import entries, find
from alignment.errors import AmbiguousError, InputError, NotFoundError
from alignment.language.codes import normal_code
from alignment.model import GeneralizedFunction, Kind, Requirement, Standard, WorkFunction
from alignment.settings import Settings
from alignment.standards import is_standard, read_file
from alignment.standards.card_tree import MARKUP
from alignment.standards.registry_xml import read, write


@pytest.mark.parametrize("text", ["А/01.6", "A/01.6", "А / 01.6", "A/1.6", "а/01.6"])
def test_cyrillic_and_latin_codes_are_one(text: str) -> None:
    assert normal_code(text) == "A/01.6"


@pytest.mark.parametrize(("name", "functions", "requirements"), [("06.001", 16, 220), ("06.001 (2013)", 15, 154)])
def test_the_two_editions_of_06_001(name: str, functions: int, requirements: int, settings: Settings) -> None:
    standard = find(name, settings)
    assert standard.title == "Программист"
    assert [general.code for general in standard.functions] == ["A", "B", "C", "D"]
    assert sum(len(general.functions) for general in standard.functions) == functions
    assert sum(1 for _ in standard.requirements()) == requirements
    assert standard.functions[0].level == "3"
    assert standard.functions[0].job_titles
    assert any(code.system == "ОКЗ" for code in standard.codes)


def test_every_shipped_standard_reads_without_loss(settings: Settings) -> None:
    result = list(entries(settings))
    assert len(result) >= 18
    for entry in result:
        for standard in read_file(Path(entry.path), settings):
            requirements = [item for _, _, item in standard.requirements()]
            assert requirements
            # Marks of a legal database and running titles are not requirements.
            assert not [item.text for item in requirements if re.search(r"ГАРАНТ|Консультант|\d+/\d+$", item.text)]
            assert len({item.id for item in requirements}) == len(requirements)
            assert not [item.text for item in requirements if re.match(r"[а-яё]{2}", item.text)]


TEXT = (
    st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd"), whitelist_characters=" ,-«»&<>"), min_size=3)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: len(text) > 2 and not MARKUP.search(text))
)


@given(
    st.lists(st.tuples(TEXT, st.sampled_from([Kind.ACTION, Kind.SKILL, Kind.KNOWLEDGE])), min_size=1, max_size=8), TEXT
)
def test_what_is_written_is_read_again(tmp_path_factory, items: list[tuple[str, Kind]], title: str) -> None:
    requirements = tuple(Requirement(id=f"A/01.5-{n}", text=text, kind=kind) for n, (text, kind) in enumerate(items))
    function = WorkFunction(code="A/01.5", name="Работа", level="5", requirements=requirements)
    standard = Standard(
        code="06.999",
        title=title,
        functions=(GeneralizedFunction(code="A", name="Общее", level="5", functions=(function,)),),
    )
    path = tmp_path_factory.mktemp("xml") / "s.xml"
    path.write_bytes(write(standard))
    (again,) = read(path, Settings())
    assert again.title == title
    wanted = sorted((item.kind, item.text) for item in requirements)
    assert sorted((item.kind, item.text) for _, _, item in again.requirements()) == wanted


def test_windows_1251_and_double_escapes(corpora: Path, settings: Settings, tmp_path: Path) -> None:
    text = (corpora / "standards" / "06.001-2013.xml").read_text(encoding="utf-8")
    text = re.sub(r"<\?xml[^>]*\?>", '<?xml version="1.0" encoding="windows-1251"?>', text)
    text = text.replace("Программист<", "Программист &amp;quot;тест&amp;quot;<", 1)
    path = tmp_path / "s.xml"
    path.write_bytes(text.encode("cp1251", errors="xmlcharrefreplace"))
    (standard,) = read(path, settings)
    assert standard.title == 'Программист "тест"'
    assert sum(1 for _ in standard.requirements()) == 154


def test_missing_sections_are_warnings_with_a_place(corpora: Path, settings: Settings, tmp_path: Path) -> None:
    root = etree.parse(corpora / "standards" / "06.001-2013.xml").getroot()
    skills = next(root.iter("RequiredSkills"))
    skills.getparent().remove(skills)
    path = tmp_path / "s.xml"
    path.write_bytes(etree.tostring(root, encoding="utf-8"))
    (standard,) = read(path, settings)
    assert any("A/01.3" in issue.message and "skill" in issue.message for issue in standard.warnings)


def test_several_standards_in_one_file(corpora: Path, settings: Settings, tmp_path: Path) -> None:
    one = etree.parse(corpora / "standards" / "06.001.xml").getroot()
    two = etree.parse(corpora / "standards" / "06.005.xml").getroot()
    holder = next(one.iter("ProfessionalStandarts"))
    holder.append(next(two.iter("ProfessionalStandart")))
    path = tmp_path / "two.xml"
    path.write_bytes(etree.tostring(one, encoding="utf-8"))
    assert [item.code for item in read_file(path, settings)] == ["06.001", "06.005"]
    with pytest.raises(AmbiguousError, match="2 standards"):
        find(str(path), settings)


def test_finding_by_title_and_suggestions(settings: Settings) -> None:
    assert find("инженер-электроник", settings).code == "06.005"
    assert find("систем в корпусе", settings).title.startswith("Специалист по проектированию систем в корпусе")
    with pytest.raises(AmbiguousError):
        find("Инженер", settings)
    with pytest.raises(NotFoundError, match="06.005"):
        find("06.055", settings)
    with pytest.raises(NotFoundError, match="Программист"):
        find("Программисд", settings)


YAML = """
code: "99.001"
title: Настройщик
functions:
  - code: A
    name: Настройка роялей
    level: 4
    functions:
      - code: A/01.4
        name: Настройка
        actions: [Настройка рояля]
        skills: [Слышать интервалы]
        knowledge: [Устройство рояля]
"""


def test_a_standard_by_hand_in_yaml(settings: Settings) -> None:
    folder = settings.standards_path()
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(YAML, encoding="utf-8")
    standard = find("99.001", settings)
    assert [item.kind for _, _, item in standard.requirements()] == [Kind.ACTION, Kind.SKILL, Kind.KNOWLEDGE]
    assert is_standard("99.001", settings)
    assert [entry.code for entry in entries(settings) if entry.origin == "user"] == ["99.001"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("code: 1\n", "title"),
        ("a: [b\n", "line"),
        ("code: x\ntitle: y\nfunctions: 5\n", "functions"),
        ("code: x\ntitle: y\nfunctions: []\n", "functions"),
        ("", "empty"),
    ],
)
def test_wrong_yaml_says_where(text: str, word: str, tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_file(path, settings)
    assert word in str(caught.value)


def test_a_standard_by_hand_in_csv(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "99.002.csv"
    path.write_text(
        "function_code,function_name,kind,text\nА/01.4,Настройка,действие,Настройка рояля\nA/01.4,,знание,Устройство\n",
        encoding="utf-8",
    )
    standard = find(str(path), settings)
    assert [function.code for general in standard.functions for function in general.functions] == ["A/01.4"]
    path.write_text("function_code,kind,text\nA/01.4,танец,Вальс\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 2"):
        find(str(path), settings)
