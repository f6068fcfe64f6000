"""What an expert met who worked with the pages for a day; each test has the wrong text that was shown."""

import base64
import hashlib
import io
import re
from urllib.parse import unquote

import docx
import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from alignment import i18n, reports
from alignment.errors import LimitError
from alignment.i18n import percent, points
from alignment.model import Program, SourceFile, Verdict
from alignment.review import decisions, queries
from alignment.review.child import Child
from alignment.review.pages.people import inside
from alignment.review.report_page import policy
from alignment.review.store import ReviewStore
from alignment.review.unused import unused_files
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import PASSWORD, client, people, post

pytestmark = pytest.mark.usefixtures("english")


def protocol(browser: object, number: int) -> list[str]:
    """The cells of the first finding in the protocol."""
    answer = browser.get(f"/reviews/{number}/export/protocol.docx")  # type: ignore[attr-defined]
    return [cell.text for cell in docx.Document(io.BytesIO(answer.content)).tables[0].rows[1].cells]


def test_the_policy_of_the_report_names_the_script_that_the_browser_gets() -> None:
    """Executing inline script violates the following Content Security Policy directive …"""
    page = str(reports.render([worded(alignment(()))], "html"))
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert re.findall(r"'sha256-([^']+)'", policy()) == digests
    assert len(digests) == 1


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_single_decision_does_not_inherit_that_others_were_accepted_together(
    store: ReviewStore, language: str
) -> None:
    """12:35 · Иванова Мария Петровна: покрыто – принято вместе с другими"""
    number, _ = store.add(worded(alignment(())), "r", "local")
    with i18n.in_language(language):
        decisions.accept_computed(store, number, store.local_user(), tuple(range(6)), store.opened(number).alignment)
    browser = client(store)
    page = browser.get(f"/reviews/{number}/0").text
    assert re.search(r"<textarea [^>]*></textarea>", page)
    assert ("accepted together" if language == "en" else "принято вместе с другими") in page  # in the history
    post(browser, f"/reviews/{number}/0", page, choice="partial")
    last = queries.item(store, number, 0).decisions
    assert [bool(entry.comment) for entry in last] == [True, False]
    post(browser, f"/reviews/{number}/undo", page)
    assert re.search(r"<textarea [^>]*></textarea>", browser.get(f"/reviews/{number}/0").text)


def test_the_protocol_says_who_settled_a_dispute_and_whose_comment_is_whose(store: ReviewStore) -> None:
    """Эксперты: Иванова …: покрыто; Петров …: пробел; Сидоров …: частично; комментарии без имён"""
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    path = f"/reviews/{number}/0"
    for login, choice, word in (("egor", "covered", "первая вкладка"), ("olga", "gap", "общие слова")):
        post(team[login], path, team[login].get(path).text, choice=choice, comment=word)
    post(team["head"], path, team["head"].get(path).text, choice="partial", settles="true")
    cells = protocol(team["head"], number)
    assert cells[3] == "◐ partial\nsettled: Head"
    assert cells[4] == "Egor: covered\nOlga: gap"
    assert cells[6] == "Egor: первая вкладка\nOlga: общие слова"


def test_who_judges_after_the_signature_keeps_the_finding_and_the_comment(store: ReviewStore) -> None:
    """Не получилось. Экспертиза закрыта. … загрузите результат заново."""
    number, _ = store.add(worded(alignment(())), "r", "local", double=0.0)
    team = people(store)
    path = f"/reviews/{number}/0"
    page = team["olga"].get(path).text
    head = store.login("head", PASSWORD)
    decisions.accept_computed(store, number, head, tuple(range(1, 6)), store.opened(number).alignment)
    item = queries.item(store, number, 1)
    store.judge(queries.item(store, number, 0).id, head, Verdict.GAP, version=0)
    store.lock(number, head)
    answer = post(team["olga"], path, page, choice="gap", comment="моё слово")
    assert answer.status_code == 409
    assert "The review is signed and locked." in answer.text
    assert "Your comment was not kept: моё слово" in answer.text
    assert item.requirement not in answer.text
    assert queries.item(store, number, 0).requirement in answer.text
    assert "import the result again" not in answer.text
    assert "Your last decision is kept" not in answer.text


def test_two_windows_of_one_person_are_no_other_person(store: ReviewStore) -> None:
    """этот вывод оценил другой эксперт … Решение сохранено."""
    number, _ = store.add(worded(alignment(())), "r", "local")
    browser = client(store)
    path = f"/reviews/{number}/0"
    page = browser.get(path).text
    post(browser, path, page, choice="covered")
    late = post(browser, path, page, choice="gap")
    assert late.status_code == 409
    assert "You have judged this finding since this page was opened" in late.text
    assert "This decision was not kept." in late.text
    assert "Your last decision is kept" not in late.text


