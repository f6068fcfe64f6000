"""Registry cards in every layout, as XML and JSON: the same standard, nothing merged, nothing lost in silence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from alignment.catalogue import find
from alignment.errors import InputError
from alignment.model import Kind, Standard
from alignment.settings import Settings
from alignment.standards import is_standard, read_file
from alignment.standards.registry_xml import write

NAMESPACE = "urn:registry"
LISTS = ("ProfessionalStandart", "GeneralizedWorkFunction", "ParticularWorkFunction", "LaborAction", "RequiredSkill")
LISTS += ("NecessaryKnowledge", "PossibleJobTitle", "EducationalRequirement")
ACTIONS = ("Осмотр узла", "Замена узла")
SKILLS = ("Осматривать узлы", "Заменять узлы", "Читать схемы")
KNOWLEDGE = ("Устройство узлов", "Правила замены", "Обозначения на схемах")


def plain(code: str = "A/01.3") -> dict[str, Any]:
    """A work function as a card's JSON has it."""
    return {
        "CodeTF": code,
        "NameTF": "Ремонт",
        "SubQualification": "3",
        "LaborActions": {"LaborAction": list(ACTIONS)},
        "RequiredSkills": {"RequiredSkill": list(SKILLS)},
        "NecessaryKnowledges": {"NecessaryKnowledge": list(KNOWLEDGE)},
    }


