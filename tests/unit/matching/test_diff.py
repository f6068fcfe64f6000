import csv
import io
import json
import shutil
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from alignment.api import diff
from alignment.catalogue import find
from alignment.encoders import load_encoder
from alignment.matching.changes import VersionedText, changes
from alignment.model import Kind, Standard, WorkFunction
from alignment.settings import Settings
from alignment.standards.registry_xml import write
from tests.conftest import MODELS, ROOT, Run

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"


def entry(text: str, group: str = "A", kind: str = "skill") -> VersionedText:
    return VersionedText(group=group, kind=kind, text=text)


OLD = [
    entry("Проводить диагностику радиоэлектронной аппаратуры"),
    entry("Составлять отчеты о ремонте и заявки на запасные части"),
    entry("Методы измерения параметров сигналов", kind="knowledge"),
    entry("Вести переговоры с поставщиками бетона"),
    entry("Настраивать приемопередающие устройства"),
]
NEW = [
    entry("Проводить диагностику радиоэлектронной аппаратуры"),
    entry("Составлять отчеты о проведенном ремонте и заявки на запасные части"),
    entry("Методы измерения параметров сигналов"),
    entry("Настраивать приемопередающие устройства", group="B"),
    entry("Обучать персонал охране труда"),
]


def test_each_kind_of_change() -> None:
    rows = changes(OLD, NEW, load_encoder(MODELS), {})
    assert [row.change for row in rows] == ["kept", "reworded", "relabelled", "moved", "added", "dropped"]
    assert rows[-1].old is not None
    assert rows[-1].old.text.startswith("Вести переговоры")


def test_a_renamed_group_is_no_move() -> None:
    rows = changes(OLD[:1], [msgspec.structs.replace(NEW[0], group="C")], load_encoder(MODELS), {"A": "C"})
    assert [row.change for row in rows] == ["kept"]


def test_one_side_empty() -> None:
    assert [row.change for row in changes([], NEW[:1], load_encoder(MODELS), {})] == ["added"]
    assert [row.change for row in changes(OLD[:1], [], load_encoder(MODELS), {})] == ["dropped"]


def test_a_standard_against_itself_is_kept(settings: Settings) -> None:
    standard = find("06.005", settings)
    assert {row.change for row in diff(standard, standard, settings=settings)} == {"kept"}


def changed(settings: Settings) -> Standard:
    """06.005 without its last requirement, with a new one in the first function."""
    standard = find("06.005", settings)
    first = standard.functions[0]
    function = first.functions[0]
    extra = msgspec.structs.replace(
        function.requirements[0], id="x", text="Готовить документы для таможенного оформления"
    )
    function = msgspec.structs.replace(function, requirements=(*function.requirements[:-1], extra))
    general = msgspec.structs.replace(first, functions=(function, *first.functions[1:]))
    return msgspec.structs.replace(standard, functions=(general, *standard.functions[1:]))


def test_the_command(settings: Settings, tmp_path: Path, align: Run) -> None:
    (tmp_path / "new.xml").write_bytes(write(changed(settings)))
    result = align("diff", "06.005", tmp_path / "new.xml", "-f", "json")
    assert result.returncode == 0, result.stderr
    counts = json.loads(result.stdout)["counts"]
    # What is left out of one function still stands in others of this standard: it has merged into them.
    assert (counts["added"], counts["dropped"] + counts["merged"], counts["kept"]) == (1, 1, 276)
    rows = list(csv.DictReader(io.StringIO(align("diff", "06.005", tmp_path / "new.xml", "-f", "csv").stdout)))
    assert {"old_kind", "new_kind"} <= set(rows[0])
    same = align("diff", "06.005", "06.005")
    assert "No differences: 277 texts" in same.stdout
    assert len(rows) == 278
    assert "таможенного" in align("diff", "06.005", tmp_path / "new.xml").stdout
    assert align("diff", "06.005", tmp_path / "nothing.xml").returncode == 2


def test_a_missing_work_programme_is_named_and_its_texts_are_not_compared(tmp_path: Path, align: Run) -> None:
    """Nothing is known of what became of them: they have neither been dropped nor merged into other disciplines."""
    old, new = tmp_path / "2023", tmp_path / "2024"
    old.mkdir()
    new.mkdir()
    plan, gone = "00 Учебный план.xlsx", "05 Схемотехническое проектирование средств защиты информации.md"
    shutil.copy(SAMPLE / plan, new)
    for name in (plan, gone):
        shutil.copy(SAMPLE / name, old)
    said = align("diff", old, new).stdout
    assert f"Files of the older version alone: 1\n   {gone}" in said
    title = "Схемотехническое проектирование средств защиты информации"
    assert f"Content no longer known, only the title (not compared): 1\n   {title}\n" in said
    assert "The rest is the same in both: " in said
    found = json.loads(align("diff", new, old, "--json").stdout)
    assert found["documents"] == {"gone": [], "new": [gone], "lost": [], "told": [title]}
    assert {key for key, value in found["counts"].items() if value} == {"kept"}
    assert "Files of" not in align("diff", old, old).stdout


@pytest.mark.shared
def test_the_two_editions_of_40_039(shared: Path, settings: Settings) -> None:
    """The first prints skills under "knowledge" and the other way round, as anybody can see in the two PDF files.

    That is put right when it is read; without, all of them have changed their kind.
    """
    from alignment.standards import read_file

    (one,), (two,) = (read_file(shared / "registry_pdf" / f"{name}.pdf", settings) for name in ("40.039-b", "40.039"))
    assert any("are exchanged in the whole file" in issue.message for issue in one.warnings)

    def counts(old: Standard) -> dict[str, int]:
        rows = diff(old, two, settings=settings)
        return {name: sum(row.change == name for row in rows) for name in ("kept", "relabelled", "added", "dropped")}

    # Three of them stand in a row without a lower line, before a page break of the first.
    assert (len(list(one.requirements())), len(list(two.requirements()))) == (252, 252)
    assert counts(one) == {"kept": 252, "relabelled": 0, "added": 0, "dropped": 0}
    assert counts(as_printed(one)) == {"kept": 84, "relabelled": 168, "added": 0, "dropped": 0}


def as_printed(standard: Standard) -> Standard:
    """The standard with skills called knowledge and knowledge called skills."""
    other = {Kind.SKILL: Kind.KNOWLEDGE, Kind.KNOWLEDGE: Kind.SKILL}

    def exchanged(function: WorkFunction) -> WorkFunction:
        items = (structs.replace(item, kind=other.get(item.kind, item.kind)) for item in function.requirements)
        return structs.replace(function, requirements=tuple(items))

    generals = (
        structs.replace(general, functions=tuple(exchanged(function) for function in general.functions))
        for general in standard.functions
    )
    return structs.replace(standard, functions=tuple(generals))
