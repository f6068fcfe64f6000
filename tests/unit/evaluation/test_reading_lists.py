"""The hand-made lists of what documents say, and the figures against them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignment.cli.app import app
from alignment.errors import InputError, NotFoundError, SettingsError
from alignment.evaluation.reading_figures import ReadStatement, agreement, compare_statements, evaluate_reading, total
from alignment.evaluation.reading_gold import (
    NOTHING,
    GoldDocument,
    GoldStatement,
    fingerprint,
    letters_and_digits,
    load_reading_gold,
)
from alignment.settings import Settings
from tests.conftest import ROOT

GOLD = ROOT / "corpora" / "gold" / "reading"


def listed(*texts: str, kind: str = "topic", needed: bool = True) -> list[GoldStatement]:
    return [GoldStatement(kind=kind, needed=needed, text=text) for text in texts]


def read(*texts: str, kind: str = "topic") -> list[ReadStatement]:
    return [ReadStatement(text=text, kind=kind) for text in texts]


def test_the_same_texts_are_right_whatever_the_cut() -> None:
    whole = compare_statements(read("Виды памяти; способы адресации"), listed("виды памяти", "способы адресации"))
    assert (whole.wrong, whole.lost) == (0, 0)
    assert whole.strict_hits == 0
    pieces = compare_statements(read("виды памяти", "способы адресации"), listed("Виды памяти; способы адресации"))
    assert (pieces.precision, pieces.recall) == (1, 1)


def test_what_is_not_listed_is_wrong_and_what_is_not_read_is_lost() -> None:
    figures = compare_statements(
        read("виды памяти", "Повторите запись в условиях угрозы"), listed("виды памяти", "способы адресации")
    )
    assert (figures.read, figures.wrong, figures.listed, figures.lost) == (2, 1, 2, 1)
    assert figures.precision == figures.recall == figures.strict_precision == figures.strict_recall == 0.5


def test_optional_rows_count_neither_way() -> None:
    gold = [*listed("виды памяти"), *listed("план самостоятельной работы", needed=False)]
    for texts in (("виды памяти",), ("виды памяти", "план самостоятельной работы")):
        figures = compare_statements(read(*texts), gold)
        assert (figures.precision, figures.recall, figures.strict_precision, figures.strict_recall) == (1, 1, 1, 1)


def test_aims_have_no_kind() -> None:
    gold = [*listed("знать виды памяти", kind="knowledge"), *listed("ознакомить с основами", kind="aim")]
    figures = compare_statements(read("знать виды памяти", "ознакомить с основами", kind="skill"), gold)
    assert (figures.kinds, figures.kinds_right) == (1, 0)


def test_nothing_read_and_nothing_listed_is_right() -> None:
    figures = compare_statements([], [])
    assert (figures.precision, figures.recall, figures.kind_accuracy) == (1, 1, 1)
    assert compare_statements([], listed("виды памяти")).recall == 0


def test_agreement_of_readers() -> None:
    assert agreement(listed("виды памяти", "кэш-память"), listed("виды памяти")) == pytest.approx(2 / 3)


def test_fold_leaves_letters_and_digits() -> None:
    assert letters_and_digits("Учёт  да-\nнных № 1 («Б»)") == "учетданных1б"


@pytest.mark.shared
def test_every_row_is_found_again_in_its_document(shared: Path) -> None:
    documents = load_reading_gold(GOLD, ROOT / "corpora", shared / "programs_pdf")
    assert len(documents) >= 22
    assert sum(item.template == NOTHING for item in documents) == 5
    assert sum(len(item.readers) > 1 for item in documents) >= 3
    assert sum(item.held_out for item in documents) == 6
    for document in documents:
        assert bool(document.statements) is (document.template != NOTHING), document.name
        assert all(item.text for item in document.statements)


def test_shipped_documents_are_read_as_listed(settings: Settings) -> None:
    documents = [
        GoldDocument(
            name=name,
            template="ITMO",
            path=next((ROOT / "corpora" / "programs").glob(f"*/*/{name}.docx")),
            held_out=False,
            readers={"S": tuple(rows)},
        )
        for name, rows in shipped_rows().items()
    ]
    assert len(documents) >= 3
    figures = total(evaluate_reading(documents, settings))
    assert figures.listed > 50
    assert (figures.precision, figures.recall, figures.kind_accuracy) == (1, 1, 1)


def shipped_rows() -> dict[str, list[GoldStatement]]:
    rows: dict[str, list[GoldStatement]] = {}
    for line in (GOLD / "statements.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        document, _, kind, need, _, text, mark = line.split("\t")
        if text:
            assert fingerprint(text) == mark
            rows.setdefault(document, []).append(GoldStatement(kind=kind, needed=need == "1", text=text))
    return rows


def test_missing_documents_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"of 26 documents .* missing: osnovy_programmirovaniya"):
        load_reading_gold(GOLD, ROOT / "corpora", tmp_path)
    result = CliRunner().invoke(app, ["evaluate", "--reading", "--documents", str(tmp_path)])
    assert isinstance(result.exception, NotFoundError)


def small_list(folder: Path, mark: str) -> Path:
    gold = folder / "lists"
    gold.mkdir(parents=True)
    (folder / "syllabus.md").write_text(
        "# Рабочая программа дисциплины «Память»\n\n## Содержание дисциплины\n\n- Виды памяти\n- Кэш-память\n", "utf-8"
    )
    (gold / "documents.tsv").write_text(
        "document\ttemplate\tpath\theld_out\treaders\nm\tX\tsyllabus.md\t1\tA\n", "utf-8"
    )
    (gold / "statements.tsv").write_text(
        f"document\treader\tkind\tneed\tplaces\ttext\tfingerprint\nm\tA\ttopic\t1\t\tВиды памяти\t{mark}\n", "utf-8"
    )
    return gold


def test_another_document_of_the_same_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the document"):
        load_reading_gold(small_list(tmp_path, "0" * 12), tmp_path, tmp_path)


def test_the_command_prints_tables_and_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache_dir: Path) -> None:
    small_list(tmp_path / "corpora" / "gold", fingerprint("Виды памяти"))
    (tmp_path / "corpora" / "gold" / "lists").rename(tmp_path / "corpora" / "gold" / "reading")
    monkeypatch.setenv("ALIGN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache_dir))
    call = ["evaluate", "--reading", "--quiet", "--documents", str(tmp_path / "corpora" / "gold")]
    given = json.loads(CliRunner().invoke(app, [*call, "--format", "json"], catch_exceptions=False).output)
    assert given["documents"][0]["document"] == "m"
    assert (given["documents"][0]["recall"], given["documents"][0]["precision"]) == (1, 0.5)
    assert given["groups"][-1]["read"] == 2
    assert "m *" in CliRunner().invoke(app, call, catch_exceptions=False).output
    assert isinstance(CliRunner().invoke(app, [*call, "--format", "xml"]).exception, SettingsError)
