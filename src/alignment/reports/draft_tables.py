"""The tables of a draft as rows, in the order and under the headings of the usual ОПОП.

The headings are Russian in every interface language, for two reasons: the
documents that need these tables are Russian, and the reader
(`programs.link_tables`) recognises the tables by their headings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from alignment.analysis.draft import Draft, DraftCompetence, Drift, FunctionChoice, Indicator
from alignment.i18n import _, plural
from alignment.model import Verdict
from alignment.programs.link_tables import COMPETENCE_HEAD, STANDARD_HEAD, TITLE
from alignment.reports.words import verdict

__all__ = ["TITLE", "DraftTable", "change", "choice_reason", "fit", "grounds", "summary_lines", "tables"]


class DraftTable(msgspec.Struct, frozen=True, kw_only=True):
    """One table: its title, heads, rows, and the widths of its columns in characters; ``name`` is the sheet's."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    widths: tuple[int, ...]


def summary_lines(draft: Draft) -> list[str]:
    """The numbers of functions and competences, and a line if the level of the program is unknown."""
    chosen = sum(item.chosen for item in draft.functions)
    competences = plural("{n} competence", "{n} competences", len(draft.competences))
    lines = [plural("{n} function", "{n} functions", chosen) + ", " + competences]
    if not draft.levels:
        lines.append(
            _("The degree of the program is unknown, so functions of all levels were considered. Choose with --level.")
        )
    return lines


def tables(draft: Draft, *, chosen_only: bool) -> list[DraftTable]:
    """All tables of the draft; with ``chosen_only`` the table of functions has only the chosen ones."""
    return [
        _standards(draft),
        _competences(draft),
        _teaching(draft),
        _matrix(draft),
        _functions(draft, chosen_only),
    ] + ([_drift(draft)] if draft.drift else [])


def fit(item: FunctionChoice) -> str:
    """How the level of the function fits the degree, in words."""
    words = {
        "level": _("level {level} is that of the degree"),
        "education": _("level {level}; the standard asks for education of this degree"),
        "below": _("level {level} is below the degree"),
        "above": _("level {level} is above the degree"),
        "unknown": _("the degree or the level is unknown"),
    }
    return words[item.fit].format(level=item.level)


def choice_reason(item: FunctionChoice) -> str:
    """Why a function is chosen or not."""
    return "; ".join([*([_("named by the user")] if item.asked else []), grounds(item)])


def grounds(item: FunctionChoice) -> str:
    """What speaks for and against a function, without saying who chose it."""
    parts = [fit(item)]
    parts.append(
        _("disciplines give evidence for {found} of {total} requirements").format(found=item.found, total=item.total)
    )
    if item.declared:
        parts.append(_("declared by {codes}").format(codes=", ".join(item.declared)))
    if item.education and item.fit != "level":
        parts.append(_("education required: {text}").format(text=item.education))
    return "; ".join(parts)


def change(item: Drift) -> str:
    """How a declared link changed, in words."""
    words = {
        "kept": _("as in the standard in force"),
        "reworded": _("the wording differs from the standard in force"),
        "renumbered": _("the function has another code now"),
        "dropped": _("the standard in force has no such function"),
        "unnamed": _("only the standard is named: the nearest function is proposed"),
        "far": _("only the standard is named; the nearest function is far in meaning: check it yourself"),
    }
    return words[item.change]


def _standards(draft: Draft) -> DraftTable:
    rows = []
    for number, item in enumerate(draft.standards, 1):
        order = f"приказ Минтруда России № {item.order} от {item.date}" if item.order else ""
        note = _("the program names order {order}").format(order=item.named_order) if item.named_order else ""
        rows.append((str(number), item.code, item.title, order, note))
    return DraftTable(
        name="Стандарты",
        title="Перечень профессиональных стандартов, соотнесённых с программой",
        heads=("№ п/п", STANDARD_HEAD, "Наименование профессионального стандарта", "Реквизиты приказа", "Примечание"),
        rows=rows,
        widths=(7, 16, 50, 34, 34),
    )


