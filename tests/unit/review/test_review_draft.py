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

from alignment.programs.readers import read_parts
from alignment.review import drafts
from alignment.review.runs import Run
from alignment.review.store import ReviewStore
from alignment.review.web import create_app
from alignment.settings import Settings
from tests.helpers.drafting import PLACE, Here, drafted
from tests.helpers.reviewing import checker, field, finished, people, post

pytestmark = pytest.mark.usefixtures("english")


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
