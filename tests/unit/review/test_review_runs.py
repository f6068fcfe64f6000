"""Checks started in the browser: how they are kept, worked on, compared, and what becomes of bad input."""

import io
import re
import time
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from fastapi.testclient import TestClient

from alignment.errors import LimitError, NotFoundError, OutputError
from alignment.model import Verdict
from alignment.review.child import Child
from alignment.review.report_page import policy
from alignment.review.run_changes import compare, compare_all, files_between
from alignment.review.runner import MOST, Runner
from alignment.review.runs import KEPT_DAYS, WORKING, ReadSummary, Runs, inputs, parts_of
from alignment.review.store import ReviewStore
from alignment.review.tables import Role
from tests.conftest import ROOT
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import PASSWORD, checker, client, field, finished, people, post

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "checks")


def until(browser: TestClient, address: str, *states: str) -> str:
    """The page of a check once it has come to one of these states."""
    while (state := browser.get(f"{address}/state").json()["state"].split()[0]) in WORKING:
        time.sleep(0.2)
    assert state in states
    return browser.get(address).text


def start(browser: TestClient, *files: tuple[str, bytes], **values: str) -> str:
    csrf = field(browser.get("/").text, "csrf")
    answer = browser.post("/runs", data={"csrf": csrf, **values}, files=[("files", item) for item in files])
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_from_files_to_a_report_in_every_format(store: ReviewStore, cache_dir: Path) -> None:
    browser = checker(store, cache_dir)
    broken = ("сломанная.pdf", b"no pdf")
    address = start(browser, (SYLLABUS.name, SYLLABUS.read_bytes()), broken, ("фото.jpg", b"x"), name="Моя программа")
    page = until(browser, address, "choosing")
    assert "Моя программа" in page
    assert "Files that were not read" in page
    assert "сломанная.pdf" in page
    assert "фото.jpg" in page
    assert "checks" not in page.split("Files that were not read")[1].split("</section>")[0]  # no path of this machine
    assert page.index("These fit the program") < page.index("From the library")
    answer = browser.post(f"{address}/check", data={"csrf": field(page, "csrf"), "standard": ["06.005"]})
    assert answer.status_code == 303
    page = until(browser, address, "done")
    assert "06.005" in browser.get("/").text
    report = browser.get(f"{address}/report")
    assert "Моя программа" in page
    assert "sandbox" in report.headers["content-security-policy"]
    for form in ("docx", "xlsx", "html", "csv", "markdown", "json"):
        made = browser.get(f"{address}/download/{form}")
        assert made.status_code == 200, form
        assert len(made.content) > 1000
        assert str(store.url.removeprefix("sqlite:///").rpartition("/")[0]).encode() not in made.content
    assert browser.get(f"{address}/download/exe").status_code == 404
    deleted = browser.post(f"{address}/delete", data={"csrf": field(page, "csrf")})
    assert deleted.status_code == 303
    assert browser.get(address).status_code == 404


def test_a_bad_standard_is_named_and_what_was_chosen_stays(store: ReviewStore, cache_dir: Path) -> None:
    browser = checker(store, cache_dir)
    address = start(browser, (SYLLABUS.name, SYLLABUS.read_bytes()))
    page = until(browser, address, "choosing")
    nothing = browser.post(f"{address}/check", data={"csrf": field(page, "csrf")})
    assert nothing.status_code == 303
    assert "Choose at least one standard" in browser.get(nothing.headers["location"]).text
    assert "Choose at least one standard" not in browser.get(address).text  # said once, not for ever
    browser.post(
        f"{address}/check",
        data={"csrf": field(page, "csrf"), "standard": ["06.005", "/etc/passwd"]},
        files=[("own", ("мой стандарт.xml", b"<nonsense/>"))],
    )
    page = until(browser, address, "choosing")
    alert = page.split('role="alert"')[1].split("</p>")[0]
    assert "мой стандарт.xml" in alert
    assert "/checks/" not in alert
    assert re.search(r'value="06\.005" checked', page)
    browser.post(f"{address}/own", data={"csrf": field(page, "csrf"), "name": "мой стандарт.xml"})
    page = browser.get(address).text
    assert "мой стандарт.xml" not in page
    assert re.search(r'value="06\.005" checked', page)