def _competences(draft: Draft) -> DraftTable:
    return DraftTable(
        name="ПК и индикаторы",
        title="Профессиональные компетенции выпускников и индикаторы их достижения",
        heads=(
            "Задача ПД",
            "Объект или область знания (при необходимости)",
            COMPETENCE_HEAD,
            "Код и наименование индикатора достижения профессиональной компетенции",
            "Основание (ПС, анализ опыта)",
            "Требования стандарта, на которых основан индикатор",
        ),
        rows=[
            (
                item.general_name,
                "",
                f"{item.code}. {item.text}",
                f"{indicator.code}. {indicator.text}",
                _basis(item),
                "\n".join(f"{source.text} [{source.id}]" for source in indicator.sources),
            )
            for item, indicator in _pairs(draft)
        ],
        widths=(30, 20, 40, 60, 18, 70),
    )


def _basis(item: DraftCompetence) -> str:
    return f"{item.standard} {item.function}"


def _pairs(draft: Draft) -> Iterator[tuple[DraftCompetence, Indicator]]:
    for item in draft.competences:
        for indicator in item.indicators:
            yield item, indicator


def _teaching(draft: Draft) -> DraftTable:
    rows = []
    for _item, indicator in _pairs(draft):
        taught = "\n".join(
            f"{one.discipline} – {verdict(one.verdict)}: «{one.statement}» ({one.location})" for one in indicator.taught
        )
        texts = {source.id: source.text for source in indicator.sources}
        missing = "\n".join(texts[name] for name in indicator.untaught if name in texts)
        rows.append((indicator.code, taught, "\n".join(indicator.could), missing))
    return DraftTable(
        name="Кто формирует",
        title="Дисциплины, формирующие индикаторы",
        heads=(
            "Индикатор",
            "Формируют (место в документах)",
            "Могли бы формировать",
            "Не преподаёт ни одна дисциплина",
        ),
        rows=rows,
        widths=(12, 80, 40, 70),
    )


def _matrix(draft: Draft) -> DraftTable:
    codes = [item.code for item in draft.competences]
    forming: dict[str, dict[str, str]] = {}
    for item, indicator in _pairs(draft):
        for one in indicator.taught:
            marks = forming.setdefault(one.discipline, {})
            strong = one.verdict is Verdict.COVERED or marks.get(item.code) == "+"
            marks[item.code] = "+" if strong else "(+)"
    return DraftTable(
        name="Матрица",
        title="Матрица соответствия профессиональных компетенций и дисциплин",
        heads=("Дисциплина", *codes),
        rows=[
            (title, *(forming[title].get(code, "") for code in codes))
            for title in draft.disciplines
            if title in forming
        ],
        widths=(50, *(9 for _code in codes)),
    )


def _functions(draft: Draft, chosen_only: bool) -> DraftTable:
    titles = {item.code or item.title: f"{item.code} {item.title}".strip() for item in draft.standards}
    return DraftTable(
        name="Функции",
        title="Перечень обобщённых трудовых функций и трудовых функций, имеющих отношение к профессиональной "
        "деятельности выпускника",
        heads=(
            "Код и наименование профессионального стандарта",
            "Код ОТФ",
            "Наименование ОТФ",
            "Уровень квалификации ОТФ",
            "Наименование ТФ",
            "Код ТФ",
            "Уровень (подуровень) квалификации",
            "Выбрана",
            "Обоснование выбора",
        ),
        rows=[
            (
                titles.get(item.standard, item.standard),
                item.general_function,
                item.general_name,
                item.general_level,
                item.name,
                item.function,
                item.level,
                "да" if item.chosen else "нет",
                choice_reason(item),
            )
            for item in draft.functions
            if item.chosen or not chosen_only
        ],
        widths=(30, 8, 34, 12, 44, 10, 12, 9, 60),
    )


def _drift(draft: Draft) -> DraftTable:
    return DraftTable(
        name="Было – стало",
        title="Было, стало, предлагается: заявленные компетенции и действующая редакция стандарта",
        heads=(
            "Компетенция",
            "Было",
            "Заявленная функция",
            "Стало (действующая редакция)",
            "Что изменилось",
            "Предлагается",
        ),
        rows=[
            (
                item.competence,
                item.was,
                f"{item.standard} {item.function}".strip(),
                f"{item.now} {item.name}".strip(),
                change(item),
                item.proposal if item.change != "kept" else "",
            )
            for item in draft.drift
        ],
        widths=(12, 50, 16, 50, 30, 50),
    )
