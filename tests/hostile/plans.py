"""Study plans, JSON, standards, cards and results: numbers that are none, nesting without end, entities."""

from __future__ import annotations

import json

from tests.conftest import ROOT
from tests.hostile.kinds import add


def _plx(rows: str = "", hours: str = "", head: str = "") -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<Document><diffgr><dsMMISDB><ООП Шифр="11.03.03" Название="Электроника"/><Планы СеместровНаКурсе="2"/><ПланыСтроки Код="1" Дисциплина="Физика" ТипОбъекта="2" {rows}/>{hours}</dsMMISDB></diffgr></Document>'


def _hours(year: str, half: str = "1", count: str = "10") -> str:
    return f'<ПланыНовыеЧасы КодОбъекта="1" Курс="{year}" Семестр="{half}" Количество="{count}"/>'


for _value in ("1e308", "inf", "-inf", "nan", "-1", "9" * 400, "1e-300", "٣", "1,5", "0x10"):
    _short = _value[:12]
    add(f"plx: year {_short}", ".plx", _plx(hours=_hours(_value)), exit=0)
add("plx: credits without end", ".plx", _plx(rows='ТрудоемкостьКредитов="inf" ЧасовПоПлану="1e999"'), exit=0)
add(
    "plx: semesters a year without end",
    ".plx",
    _plx(hours=_hours("2")).replace('СеместровНаКурсе="2"', 'СеместровНаКурсе="inf"'),
    exit=0,
)
add("plx: entities", ".plx", _plx(head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "entities")
add(
    "plx: hidden entities",
    ".plx",
    (_plx(head='<!DOCTYPE x [<!ENTITY e "ha">]>').replace('encoding="utf-8"', 'encoding="utf-16"')).encode("utf-16"),
    "entities",
)
add("plx: elements 50,000 deep", ".plx", _plx(hours="<a>" * 50_000), "XML")
add(
    "plx: 20,000 disciplines",
    ".plx",
    _plx(hours="".join(f'<ПланыСтроки Код="{n}" Дисциплина="Наука {n}" ТипОбъекта="2"/>' for n in range(20_000))),
    "only the first 5000",
    exit=0,
)
add(
    "plx: a title of 2,000,000 letters",
    ".plx",
    _plx().replace("Физика", "Физика" * 300_000),
    "letters|seconds|memory",
    exit=0,
)
add("plx: an attribute twice", ".plx", _plx(rows='Код="2"'), "XML")
add("plx: no plan", ".plx", "<Document/>", "not a study plan")
add("plx: half a file", ".plx", _plx()[:150], "XML")
add("plx: nulls", ".plx", _plx().encode() + b"\0\0", "XML")
add("plx: an encoding that is none", ".plx", _plx().replace("utf-8", "utf-99"), "XML")

add("json: 100,000 deep", ".json", "[" * 100_000, "JSON")
add("json: 900 deep", ".json", '{"a":' * 900 + "1" + "}" * 900, "")
add("json: a number without end", ".json", "9" * 1_000_000, "")
add("json: 1e999", ".json", '{"a": 1e999}', "")
add("json: keys twice", ".json", '{"a": 1, "a": 2}', "")
add("json: half a character", ".json", '{"a": "\\ud800"}', "")
add(
    "json: course without end",
    ".jsonld",
    '{"@context": "https://schema.org", "@type": "Course", "name": "x", "teaches": '
    + json.dumps([f"measure value {n}" for n in range(12_000)])
    + "}",
    "only the first 10000",
    exit=0,
)
add("json: a course of itself", ".jsonld", '{"@type": "Course", "name": "x", "hasPart": ' * 60 + "1" + "}" * 60, exit=0)
add(
    "json: names that are lists",
    ".jsonld",
    '{"@context": "https://schema.org", "@type": "Course", "name": [[[[1]]]], "teaches": {"a": [{}]}}',
    exit=0,
)
add(
    "json: CASE with a circle",
    ".json",
    json.dumps(
        {
            "CFDocument": {"title": "t", "identifier": "d"},
            "CFItems": [
                {"identifier": "a", "fullStatement": "know laws"},
                {"identifier": "b", "fullStatement": "know units"},
            ],
            "CFAssociations": [
                {
                    "associationType": "isChildOf",
                    "originNodeURI": {"identifier": "a"},
                    "destinationNodeURI": {"identifier": "b"},
                },
                {
                    "associationType": "isChildOf",
                    "originNodeURI": {"identifier": "b"},
                    "destinationNodeURI": {"identifier": "a"},
                },
            ],
        }
    ),
    "",
)

_STANDARD = (ROOT / "corpora" / "standards" / "06.001.xml").read_text(encoding="utf-8")


def _yaml(skills: str) -> str:
    return f'code: "01.001"\ntitle: t\nfunctions:\n- code: A\n  name: n\n  functions:\n  - code: A/01.6\n    name: x\n    skills: {skills}\n'


def _standard(name: str, suffix: str, data: str | bytes, said: str = "", *, exit: int = 2) -> None:
    add(f"standard: {name}", suffix, data, said, exit=exit, role="standard")


_standard("yaml 5,000 deep", ".yaml", _yaml("[" * 5000), "nested|YAML")
_standard("yaml 2,000 mappings deep", ".yaml", "".join("  " * n + "a:\n" for n in range(1500)), "nested|YAML")
_standard("yaml of aliases", ".yaml", "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "aliases")
_standard("yaml of tags", ".yaml", "!!python/object/apply:os.system ['id']", "YAML")
_standard("yaml with a date no calendar has", ".yaml", "code: 2020-99-99\n", "YAML|missing")
_standard("yaml with numbers for texts", ".yaml", _yaml("[1, 2.5, true, null]"), exit=0)
_standard("yaml with a number of a million digits", ".yaml", _yaml("[" + "9" * 1_000_000 + "]"), "")
_standard("yaml in base 60", ".yaml", _yaml("[" + "1" + ":59" * 30_000 + "]"), "")
_standard("yaml of one letter", ".yaml", "a", "mapping")
_standard("yaml without end", ".yaml", _yaml("[" + "измерять, " * 5_000 + "]"), "", exit=0)
_standard("yaml with a requirement of 100,000 letters", ".yaml", _yaml("[" + "а" * 100_000 + "]"), "letters")
_standard("yaml with controls", ".yaml", _yaml('["измерять \\e[31m токи"]'), exit=0)
_standard("yaml with nulls", ".yaml", _yaml("[x]") + "\0", "YAML")
_standard("xml with entities", ".xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "entities")
_standard("xml 50,000 deep", ".xml", "<a>" * 50_000, "XML")
_standard("xml without functions", ".xml", "<XMLCardInfo/>", "")
_standard("half an xml", ".xml", _STANDARD[: len(_STANDARD) // 2], "XML")
_standard(
    "xml with a title of a million letters",
    ".xml",
    _STANDARD.replace("<NameProfessionalStandart>", "<NameProfessionalStandart>" + "а" * 1_000_000, 1),
    "",
    exit=0,
)
_standard(
    "xml with 60,000 comments",
    ".xml",
    _STANDARD.replace("<ThirdSection>", "<!-- x -->" * 60_000 + "<ThirdSection>"),
    exit=0,
)
_standard("csv of semicolons", ".csv", "function_code;kind;text\n" + ";" * 3_000_000, "cells")
_standard("csv of unknown kinds", ".csv", "function_code;kind;text\nA/01.6;x;y\n", "kind")
_standard(
    "csv of 600,000 requirements",
    ".csv",
    "function_code;kind;text\n" + "A/01.6;skill;y\n" * 600_000,
    "cells",
)
_standard("json 100,000 deep", ".json", "[" * 100_000, "JSON")
_standard("json of nothing", ".json", "{}", "")
_standard("md of a course", ".md", "# Курс\n", "not a professional standard")
_standard("pdf of no order", ".pdf", b"%PDF-1.7\n", "PDF")
_standard(
    "html of dashes", ".html", "<html><body><p>" + "-" * 100_000 + "</p></body></html>", "not a professional standard"
)
_standard(
    "html of digits", ".html", "<html><body><p>" + "1" * 100_000 + "</p></body></html>", "not a professional standard"
)
add("card: no card", ".docx", b"PK", "corrupt", role="card")
add("card: half a pdf", ".pdf", b"%PDF-1.7\n", "PDF", role="card")


def _finding(probability: str, number: int = 1) -> str:
    requirement = f'{{"id": "A/01.6-У{number}", "text": "x", "kind": "skill"}}'
    return f'{{"requirement": {requirement}, "function": "A/01.6", "general_function": "A", "verdict": "gap", "probability": {probability}}}'


def _result(*findings: str, versions: str = "{}") -> str:
    return f'{{"program": {{"title": "t"}}, "standard": {{"code": "01.001", "title": "t"}}, "findings": [{", ".join(findings)}], "thresholds": {{"covered": 0.6, "partial": 0.3}}, "engine": "fast", "versions": {versions}}}'


def _add_result(name: str, data: str | bytes, said: str = "", *, exit: int = 2) -> None:
    add(f"result: {name}", ".json", data, said, exit=exit, role="result")


_add_result("a good one", _result(_finding("0.5")), exit=0)
for _number in ("1e300", "-0.1", "1.5", "1e999", "NaN", "Infinity", '"0.5"', "null"):
    _add_result(f"probability {_number}", _result(_finding(_number)), "not a result|probability|JSON")
_add_result("83,100 findings", _result(*(_finding("0.5", n) for n in range(83_100))), "83100 findings")
_add_result("100,000 lists", "[" * 100_000, "not a result")
_add_result(
    "thresholds of 0 and 7",
    _result(_finding("0.5")).replace('"covered": 0.6', '"covered": 7').replace('"partial": 0.3', '"partial": 0'),
    "threshold|not a result",
)
_add_result("half a file", _result(_finding("0.5"))[:90], "not a result")
_add_result("500 alignments", "[" + ", ".join([_result(_finding("0.5"))] * 500) + "]", "500 results")
_add_result("no JSON", "x", "not a result")
_add_result("nothing", "", "empty")
