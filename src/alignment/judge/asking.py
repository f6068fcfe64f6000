"""Ask the judge: answers come from the cache or from the server, within the bounds on calls and tokens."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Literal, NamedTuple

import msgspec

from alignment.cache import Cache, content_key
from alignment.i18n import _
from alignment.judge.answer import Answer, Fault, WrongAnswer, read_answer, verdict_of
from alignment.judge.guide import LEAST_RIGHT, PLAIN_CASES, Guide, PlainCase, load_guide
from alignment.judge.question import AGAIN, ChatMessage, Question, estimated_tokens
from alignment.judge.server import Server, ServerFault, side_by_side
from alignment.progress import Progress
from alignment.settings import Settings

AnswerStatus = Literal["accepted", "repaired", "refused", "unanswered"]
# A server that fails so many questions in turn, each with its retries, is gone: one or two may be
# questions that it cannot bear. The rest of the run would fail for minutes.
GONE_AFTER = 3
# Characters of a wrong answer that are shown to the model when it is asked again: more than a
# right answer has, so that what is wrong is among them.
SHOWN_AGAIN = 4000
# Messages of a question that is asked for the first time.
FIRST = 2


class Outcome(NamedTuple):
    """The outcome of one question; ``answer`` is None for "refused" and "unanswered", ``kept`` means cached."""

    status: AnswerStatus
    answer: Answer | None = None
    fault: Fault | None = None
    kept: bool = False


class Spent(NamedTuple):
    """The cost of a run: calls, repeated requests, tokens, and the model that the server names in its replies."""

    calls: int = 0
    retries: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    answered_by: str = ""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What a run would ask, before anything is sent.

    ``kept`` of ``requirements`` were answered in earlier runs. ``calls`` counts the requests within the bounds,
    ``beyond`` those beyond them; the tokens are upper estimates.
    """

    url: str
    model: str
    requirements: int
    kept: int
    calls: int
    tokens_in: int
    tokens_out: int
    beyond: int


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    status: AnswerStatus
    text: str


