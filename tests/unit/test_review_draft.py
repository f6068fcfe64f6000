"""The page of a check's link tables: what is ticked, kept, made of it and taken away, and by whom."""

import io
import json
import re
from pathlib import Path

import docx
import openpyxl
import pytest
import yaml

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from fastapi.testclient import TestClient

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
from alignment.programs.readers import read_parts
from alignment.review import drafts
from alignment.review.child import Child
from alignment.review.run_tasks import work
from alignment.review.runs import Run
from alignment.review.store import ReviewStore
from alignment.review.web import create_app
from alignment.settings import Settings
from tests.unit.test_review import field, people, post
from tests.unit.test_review_runs import checker, finished

pytestmark = pytest.mark.usefixtures("english")

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
    """A program that declares B/01.6, teaches B/02.6, and does not reach the level of C/01.7."""
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
    evidence = Evidence(statement=taught, probability=0.9, covers=0.9, touches=0.9)
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
    """Does the work in this process: a model that is loaded once serves all tests."""

    def run(self, task: str, files: object, *arguments: str, patience: int = 1) -> bytes:
        assert task == "draft"
        work(task, Path(arguments[0]), *arguments[1:])
        return b""


@pytest.fixture
def browser(store: ReviewStore, cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache_dir))
    monkeypatch.setenv("ALIGN_ENGINE", "fast")
    return TestClient(create_app(store, secret="s" * 32, local=True, child=Here()), follow_redirects=False)


@pytest.fixture
def run(browser: TestClient) -> Run:
    return finished(browser.app.state.services.runs, drafted(), "Моя программа")  # type: ignore[attr-defined]


def ticked(page: str) -> list[str]:
    return re.findall(r'name="function" value="(\S+) [^"]*" checked', page)


def reason_of(page: str, code: str) -> str:
    """What stands beside a function's box."""
    return re.search(rf'value="{code} .*?</label>', page, re.DOTALL)[0]


def test_what_is_proposed_is_ticked_and_every_function_says_why(browser: TestClient, run: Run) -> None:
    page = browser.get(f"/runs/{run.id}/draft").text
    assert ticked(page) == ["B/01.6", "B/02.6"]
    assert "declared by ПК-1" in reason_of(page, "B/01.6")
    assert "disciplines give evidence for 2 of 2 requirements" in reason_of(page, "B/02.6")
    assert "level 7 is above the degree" in reason_of(page, "C/01.7")
    assert "Способен проектировать программное обеспечение" in page
    assert f"«моделирует системы» ({PLACE})" in page
    assert "the wording differs" in page  # ПК-1 says it in its own words
    assert f'href="/runs/{run.id}/draft"' in browser.get(f"/runs/{run.id}").text


def test_ticks_are_kept_and_the_files_are_of_them(browser: TestClient, run: Run, tmp_path: Path) -> None:
    address = f"/runs/{run.id}/draft"
    token = field(browser.get(address).text, "csrf")
    kept = browser.post(f"{address}/choice", data={"csrf": token, "function": ["A/01.5 06.001", "X/09.9 06.001"]})
    assert kept.status_code == 204
    page = browser.get(address).text  # as loaded again
    assert ticked(page) == ["A/01.5"]
    assert "Способен проверять и отлаживать программный код" in page
    for form in ("docx", "xlsx", "yaml"):
        made = browser.get(f"{address}/download/{form}")
        assert made.status_code == 200 and f"links.{form}" in made.headers["content-disposition"]
        path = tmp_path / f"links.{form}"
        path.write_bytes(made.content)
        (part,) = read_parts(path, Settings(cache=False))
        assert [item.function for item in part.program.declared] == ["A/01.5"], form
    assert yaml.safe_load((tmp_path / "links.yaml").read_text())["competences"][0]["standard"] == "06.001"
    assert docx.Document(str(tmp_path / "links.docx")).tables
    assert "Матрица" in openpyxl.load_workbook(io.BytesIO((tmp_path / "links.xlsx").read_bytes())).sheetnames
    back = browser.post(f"{address}/proposed", data={"csrf": token})
    assert back.status_code == 303 and ticked(browser.get(address).text) == ["B/01.6", "B/02.6"]


def test_no_tick_is_a_choice_too(browser: TestClient, run: Run) -> None:
    address = f"/runs/{run.id}/draft"
    answer = browser.post(address, data={"csrf": field(browser.get(address).text, "csrf")})
    assert answer.status_code == 303 and answer.headers["location"] == address
    page = browser.get(address).text
    assert not ticked(page) and "No function is ticked" in page


def test_what_is_not_there_is_said(browser: TestClient, run: Run) -> None:
    address = f"/runs/{run.id}/draft"
    assert browser.get(f"{address}/download/exe").status_code == 404
    assert browser.get("/runs/0123456789abcdef/draft").status_code == 404
    services = browser.app.state.services  # type: ignore[attr-defined]
    assert browser.get(f"/runs/{services.runs.add('local').id}/draft").status_code == 404  # nothing checked yet
    assert browser.post(f"{address}/choice", data={"function": "A/01.5 06.001"}).status_code == 400  # no token
    (services.runs.path(run.id) / "result.json").write_text(json.dumps([{"program": 1}]))
    damaged = browser.get(address)
    assert damaged.status_code == 400 and "Run the check again" in damaged.text


def test_the_tables_are_their_owners_and_the_heads(browser: TestClient, store: ReviewStore) -> None:
    team = people(store)
    services = team["egor"].app.state.services  # type: ignore[attr-defined]
    number = finished(services.runs, drafted(), "r", owner="vera").id
    drafts.make(services.runs.path(number), "")
    address = f"/runs/{number}/draft"
    own = team["vera"].get(address)
    assert own.status_code == 200 and "disabled" in own.text and "Make the tables anew" not in own.text
    assert post(team["vera"], f"{address}/choice", own.text).status_code == 403  # viewers look only
    assert team["egor"].get(address).status_code == 404
    assert post(team["egor"], address, team["egor"].get("/").text).status_code == 404
    page = team["head"].get(address).text
    assert post(team["head"], address, page, function="A/01.5 06.001").status_code == 303


@pytest.mark.slow
def test_the_child_process_makes_the_tables(store: ReviewStore, cache_dir: Path) -> None:
    alone = checker(store, cache_dir)
    run = finished(alone.app.state.services.runs, drafted(), "r")  # type: ignore[attr-defined]
    made = alone.get(f"/runs/{run.id}/draft/download/yaml")
    assert yaml.safe_load(made.text)["format"] == "align-draft/1"
