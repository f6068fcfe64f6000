"""The review store and its pages, through the application as a browser would use it."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from sqlalchemy import create_engine, inspect, text

from alignment.errors import InputError
from alignment.evaluation.gold import read_judged_pairs
from alignment.model import Verdict, to_json
from alignment.review.agreement import alpha, disputed, kappa_of, ratings, standing_verdict
from alignment.review.estimate import value_of
from alignment.review.migrate import upgrade
from alignment.review.results import read_result
from alignment.review.store import ConflictError, ReviewStore
from alignment.review.tables import Base, Decision, Item, Role
from tests.conftest import Run
from tests.helpers.results import EVIL, alignment, planted, worded
from tests.helpers.reviewing import PASSWORD, client, field, people, post

pytestmark = pytest.mark.usefixtures("english")


def test_the_way_of_an_expert_from_import_to_signature(store: ReviewStore, tmp_path: Path) -> None:
    number, _ = store.add(worded(alignment(())), "11.03.03 – 06.005", "local")
    browser = client(store)
    assert "11.03.03 – 06.005" in browser.get("/").text
    page = browser.get(f"/reviews/{number}").text
    assert "0 of 6" in page
    position = int(re.search(rf"/reviews/{number}/(\d+)", page)[1])
    seen = set()
    while position is not None:
        seen.add(position)
        path = f"/reviews/{number}/{position}"
        page = browser.get(path).text
        choice = "gap" if position == 0 else "covered"
        answer = post(browser, path, page, choice=choice, comment="видно в программе", evidence="s1")
        assert answer.status_code == 303
        rest = re.fullmatch(rf"/reviews/{number}/(\d+)", answer.headers["location"])
        position = int(rest[1]) if rest else None
    assert seen == set(range(6))
    me = browser.get("/me").text
    assert post(browser, f"/reviews/{number}/lock", me).status_code == 400  # nobody's name would stand in the protocol
    assert post(browser, "/me", me, name="Анна Петрова").status_code == 303
    page = browser.get(f"/reviews/{number}/lock").text
    assert post(browser, f"/reviews/{number}/lock", page).status_code == 303
    page = browser.get(f"/reviews/{number}/1").text
    assert "Your decision" not in page
    labels = tmp_path / "labels.csv"
    labels.write_bytes(browser.get(f"/reviews/{number}/export/labels.csv").content)
    pairs = read_judged_pairs(labels)
    assert [pair.label for pair in pairs] == ["none"] + ["covered"] * 5
    assert browser.get(f"/reviews/{number}/export/protocol.docx").content[:2] == b"PK"


def test_nothing_is_overwritten_and_nothing_is_lost(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    one, two = client(store), client(store)
    path = f"/reviews/{number}/0"
    first, second = one.get(path).text, two.get(path).text
    assert post(one, path, first, choice="gap", comment="первое").status_code == 303
    late = post(two, path, second, choice="covered", comment="второе")
    assert late.status_code == 409
    assert "You have judged" in late.text  # in local mode both windows are one person's
    assert post(two, path, two.get(path).text, choice="covered", comment="второе").status_code == 303
    history = one.get(path).text
    assert "первое" in history
    assert "второе" in history


def test_experts_disagree_and_the_head_settles(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    for position in range(6):
        path = f"/reviews/{number}/{position}"
        for login in ("egor", "olga"):
            choice = "gap" if login == "olga" and position == 0 else ("covered" if position < 3 else "gap")
            assert post(team[login], path, team[login].get(path).text, choice=choice).status_code == 303
        if position == 0:
            assert "Olga: gap" in team["egor"].get(path).text
    late = client(store, local=False)
    store.add_user("new", "New", Role.EXPERT, PASSWORD)
    store.join(number, ["new"])
    post(late, "/login", late.get("/login").text, login="new", password=PASSWORD)
    blind = late.get(f"/reviews/{number}/0").text
    assert "Olga: gap" not in blind
    assert "after your own decision" in blind
    page = team["head"].get(f"/reviews/{number}").text
    assert "disputed: 1" in page
    assert "Cohen’s kappa Egor – Olga: 0.67" in team["head"].get(f"/reviews/{number}/team").text
    refused = post(team["head"], f"/reviews/{number}/lock", page)
    assert refused.status_code == 400
    assert "1 of them are disputed" in refused.text
    path = f"/reviews/{number}/0"
    assert post(team["head"], path, team["head"].get(path).text, choice="partial", settles="true").status_code == 303
    assert standing_verdict(store.review(number).items[0]) == "partial"
    assert post(team["head"], f"/reviews/{number}/lock", page).status_code == 303
    late = post(team["egor"], path, team["head"].get(f"/reviews/{number}").text, choice="gap", version="3")
    assert late.status_code == 400


def test_roles_tokens_and_headers(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    path = f"/reviews/{number}/0"
    page = team["vera"].get(path)
    assert "Your decision" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert post(team["vera"], path, page.text, choice="gap").status_code == 400
    assert team["egor"].post(path, data={"choice": "gap", "version": "0"}).status_code == 400  # no token
    stolen = field(team["olga"].get(path).text, "csrf")
    assert team["egor"].post(path, data={"choice": "gap", "version": "0", "csrf": stolen}).status_code == 400
    assert not store.review(number).items[0].decisions
    fresh = client(store, local=False)
    cookie = fresh.get("/login").headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()
    wrong = client(store, local=False)
    assert post(wrong, "/login", wrong.get("/login").text, login="egor", password="x").status_code == 401
    assert [event.action for event in store.events(1)] == ["login refused"]
    assert all(PASSWORD not in (user or "") for user in _passwords(store))


def _passwords(store: ReviewStore) -> list[str]:
    with store.sql_engine.connect() as connection:
        return [row[0] for row in connection.execute(text("select password from users"))]


def test_planted_script_stays_text(store: ReviewStore) -> None:
    number, _ = store.add(planted(EVIL), EVIL, "local")
    browser = client(store)
    path = f"/reviews/{number}/0"
    assert post(browser, path, browser.get(path).text, choice="gap", comment=EVIL).status_code == 303
    for page in (browser.get("/"), browser.get(f"/reviews/{number}"), browser.get(path)):
        assert "<script>alert" not in page.text
        assert "<img" not in page.text


def test_decisions_survive_a_new_check(store: ReviewStore) -> None:
    result = worded(alignment(()))
    number, _ = store.add(result, "r", "local")
    browser = client(store)
    for position in (0, 1, 2):
        path = f"/reviews/{number}/{position}"
        post(browser, path, browser.get(path).text, choice="partial", comment=f"к {position}")
    texts = ["измерять параметры узла номер 0", "измерять параметры узлов номер 1", "играть на рояле"]
    findings = list(result.findings)
    for position, words in enumerate(texts):
        requirement = msgspec.structs.replace(findings[position].requirement, text=words)
        findings[position] = msgspec.structs.replace(findings[position], requirement=requirement)
    findings = [*findings[:3]]
    again, carried = store.add(msgspec.structs.replace(result, findings=tuple(findings)), "r2", "local")
    assert carried.kept == 1
    assert [old for _, old in carried.similar] == ["измерять параметры узла номер 1", "измерять параметры узла номер 2"]
    item = store.review(again).items[0]
    assert (standing_verdict(item), item.decisions[0].carried, item.decisions[0].comment) == ("partial", True, "к 0")


def test_the_least_sure_come_first() -> None:
    result = alignment(())
    limits = result.thresholds
    at = [msgspec.structs.replace(result.findings[0], probability=value) for value in (limits.covered, 0.75, 0.99)]
    values = [value_of(item, result) for item in at]
    assert values[0] == 1.0
    assert values[0] > values[1] > values[2]


def items(*rows: tuple[str, ...]) -> list[Item]:
    """One item a row, with a judgement of each person; an empty word is none."""
    return [
        Item(
            id=number,
            decisions=[
                Decision(user_id=person, verdict=word, settles=False) for person, word in enumerate(row) if word
            ],
        )
        for number, row in enumerate(rows)
    ]


def test_agreement_against_the_published_example() -> None:
    """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, example C: nominal alpha 0.743."""
    table = ["1 2 3 3 2 1 4 1 2 * * *", "1 2 3 3 2 2 4 1 2 5 * 3", "* 3 3 3 2 3 4 2 2 5 1 *", "1 2 3 3 2 4 4 1 2 5 1 *"]
    columns = list(zip(*(row.split() for row in table), strict=True))
    rows = [tuple("" if value == "*" else value for value in column) for column in columns]
    assert alpha(items(*rows)) == pytest.approx(0.743, abs=0.001)


@given(st.lists(st.tuples(*[st.sampled_from(["covered", "partial", "gap", ""])] * 3), min_size=1, max_size=12))
def test_alpha_is_one_where_all_agree_and_never_more(rows: list[tuple[str, ...]]) -> None:
    value = alpha(items(*rows))
    assert value is None or value <= 1 + 1e-9
    same = alpha(items(*[(row[0] or "gap",) * 3 for row in rows]))
    assert same == 1.0
    assert all(one <= 1 for one in kappa_of(ratings(items(*rows))).values())


def test_a_dispute_and_its_end() -> None:
    (item,) = items(("covered", "gap"))
    assert disputed(item)
    assert standing_verdict(item) is None
    item.decisions.append(Decision(user_id=9, verdict="partial", settles=True))
    assert standing_verdict(item) == "partial"
    assert not disputed(item)


def test_migrations_make_the_tables_of_the_models(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'm.db'}")
    upgrade(engine)
    inspected = inspect(engine)
    for name, table in Base.metadata.tables.items():
        assert {column["name"] for column in inspected.get_columns(name)} == {column.name for column in table.columns}
    upgrade(engine)  # a second time changes nothing
    assert not list(tmp_path.glob("*.before-*"))


def test_an_older_store_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("create table something (id integer)"))
    upgrade(engine)
    assert (tmp_path / "old.db.before-0004").is_file()


def test_bad_results_are_named(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(InputError, match="not a result of align check"):
        read_result(path)


def test_a_conflict_is_an_error_of_its_own(store: ReviewStore) -> None:
    store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    store.judge(1, user, Verdict.GAP, version=0)
    with pytest.raises(ConflictError):
        store.judge(1, user, Verdict.COVERED, version=0)


def test_the_commands(tmp_path: Path, align: Run) -> None:
    result = tmp_path / "result.json"
    result.write_bytes(to_json(worded(alignment(()))))
    url = f"sqlite:///{tmp_path / 'c.db'}"
    imported = align("review", "import", result, "--database", url)
    assert imported.returncode == 0, imported.stderr
    assert "6 findings" in imported.stdout
    assert align("review", "list", "--database", url).stdout.split("\t")[2] == "0/6"
    assert align("review", "export", "1", "-o", tmp_path / "p.docx", "--database", url).returncode == 0
    missing = align("review", "export", "7", "-o", tmp_path / "p.csv", "--database", url)
    assert missing.returncode == 2
    assert "no review 7" in missing.stderr
    refused = align("serve", "--host", "0.0.0.0", "--database", url)
    assert refused.returncode == 2
    assert "no accounts" in refused.stderr
    short = align("review", "user", "add", "egor", "--database", url, env={"ALIGN_PASSWORD": "short"})
    assert short.returncode == 2
    bad = align("review", "list", "--database", "nonsense")
    assert bad.returncode == 2
    assert "Traceback" not in bad.stderr


def test_tune_learns_from_a_review(tmp_path: Path, align: Run, settings) -> None:
    from alignment.api import check, load_program, load_standard
    from tests.conftest import ROOT

    program = load_program(ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md", settings=settings)
    results = check(program, load_standard("06.005", settings=settings), settings=settings)
    url = f"sqlite:///{tmp_path / 't.db'}"
    store = ReviewStore(url)
    store.migrate()
    number, _ = store.add(results, "r", "local")
    user = store.local_user()
    ranked = sorted(store.review(number).items, key=lambda item: -item.probability)
    for choice, chosen in (
        (Verdict.COVERED, ranked[:20]),
        (Verdict.PARTIAL, ranked[20:40]),
        (Verdict.GAP, ranked[-20:]),
    ):
        for item in chosen:
            store.judge(item.id, user, choice, version=0)
    result = align("tune", "--from-review", str(number), "--database", url, "--dry-run")
    assert result.returncode == 0, result.stderr
    assert "Labels:" in result.stdout
    assert align("tune").returncode == 2
