"""Who sees what: members, blindness on every way out, accounts and sessions by command, the store before all that."""

import io
import re
import sqlite3
import zipfile
import zlib
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from alembic import command
from sqlalchemy import create_engine

from alignment.errors import NotFoundError
from alignment.model import Verdict, to_json
from alignment.review import queries
from alignment.review.migrate import config
from alignment.review.queries import Filters
from alignment.review.store import ReviewStore
from alignment.review.tables import Role
from tests.conftest import Run
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import PASSWORD, client, people, post

pytestmark = pytest.mark.usefixtures("english")


def test_nobody_else_sees_that_a_review_exists(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "тайный отзыв", "local")
    item = store.review(number).items[0].id
    team = people(store)
    store.leave(number, ["egor", "vera"])
    stranger = team["egor"]
    own = [
        f"/reviews/{number}{rest}"
        for rest in ("", "/0", "/team", "/export/labels.csv", "/export/protocol.docx", "/page/x.pdf/1.png")
    ]
    for path in own:
        assert stranger.get(path).status_code == 404, path
        assert team["vera"].get(path).status_code == 404, path
    assert "тайный отзыв" not in stranger.get("/").text
    assert "тайный отзыв" in team["olga"].get("/").text
    page = team["olga"].get(f"/reviews/{number}/0").text
    token = stranger.get("/").text
    assert post(stranger, f"/reviews/{number}/0", token, choice="gap", version="0").status_code == 404
    assert post(stranger, f"/reviews/{number}/lock", token).status_code == 404
    with pytest.raises(NotFoundError):
        store.judge(item, store.login("egor", PASSWORD), Verdict.GAP, version=0)
    assert post(team["olga"], f"/reviews/{number}/0", page, choice="gap").status_code == 303
    assert team["head"].get(f"/reviews/{number}").status_code == 200  # who adds and signs reviews sees all


