"""Write the illustrative work programmes of tests/data/programs/11.03.03 from their YAML content.

python tests/data/sources/make_programs.py   (needs LibreOffice for the PDF files)

The layouts follow real work programmes: title page, approvals, review, table
of contents, outcomes, hours, content, literature, equipment, assessment.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.shared import Pt

HERE = Path(__file__).parent
TARGET = HERE.parent / "programs" / "11.03.03"
UNIVERSITY = "Федеральное государственное автономное образовательное учреждение высшего образования"
DIRECTION = "11.03.03 «Конструирование и технология электронных средств»"
REVIEW = (
    "Представленная на рецензию рабочая программа по дисциплине «{title}» составлена в соответствии с требованиями "
    "федерального государственного образовательного стандарта по направлению {direction}.",
    "Содержание программы охватывает весь материал, необходимый для подготовки обучающихся, способствует умению "
    "применять полученные знания на практике и вести самостоятельную работу с технической литературой. Программа учит "
    "диагностировать и ремонтировать сложное оборудование, планировать работу персонала и оформлять документы.",
    "Тематический план раскрывает последовательность изучения разделов, указано распределение учебных часов. "
    "Список литературы содержит достаточный состав источников. Рабочая программа рекомендуется к использованию.",
)
LITERATURE = (
    "Иванов И.И., Петров П.П. {title}: учебник для вузов. – М.: Академия, 2017. – 352 с.",
    "Сидорова А.В. {title}. Практикум: учебное пособие. – СПб.: Лань, 2016. – 188 с.",
    "Методические указания к лабораторным работам по дисциплине «{title}». – СПб., 2018. – 64 с.",
    "Техническое обслуживание и ремонт радиоэлектронной аппаратуры: справочник. – М.: Радио и связь, 1991. – 420 с.",
    "Эксплуатация, хранение и транспортирование приборов: сборник стандартов. – М.: Стандартинформ, 2015. – 96 с.",
)
SITES = ("www.gostinfo.ru – тексты стандартов", "www.elibrary.ru – научная электронная библиотека")
EQUIPMENT = (
    "Учебная аудитория на 50 мест, оснащенная проектором и экраном.",
    "Лаборатория: осциллографы, генераторы сигналов, паяльные станции, комплект запасных частей и инструментов.",
    "Компьютерный класс с доступом в сеть Интернет и пакетом офисных программ.",
)
QUESTIONS = (
    "Перечислите основные понятия раздела «{section}» и дайте их определения.",
    "Приведите пример решения задачи по разделу «{section}».",
    "Сравните методы, изученные в разделе «{section}», назовите их ограничения.",
)
SCALE = (
    ("90–100 %", "отлично"),
    ("75–89 %", "хорошо"),
    ("60–74 %", "удовлетворительно"),
    ("менее 60 %", "неудовлетворительно"),
)
SELF_STUDY = (
    "Проработка конспектов лекций, учебной литературы и стандартов по вопросам преподавателя.",
    "Подготовка к лабораторным работам, оформление отчетов и подготовка к их защите.",
    "Работа над рефератом, поиск материалов в электронных библиотеках.",
)


def hours(item: dict[str, Any]) -> int:
    """Academic hours: 36 per credit."""
    return int(item["credits"]) * 36


def file_stem(number: int, item: dict[str, Any]) -> str:
    """Name of a work programme's file."""
    return f"{number:02d} {item['title'].replace(',', '')}"


