"""Who judges what next, what an answer brings, uploads, pages of PDF files, and the first schema brought to the last."""

import shutil
import sqlite3
import sys
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from alignment.errors import AlignmentError, InputError, LimitError
from alignment.model import Location, Verdict, to_json
from alignment.review import queries
from alignment.review.agreement import standing
from alignment.review.child import Child
from alignment.review.estimate import Estimator, values
from alignment.review.file_names import safe_name
from alignment.review.migrate import config
from alignment.review.queries import Filters
from alignment.review.store import ReviewStore, needed_of
from alignment.review.tables import Item, Role
from alignment.review.web import create_app
from tests.conftest import ROOT
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import PASSWORD, client, field, files, people, post

pytestmark = pytest.mark.usefixtures("english")

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"
PDF = next(SAMPLE.glob("*.pdf"))


def test_a_share_needs_two_and_the_rest_one(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local", double=0.5)
    team = people(store)
    two = [item.position for item in store.review(number).items if item.needed == 2]
    one = next(position for position in range(6) if position not in two)
    egor, olga = (store.login(login, PASSWORD) for login in ("egor", "olga"))
    for position in range(6):
        store.judge(queries.item(store, number, position).id, egor, Verdict.GAP, version=0)
    assert queries.progress(store, number, olga).waiting == 3
    assert "0 of 3" in team["olga"].get(f"/reviews/{number}").text  # her part, not the six of all
    items, count = queries.page_of_findings(store, number, olga, Filters(state="open"), 1)
    assert sorted(item.position for item in items) == sorted(two)
    assert count == 3
    head = store.login("head", PASSWORD)
    with pytest.raises(InputError, match="3 findings"):
        store.lock(number, head)
    assert store.head(number).locked is None
    for position in two:
        store.judge(queries.item(store, number, position).id, olga, Verdict.GAP, version=1)
    assert queries.following(store, number, olga, -1) is None
    assert queries.item(store, number, one).judges == 1
    page = team["head"].get(f"/reviews/{number}/team").text
    assert "Judged by more than one: 3" in page
    store.lock(number, head)


@given(st.integers(0, 200), st.floats(0, 1))
def test_the_share_is_what_was_asked(count: int, share: float) -> None:
    needed = needed_of(count, share)
    assert needed.count(2) == round(share * count)
    assert set(needed) <= {1, 2}
    assert needed_of(count, share) == needed
    assert needed_of(count, None) == [0] * count


def test_every_answer_narrows_the_estimate_to_the_decided_coverage() -> None:
    result = worded(alignment(()))
    findings = tuple(
        msgspec.structs.replace(item, covers=0.5, at_least_partial=0.7, probability=0.6, evidence=item.evidence)
        for item in result.findings
    )
    estimator = Estimator(msgspec.structs.replace(result, findings=findings))
    decided: dict[int, str] = {}
    width = estimator(decided).width
    assert width > 0
    for position in range(6):
        decided[position] = "covered" if position < 3 else "gap"
        assert estimator(decided).width <= width + 1e-9
        width = estimator(decided).width
    assert width == 0
    assert estimator(decided).expected == 0.5


def test_a_program_hardly_known_has_no_percentage_until_all_is_decided() -> None:
    result = worded(alignment(()))
    titles = tuple(
        msgspec.structs.replace(item, title=f"{item.title} {number}", statements=())
        for item in result.program.disciplines
        for number in range(3)
    )
    program = msgspec.structs.replace(result.program, disciplines=result.program.disciplines + titles)
    estimator = Estimator(msgspec.structs.replace(result, program=program))
    decided = dict.fromkeys(range(len(result.findings) - 1), "covered")
    assert not estimator({}).enough
    assert not estimator(decided).enough
    assert estimator({**decided, len(result.findings) - 1: "gap"}).enough


def test_a_small_work_function_goes_first() -> None:
    result = alignment(())
    alone = [item for item in result.findings if item.function != "B/01.7"] + [result.findings[-1]]
    same = [msgspec.structs.replace(item, probability=0.6) for item in alone]
    worth = values(msgspec.structs.replace(result, findings=tuple(same)))
    assert worth[-1] > max(worth[:-1])


def test_filters(store: ReviewStore) -> None:
    result = worded(alignment(()))
    findings = [msgspec.structs.replace(item, probability=n / 10) for n, item in enumerate(result.findings)]
    number, _ = store.add(msgspec.structs.replace(result, findings=tuple(findings)), "r", "local")
    user = store.local_user()

    def shown(**values: object) -> list[int]:
        return sorted(item.position for item in queries.page_of_findings(store, number, user, Filters(**values), 1)[0])

    assert shown(general="A") == [0, 1, 2, 3]
    assert shown(function="A/02.5") == [2, 3]
    assert shown(verdict="gap") == [4, 5]
    assert shown(low=0.2, high=0.35) == [2, 3]
    page = client(store).get(f"/reviews/{number}?general=A&low=0.2&high=0.35").text
    assert "Found: 2" in page
    assert client(store).get(f"/reviews/{number}?low=2").status_code == 422


def test_earlier_decisions_on_similar_texts_are_offered_on_the_page(store: ReviewStore) -> None:
    result = worded(alignment(()))
    number, _ = store.add(result, "r", "local")
    user = store.local_user()
    for position in (0, 1):
        store.judge(
            queries.item(store, number, position).id, user, Verdict.PARTIAL, version=0, comment=f"потому что {position}"
        )
    findings = list(result.findings[1:])
    text = "измерять параметры узлов номер 1"
    findings[0] = msgspec.structs.replace(
        findings[0], requirement=msgspec.structs.replace(findings[0].requirement, text=text)
    )
    findings = [findings[0]]
    again, _ = store.add(msgspec.structs.replace(result, findings=tuple(findings)), "r2", "local")
    browser = client(store)
    assert "потому что" in browser.get(f"/reviews/{again}/0").text
    other = msgspec.structs.replace(
        findings[0], requirement=msgspec.structs.replace(findings[0].requirement, text="играть на рояле")
    )
    last, carried = store.add(msgspec.structs.replace(result, findings=(other,)), "r3", "local")
    assert carried.lost == ()  # nothing had been decided in the review before it
    store.judge(queries.item(store, last, 0).id, user, Verdict.GAP, version=0)
    final, _ = store.add(msgspec.structs.replace(result, findings=()), "r4", "local")
    assert "играть на рояле" in browser.get(f"/reviews/{final}/team").text


def test_an_upload_becomes_a_review(store: ReviewStore) -> None:
    browser = client(store)
    csrf = field(browser.get("/upload").text, "csrf")
    result = to_json(worded(alignment(())))
    answer = browser.post("/upload", data={"csrf": csrf, "double": "50"}, files=files(("r.json", result)))
    assert answer.status_code == 303, answer.text
    assert store.head(1).double == 0.5
    assert len(store.review(1).items) == 6


def test_a_program_is_checked_in_a_child_and_its_pages_are_shown(store: ReviewStore, cache_dir: Path) -> None:
    app_child = Child(environment={"ALIGN_CACHE_DIR": str(cache_dir)})
    from fastapi.testclient import TestClient

    app = create_app(store, secret="s" * 32, local=True, child=app_child)
    browser = TestClient(app, follow_redirects=False)
    csrf = field(browser.get("/upload").text, "csrf")
    answer = browser.post(
        "/upload", data={"csrf": csrf, "standard": "06.005"}, files=files((PDF.name, PDF.read_bytes()))
    )
    assert answer.status_code == 303, answer.text
    alignment = store.opened(1).alignment
    assert alignment.program.sources == (PDF.name,)
    shown = next(n for n, item in enumerate(alignment.findings) if item.best and item.best.statement.location.page)
    page = browser.get(f"/reviews/1/{shown}").text
    address = page.split('class="page"')[1].split('src="')[1].split('"')[0]
    picture = browser.get(address)
    assert picture.content[:4] == b"\x89PNG"
    assert browser.get(address.rpartition("/")[0] + "/999.png").status_code == 400
    assert browser.get("/reviews/1/page/other.pdf/1.png").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("virus.exe", b"MZ"), "not accepted"),
        (("r.json", b""), "empty"),
        (("r.json", b'{"a": 1}'), "not a result of align check"),
        (("../../etc/passwd", b"x"), "not accepted"),
    ],
)
def test_bad_uploads_are_refused_in_words(store: ReviewStore, given: tuple[str, bytes], words: str) -> None:
    browser = client(store)
    csrf = field(browser.get("/upload").text, "csrf")
    answer = browser.post("/upload", data={"csrf": csrf}, files=files(given))
    assert answer.status_code == 400
    assert words in answer.text
    assert "Traceback" not in answer.text
    assert not store.reviews()