def test_the_head_says_who_takes_part(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    store.leave(number, ["egor", "olga", "vera", "head"])
    path = f"/reviews/{number}/members"
    page = team["head"].get(f"/reviews/{number}/team").text
    assert "only the heads" in page
    assert post(team["head"], path, page, login="egor").status_code == 303
    assert team["egor"].get(f"/reviews/{number}").status_code == 200
    assert post(team["head"], path, page, login="nobody").status_code == 404
    refused = post(team["egor"], path, team["egor"].get("/").text, login="olga")
    assert refused.status_code == 403
    assert post(team["head"], path, page, login="egor", leave="true").status_code == 303
    assert team["egor"].get(f"/reviews/{number}").status_code == 404


def test_who_took_part_takes_part_in_the_review_after_a_change(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    people(store)
    store.leave(number, ["vera"])
    again, _ = store.add(worded(alignment(())), "r2", "head")
    assert {user.login for user in store.members(again)} == {"egor", "olga", "head"}


def texts(browser, number: int) -> str:  # type: ignore[no-untyped-def]
    """All that a person can get out of a review, page by page."""
    result = [
        browser.get(f"/reviews/{number}{rest}").text for rest in ("", "?state=disputed", "?state=offered", "/team")
    ]
    result += [browser.get(f"/reviews/{number}/{position}").text for position in range(6)]
    result.append(browser.get(f"/reviews/{number}/export/labels.csv").text)
    protocol = browser.get(f"/reviews/{number}/export/protocol.docx").content
    result.append(zipfile.ZipFile(io.BytesIO(protocol)).read("word/document.xml").decode())
    return re.sub(r'name="csrf" value="[^"]*"', "", "\n".join(result))


def test_blind_means_blind_on_every_way_out(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    untouched = texts(team["egor"], number)
    for position, (choice, other) in enumerate((("covered", "gap"), ("gap", "gap"), ("partial", "partial"))):
        for login, own in (("olga", choice), ("head", other)):
            path = f"/reviews/{number}/{position}"
            answer = post(team[login], path, team[login].get(path).text, choice=own, comment=f"слово {login}")
            assert answer.status_code == 303
    seen = texts(team["egor"], number)
    assert "слово" not in seen
    for person in ("Olga", "Head"):
        # The page of the team says how much each did, not what.
        assert not re.search(rf"{person}: (covered|partial|gap)", seen)
    # Nothing but versions of forms and the counts of work done has changed for him.
    plain = [
        re.sub(r'name="version" value="\d+"|<tbody>.*?</tbody>', "", text, flags=re.S) for text in (untouched, seen)
    ]
    assert plain[0] == plain[1]
    egor = store.login("egor", PASSWORD)
    assert queries.standing_verdicts(store, number, egor) == {}
    assert queries.page_of_findings(store, number, egor, Filters(state="disputed"), 1)[1] == 0
    assert queries.team_progress(store, number, egor).alpha is None
    # After his own decision he sees those on this finding, and no others.
    path = f"/reviews/{number}/0"
    post(team["egor"], path, team["egor"].get(path).text, choice="gap")
    assert "Olga: covered (слово olga)" in team["egor"].get(path).text.replace(" – ", " (").replace(
        "слово olga", "слово olga)"
    )
    assert "слово" not in team["egor"].get(f"/reviews/{number}/1").text
    protocol = team["egor"].get(f"/reviews/{number}/export/protocol.docx").content
    text = zipfile.ZipFile(io.BytesIO(protocol)).read("word/document.xml").decode()
    assert text.count("слово olga") == 1
    assert texts(team["head"], number).count("слово olga") >= 3


def test_an_earlier_decision_of_another_on_a_similar_text_is_not_shown(store: ReviewStore) -> None:
    result = worded(alignment(()))
    number, _ = store.add(result, "r", "local")
    people(store)
    for login, choice, word in (("olga", Verdict.GAP, "мнение Ольги"), ("egor", Verdict.COVERED, "мнение Егора")):
        item = queries.item(store, number, 1)
        store.judge(item.id, store.login(login, PASSWORD), choice, version=item.version, comment=word)
    first = result.findings[1]
    changed = msgspec.structs.replace(
        first, requirement=msgspec.structs.replace(first.requirement, text="измерять параметры узлов номер 1")
    )
    again, carried = store.add(msgspec.structs.replace(result, findings=(changed,)), "r2", "local")
    assert len(carried.similar) == 1
    egor, head = (store.login(login, PASSWORD) for login in ("egor", "head"))
    item = queries.item(store, again, 0)
    blind = queries.offer(store, item, egor, True)
    assert "мнение Егора" in blind
    assert "мнение Ольги" not in blind
    assert "мнение Ольги" in queries.offer(store, item, head, False)
    assert queries.page_of_findings(store, again, egor, Filters(state="offered"), 1)[1] == 1
    browser = client(store, local=False)
    post(browser, "/login", browser.get("/login").text, login="egor", password=PASSWORD)
    page = browser.get(f"/reviews/{again}/0").text
    assert "мнение Егора" in page
    assert "мнение Ольги" not in page


def test_a_result_opens_no_file_that_it_names(tmp_path: Path, align: Run) -> None:
    from alignment.model import Location

    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"%PDF SECRETDOC")
    results = worded(alignment(()))
    (discipline,) = results.program.disciplines
    statement = msgspec.structs.replace(discipline.statements[0], location=Location(file="secret.pdf", page=1))
    program = msgspec.structs.replace(
        results.program,
        sources=(str(secret), f"{secret}#x"),
        disciplines=(msgspec.structs.replace(discipline, statements=(statement,)),),
    )
    result = tmp_path / "r.json"
    result.write_bytes(to_json(msgspec.structs.replace(results, program=program)))
    url = f"sqlite:///{tmp_path / 's.db'}"
    assert align("review", "import", result, "--database", url).returncode == 0
    assert ReviewStore(url).source_names(1) == frozenset()
    assert b"SECRETDOC" not in (tmp_path / "s.db").read_bytes()


def test_accounts_by_command(tmp_path: Path, align: Run) -> None:
    url = f"sqlite:///{tmp_path / 'u.db'}"

    def user(*arguments: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
        return align("review", "user", *arguments, "--database", url, env={"ALIGN_PASSWORD": password})

    made = user("add", "egor", "--name", "Егор", "--role", "expert")
    assert made.returncode == 0, made.stderr
    assert user("add", "egor").returncode == 2
    assert "no role" in user("add", "olga", "--role", "boss").stderr
    store = ReviewStore(url)
    token = store.open_session(store.login("egor", PASSWORD), "192.0.2.1", "browser\x1b[31m")
    assert user("list").stdout == "egor\tЕгор\texpert\tactive\t1\n"
    assert "192.0.2.1\tbrowser[31m" in user("sessions", "egor").stdout
    assert "1 session ended" in user("logout", "egor").stdout
    assert store.person_of(token) is None
    assert user("password", "egor", password="another long one").returncode == 0
    assert store.login("egor", PASSWORD) is None
    assert store.login("egor", "another long one")
    assert user("disable", "egor").returncode == 0
    assert store.login("egor", "another long one") is None
    assert "closed" in user("list").stdout
    assert not store.has_accounts()
    assert user("enable", "egor").returncode == 0
    assert user("role", "egor", "viewer").returncode == 0
    assert store.login("egor", "another long one").role == Role.VIEWER
    missing = user("disable", "nobody")
    assert missing.returncode == 2
    assert "no account nobody" in missing.stderr
    result = tmp_path / "r.json"
    result.write_bytes(to_json(worded(alignment(()))))
    assert align("review", "import", result, "--member", "egor", "--database", url).returncode == 0
    assert align("review", "members", "1", "--database", url).stdout.startswith("egor\t")
    assert align("review", "members", "1", "--remove", "egor", "--database", url).stdout == ""
    assert align("review", "members", "7", "--add", "egor", "--database", url).returncode == 2


def test_in_an_older_store_everybody_goes_on_to_see_what_they_saw(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    command.upgrade(config(create_engine(f"sqlite:///{path}")), "0002")
    data = zlib.compress(msgspec.json.encode(worded(alignment(()))))
    with sqlite3.connect(path) as base:
        base.execute("INSERT INTO users VALUES (1, 'egor', 'Егор', 'expert', 'x'), (2, 'olga', 'Ольга', 'viewer', 'x')")
        base.execute(
            "INSERT INTO reviews (id, name, program, standard, created, data, lost) VALUES (1, 'r', 'p', 's', ?, ?, '')",
            ("2026-11-01 10:00:00.000000", data),
        )
    store = ReviewStore(f"sqlite:///{path}")
    store.migrate()
    assert [user.login for user in store.members(1)] == ["egor", "olga"]
    assert [user.disabled for user in store.users()] == [None, None]
    store.add_user("new", "New", Role.EXPERT, PASSWORD)
    assert not store.reviews(store.login("new", PASSWORD))