def card(*functions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A whole card around work functions."""
    general = {
        "CodeOTF": "A",
        "NameOTF": "Обслуживание",
        "LevelOfQualification": "3",
        "ParticularWorkFunctions": {"ParticularWorkFunction": list(functions)},
    }
    standard = {
        "NameProfessionalStandart": "Слесарь",
        "OrderNumber": "1н",
        "DateOfApproval": "01.02.2020",
        "FirstSection": {
            "KindProfessionalActivity": "Ремонт",
            "CodeKindProfessionalActivity": "99.009",
            "PurposeKindProfessionalActivity": "Исправность",
        },
        "ThirdSection": {"WorkFunctions": {"GeneralizedWorkFunctions": {"GeneralizedWorkFunction": general}}},
        **more,
    }
    return {"XMLCardInfo": {"ProfessionalStandarts": {"ProfessionalStandart": standard}}}


def as_json(folder: Path, value: Any) -> Path:
    path = folder / "card.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(value, ensure_ascii=False, indent=1).encode())
    return path


def facts(standard: Standard) -> list[object]:
    """Everything but places."""
    return [
        (standard.code, standard.title, standard.order, standard.date, standard.purpose),
        [(g.code, g.name, g.level, g.job_titles, g.education, sorted(map(str, g.codes))) for g in standard.functions],
        [(w.code, w.name, w.level, item.id, item.kind, item.text) for _, w, item in standard.requirements()],
    ]


def said(standard: Standard) -> str:
    return " | ".join(str(issue) for issue in standard.warnings)


def relaid(node: etree._Element, choose: Callable[[str, list[str]], str], namespace: str) -> etree._Element:
    """The same card in another layout.

    Each list named in the plural, in the singular, in a box more, cut in two, or none.
    """
    made = etree.Element(f"{{{namespace}}}{node.tag}" if namespace else str(node.tag))
    made.text = node.text
    for child in node:
        tag = str(child.tag)
        inner = relaid(child, choose, namespace)
        if tag.removesuffix("s") not in LISTS or not tag.endswith("s") or not len(inner):
            made.append(inner)
            continue
        layout = choose(tag, ["plural", "singular", "boxed", "doubled", "cut", "none"])
        if layout == "singular":
            inner.tag = inner.tag.removesuffix("s")
        elif layout == "boxed":
            box = etree.SubElement(inner, "List")
            box.extend(list(inner)[:-1])
        elif layout == "doubled":
            outer = etree.SubElement(made, inner.tag.removesuffix("s"))
            outer.append(inner)
            continue
        elif layout == "cut":
            second = etree.Element(inner.tag)
            second.extend(list(inner)[len(inner) // 2 :])
            made.extend([inner, second] if len(inner) else [second])
            continue
        if layout == "none":
            made.extend(list(inner))
        else:
            made.append(inner)
    return made


@given(data=st.data())
@pytest.mark.parametrize("code", ["40.003"])
def test_any_layout_of_a_standard_is_that_standard(code: str, data: st.DataObject, tmp_path_factory) -> None:
    settings = Settings()
    whole = find(code, settings)
    root = etree.fromstring(write(whole))
    choices: dict[str, str] = {}

    def choose(tag: str, names: list[str]) -> str:
        # One choice a tag is an export's habit; drawn anew for each box it is a file put together from many.
        if habit:
            return choices.setdefault(tag, data.draw(st.sampled_from(names), label=tag))
        return data.draw(st.sampled_from(names), label=tag)

    habit = data.draw(st.booleans(), label="one layout per tag")
    other = relaid(root, choose, data.draw(st.sampled_from(["", NAMESPACE]), label="namespace"))
    path = tmp_path_factory.mktemp("xml") / "s.xml"
    path.write_bytes(etree.tostring(other, encoding="utf-8"))
    (again,) = read_file(path, settings)
    assert facts(again) == facts(whole)
    assert not again.warnings


def test_the_same_card_as_xml_and_json(tmp_path: Path, settings: Settings) -> None:
    def tree(value: Any, tag: str, parent: etree._Element | None) -> etree._Element | None:
        for part in value if isinstance(value, list) else [value]:
            node = etree.Element(tag) if parent is None else etree.SubElement(parent, tag)
            if isinstance(part, dict):
                for key, inner in part.items():
                    tree(inner, key, node)
            else:
                node.text = part
        return node

    value = card(plain(), plain("A/02.3"))
    (one,) = read_file(as_json(tmp_path, value), settings)
    path = tmp_path / "card.xml"
    path.write_bytes(etree.tostring(tree(value["XMLCardInfo"], "XMLCardInfo", None), encoding="utf-8"))
    (two,) = read_file(path, settings)
    assert facts(one) == facts(two)
    assert (len(list(one.requirements())), one.warnings) == (16, ())
    assert is_standard(str(tmp_path / "card.json"), settings)
    # Where it stands: the line of its text in the file.
    lines = (tmp_path / "card.json").read_text(encoding="utf-8").splitlines()
    for _, _, item in one.requirements():
        assert item.location.paragraph is not None
        assert item.text in lines[item.location.paragraph - 1]


def test_exchanged_skills_and_knowledge_are_put_right_and_said(tmp_path: Path, settings: Settings) -> None:
    wrong = plain()
    wrong["RequiredSkills"] = {"RequiredSkill": list(KNOWLEDGE)}
    wrong["NecessaryKnowledges"] = {"NecessaryKnowledge": list(SKILLS)}
    (right,) = read_file(as_json(tmp_path, card(plain())), settings)
    (mended,) = read_file(as_json(tmp_path, card(wrong)), settings)
    assert facts(mended) == facts(right)
    assert "skills and knowledge are exchanged in the whole file" in said(mended)
    assert not right.warnings
    # One function among right ones is the order's own affair.
    (mixed,) = read_file(as_json(tmp_path, card(plain(), plain("A/02.3"), {**wrong, "CodeTF": "A/03.3"})), settings)
    assert not mixed.warnings
    assert [item.text for _, w, item in mixed.requirements() if w.code == "A/03.3" and item.kind is Kind.SKILL] == list(
        KNOWLEDGE
    )


@pytest.mark.parametrize(
    ("change", "texts", "words"),
    [
        ({"LaborActions": {"LaborAction": {"Text": "Осмотр узла"}}}, ["Осмотр узла"], "has <Text> instead of a text"),
        (
            {"LaborActions": {"LaborAction": ["Осмотр узла", {"#text": "Замена", "LaborAction": "Ремонт"}]}},
            ["Осмотр узла", "Замена", "Ремонт"],
            "has both elements and a text of its own",
        ),
        ({"LaborActions": {"LaborAction": ["Осмотр узла", "-", ""]}}, ["Осмотр узла"], "an empty <LaborAction>"),
        ({"LaborActions": "Осмотр узла"}, ["Осмотр узла"], ""),
        ({"NameTF": ["Ремонт", "Наладка"]}, list(ACTIONS), "<NameTF> occurs 2 times; the first is used: Ремонт"),
    ],
)
def test_an_unexpected_shape_is_read_and_said(
    change: dict[str, Any], texts: list[str], words: str, tmp_path: Path, settings: Settings
) -> None:
    (result,) = read_file(as_json(tmp_path, card({**plain(), **change})), settings)
    assert [item.text for _, _, item in result.requirements() if item.kind is Kind.ACTION] == texts
    assert words in said(result)
    assert bool(words) == bool(result.warnings)
    assert all(issue.location.paragraph for issue in result.warnings)


def test_a_key_that_stands_twice_is_kept_twice(tmp_path: Path, settings: Settings) -> None:
    path = as_json(tmp_path, card(plain()))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"LaborActions":', '"LaborActions": {"LaborAction": "Чистка"}, "LaborActions":', 1))
    (result,) = read_file(path, settings)
    assert [item.text for _, _, item in result.requirements() if item.kind is Kind.ACTION] == ["Чистка", *ACTIONS]


def test_what_stands_outside_the_functions_is_said(tmp_path: Path, settings: Settings) -> None:
    value = card(plain(), FourthSection={"LaborActions": {"LaborAction": ["Потерянное", "Ещё"]}})
    (result,) = read_file(as_json(tmp_path, value), settings)
    assert "2 texts such as <LaborAction> are outside the work functions and are not read" in said(result)


def test_two_functions_of_one_code_stay_two(tmp_path: Path, settings: Settings) -> None:
    (result,) = read_file(as_json(tmp_path, card(plain(), plain())), settings)
    assert [function.code for function in result.functions[0].functions] == ["A/01.3", "A/01.3'"]
    assert len({item.id for _, _, item in result.requirements()}) == 16
    assert "ТФ A/01.3 occurs 2 times" in said(result)


def test_markup_in_a_text_is_the_text(tmp_path: Path, settings: Settings) -> None:
    (whole,) = read_file(as_json(tmp_path, card(plain())), settings)
    data = write(whole).decode()
    data = data.replace("Осмотр узла", "Осмотр <b>узла</b><!-- о --><br/>и вала").replace(
        "Замена узла", "<p>Замена узла</p><p>Замена вала</p>"
    )
    path = tmp_path / "s.xml"
    path.write_text(data, encoding="utf-8")
    (result,) = read_file(path, settings)
    texts = [item.text for _, _, item in result.requirements() if item.kind is Kind.ACTION]
    assert texts == ["Осмотр узла и вала", "Замена узла", "Замена вала"]
    assert "<LaborAction> has <p> instead of a text" in said(result)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.json", '{"ProfessionalStandart": {"a": [1,\n 2 3]}}', "line 2, column 4: not valid JSON"),
        ("b.json", '{"GeneralizedWorkFunction": ' * 90 + "1" + "}" * 90, "more than 60 levels deep"),
        ("c.json", '{"GeneralizedWorkFunction": ' * 20000 + "1" + "}" * 20000, "more than 60 levels deep"),
        ("d.json", '{"GeneralizedWorkFunction": {"CodeOTF": "A"}}', 'no "ProfessionalStandart"'),
        ("e.json", '{"NameProfessionalStandart": "x"}', "the standard has no functions"),
        ("e2.json", '{"ProfessionalStandart": {"NameProfessionalStandart": "x"}}', "the standard has no functions"),
        ("f.json", '{"x": 1}', "not a CASE package"),
        ("g.json", "[[[", "not valid JSON"),
        ("h.xml", "<a><b></a>", "line 1: not well-formed XML.*Export or download"),
        ("i.xml", "<a>" * 90 + "</a>" * 90, "more than 60 levels deep"),
        ("j.xml", "<a/>", "no <ProfessionalStandart>"),
        ("k.xml", "<ProfessionalStandart/>", "no <ProfessionalStandart>|no functions"),
    ],
)
def test_broken_cards_say_where_and_what_to_do(
    name: str, data: str, words: str, tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / name
    path.write_text(data, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        read_file(path, settings)
    assert name in str(caught.value)
    assert caught.value.hint


@pytest.mark.shared
def test_the_real_cards_of_other_layouts(shared: Path, settings: Settings) -> None:
    for path, count, warned in (
        (shared / "registry_xml" / "06.003-other-layout.xml", 539, ["ТФ I/01.6 has no requirements of kind knowledge"]),
        (shared / "registry_json" / "19.058.json", 439, ["skills and knowledge are exchanged in the whole file"]),
    ):
        (given_card,) = read_file(path, settings)
        assert len(list(given_card.requirements())) == count
        assert len(given_card.warnings) == len(warned)
        assert all(words in issue.message for words, issue in zip(warned, given_card.warnings, strict=True))
        # What is shipped says the same, put right.
        assert facts(find(given_card.code, settings)) == facts(given_card)