def write_docx(item: dict[str, Any], path: Path, *, columns: bool) -> None:
    """A work programme; ``columns``: outcomes in a table, otherwise in lists."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(12)
    title = item["title"]
    for line in (UNIVERSITY, "«ПРИМЕРНЫЙ УНИВЕРСИТЕТ»", f"Направление подготовки {DIRECTION}"):
        document.add_paragraph(line)
    approvals = document.add_table(rows=2, cols=2)
    approvals.cell(0, 0).text = "Рассмотрена на заседании кафедры"
    approvals.cell(0, 1).text = "УТВЕРЖДАЮ, декан факультета"
    approvals.cell(1, 0).text = "Протокол № ___ от «___» ______ 2018 г."
    approvals.cell(1, 1).text = "_____________ /А.Б. Примеров/"
    document.add_heading("РАБОЧАЯ ПРОГРАММА ДИСЦИПЛИНЫ", 1)
    document.add_paragraph(f"«{title}»")
    document.add_paragraph("Квалификация выпускника: бакалавр")
    document.add_paragraph("Санкт-Петербург, 2018 г.")
    document.add_page_break()
    document.add_heading("РЕЦЕНЗИЯ", 1)
    document.add_paragraph(f"на рабочую программу дисциплины «{title}»")
    for line in REVIEW:
        document.add_paragraph(line.format(title=title, direction=DIRECTION))
    document.add_paragraph("Рецензент: ______________ / доцент кафедры электронной техники /")
    document.add_page_break()
    document.add_heading("СОДЕРЖАНИЕ", 1)
    heads = (
        "1. Цели освоения дисциплины",
        "2. Место дисциплины в структуре образовательной программы",
        "3. Планируемые результаты обучения по дисциплине",
        "4. Объем дисциплины и виды учебной работы",
        "5. Содержание дисциплины",
        "6. Учебно-методическое обеспечение самостоятельной работы",
        "7. Оценочные средства для текущего контроля и промежуточной аттестации",
        "8. Перечень основной и дополнительной литературы",
        "9. Материально-техническое обеспечение дисциплины",
    )
    for number, head in enumerate(heads, 3):
        document.add_paragraph(f"{head} {'.' * 40} {number}")
    document.add_page_break()
    document.add_heading(heads[0], 2)
    document.add_paragraph(
        f"Целью освоения дисциплины «{title}» является формирование у обучающихся компетенций, "
        "необходимых выпускнику направления подготовки."
    )
    document.add_heading(heads[1], 2)
    document.add_paragraph(
        "Дисциплина относится к блоку Б1 и опирается на знания, полученные при изучении математики и физики."
    )
    document.add_heading(heads[2], 2)
    if columns:
        _outcome_table(document, item)
    else:
        _outcome_lists(document, item)
    document.add_heading(heads[3], 2)
    load = document.add_table(rows=1, cols=2, style="Table Grid")
    load.rows[0].cells[0].text, load.rows[0].cells[1].text = "Вид учебной работы", "Всего часов"
    for name, count in (
        (f"Общая трудоемкость: {item['credits']} зачетных единицы, {hours(item)} часов", hours(item)),
        ("Лекции", hours(item) // 6),
        ("Лабораторные работы", hours(item) // 6 if item["labs"] else 0),
        ("Самостоятельная работа", hours(item) // 2),
    ):
        row = load.add_row().cells
        row[0].text, row[1].text = name, str(count)
    document.add_heading(heads[4], 2)
    content = document.add_table(rows=1, cols=4, style="Table Grid")
    for cell, text in zip(
        content.rows[0].cells, ("№", "Наименование раздела", "Содержание раздела", "Часы"), strict=True
    ):
        cell.text = text
    for number, (section, topics) in enumerate(item["topics"], 1):
        row = content.add_row().cells
        row[0].text, row[1].text, row[2].text = str(number), section, "; ".join(topics) + "."
        row[3].text = str(hours(item) // len(item["topics"]))
    if item["labs"]:
        document.add_heading("5.1. Перечень лабораторных работ", 3)
        for number, lab in enumerate(item["labs"], 1):
            document.add_paragraph(f"Лабораторная работа № {number}. {lab}")
    document.add_heading(heads[5], 2)
    for line in SELF_STUDY:
        document.add_paragraph(line, style="List Bullet")
    document.add_heading(heads[6], 2)
    document.add_paragraph("Контрольные вопросы:")
    for section, _ in item["topics"]:
        for line in QUESTIONS:
            document.add_paragraph(line.format(section=section), style="List Number")
    scale = document.add_table(rows=1, cols=2, style="Table Grid")
    scale.rows[0].cells[0].text, scale.rows[0].cells[1].text = "Процент результативности", "Оценка"
    for share, mark in SCALE:
        row = scale.add_row().cells
        row[0].text, row[1].text = share, mark
    document.add_heading(heads[7], 2)
    document.add_paragraph("Основная литература")
    for line in LITERATURE:
        document.add_paragraph(line.format(title=title), style="List Number")
    document.add_paragraph("Интернет-ресурсы")
    for line in SITES:
        document.add_paragraph(line, style="List Bullet")
    document.add_heading(heads[8], 2)
    for line in EQUIPMENT:
        document.add_paragraph(line)
    document.save(str(path))


def _outcome_table(document: Any, item: dict[str, Any]) -> None:
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("Компетенция", "Знать", "Уметь", "Владеть"), strict=True):
        cell.text = text
    for number, (code, text) in enumerate(item["competences"]):
        row = table.add_row().cells
        row[0].text = f"{code} {text}"
        share = len(item["competences"])
        for cell, key in zip(row[1:], ("know", "can", "master"), strict=True):
            cell.text = ";\n".join(item[key][number::share])


def _outcome_lists(document: Any, item: dict[str, Any]) -> None:
    document.add_paragraph("Процесс изучения дисциплины направлен на формирование следующих компетенций:")
    for code, text in item["competences"]:
        document.add_paragraph(f"{code} – {text};", style="List Bullet")
    for label, key in (("знать:", "know"), ("уметь:", "can"), ("владеть:", "master")):
        document.add_paragraph(f"В результате освоения дисциплины обучающийся должен {label}")
        for text in item[key]:
            document.add_paragraph(f"{text};", style="List Bullet")


def write_markdown(item: dict[str, Any], path: Path) -> None:
    """The same parts in Markdown, as a department's wiki would have them."""
    title = item["title"]
    lines = [f"# Рабочая программа дисциплины «{title}»", "", f"Направление подготовки {DIRECTION}", ""]
    lines += [f"Трудоемкость: {item['credits']} зачетных единицы, {hours(item)} часов.", "", "## Рецензия", ""]
    lines += [line.format(title=title, direction=DIRECTION) + "\n" for line in REVIEW]
    lines += ["## Результаты освоения дисциплины", "", "Формируемые компетенции:", ""]
    lines += [f"- {code} {text}" for code, text in item["competences"]]
    for label, key in (("Знать:", "know"), ("Уметь:", "can"), ("Владеть:", "master")):
        lines += ["", f"**{label}**", "", *(f"- {text}" for text in item[key])]
    lines += ["", "## Содержание дисциплины", ""]
    for number, (section, topics) in enumerate(item["topics"], 1):
        lines += [f"### Раздел {number}. {section}", "", *(f"- {topic}" for topic in topics), ""]
    if item["labs"]:
        lines += [
            "### Лабораторные работы",
            "",
            *(f"{number}. {lab}" for number, lab in enumerate(item["labs"], 1)),
            "",
        ]
    lines += ["## Самостоятельная работа", "", *(f"- {line}" for line in SELF_STUDY), "", "## Оценочные средства", ""]
    lines += [f"- {line.format(section=section)}" for section, _ in item["topics"] for line in QUESTIONS]
    lines += ["", "| Процент | Оценка |", "|---|---|", *(f"| {share} | {mark} |" for share, mark in SCALE)]
    lines += ["", "## Литература", "", *(f"{n}. {line.format(title=title)}" for n, line in enumerate(LITERATURE, 1))]
    lines += ["", "## Материально-техническое обеспечение", "", *(f"- {line}" for line in EQUIPMENT), ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    """Write all files."""
    items = yaml.safe_load((HERE / "11.03.03.yaml").read_text(encoding="utf-8"))
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, item in enumerate(items, 1):
            stem = file_stem(number, item)
            if item["layout"] == "markdown":
                write_markdown(item, TARGET / f"{stem}.md")
            elif item["layout"] == "docx":
                write_docx(item, TARGET / f"{stem}.docx", columns=number % 2 == 1)
            else:
                source = Path(folder) / f"{stem}.docx"
                write_docx(item, source, columns=number % 2 == 0)
                command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(TARGET), str(source)]
                subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