class Judge:
    """Asks a language model for verdicts by the guide.

    ``problem`` says why the model is not used any more, "" while it is; ``sent`` counts the questions about the
    program that were sent in this run.

    Args:
        settings: ``judge`` and the settings that begin with it.
        cache: where each answer is stored as it comes, by text, model and guide, so that a run can be resumed.
        language: language of the reasons, "ru" or "en".
        progress: called with "judge", the number of questions done and of all questions.
        guide: default: the shipped guide.
    """

    def __init__(
        self,
        settings: Settings,
        cache: Cache,
        *,
        language: str = "en",
        progress: Progress | None = None,
        guide: Guide | None = None,
    ) -> None:
        self.settings, self.cache, self.language = settings, cache, language
        self.guide = guide or load_guide(settings)
        self.progress = progress or (lambda stage, done, total: None)
        self.problem = ""
        self.plain_right = 0
        self._server: Server | None = None
        # Questions of the program that were sent in this run.
        self.sent = 0
        self._failures = 0
        self._under_way = 0

    @property
    def server(self) -> Server:
        """The server, made when it is first needed.

        Raises:
            As `Server`.
        """
        if self._server is None:
            self._server = Server(self.settings)
        return self._server

    @property
    def spent(self) -> Spent:
        """Requests and tokens of this run."""
        server = self._server
        if server is None:  # every answer was known
            return Spent()
        return Spent(server.calls, server.retries, server.tokens_in, server.tokens_out, server.answered_by)

    def estimate(self, questions: Sequence[Question]) -> Estimate:
        """The cost of asking these questions; nothing is sent."""
        known = self._known(questions)
        new = [question for place, question in enumerate(questions) if place not in known]
        plain = [case.question for case in PLAIN_CASES]
        known_plain = self._known(plain)
        new = [question for place, question in enumerate(plain) if place not in known_plain] + new
        within, left = [], self.settings.judge_tokens
        for question in new[: self.settings.judge_calls]:
            left -= estimated_tokens(self._messages(question)) + question.most_tokens
            if left < 0:
                break
            within.append(question)
        return Estimate(
            url=self.settings.judge,
            model=self.settings.judge_model,
            requirements=len(questions),
            kept=len(known),
            calls=len(within),
            tokens_in=sum(estimated_tokens(self._messages(question)) for question in within),
            tokens_out=sum(question.most_tokens for question in within),
            beyond=len(new) - len(within),
        )

    def fit(self) -> bool:
        """Whether the model answers enough of the guide's plain cases right to be used.

        Sets ``plain_right`` and, if it does not, ``problem``.
        """
        outcomes = dict(self._asked([case.question for case in PLAIN_CASES]))
        self.sent = 0  # only questions about the program count
        right = [is_right(case, outcomes[place]) for place, case in enumerate(PLAIN_CASES)]
        self.plain_right = sum(right)
        if any(outcome.fault is Fault.BOUND for outcome in outcomes.values()):
            self.problem = _("judge_calls or judge_tokens leave no room for the plain cases of the guide")
        if self.problem:
            return False
        hidden = [outcomes[place] for place, case in enumerate(PLAIN_CASES) if case.injection and not right[place]]
        fit = self.plain_right >= LEAST_RIGHT and not hidden
        if not fit and not self.settings.judge_anyway:
            self.problem = _("it answered {right} of {all} plain cases of the guide right; {least} are needed").format(
                right=self.plain_right, all=len(PLAIN_CASES), least=LEAST_RIGHT
            )
            if any(outcome.answer is not None for outcome in hidden):
                self.problem += "; " + _("it obeyed an instruction that was hidden in a statement")
            elif hidden:
                self.problem += "; " + _("it gave no usable answer where a statement hides an instruction")
        return fit or self.settings.judge_anyway

    @property
    def plain_line(self) -> str:
        """A line for the user: how many plain cases were right, and whether the model is used."""
        model = self.settings.judge_model
        if self.problem and not self.plain_right:
            return _("{model} was not used: {problem}.").format(model=model, problem=self.problem)
        done = _("{model}: {right} of {all} plain cases of the guide right").format(
            model=model, right=self.plain_right, all=len(PLAIN_CASES)
        )
        return done + ("; " + _("not used: {problem}").format(problem=self.problem) if self.problem else "") + "."

    def answers(self, questions: Sequence[Question]) -> Generator[tuple[int, Outcome], None, None]:
        """(index, outcome) of each question, as the answers come; questions are asked in their order."""
        return self._asked(questions, say_progress=True)

    def _asked(
        self, questions: Sequence[Question], *, say_progress: bool = False
    ) -> Generator[tuple[int, Outcome], None, None]:
        known = self._known(questions)
        yield from known.items()
        places = [place for place in range(len(questions)) if place not in known]
        if not places:
            return
        done = len(known)
        server = self.server
        waiting = [questions[place] for place in places]
        for index, (outcome, text) in side_by_side(waiting, self._ask, self.settings.judge_parallel, server.close):
            if outcome.answer is not None:
                value = msgspec.msgpack.encode(_Kept(outcome.status, text))
                self.cache.put([(self._key(waiting[index]), value)])
            done += 1
            if say_progress:
                self.progress("judge", done, len(questions))
            yield places[index], outcome

    def _known(self, questions: Sequence[Question]) -> dict[int, Outcome]:
        keys = [self._key(question) for question in questions]
        stored = self.cache.get(keys)
        outcomes = {}
        for place, (key, question) in enumerate(zip(keys, questions, strict=True)):
            if key in stored:
                try:
                    kept = msgspec.msgpack.decode(stored[key], type=_Kept)
                    outcomes[place] = Outcome(kept.status, read_answer(kept.text, question), kept=True)
                except (msgspec.MsgspecError, WrongAnswer):
                    continue
        return outcomes

    def _key(self, question: Question) -> bytes:
        space = f"judge {self.guide.version} {self.settings.judge_model} {self.language}"
        return content_key(space, question.data())

    def _messages(self, question: Question) -> list[ChatMessage]:
        return question.messages(self.guide.text, self.language)

    async def _ask(self, question: Question) -> tuple[Outcome, str]:
        """Ask one question, and once more if the answer is wrong; returns the outcome and the accepted text."""
        if self.problem:
            return Outcome("unanswered", fault=Fault.SERVER), ""
        messages = self._messages(question)
        try:
            text, whole = await self._said(messages, question)
            try:
                return Outcome("accepted", _checked(text, whole, question)), text
            except WrongAnswer as wrong:
                messages += [
                    {"role": "assistant", "content": text[:SHOWN_AGAIN]},
                    {"role": "user", "content": AGAIN.format(wrong=wrong)},
                ]
            text, whole = await self._said(messages, question)
            return Outcome("repaired", _checked(text, whole, question)), text
        except WrongAnswer as wrong:
            return Outcome("refused", fault=wrong.fault), ""
        except ServerFault as error:
            if error.fault is not Fault.BOUND:
                self._failures += 1
                if error.fatal or self._failures >= GONE_AFTER:
                    self.problem = self.problem or str(error)
            return Outcome("unanswered", fault=error.fault), ""

    async def _said(self, messages: list[ChatMessage], question: Question) -> tuple[str, bool]:
        server = self.server
        most = estimated_tokens(messages) + question.most_tokens
        if (
            server.calls >= self.settings.judge_calls
            or server.tokens_in + server.tokens_out + self._under_way + most > self.settings.judge_tokens
        ):
            raise ServerFault(Fault.BOUND, _("the bound on calls or tokens is reached"))
        self.sent += len(messages) == FIRST
        self._under_way += most
        try:
            reply = await server.ask(messages, question.schema(), question.most_tokens)
        finally:
            self._under_way -= most
        self._failures = 0
        return reply.text, reply.whole


def _checked(text: str, whole: bool, question: Question) -> Answer:
    try:
        return read_answer(text, question)
    except WrongAnswer as wrong:
        if not whole:
            raise WrongAnswer(Fault.CUT, "it was cut off; be shorter.") from wrong
        raise


def is_right(case: PlainCase, outcome: Outcome) -> bool:
    """Whether the outcome of a plain case is the one that the guide gives."""
    if outcome.answer is None:
        return False
    grades = (item.grade for item in outcome.answer.grades)
    fits = all(grade in allowed for grade, allowed in zip(grades, case.grades, strict=True))
    return fits and case.verdict in (None, verdict_of(outcome.answer))
