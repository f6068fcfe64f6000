"""Reports of one small alignment against golden files (`ALIGNMENT_GOLDEN=1 pytest` writes them anew)."""

import csv
import io
import json
import os
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from alignment import i18n
from alignment.analysis import coverage
from alignment.model import (
    Alignment,
    Discipline,
    Evidence,
    Finding,
    GeneralizedFunction,
    Issue,
    Kind,
    Location,
    Program,
    Requirement,
    Standard,
    Statement,
    Thresholds,
    Verdict,
    WorkFunction,
    from_json,
)
from alignment.reports import format_names, render, terminal
from alignment.reports.csv_table import safe
from alignment.reports.json_report import schema
from alignment.reports.markdown import escape

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
DOCS = Path(__file__).parents[3] / "docs"


def build() -> Alignment:
    """Three requirements: covered, unknown (a title only), and a gap."""
    place = Location(file="программа/Пайка.docx", paragraph=7)
    solder = Statement(
        id="s1", text="паять выводные компоненты | платы", kind=Kind.SKILL, discipline="Пайка", location=place
    )
    title = Statement(id="s2", text="Метрология", kind=Kind.TITLE, discipline="Метрология")
    requirements = (
        Requirement(id="A/01.5-ТД1", text="Пайка узлов", kind=Kind.ACTION),
        Requirement(id="A/01.5-З1", text="Методы измерений", kind=Kind.KNOWLEDGE),
        Requirement(id="A/01.5-У1", text="Консервировать аппаратуру", kind=Kind.SKILL),
    )
    function = WorkFunction(code="A/01.5", name="Обслуживание узлов", level="5", requirements=requirements)
    empty = WorkFunction(code="A/02.5", name="Ремонт", level="5")
    general = GeneralizedFunction(code="A", name="Эксплуатация", level="5", functions=(function, empty))

    def finding(index: int, verdict: Verdict, probability: float, **rest: object) -> Finding:
        return Finding(
            requirement=requirements[index],
            function="A/01.5",
            general_function="A",
            verdict=verdict,
            probability=probability,
            covers=round(probability - 0.05, 2),
            at_least_partial=round(probability + 0.05, 2),
            **rest,
        )

    return Alignment(
        program=Program(
            title="Электронные средства",
            code="11.03.03",
            disciplines=(
                Discipline(title="Пайка", statements=(solder,)),
                Discipline(title="Метрология", statements=(title,)),
            ),
            warnings=(Issue(message="one row was lost", location=Location(file="план.xlsx", sheet="План", cell="C7")),),
        ),
        standard=Standard(code="06.005", title="Инженер-электроник", functions=(general,)),
        findings=(
            finding(0, Verdict.COVERED, 0.91, evidence=(Evidence(statement=solder, probability=0.91),)),
            finding(1, Verdict.UNKNOWN, 0.8, nearest=Evidence(statement=title, probability=0.8), title_only=True),
            finding(2, Verdict.GAP, 0.2, nearest=Evidence(statement=solder, probability=0.2)),
        ),
        thresholds=Thresholds(covered=0.76, partial=0.43),
        engine="use",
    )


@pytest.fixture(autouse=True)
def _language() -> object:
    i18n.activate("en")
    yield
    i18n.activate("en")


def drawn(width: int, *, encoding: str = "utf-8", details: bool = False) -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, errors="replace")
    terminal.draw([build()], Console(file=out, width=width, highlight=False, markup=False), details=details)
    out.flush()
    return raw.getvalue().decode(encoding)


def against(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("ALIGNMENT_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_golden(language: str) -> None:
    i18n.activate(language)
    against(f"report-{language}.md", render([build()], "markdown"))
    against(f"report-{language}-100.txt", drawn(100, details=True))
    against(f"report-{language}-60.txt", drawn(60))


def test_golden_csv_in_the_dialect_of_the_language() -> None:
    text = render([build()], "csv")
    against("report.csv", text)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["verdict"] for row in rows] == ["covered", "unknown", "gap"]
    i18n.activate("ru")
    russian = render([build()], "csv")
    others = list(csv.DictReader(io.StringIO(russian.removeprefix("\ufeff")), delimiter=";"))
    assert text[0] == russian[0] == "\ufeff"
    numbers = ("probability", "statement_probability", "covers", "touches")
    for row, other in zip(rows, others, strict=True):
        assert all(other[name].replace(",", ".") == row[name] for name in numbers)
        assert {**row, **dict.fromkeys(numbers)} == {**other, **dict.fromkeys(numbers)}
    assert "." not in "".join(other["probability"] for other in others)


def test_no_line_is_wider_than_the_terminal() -> None:
    for width in (60, 80, 100, 140):
        assert max(len(line) for line in drawn(width).splitlines()) <= width


def test_without_unicode_the_bars_still_differ() -> None:
    text = drawn(100, encoding="ascii")
    assert "#" in text
    assert "?" in text
    assert "█" not in text


def test_json_fits_its_published_schema_and_reads_again() -> None:
    text = render([build()], "json")
    data = json.loads(text)
    jsonschema.Draft202012Validator(schema()).validate(data)
    assert data["schema_version"] == "1.4"
    total = data["coverage"]["total"]
    assert (total["covered"], total["unknown"], total["gap"], total["coverage"]) == (1, 1, 1, 0.3333)
    assert total["low"] <= total["expected"] <= total["high"]
    assert total["low"] <= total["coverage"] <= total["high"]
    assert data["coverage"]["enough"] is True
    assert from_json(text, Alignment) == build()
    assert isinstance(json.loads(render([build(), build()], "json")), list)


def test_the_published_schema_is_the_one_in_use() -> None:
    path = DOCS / "schema" / "report-1.4.json"
    if os.environ.get("ALIGNMENT_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == schema()


def test_what_is_unknown_is_not_counted_as_covered() -> None:
    summary = coverage(build())
    assert summary.total.coverage == pytest.approx(1 / 3, abs=1e-4)
    assert summary.parts[0].parts[1].tally.total == 0
    assert (summary.sight.disciplines, summary.sight.title_only, summary.sight.statements) == (2, 1, 1)


@pytest.mark.parametrize("value", ["=1+1", "+cmd", "@x", "\tx"])
def test_a_cell_never_runs_as_a_formula(value: str) -> None:
    assert safe(value).startswith("'")


def test_markdown_text_stays_in_its_cell() -> None:
    assert escape("a|b *c* <i>\nd") == "a\\|b \\*c\\* \\<i\\> d"


def test_formats_are_listed() -> None:
    assert format_names()[:4] == ["terminal", "json", "csv", "markdown"]


def test_every_message_is_translated_and_compiled() -> None:
    """The catalogue has what the source has, and the .mo is made of this .po."""
    from babel.messages.extract import extract_from_dir
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    source = Path(i18n.__file__).parent
    keywords = {"_": None, "plural": (1, 2)}
    used = {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(
            source, method_map=[("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")], keywords=keywords
        )
    }
    folder = source / "locale" / "ru" / "LC_MESSAGES"
    po, mo = read_po((folder / "alignment.po").open("rb")), read_mo((folder / "alignment.mo").open("rb"))

    def table(catalog: object) -> dict[str, object]:
        return {
            (m.id if isinstance(m.id, str) else m.id[0]): m.string if isinstance(m.string, str) else tuple(m.string)
            for m in catalog
            if m.id
        }

    assert set(table(po)) == used
    assert all(all(value) if isinstance(value, tuple) else value for value in table(po).values())
    assert table(po) == table(mo)