def test_a_program_that_cannot_be_read_waits_for_better_files(store: ReviewStore, cache_dir: Path) -> None:
    browser = checker(store, cache_dir)
    address = start(browser, ("план.pdf", b"no pdf"))
    page = until(browser, address, "failed")
    assert "план.pdf" in page.split('role="alert"')[1]
    csrf = field(page, "csrf")
    again = browser.post(
        f"{address}/read", data={"csrf": csrf}, files=[("files", (SYLLABUS.name, SYLLABUS.read_bytes()))]
    )
    assert again.status_code == 303
    assert "план.pdf" in until(browser, address, "choosing")


def test_what_was_in_work_goes_on_after_a_restart(store: ReviewStore, cache_dir: Path) -> None:
    runs = Runs(Path(store.url.removeprefix("sqlite:///")).parent / "checks")
    run = runs.add("local", "прерванная")
    runs.keep(run.id, SYLLABUS.name, io.BytesIO(SYLLABUS.read_bytes()))
    runs.change(run.id, lambda old: msgspec.structs.replace(old, state="reading", standards=("06.005",), wanted=True))
    browser = checker(store, cache_dir)
    until(browser, f"/runs/{run.id}", "done")
    assert runs.result(run.id)[0].standard.code == "06.005"


def test_a_zip_and_folders_are_given_to_the_reader_as_people_know_them(runs: Runs) -> None:
    run = runs.add("local")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.md", "x")
    for name in ("ОП/планы/а.docx", "ОП/б.docx", "ОП/.DS_Store", "ОП/~$б.docx"):
        runs.keep(run.id, name, io.BytesIO(b"x"))
    runs.keep(run.id, "ещё.zip", io.BytesIO(packed.getvalue()))
    assert runs.files(run.id) == ["ОП/б.docx", "ОП/планы/а.docx", "ещё.zip"]
    inside = runs.path(run.id) / "files"
    assert inputs(runs.path(run.id)) == [inside, inside / "ещё.zip"]
    (inside / "ещё.zip").unlink()
    assert inputs(runs.path(run.id)) == [inside / "ОП"]


@given(st.text(max_size=300))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    parts = parts_of(name)
    assert not {"..", ".", "", "/"} & set(parts)
    assert all("/" not in part and "\\" not in part and len(part.encode("utf-8", "replace")) < 400 for part in parts)


def test_long_names_that_begin_alike_stay_two(runs: Runs) -> None:
    run = runs.add("local")
    for end in ("первая", "вторая"):
        runs.keep(run.id, f"{'Рабочая программа дисциплины ' * 4}{end}.docx", io.BytesIO(b"x"))
    names = runs.files(run.id)
    assert len(names) == 2
    assert all(name.endswith(".docx") for name in names)


def test_too_much_is_refused(tmp_path: Path) -> None:
    runs = Runs(tmp_path, most_bytes=10)
    run = runs.add("local")
    runs.keep(run.id, "a.txt", io.BytesIO(b"12345"))
    with pytest.raises(LimitError, match="too large"):
        runs.keep(run.id, "b.txt", io.BytesIO(b"123456"))
    assert runs.files(run.id) == ["a.txt"]
    runs.keep(run.id, "a.txt", io.BytesIO(b"1234567890"))  # in place of the first


