"""An expert's way through a review: undo, back to what was judged before, search in the list, many at once, signing."""

import io
import re

import docx
import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from alignment.analysis.coverage import coverage
from alignment.errors import InputError, NotFoundError
from alignment.model import Verdict
from alignment.review import decisions, queries
from alignment.review.queries import Filters
from alignment.review.store import ReviewStore
from alignment.review.tables import Role
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import client, field, people, post

pytestmark = pytest.mark.usefixtures("english")


def judge(store: ReviewStore, number: int, position: int, verdict: Verdict = Verdict.GAP, **values: object) -> None:
    item = queries.item(store, number, position)
    store.judge(item.id, store.local_user(), verdict, version=item.version, **values)


def test_undo_takes_decisions_back_one_by_one_and_forgets_nothing(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    with pytest.raises(NotFoundError):
        decisions.take_back(store, number, user)
    judge(store, number, 2, Verdict.COVERED, comment="видно")
    judge(store, number, 4, Verdict.GAP)
    assert queries.progress(store, number, user).mine == 2
    assert decisions.take_back(store, number, user) == 4
    assert decisions.take_back(store, number, user) == 2
    with pytest.raises(NotFoundError):
        decisions.take_back(store, number, user)
    progress = queries.progress(store, number, user)
    assert (progress.mine, progress.waiting, progress.decided) == (0, 6, 0)
    assert store.decided(number) == {}
    assert [entry.verdict for entry in queries.item(store, number, 2).decisions] == ["covered", ""]
    page = client(store).get(f"/reviews/{number}/2").text
    assert "took the decision back" in page
    assert ">видно</textarea>" in page  # what was typed is there again
    judge(store, number, 2, Verdict.PARTIAL)
    assert store.decided(number) == {2: "partial"}
    assert queries.team_progress(store, number, user).people[0][1] == 1


def test_undo_brings_back_what_stood_before(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    judge(store, number, 0, Verdict.PARTIAL, comment="сначала")
    judge(store, number, 1, Verdict.GAP)
    judge(store, number, 0, Verdict.COVERED, comment="потом")
    assert decisions.take_back(store, number, user) == 0
    assert store.decided(number) == {0: "partial", 1: "gap"}
    page = client(store).get(f"/reviews/{number}/0").text
    assert ">сначала</textarea>" in page
    assert re.search(r'value="partial"[^>]*aria-pressed="true"', page)
    assert "took the decision back (covered)" in page
    assert queries.progress(store, number, user).mine == 2
    assert decisions.judged_before(store, number, user, -1) == 1
    assert [decisions.take_back(store, number, user) for _ in range(2)] == [1, 0]
    assert store.decided(number) == {}
    judge(store, number, 0, Verdict.GAP)
    assert decisions.take_back(store, number, user) == 0
    with pytest.raises(NotFoundError):
        decisions.take_back(store, number, user)


def test_undo_goes_back_to_what_was_carried_over(store: ReviewStore) -> None:
    first, _ = store.add(worded(alignment(())), "r", "local")
    judge(store, first, 0, Verdict.PARTIAL)
    number, carried = store.add(worded(alignment(())), "r2", "local")
    assert carried.kept == 1
    judge(store, number, 0, Verdict.GAP)
    assert decisions.take_back(store, number, store.local_user()) == 0
    assert store.decided(number) == {0: "partial"}
    with pytest.raises(NotFoundError):  # what was decided in another review is not taken back here
        decisions.take_back(store, number, store.local_user())


def test_undo_lets_a_settlement_stand_again_and_takes_one_back(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local", double=1.0)
    team = people(store)
    path = f"/reviews/{number}/0"
    for login, choice in (("egor", "gap"), ("olga", "covered")):
        post(team[login], path, team[login].get(path).text, choice=choice)
    judge(store, number, 0, Verdict.PARTIAL, settles=True)
    assert store.decided(number) == {0: "partial"}
    page = team["egor"].get(path).text
    post(team["egor"], path, page, choice="partial")
    assert store.decided(number) == {}
    post(team["egor"], f"/reviews/{number}/undo", page)
    assert store.decided(number) == {0: "partial"}
    decisions.take_back(store, number, store.local_user())
    assert store.decided(number) == {}
    assert decisions.unsettled(store, number).disputed == 1


def test_a_settlement_that_was_taken_back_settles_nothing(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local", double=1.0)
    user = store.local_user()
    judge(store, number, 0, Verdict.GAP, settles=True)
    assert decisions.unsettled(store, number).waiting == 5
    decisions.take_back(store, number, user)
    judge(store, number, 0, Verdict.GAP)
    assert decisions.unsettled(store, number).waiting == 6  # a second expert is needed again


def test_one_starts_with_the_finding_worth_most(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    first = queries.page_of_findings(store, number, user, Filters(), 1)[0][0].position
    assert queries.following(store, number, user, -1) == first
    assert re.search(rf'href="/reviews/{number}/{first}">Start<', client(store).get(f"/reviews/{number}").text)


def test_undo_is_ones_own_and_ends_with_the_signature(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    for position in range(6):
        path = f"/reviews/{number}/{position}"
        post(team["egor"], path, team["egor"].get(path).text, choice="covered")
    page = team["olga"].get(f"/reviews/{number}").text
    assert post(team["olga"], f"/reviews/{number}/undo", page).status_code == 404
    head = store.login("head", "correct horse battery")
    store.lock(number, head)
    with pytest.raises(InputError, match="locked"):
        decisions.take_back(store, number, store.login("egor", "correct horse battery"))
    assert len(store.decided(number)) == 6


def test_back_goes_the_way_one_came(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    for position in (3, 0, 5):
        judge(store, number, position)
    assert decisions.judged_before(store, number, user, 1) == 5
    assert decisions.judged_before(store, number, user, 5) == 0
    assert decisions.judged_before(store, number, user, 0) == 3
    assert decisions.judged_before(store, number, user, 3) is None
    page = client(store).get(f"/reviews/{number}/1").text
    assert re.search(rf'href="/reviews/{number}/5" data-key="p"', page)
    assert "3 of 6" in page


def test_next_passes_over_and_comes_back(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    order = [queries.following(store, number, user, -1)]
    while len(order) < 7:
        order.append(queries.following(store, number, user, order[-1]))
    assert sorted(order[:6]) == [0, 1, 2, 3, 4, 5]
    assert order[6] == order[0]


def test_the_list_is_searched_by_text(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    opened = store.opened(number).alignment
    assert queries.texts_with(opened, "УЗЛА номер 3") == {3}
    assert queries.texts_with(opened, "нигде такого") == frozenset()
    page = client(store).get(f"/reviews/{number}?text=номер 3").text
    assert "Found: 1" in page
    assert 'value="номер 3"' in page


def test_what_a_filter_shows_is_accepted_after_a_look(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    judge(store, number, 0, Verdict.GAP, comment="мой")
    browser = client(store)
    gaps = decisions.acceptable_findings(store, number, user, Filters(verdict="gap"))
    assert gaps.verdicts == {"gap": len(gaps.positions)}
    page = browser.get(f"/reviews/{number}/accept?wanted=gap").text
    assert f"Accept {len(gaps.positions)} verdict" in page
    assert queries.progress(store, number, user).mine == 1  # nothing happens before the confirmation
    answer = post(browser, f"/reviews/{number}/accept", page, positions=field(page, "positions"))
    assert answer.headers["location"] == f"/reviews/{number}?accepted={len(gaps.positions)}"
    assert store.decided(number) == {0: "gap", **dict.fromkeys(gaps.positions, "gap")}
    whole = decisions.acceptable_findings(store, number, user, Filters())
    assert 0 not in whole.positions
    done = decisions.accept_computed(store, number, user, (0, *whole.positions), store.opened(number).alignment)
    assert done == len(whole.positions)  # what was judged before stays
    last = queries.item(store, number, 0).decisions
    assert [entry.comment for entry in last] == ["мой"]
    taken = next(position for position in whole.positions if store.decided(number)[position] == "covered")
    assert queries.item(store, number, taken).decisions[0].evidence
    assert post(browser, f"/reviews/{number}/accept", page, positions="1;2").status_code == 400


def test_a_viewer_accepts_nothing(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    page = team["vera"].get(f"/reviews/{number}").text
    assert "Accept what is shown" not in page
    answer = post(team["vera"], f"/reviews/{number}/accept", page, positions="1,2")
    assert answer.status_code == 400
    assert store.decided(number) == {}
    assert store.login("vera", "correct horse battery").role == Role.VIEWER


def test_signing_is_offered_when_it_can_be_done_and_says_why_not(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    browser = client(store)
    page = browser.get(f"/reviews/{number}").text
    assert "a valid decision: 6 are missing.<" in page
    assert "/lock" not in page
    decisions.accept_computed(store, number, store.local_user(), tuple(range(6)), store.opened(number).alignment)
    page = browser.get(f"/reviews/{number}").text
    assert "when your name is known" in page
    protocol = docx.Document(io.BytesIO(browser.get(f"/reviews/{number}/export/protocol.docx").content))
    assert "Experts: name not given" in [line.text for line in protocol.paragraphs]
    me = browser.get(f"/me?review={number}").text
    assert post(browser, "/me", me, name="  ").status_code == 400
    answer = post(browser, f"/me?review={number}", me, name=" Петрова  Анна Сергеевна ")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reviews/{number}")
    page = browser.get(f"/reviews/{number}").text
    assert "signed by Петрова Анна Сергеевна" in page
    assert "Coverage as the experts decided: " in page
    assert "worth most come first" not in page
    assert f'href="/reviews/{number}/lock"' in page  # nothing is signed before a second look
    assert store.head(number).locked is None
    asked = browser.get(f"/reviews/{number}/lock").text
    assert "decided: 6 · Coverage as the experts decided: " in asked
    assert "the signature cannot be taken back. It is signed by Петрова Анна Сергеевна." in asked
    assert post(browser, f"/reviews/{number}/lock", asked).status_code == 303
    assert browser.get(f"/reviews/{number}/lock").headers["location"] == f"/reviews/{number}"
    document = docx.Document(io.BytesIO(browser.get(f"/reviews/{number}/export/protocol.docx").content))
    assert any(line.text.startswith("Signed and locked: Петрова Анна Сергеевна, ") for line in document.paragraphs)
    for path in (f"/reviews/{number}", f"/reviews/{number}/0"):
        assert "Signed and locked · Петрова Анна Сергеевна" in browser.get(path).text
    computed = store.opened(number).alignment.findings[0].verdict
    assert f'Decided: <span class="chip {computed.value}">' in browser.get(f"/reviews/{number}/0").text
    share = coverage(store.opened(number).alignment).total.coverage
    lines = [line.text for line in document.paragraphs]
    assert f"Coverage = (covered + ½ partial) ÷ all requirements: {share:.0%}" in lines
    assert document.tables[0].rows[1].cells[0].text == store.opened(number).alignment.findings[0].requirement.id
    assert document.tables[-1].rows[0].cells[0].text == "Surname, first name, patronymic"
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("Петрова Анна Сергеевна" in text for text in cells)


def test_the_protocol_holds_the_evidence_that_was_ticked(store: ReviewStore) -> None:
    result = worded(alignment(()))
    number, _ = store.add(result, "r", "local")
    statement = next(result.program.statements())
    judge(store, number, 0, Verdict.COVERED, evidence=[statement.id, statement.id])
    assert queries.item(store, number, 0).decisions[0].evidence == statement.id
    browser = client(store)
    ticked = re.search(rf'value="{statement.id}"( checked)?', browser.get(f"/reviews/{number}/0").text)
    assert ticked is not None and ticked[1]  # though it is not among the candidates
    document = docx.Document(io.BytesIO(browser.get(f"/reviews/{number}/export/protocol.docx").content))
    rows = document.tables[0].rows
    place = [cell.text for cell in rows[0].cells].index("Evidence")
    assert statement.text in rows[1].cells[place].text
    assert statement.discipline in rows[1].cells[place].text
    assert rows[2].cells[place].text == ""


def test_a_conflict_keeps_what_was_typed(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    browser = client(store)
    path = f"/reviews/{number}/0"
    page = browser.get(path).text
    judge(store, number, 0)
    late = post(browser, path, page, choice="covered", comment="моё слово", evidence="s1")
    assert late.status_code == 409
    assert "моё слово</textarea>" in late.text
    assert re.search(r'value="s1" checked', late.text)
    assert post(browser, path, late.text, choice="covered", comment="моё слово").status_code == 303


def test_a_refused_upload_keeps_what_was_typed(store: ReviewStore) -> None:
    browser = client(store)
    csrf = field(browser.get("/upload").text, "csrf")
    answer = browser.post(
        "/upload",
        data={"csrf": csrf, "name": "Моя экспертиза", "standard": "06.005", "double": "20"},
        files=[("files", ("virus.exe", b"MZ"))],
    )
    assert answer.status_code == 400
    assert 'value="Моя экспертиза"' in answer.text
    assert re.search(r'value="06\.005" selected', answer.text)
    assert 'value="20"' in answer.text
    assert "virus.exe" in answer.text.split('role="alert"')[1]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/reviews/1/undo", 404), ("GET", "/logout", 405)]
)
def test_an_address_that_is_none_is_answered_with_a_page(
    store: ReviewStore, method: str, path: str, status: int
) -> None:
    answer = client(store).request(method, path)
    assert answer.status_code == status
    assert '<html lang="en">' in answer.text
    assert 'role="alert"' in answer.text
    assert 'href="/#checks"' in answer.text  # the way on is there


def test_systems_get_an_answer_of_their_own_kind(store: ReviewStore) -> None:
    answer = client(store).get("/check")
    assert answer.status_code == 405
    assert answer.json() == {"error": "this address does not take GET."}


def test_who_only_looks_sees_what_was_decided_on_and_goes_from_finding_to_finding(store: ReviewStore) -> None:
    result = worded(alignment(()))
    number, _ = store.add(result, "r", "local")
    team = people(store)
    statement = next(result.program.statements())
    judge(store, number, 1, Verdict.COVERED, evidence=[statement.id])
    page = team["vera"].get(f"/reviews/{number}/1").text
    assert re.search(rf'value="{statement.id}" checked disabled', page)
    assert f'href="/reviews/{number}/0" data-key="p"' in page
    assert f'href="/reviews/{number}/2" data-key="n"' in page
    assert 'data-key="n"' not in team["vera"].get(f"/reviews/{number}/5").text
    assert "1 of 6</b> judged by anybody" in team["vera"].get(f"/reviews/{number}").text


def test_a_dispute_is_said_above_the_evidence_to_those_who_may_see_it(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    path = f"/reviews/{number}/0"
    judge(store, number, 0, Verdict.GAP)
    assert "disagree" not in team["egor"].get(path).text
    post(team["egor"], path, team["egor"].get(path).text, choice="covered")
    assert "The experts disagree: name not given – gap; Egor – covered" in team["egor"].get(path).text
    assert "disagree" not in team["olga"].get(path).text


def test_the_page_names_the_coverage_of_the_report(store: ReviewStore) -> None:
    result = worded(alignment(()))
    number, _ = store.add(result, "r", "local")
    share = coverage(result).total.coverage
    estimator = store.opened(number).estimator
    assert estimator({}).share == pytest.approx(share, abs=1e-4)
    assert estimator(dict.fromkeys(range(6), "partial")).share == pytest.approx(0.5)
    page = client(store).get(f"/reviews/{number}").text
    assert f"as computed: {share:.0%}; before the experts" in page  # no interval from 67% to 67%
