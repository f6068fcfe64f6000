"""Generate documents with known content: work programmes, study plans, matrices."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl

PLX = """<?xml version="1.0" encoding="utf-16"?>
<Документ КодФормыОбучения="1">
 <diffgr:diffgram xmlns:diffgr="urn:schemas-microsoft-com:xml-diffgram-v1">
  <dsMMISDB xmlns="http://tempuri.org/dsMMISDB.xsd">
   <ООП Код="1" Шифр="11.03.03" Название="Конструирование и технология электронных средств" Квалификация="3"/>
   <ООП Код="2" КодРодительскогоООП="1" Название="Технологии защиты информации"/>
   <Квалификации Код="3" Наименование="бакалавр"/>
   <Планы Код="5" ГодНачалаПодготовки="2021" СеместровНаКурсе="2"/>
   <ПланыКомпетенции Код="11" ШифрКомпетенции="ПК-1" Наименование="Способен проектировать электронные схемы"/>
   <ПланыКомпетенции Код="12" КодРодителя="11" ШифрКомпетенции="ПК-1.1" Наименование="Рассчитывает режимы узлов"/>
   <ПланыКомпетенции Код="13" ШифрКомпетенции="ОПК-2" Наименование="Способен проводить измерения"/>
   <ПланыСтроки Код="100" Дисциплина="Дисциплины по выбору" ДисциплинаКод="Б1.В.ДВ.01" ТипОбъекта="5"/>
   <ПланыСтроки Код="101" Дисциплина="Схемотехника" ДисциплинаКод="Б1.О.05" ТипОбъекта="2"
     ТрудоемкостьКредитов="4" ЧасовПоПлану="144"/>
   <ПланыСтроки Код="102" Дисциплина="Метрология" ДисциплинаКод="Б1.О.06" ТипОбъекта="2"
     ТрудоемкостьКредитов="3" ЧасовПоПлану="108"/>
   <ПланыСтроки Код="103" Дисциплина="Преддипломная практика" ДисциплинаКод="Б2.О.01" ТипОбъекта="3"
     ТрудоемкостьКредитов="6" ЧасовПоПлану="216"/>
   <ПланыКомпетенцииДисциплины КодСтроки="101" КодКомпетенции="11"/>
   <ПланыКомпетенцииДисциплины КодСтроки="101" КодКомпетенции="12"/>
   <ПланыКомпетенцииДисциплины КодСтроки="102" КодКомпетенции="13"/>
   <ПланыКомпетенцииДисциплины КодСтроки="103" КодКомпетенции="99"/>
   <ПланыНовыеЧасы КодОбъекта="101" Курс="2" Семестр="1" Количество="36"/>
   <ПланыНовыеЧасы КодОбъекта="101" Курс="2" Семестр="2" Количество="36"/>
   <ПланыНовыеЧасы КодОбъекта="102" Курс="1" Семестр="2" Количество="18"/>
  </dsMMISDB>
 </diffgr:diffgram>
</Документ>
"""


def plx(path: Path) -> Path:
    path.write_bytes(PLX.encode("utf-16"))
    return path


def work_programme(
    path: Path,
    title: str,
    *,
    code: str = "",
    competence: str = "ПК-1",
    credits: int = 4,
    hours: int = 144,
    know: tuple[str, ...] = ("методы расчета усилителей",),
    can: tuple[str, ...] = ("рассчитывать режимы транзисторов",),
    master: tuple[str, ...] = ("навыками моделирования схем",),
) -> Path:
    """Write a work programme as docx, with its outcomes in a table."""
    document = docx.Document()
    document.add_paragraph("РАБОЧАЯ ПРОГРАММА ДИСЦИПЛИНЫ")
    document.add_paragraph(f"{code} «{title}»".strip())
    document.add_heading("1. Планируемые результаты обучения", 1)
    table = document.add_table(rows=2, cols=4)
    for cell, text in zip(table.rows[0].cells, ("Код компетенции", "Знать", "Уметь", "Владеть"), strict=True):
        cell.text = text
    cells = ("\n".join(know), "\n".join(can), "\n".join(master))
    for cell, text in zip(table.rows[1].cells, (competence, *cells), strict=True):
        cell.text = text
    document.add_heading("2. Объем дисциплины", 1)
    document.add_paragraph(
        f"Общая трудоемкость дисциплины составляет {credits} зачетные единицы ({hours} академических часов)."
    )
    document.add_heading("3. Содержание дисциплины", 1)
    document.add_paragraph("Раздел 1. Усилители и генераторы сигналов")
    document.add_heading("4. Литература", 1)
    document.add_paragraph("Иванов И.И. Диагностика и ремонт аппаратуры. – М.: Наука, 2001. – 300 с.")
    document.save(str(path))
    return path


def matrix(path: Path, rows: list[tuple[str, ...]]) -> Path:
    """Write a workbook with these rows in one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path