def test_old_checks_are_deleted_and_others_stay(runs: Runs) -> None:
    old = finished(runs, alignment(()), "старая", days=KEPT_DAYS + 1)
    new = finished(runs, alignment(()), "новая", days=KEPT_DAYS - 1)
    runs.purge()
    assert [run.id for run in runs.all()] == [new.id]
    with pytest.raises(NotFoundError):
        runs.get(old.id)
    (runs.folder / ("0" * 16)).mkdir()
    (runs.folder / ("f" * 16)).mkdir()
    (runs.folder / ("f" * 16) / "run.json").write_text("{", encoding="utf-8")
    assert [run.id for run in runs.all()] == [new.id]
    for bad in ("..", "../checks", "a" * 16, "A" * 16, ""):
        with pytest.raises(NotFoundError):
            runs.get(bad)


def test_nobody_fills_the_queue_alone(store: ReviewStore) -> None:
    browser = client(store)
    csrf = field(browser.get("/").text, "csrf")
    runs = Runs(Path(store.url.removeprefix("sqlite:///")).parent / "checks")
    for number in range(MOST):
        run = runs.add("local", str(number))
        runs.change(run.id, lambda old: msgspec.structs.replace(old, state="checking"))
    runner = Runner(runs, Child())
    runner.admit("local", run.id)  # itself counts for nothing
    runner.admit("other")
    waits = runs.add("local")
    answers = [
        browser.post(path, data={"csrf": csrf}, files=[("files", ("p.md", b"# x"))])
        for path in ("/runs", f"/runs/{waits.id}/read")
    ]
    assert [(answer.status_code, int(answer.headers["retry-after"]) > 0) for answer in answers] == [(429, True)] * 2
    assert f"{MOST} checks" in answers[0].text
    assert len(runs.all()) == MOST + 1  # nothing was begun of the refused one
    assert runs.get(waits.id).state == "uploading"


@pytest.mark.parametrize(("read", "state"), [(True, "choosing"), (False, "failed")])
def test_a_program_that_was_read_is_not_lost_with_the_proposals(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, read: bool, state: str
) -> None:
    run = runs.change(runs.add("local").id, lambda old: msgspec.structs.replace(old, state="reading"))
    seen = ReadSummary(title="П", code="11.03.03", profile="", files=1, disciplines=1, title_only=0, statements=1)

    def too_long(*_arguments: object, **_values: object) -> bytes:
        if read:
            (runs.path(run.id) / "program.json").write_bytes(msgspec.json.encode(seen))
        raise LimitError("it took too long.")

    child = Child()
    monkeypatch.setattr(child, "run", too_long)
    Runner(runs, child)._one(run.id)
    result = runs.get(run.id)
    assert result.state == state
    assert bool(result.error) is not read


def test_files_do_not_change_under_the_reader(store: ReviewStore) -> None:
    browser = client(store)
    runs = Runs(Path(store.url.removeprefix("sqlite:///")).parent / "checks")
    run = finished(runs, worded(alignment(())), "готовая")
    csrf = field(browser.get("/").text, "csrf")
    for path in ("files", "read", "check", "own"):
        answer = browser.post(
            f"/runs/{run.id}/{path}", data={"csrf": csrf, "name": "x"}, files=[("files", ("a.md", b"x"))]
        )
        assert answer.status_code == 400
        assert "his check has already begun" in answer.text
    assert runs.files(run.id) == []


def test_a_full_disk_is_said_in_words(runs: Runs) -> None:
    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    run = runs.add("local")
    with pytest.raises(OutputError, match="no space left"):
        runs.keep(run.id, "a.md", Full())
    assert runs.files(run.id) == []


