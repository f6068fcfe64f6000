"""The judge and its server: faults, repeats, bounds, and runs that are taken up again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from alignment.judge import Judge, Outcome
from alignment.judge.answer import Fault
from alignment.judge.guide import PLAIN_CASES
from alignment.judge.question import estimated_tokens
from alignment.settings import Settings
from tests.helpers.scripted_judge import (
    MODEL,
    TEXTS,
    Asked,
    Reply,
    Scripted,
    answer,
    completion,
    judges,
    outcomes,
    question,
    serving,
)


@pytest.fixture
def judging(settings: Settings, tmp_path: Path) -> Callable[..., Judge]:
    return judges(settings, tmp_path)


# Faults of the server.


def once(*replies: Reply | str) -> Callable[[Asked], Reply | str]:
    waiting = list(replies)
    return lambda asked: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def test_a_wrong_answer_is_asked_once_more_and_told_what_was_wrong(judging: Callable[..., Judge]) -> None:
    with serving(Scripted(once(answer(2, 0, 0, quotes=("чего нет", "", "")), answer(2, 0, 0)))) as script:
        (result,) = outcomes(judging(script))
    assert result.status == "repaired"
    repair = script.asked[1]["messages"]
    assert [item["role"] for item in repair] == ["system", "user", "assistant", "user"]
    assert "quote of candidate 1" in repair[3]["content"]


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("чепуха", Fault.JSON),
        (completion(answer(2, 0, 0)[:60], finish="length"), Fault.CUT),
        (answer(3, 0, 0, quotes=(TEXTS[0], "", "")), Fault.GRADES),
    ],
)
def test_two_wrong_answers_leave_the_built_in_verdict(
    judging: Callable[..., Judge], reply: Reply | str, fault: Fault
) -> None:
    with serving(Scripted(lambda asked: reply)) as script:
        judge = judging(script)
        (result,) = outcomes(judge)
    assert (result.status, result.fault, len(script.asked)) == ("refused", fault, 2) and not judge.problem


def test_a_busy_server_is_asked_again_after_the_time_it_names(judging: Callable[..., Judge]) -> None:
    busy = Reply("{}", status=429, headers={"Retry-After": "1"})
    with serving(Scripted(once(busy, Reply("oops", status=500), answer(2, 0, 0)))) as script:
        judge = judging(script)
        (result,) = outcomes(judge)
    assert result.status == "accepted" and (judge.spent.calls, judge.spent.retries) == (1, 2)


def test_a_server_that_goes_on_failing_is_left_alone_and_the_rest_keeps_its_verdict(
    judging: Callable[..., Judge],
) -> None:
    refusing = Reply('{"error": {"message": "broken"}}', status=500, headers={"x-should-retry": "false"})
    with serving(Scripted(lambda asked: refusing)) as script:
        judge = judging(script)
        result = outcomes(judge, *(question(requirement=f"требование {number}") for number in range(8)))
    assert {item.status for item in result} == {"unanswered"} and {item.fault for item in result} == {Fault.SERVER}
    assert len(script.asked) == 3 and "broken" in judge.problem


@pytest.mark.parametrize(
    "reply",
    [
        Reply(silent=30),
        Reply(completion(answer(2, 0, 0)).body, drip=0.2),
    ],
    ids=["silent", "a byte at a time"],
)
def test_a_slow_server_is_given_up(
    judging: Callable[..., Judge], monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    monkeypatch.setattr("alignment.judge.server.RETRIES", 0)
    with serving(Scripted(lambda asked: reply)) as script:
        judge = judging(script, judge_seconds=1)
        (result,) = outcomes(judge)
    assert (result.status, result.fault) == ("unanswered", Fault.TIMEOUT)


def test_a_connection_that_breaks_off_costs_only_its_question(judging: Callable[..., Judge]) -> None:
    broken = Reply(completion(answer(2, 0, 0)).body, promised=100)
    with serving(Scripted(once(broken, answer(2, 0, 0)))) as script:
        judge = judging(script)
        result = outcomes(judge, question(), question(requirement="другое"))
    assert [(item.status, item.fault) for item in result] == [("unanswered", Fault.SERVER), ("accepted", None)]
    assert not judge.problem


@pytest.mark.parametrize(
    ("reply", "part"),
    [
        (Reply("<html>Welcome</html>", headers={"Content-Type": "text/html"}), "chat protocol"),
        (Reply('{"choices": []}'), "chat protocol"),
        (Reply("[" * 5_000_000), "far too long"),
        (Reply('{"error": {"message": "no such key"}}', status=401), "no such key"),
        (Reply('{"error": {"message": "model not found"}}', status=404), f"models of the server: {MODEL}"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:9/v1/chat/completions"}), "302"),
        (Reply('{"error": {"message": "\\u001b[2Jloud"}}', status=403), "code 403 ([2Jloud); set the environment"),
    ],
    ids=["web page", "no choice", "endless", "key", "model", "redirect", "words that act on a terminal"],
)
def test_a_wrong_server_is_named_as_such(judging: Callable[..., Judge], reply: Reply, part: str) -> None:
    with serving(Scripted(lambda asked: reply)) as script:
        judge = judging(script)
        result = outcomes(judge, *(question(requirement=f"требование {number}") for number in range(4)))
    assert {item.status for item in result} == {"unanswered"} and part in judge.problem


def test_a_server_that_is_not_there(judging: Callable[..., Judge], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alignment.judge.server.RETRIES", 0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = Scripted(lambda asked: "")
        nobody.url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        judge = judging(nobody)
        assert not judge.fit() and not judge.spent.retries
    assert judge.plain_line == (
        f"{MODEL} was not used: the server {nobody.url} cannot be reached (no server answers at this address); "
        "start it, or correct the address."
    )


def test_a_server_without_a_name_in_the_network(judging: Callable[..., Judge], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alignment.judge.server.RETRIES", 0)
    nobody = Scripted(lambda asked: "")
    nobody.url = "http://nobody.invalid/v1"
    judge = judging(nobody)
    assert not judge.fit() and "no server of this name is known" in judge.problem


def test_a_server_that_loads_its_model_is_waited_for(
    judging: Callable[..., Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.judge.server.RETRIES", 0)
    monkeypatch.setattr("alignment.judge.server.LOADING_SECONDS", 0.01)
    loading = Reply('{"error": {"message": "Loading model", "type": "unavailable_error"}}', status=503)
    with serving(Scripted(once(*[loading] * 6, answer(2, 0, 0)))) as script:
        judge = judging(script)
        (result,) = outcomes(judge)
    assert result.status == "accepted" and (judge.spent.calls, judge.spent.retries) == (1, 6)


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize("taken", ["json_object", ""])
def test_a_gateway_without_schemas_is_asked_as_it_can_be(
    judging: Callable[..., Judge], status: int, taken: str
) -> None:
    refusal = Reply('{"error": {"message": "response_format is not supported"}}', status=status)

    def picky(asked: Asked) -> Reply | str:
        return answer(2, 0, 0) if asked.get("response_format", {}).get("type", "") == taken else refusal

    with serving(Scripted(picky)) as script:
        judge = judging(script)
        result = outcomes(judge, question(), question(requirement="другое"))
    assert {item.status for item in result} == {"accepted"} and judge.spent.retries == 0
    assert len(script.asked) == {"json_object": 3, "": 4}[taken]


def test_a_question_that_a_server_refuses_in_any_form_costs_only_itself(judging: Callable[..., Judge]) -> None:
    refusal = Reply('{"error": {"message": "the context is too long"}}', status=400)
    with serving(Scripted(lambda asked: refusal if "длинное" in str(asked) else answer(2, 0, 0))) as script:
        judge = judging(script)
        result = outcomes(judge, question(requirement="длинное"), question(requirement="другое"))
    assert [item.status for item in result] == ["unanswered", "accepted"] and not judge.problem
    assert script.asked[-1]["response_format"]["type"] == "json_schema"


def test_the_model_that_the_server_says_answered_is_told(judging: Callable[..., Judge]) -> None:
    with serving(Scripted(lambda asked: completion(answer(2, 0, 0), model="another"))) as script:
        judge = judging(script)
        outcomes(judge)
    assert judge.spent.answered_by == "another"


# Bounds, cache, taking up a run again.


def test_the_bound_on_calls_leaves_the_rest_unasked(judging: Callable[..., Judge]) -> None:
    many = [question(requirement=f"требование {number}") for number in range(5)]
    with serving(Scripted(lambda asked: answer(2, 0, 0))) as script:
        result = outcomes(judging(script, judge_calls=2), *many)
    assert [item.status for item in result] == ["accepted"] * 2 + ["unanswered"] * 3
    assert {item.fault for item in result[2:]} == {Fault.BOUND} and len(script.asked) == 2


def test_a_bound_below_the_plain_cases_is_named_as_the_reason(judging: Callable[..., Judge]) -> None:
    with serving(Scripted(lambda asked: answer(2, 0, 0))) as script:
        judge = judging(script, judge_calls=3)
        assert not judge.fit() and "no room" in judge.problem and len(script.asked) == 3


def test_the_bound_on_tokens_counts_what_is_under_way(judging: Callable[..., Judge]) -> None:
    many = [question(requirement=f"требование {number}") for number in range(8)]
    with serving(Scripted(lambda asked: completion(answer(2, 0, 0)))) as script:
        judge = judging(script, judge_parallel=8)
        one = estimated_tokens(many[0].messages(judge.guide.text, "ru")) + many[0].most_tokens
        result = outcomes(judging(script, judge_parallel=8, judge_tokens=2 * one + 50), *many)
    assert 0 < sum(item.status == "accepted" for item in result) < 8
    assert {item.fault for item in result if item.status == "unanswered"} == {Fault.BOUND}


def test_a_run_that_was_left_is_taken_up_where_it_was(judging: Callable[..., Judge]) -> None:
    many = [question(requirement=f"требование {number}") for number in range(6)]
    with serving(Scripted(lambda asked: answer(1, 0, 0))) as script:
        answers = judging(script).answers(many)
        for _ in range(3):
            next(answers)
        answers.close()
        before = len(script.asked)
        estimate = judging(script).estimate(many)
        result = outcomes(judging(script), *many)
    assert before < 6 and estimate.kept >= 3 and sum(item.kept for item in result) == estimate.kept
    assert len(script.asked) <= 7 and {item.status for item in result} == {"accepted"}


@pytest.mark.parametrize("changed", ["text", "model", "guide", "language"])
def test_another_text_model_guide_or_language_is_asked_anew(judging: Callable[..., Judge], changed: str) -> None:
    with serving(Scripted(lambda asked: completion(answer(1, 0, 0)))) as script:
        outcomes(judging(script))
        judge = judging(script, judge_model="other" if changed == "model" else MODEL)
        if changed == "guide":
            judge.guide = judge.guide._replace(version="other")
        if changed == "language":
            judge.language = "en"
        outcomes(judge, question(requirement="другое") if changed == "text" else question())
        assert len(script.asked) == 2
        outcomes(judge, question(requirement="другое") if changed == "text" else question())
        assert len(script.asked) == 2


def test_an_estimate_sends_nothing_and_is_no_less_than_what_the_bound_counts(judging: Callable[..., Judge]) -> None:
    many = [question(requirement=f"требование {number}") for number in range(3)]
    with serving(Scripted(lambda asked: answer(1, 0, 0))) as script:
        result = judging(script).estimate(many)
        bounded = judging(script, judge_calls=5).estimate(many)
    assert not script.asked
    assert (result.requirements, result.calls, result.beyond) == (3, 3 + len(PLAIN_CASES), 0)
    assert (bounded.calls, bounded.beyond) == (5, 10) and result.tokens_in > bounded.tokens_in > 0


def test_it_works_inside_a_running_event_loop(judging: Callable[..., Judge]) -> None:
    async def caller() -> list[Outcome]:
        return outcomes(judging(script))

    with serving(Scripted(lambda asked: answer(2, 0, 0))) as script:
        assert asyncio.run(caller())[0].status == "accepted"