def test_only_a_head_uploads_and_nothing_too_large_comes_in(store: ReviewStore) -> None:
    from fastapi.testclient import TestClient

    team = people(store)
    assert team["egor"].get("/upload").status_code == 403
    small = TestClient(create_app(store, secret="s" * 32, local=True, upload_mb=1), follow_redirects=False)
    csrf = field(small.get("/upload").text, "csrf")
    large = small.post("/upload", data={"csrf": csrf}, files=files(("r.json", b"x" * 1_100_000)))
    assert large.status_code == 413

    def endless():  # type: ignore[no-untyped-def]
        for _ in range(30):
            yield b"x" * 100_000

    streamed = small.post("/upload", content=endless(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert streamed.status_code == 413
    assert small.post("/login", content=b"x" * 1_100_000).status_code == 413


def test_a_child_is_bounded(tmp_path: Path) -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    with pytest.raises(AlignmentError):
        Child(seconds=20).run("result", {"r.json": deep})
    with pytest.raises(LimitError, match="longer"):
        Child(seconds=0.01).run("result", {"r.json": b"{}"})
    if sys.platform == "linux":
        # One character beyond the first plane makes every character of the text four bytes.
        huge = ('{"program": {"title": "' + "x" * 90_000_000 + '😀"}}').encode()
        with pytest.raises(AlignmentError, match="memory"):
            Child(seconds=60, memory_mb=200).run("result", {"r.json": huge})


@given(st.text(max_size=300))
def test_a_name_from_outside_stays_in_its_folder(name: str) -> None:
    made = safe_name(name, 3)
    assert made
    assert not set(made) & {"/", "\\", "\0"}
    assert made not in (".", "..")
    assert Path("/folder", made).parent == Path("/folder")


def test_the_first_schema_becomes_the_last_with_all_that_was_decided(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    command.upgrade(config(create_engine(f"sqlite:///{path}")), "0001")
    result = worded(alignment(()))
    import zlib

    with sqlite3.connect(path) as base:
        base.execute("INSERT INTO users VALUES (1, 'egor', 'Егор', 'expert', ''), (2, 'olga', 'Ольга', 'expert', '')")
        base.execute(
            "INSERT INTO reviews (id, name, program, standard, created, data) VALUES (1, 'r', 'p', 's', ?, ?)",
            ("2026-11-01 10:00:00.000000", zlib.compress(msgspec.json.encode(result))),
        )
        for position in range(3):
            base.execute(
                "INSERT INTO items VALUES (?, 1, ?, 'A/01.5', 't', 'gap', 0.5, 0.5, 1)", (position + 1, position)
            )
        rows = [(1, 1, "gap", 0), (1, 2, "covered", 0), (2, 1, "gap", 0), (2, 2, "covered", 1), (3, 1, "partial", 0)]
        for item, user, verdict, settles in rows:
            base.execute(
                "INSERT INTO judgements (item_id, user_id, verdict, evidence, comment, settles, carried, at) "
                "VALUES (?, ?, ?, '', 'слово', ?, 0, '2026-11-01 10:00:00.000000')",
                (item, user, verdict, settles),
            )
    store = ReviewStore(f"sqlite:///{path}")
    store.migrate()
    items = store.review(1).items
    assert [(item.judges, item.decided, item.disputed) for item in items] == [
        (2, "", True),
        (2, "covered", False),
        (1, "partial", False),
    ]
    assert {entry.comment for item in items for entry in item.decisions} == {"слово"}
    assert (tmp_path / "old.db.before-0004").is_file()
    store.judge(items[2].id, store.local_user(), Verdict.GAP, version=1)


def test_page_images_come_from_the_folder_that_is_named(tmp_path: Path, align) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "программа"
    folder.mkdir()
    shutil.copy(PDF, folder / "дисциплина.pdf")
    results = worded(alignment(()))
    place = Location(file="дисциплина.pdf", page=1)
    (discipline,) = results.program.disciplines
    statement = msgspec.structs.replace(discipline.statements[0], location=place)
    program = msgspec.structs.replace(
        results.program, disciplines=(msgspec.structs.replace(discipline, statements=(statement,)),)
    )
    result = tmp_path / "r.json"
    result.write_bytes(to_json(msgspec.structs.replace(results, program=program)))
    url = f"sqlite:///{tmp_path / 's.db'}"
    done = align("review", "import", result, "--database", url, "--sources", folder, "--double", "20")
    assert done.returncode == 0, done.stderr
    assert ReviewStore(url).source_names(1) == {"дисциплина.pdf"}
    missing = align("review", "import", result, "--database", url, "--sources", tmp_path / "none")
    assert missing.returncode == 2
    assert "does not exist" in missing.stderr


def test_viewers_cannot_judge_and_a_bad_role_is_named(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    page = team["olga"].get(f"/reviews/{number}/0").text
    answer = post(team["vera"], f"/reviews/{number}/0", page, choice="gap", csrf=field(page, "csrf"))
    assert answer.status_code == 400
    assert store.login("vera", PASSWORD).role == Role.VIEWER


def test_what_was_taken_back_before_the_last_schema_stays_taken_back(tmp_path: Path) -> None:
    """Until then whoever took a decision back had the finding before them again, whatever they had decided earlier."""
    path = tmp_path / "old.db"
    store = ReviewStore(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    command.upgrade(config(engine), "0003")
    with sqlite3.connect(path) as base:
        base.execute("INSERT INTO users (id, login, name, role, password) VALUES (7, 'egor', 'Егор', 'expert', '')")
        base.execute(
            "INSERT INTO reviews (id, name, program, standard, created, data) VALUES (1, 'r', 'p', 's', ?, x'00')",
            ("2026-11-01 10:00:00.000000",),
        )
        for item in (1, 2):
            base.execute(
                "INSERT INTO items (id, review_id, position, function, requirement, verdict, probability, value, version) "
                "VALUES (?, 1, ?, 'A/01.5', 't', 'gap', 0.5, 0.5, 1)",
                (item, item),
            )
        for item, verdict in ((1, "gap"), (1, "covered"), (1, ""), (2, "gap"), (2, ""), (2, "partial")):
            base.execute(
                "INSERT INTO judgements (item_id, user_id, verdict, evidence, comment, settles, carried, at) "
                "VALUES (?, 7, ?, '', '', 0, 0, '2026-11-01 10:00:00.000000')",
                (item, verdict),
            )
    store.migrate()
    with store.session() as session:
        items = session.scalars(select(Item).order_by(Item.id)).all()
        assert [[entry.verdict for entry in standing(item)] for item in items] == [[], ["partial"]]