def test_a_login_that_does_not_exist_is_said_where_it_was_typed(store: ReviewStore) -> None:
    """Не получилось. Учётной записи Иванова нет. Все перечисляет `align review user list`."""
    number, _ = store.add(worded(alignment(())), "r", "local")
    team = people(store)
    store.leave(number, ["olga"])
    page = team["head"].get(f"/reviews/{number}/team").text
    assert '<option value="olga">Olga</option>' in page
    answer = post(team["head"], f"/reviews/{number}/members", page, login="Иванова")
    assert answer.status_code == 404
    assert "There is no account “Иванова”." in answer.text
    assert 'value="Иванова"' in answer.text
    assert "align review user list" not in answer.text
    assert "<datalist" in answer.text
    assert '<option value="' not in team["egor"].get(f"/reviews/{number}/team").text


def test_a_lost_session_says_that_nothing_was_kept_and_leads_back(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    egor = people(store)["egor"]
    path = f"/reviews/{number}/0"
    page = egor.get(path).text
    egor.cookies.clear()
    came = {"referer": f"http://testserver{path}"}
    to = egor.post(path, data={"choice": "gap", "version": "0"}, headers=came).headers["location"]
    assert to == f"/login?next=%2Freviews%2F{number}%2F0&lost=1"
    form = egor.get(to).text
    assert "what you just sent was not kept" in form
    answer = post(egor, "/login", form, login="egor", password=PASSWORD, next=path)
    assert answer.headers["location"] == path
    assert egor.get(path).text[:15] == page[:15]
    egor.cookies.clear()
    assert egor.get(path).headers["location"] == f"/login?next=%2Freviews%2F{number}%2F0"
    other = {"referer": "http://evil.example/x"}
    assert egor.post(path, data={}, headers=other).headers["location"] == "/login?lost=1"
    assert egor.post("/logout", data={}).headers["location"] == "/login"


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "http://evil.example", "javascript:x", ""])
def test_a_login_leads_to_no_other_site(address: str) -> None:
    assert inside(address) == ""
    assert inside("/reviews/1?page=2") == "/reviews/1?page=2"


def test_an_error_page_leads_back_to_the_form(store: ReviewStore) -> None:
    browser = client(store)
    data = {"csrf": re.search(r'name="csrf" value="([^"]*)"', browser.get("/me").text)[1], "name": " "}
    answer = browser.post("/me", data=data, headers={"referer": "http://testserver/me?review=1"})
    assert answer.status_code == 400
    assert 'href="/me?review=1"' in answer.text


def test_a_file_that_is_passed_over_is_named() -> None:
    """Выбрано «Файлов: 78», после чтения «Файлы: 77», о README.md ничего."""
    program = Program(title="p", files=(SourceFile(file="план.xlsx"),))
    left = unused_files(program, ["README.md", "план.xlsx"])
    assert [str(issue) for issue in left] == ["README.md: not used: a file of this name is no document of a program"]


def test_a_report_that_takes_long_does_not_ask_for_fewer_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Обработка заняла больше 300 с. Дайте меньше файлов или файлы поменьше."""

    def slow(*_arguments: object) -> bytes:
        raise LimitError("it took longer than 300 seconds.", hint="Give fewer or smaller files.")

    monkeypatch.setattr(Child, "_run", slow)
    with pytest.raises(LimitError, match="The computer is busy"):
        Child().run("report", {})
    with pytest.raises(LimitError, match="Give fewer"):
        Child().run("check", {})


def test_exports_are_called_after_their_review(store: ReviewStore) -> None:
    """protocol.docx, labels.csv: у двух экспертиз имена одинаковы"""
    number, _ = store.add(worded(alignment(())), "Экспертиза 11.03.03/1", "local")
    head = client(store).get(f"/reviews/{number}/export/protocol.docx").headers["content-disposition"]
    assert unquote(head.partition("''")[2]) == "Protocol – Экспертиза 11.03.03-1.docx"


@pytest.mark.parametrize(("share", "shown"), [(0.125, "13%"), (0.145, "15%"), (0.1249, "12%"), (0.005, "1%")])
def test_a_half_is_rounded_as_spreadsheets_do(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_a_change_of_a_share_is_in_points_with_a_true_minus() -> None:
    """сузил интервал на -0,04 %"""
    with i18n.in_language("ru"):
        assert points(-0.0004) == "−0,04\u00a0п.\u00a0п."
        assert points(0.0007) == "+0,07\u00a0п.\u00a0п."
        assert points(0) == "0,00\u00a0п.\u00a0п."
