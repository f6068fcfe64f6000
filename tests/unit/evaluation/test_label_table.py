"""Tables of labels as people save them."""

import csv
from pathlib import Path

import pytest

from alignment.errors import InputError
from alignment.evaluation.labels import read_labels

HEAD = (
    "program,standard,general_function,function,function_name,id,kind,requirement,verdict,probability,title_only,"
    "computed,covers,touches,engine,model"
)
ROW = "p,06.005 Инженер,A,A/01.5,Ремонт,a1,skill,Ремонтировать,покрыто,0.5,false,gap,0.25,0.75,fast,m1"


def test_a_long_cell_is_read_and_an_unclosed_quotation_mark_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = csv.field_size_limit(131072)
    path = tmp_path / "r.csv"
    path.write_text(f"{HEAD}\n{ROW.replace('Ремонтировать', 'р' * 150_000)}\n")
    assert len(read_labels([path])[1]) == 1
    path.write_text(f"{HEAD}\n{ROW}\n{ROW.replace('Ремонтировать', chr(34) + 'Ремонтировать')}\n" + f"{ROW}\n" * 3000)
    with pytest.raises(InputError, match="line 3.*a cell has more than 100 lines"):
        read_labels([path])
    csv.field_size_limit(before)


def test_a_report_for_people_is_refused_with_the_report_to_correct(tmp_path: Path) -> None:
    """`align check --format xlsx`: its first sheet is the summary, and no sheet has the probabilities."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["11.03.03 Конструирование и технология электронных средств"])
    book.create_sheet("Gaps and partial coverage").append(["Id", "Work function", "Kind", "Requirement", "Verdict"])
    book.save(tmp_path / "rep.xlsx")
    with pytest.raises(InputError, match="Correct the report of align check --format csv"):
        read_labels([tmp_path / "rep.xlsx"])
