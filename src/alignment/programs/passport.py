"""Read the title page of a work programme: direction of study, profile, degree, year and form of study."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from alignment.i18n import message as _
from alignment.model import Issue, Location, Program
from alignment.programs.outline import has_leaders
from alignment.programs.statement_text import clean

CODE = r"(?P<code>\d{2}\.\d{2}\.\d{2})"
# Words that begin another field of the title page and so end the field before it.
NEXT = (
    r"(?=\s*(?:$|\n|[»\"”]|направленност|профил|квалификац|степен|уровень|форм[аы] обуч|год|специализац|очной|заочной|"
    r"преподавател|рабочая программа|\(?базов|\(?углубл))"
)
DIRECTION = re.compile(
    r"(?:направлени[еяюй]+(?:\s+подготовки)?|специальност[ьи]|направлени\w+\s+\(специальност\w+\)|field of study|direction)"
    rf"(?:\s*\(специальност\w+\))?[\s:,«\"“–—-]*(?:\(?код[^\d\n]{{0,40}})?{CODE}[\s:.,«\"“–—-]*(?P<name>[А-ЯЁA-Z][^\n»\"”]{{3,120}}?)?{NEXT}",
    re.IGNORECASE,
)
LOOSE = re.compile(rf"(?<![\d.]){CODE}(?![\d.])[\s:.,«\"“–—-]*(?P<name>[А-ЯЁ][^\n»\"”\d]{{3,120}}?)?{NEXT}")
PROFILE = re.compile(
    r"(?:направленност[ьи]\s*(?:\(?профил[ьяи]\)?)?|профил[ьи](?:\s+подготовки)?|образовательн\w+\s+программ\w+|специализаци[яи]|магистерск\w+\s+программ\w+|profile)"
    r"(?:\s+(?:образовательной\s+программы|подготовки|программы))?\s*(?:[:–—-][ \t]*\n?[ \t]*(?![а-яё])|\n?\s*(?=[«\"“]))[«\"“]?\s*"
    rf"(?:{CODE[:-1].replace('?P<code>', '?:')})[\s«\"“–—-]*)?(?P<name>[А-ЯЁA-Z][^\n»\"”]{{3,120}}?){NEXT}",
    re.IGNORECASE,
)
DEGREES = (
    ("бакалавр", re.compile(r"бакалавр|bachelor", re.IGNORECASE)),
    ("магистр", re.compile(r"магистр(?!ал)|\bmaster", re.IGNORECASE)),
    (
        "специалист",
        re.compile(
            r"специалитет|квалификаци\w+\W{0,40}специалист|(?:степень|уровень)[^\n]{0,40}специалист", re.IGNORECASE
        ),
    ),
    ("аспирант", re.compile(r"аспирантур|кадров высшей квалификации|postgraduate", re.IGNORECASE)),
)
FORM = re.compile(
    r"форм[аы]\s+обучения\W{0,6}(?P<form>очно-заочная|очная|заочная)|(?P<of>очно-заочной|очной|заочной) формы обучения",
    re.IGNORECASE,
)
ENTRY = re.compile(
    r"год\w*\s+(?:набора|приема|приёма|начала подготовки|поступления)\D{0,20}(?P<year>(?:19|20)\d{2})", re.IGNORECASE
)
YEAR = re.compile(r"(?<!\d)(?P<year>20\d{2})\s*(?:г(?:од)?\.?)?\s*$")
# The title page ends well before this many lines; page numbers tell it where the document has them.
FRONT_LINES = 60


LONGEST = 400  # letters of a line that are looked at: patterns with gaps are slow on a page without line ends
LONGEST_YEAR_LINE = 60  # letters of a line that gives the year; longer ones are sentences
CONTENTS = re.compile(r"(?:содержание|оглавление|(?:table of )?contents)\W*$", re.IGNORECASE)
SECTION = re.compile(
    r"(?:[IVX]{1,4}|\d)[.)]?\s{1,3}(?:цел[ьи]|паспорт|общ|место|планируем|перечень|результат|пояснит|область|goals|aims|objectives|place)|"
    r"(?:цел[ьи](?: и задачи)? (?:освоения|изучения|дисциплин)|пояснительная записка|goals and|learning outcomes)",
    re.IGNORECASE,
)


class Passport(msgspec.Struct, frozen=True, kw_only=True):
    """The facts on a title page about the program of a discipline; a field that is not there is empty."""

    code: str = ""
    direction: str = ""
    profile: str = ""
    degree: str = ""
    year: str = ""
    form: str = ""


FIELD_NAMES = {
    "title": _("the title"),
    "code": _("the code"),
    "profile": _("the profile"),
    "degree": _("the degree"),
}
FIELDS = ("title", "code", "profile", "degree", "year", "form")


def passport(lines: Sequence[str]) -> Passport:
    """The passport in the first lines of a document."""
    # Long lines are cut: they are running text, and on many digits and dots the patterns backtrack for long.
    short = [" ".join(line.split())[:LONGEST] for line in lines[:FRONT_LINES]]
    page = _title_page(short)
    text = "\n".join(page)
    direction_match = DIRECTION.search(text) or LOOSE.search(text) or DIRECTION.search("\n".join(short))
    profile = PROFILE.search(text)
    entry = ENTRY.search(text)
    years = [match["year"] for line in page if len(line) < LONGEST_YEAR_LINE for match in [YEAR.search(line)] if match]
    return Passport(
        code=direction_match["code"] if direction_match else "",
        direction=_tidy(direction_match["name"]) if direction_match and direction_match["name"] else "",
        profile=_tidy(profile["name"]) if profile else "",
        degree=next((name for name, pattern in DEGREES if pattern.search(text)), ""),
        year=entry["year"] if entry else (years[0] if years else ""),
        form=form_of_study(text),
    )


def form_of_study(text: str) -> str:
    """The form of study that a title page names ("очная"); "" if it names none."""
    form = FORM.search(text)
    return (form["form"] or form["of"]).lower().replace("ой", "ая") if form else ""


def _title_page(lines: Sequence[str]) -> list[str]:
    """The lines before the table of contents and the first section."""
    for index, line in enumerate(lines):
        if index and (has_leaders(line) or CONTENTS.match(line) or SECTION.match(line)):
            return list(lines[:index])
    return list(lines)


def _tidy(name: str) -> str:
    return clean(re.sub(r"^\W+|[\s(«\"“]+$", "", name))


def majority(programs: Sequence[Program], warnings: list[Issue]) -> dict[str, str]:
    """The most frequent value of each field (`FIELDS`) on the title pages; each page that differs gets a warning.

    ``warnings`` is the list to which the warnings are added.
    """
    chosen: dict[str, str] = {}
    for name in FIELDS:
        counts = Counter(value for program in programs if (value := getattr(program, name)))
        if not counts:
            continue
        chosen[name] = counts.most_common(1)[0][0]
        for program in programs:
            value = getattr(program, name)
            if name in ("title", "code", "profile", "degree") and value and value.lower() != chosen[name].lower():
                message = _(
                    "the title page says {name} '{value}', most documents say '{chosen}'",
                    name=FIELD_NAMES[name],
                    value=value,
                    chosen=chosen[name],
                )
                warnings.append(Issue(message=message, location=Location(file=program.sources[0])))
    return chosen