def test_what_became_covered_and_what_was_lost() -> None:
    before = worded(alignment(()))
    assert [item.verdict.value for item in before.findings[:2]] == ["covered", "covered"]
    findings = list(before.findings)
    findings[0] = msgspec.structs.replace(findings[0], verdict=Verdict.PARTIAL)
    findings[5] = msgspec.structs.replace(findings[5], verdict=Verdict.COVERED)
    text = msgspec.structs.replace(findings[4].requirement, text="новое требование")
    findings[4] = msgspec.structs.replace(findings[4], requirement=text)
    result = compare(before, msgspec.structs.replace(before, findings=tuple(findings)))
    assert [(change.requirement, change.after) for change in result.gained] == [
        (before.findings[5].requirement.text, Verdict.COVERED)
    ]
    assert [(change.before, change.after) for change in result.lost] == [(Verdict.COVERED, Verdict.PARTIAL)]
    assert (result.same, result.new, result.gone) == (3, 1, 1)
    assert compare(before, before).same == 6
    other = msgspec.structs.replace(before, standard=msgspec.structs.replace(before.standard, code="40.001"))
    assert compare_all([other], [before]) == []


def test_gaps_that_are_unknown_now_are_counted_and_missing_files_named() -> None:
    before = worded(alignment(()))
    first = next(number for number, item in enumerate(before.findings) if item.verdict is Verdict.GAP)
    findings = list(before.findings)
    findings[first] = msgspec.structs.replace(findings[first], verdict=Verdict.UNKNOWN)
    after = msgspec.structs.replace(before, findings=tuple(findings))
    result = compare(before, after)
    assert (result.unsure, result.sure, result.same, result.lost) == (1, 0, 5, ())
    assert (compare(after, before).unsure, compare(after, before).sure) == (0, 1)
    assert files_between(["2023/план.xlsx", "2023/РПД/физика.docx"], ["2024/план.xlsx", "2024/химия.docx"]) == (
        ["физика.docx"],
        ["химия.docx"],
    )


def test_the_last_check_of_the_same_program_is_compared_with(store: ReviewStore) -> None:
    runs = Runs(Path(store.url.removeprefix("sqlite:///")).parent / "checks")
    result = worded(alignment(()))
    finished(runs, result, "Моя  программа", days=2)
    finished(runs, result, "Чужая программа", days=1)
    better = [msgspec.structs.replace(item, verdict=Verdict.COVERED) for item in result.findings]
    last = finished(runs, msgspec.structs.replace(result, findings=tuple(better)), "моя программа")
    page = client(store).get(f"/runs/{last.id}").text
    assert page.count("<option") == 1
    gained = sum(item.verdict is not Verdict.COVERED for item in result.findings)
    assert f"More is covered than before: <b>{gained}</b>" in page
    assert "Less is covered than before: <b>0</b>" in page


def test_a_check_is_its_owners_and_the_heads(store: ReviewStore) -> None:
    runs = Runs(Path(store.url.removeprefix("sqlite:///")).parent / "checks")
    run = finished(runs, worded(alignment(())), "программа Егора", owner="egor")
    team = people(store)
    assert team["egor"].get(f"/runs/{run.id}").status_code == 200
    assert team["head"].get(f"/runs/{run.id}").status_code == 200
    for path in ("", "/state", "/report", "/download/json"):
        assert team["olga"].get(f"/runs/{run.id}{path}").status_code == 404
    assert "программа Егора" not in team["olga"].get("/").text
    token = field(team["olga"].get("/").text, "csrf")
    assert team["olga"].post(f"/runs/{run.id}/delete", data={"csrf": token}).status_code == 404
    viewer = team["vera"].get("/").text
    assert "Drop a folder" not in viewer
    assert team["vera"].post("/runs", data={"csrf": field(viewer, "csrf")}).status_code == 403
    handed = post(team["egor"], f"/runs/{run.id}/review", team["egor"].get(f"/runs/{run.id}").text)
    assert handed.status_code == 403
    handed = post(team["head"], f"/runs/{run.id}/review", team["head"].get(f"/runs/{run.id}").text)
    assert handed.headers["location"] == "/reviews/1"
    assert store.login("egor", PASSWORD).role == Role.EXPERT


def test_only_the_reports_own_script_may_run() -> None:
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/]{43}='", policy())) == 1
    assert "unsafe-inline" not in policy().split("script-src")[1].split(";")[0]
