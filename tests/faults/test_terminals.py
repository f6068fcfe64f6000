"""Locales without Unicode, terminals of another encoding, names that are not UTF-8, paths as Windows writes them."""

import csv
import io
import os
import shutil
import zipfile
from pathlib import Path

import msgspec
import pytest

from alignment import api, i18n, reports
from alignment.settings import Settings
from tests.conftest import ROOT, Run

PROGRAMS = ROOT / "tests" / "data" / "programs"
SYLLABUS = PROGRAMS / "embedded_systems_syllabus.md"
COURSE = PROGRAMS / "11.03.03" / "09 Программирование.md"
ENVIRONMENTS = {
    "C": {"LANG": "C", "LC_ALL": "C"},
    "POSIX without coercion": {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "ascii": {"LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    "cp1251": {"LANG": "ru_RU.CP1251", "PYTHONIOENCODING": "cp1251"},
    "cp866": {"PYTHONIOENCODING": "cp866"},
    "koi8-r": {"PYTHONIOENCODING": "koi8-r"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "no locale at all": {"LANG": "", "LC_ALL": ""},
}


@pytest.fixture(scope="module")
def expected(cache_dir: Path) -> dict[str, bytes]:
    """The reports as they are where everything is UTF-8."""
    settings = Settings(cache_dir=str(cache_dir))
    i18n.activate("ru")
    for _ in range(2):  # the second time from the cache, as the commands will
        program = api.load_program(COURSE, settings=settings)
        result = [api.check(program, api.load_standard("06.001"), settings=settings)]
    made = {name: reports.render(result, name) for name in ("json", "csv")}
    i18n.activate("en")
    return {name: text.encode() if isinstance(text, str) else text for name, text in made.items()}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_reports_in_every_encoding(name: str, align: Run, tmp_path: Path, expected: dict[str, bytes]) -> None:
    """Reports that a program reads are the same bytes everywhere; the screen loses letters at most."""
    env = ENVIRONMENTS[name]
    for report, text in expected.items():
        result = align("check", COURSE, "-s", "06.001", "-f", report, "--ui-lang", "ru", env=env, text=False)
        assert result.returncode == 0, result.stderr
        assert result.stdout == text
    assert "Программирование" in text.decode("utf-8")
    result = align("check", COURSE, "-s", "06.001", "--ui-lang", "ru", env=env, text=False)
    assert result.returncode == 0, result.stderr
    encoding = env.get("PYTHONIOENCODING", "utf-8")
    if encoding in ("cp1251", "cp866", "koi8-r"):
        assert "Программ" in result.stdout.decode(encoding)
    refused = align("check", tmp_path / "нет такого.md", "-s", "06.001", "--ui-lang", "ru", env=env, text=False)
    assert refused.returncode == 2
    assert b"Traceback" not in refused.stderr


def test_a_name_that_is_not_utf_8(align: Run, tmp_path: Path) -> None:
    """A file from an old disk: its name shows as well as it can, and the reports stay valid UTF-8."""
    folder = os.fsencode(tmp_path / "old")
    os.mkdir(folder)
    name = os.path.join(folder, "курс.md".encode("koi8-r"))
    Path(os.fsdecode(name)).write_bytes(SYLLABUS.read_bytes())
    for report in ("json", "csv", "markdown", "terminal", "html", "xlsx", "docx"):
        target = tmp_path / f"r.{report}"
        result = align("check", tmp_path / "old", "-s", "06.001", "-f", report, "-o", target)
        assert result.returncode == 0, (report, result.stderr)
        if report in ("json", "csv", "markdown", "terminal", "html"):
            target.read_text(encoding="utf-8")
    msgspec.json.decode(align("check", tmp_path / "old", "-s", "06.001", "-f", "json").stdout)


@pytest.mark.parametrize("name", ["C:\\Users\\Иван Петров\\курс.md", "имя с  пробелами и 'кавычками'.md", "-f.md", "курс\nс переводом.md", "%APPDATA%.md", "‮md.курс.md"])  # fmt: skip
def test_strange_names(name: str, align: Run, tmp_path: Path) -> None:
    folder = tmp_path / "Учебные планы 2024"
    folder.mkdir()
    (folder / name).write_bytes(SYLLABUS.read_bytes())
    report = folder / (name + ".csv")
    result = align("check", folder / name, "-s", "06.001", "-f", "csv", "-o", report)
    assert result.returncode == 0, result.stderr
    rows = list(csv.reader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert len(rows) > 50
    inside = align("check", "--standard", "06.001", "--format", "csv", "--", name, cwd=folder)
    assert inside.returncode == 0, inside.stderr


class Old(zipfile.ZipInfo):
    """An entry whose name is written as bytes of the old code page, without the mark of UTF-8."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def test_a_zip_as_windows_makes_it(align: Run, tmp_path: Path) -> None:
    """Backslashes between folders, names in code page 866."""
    path = tmp_path / "Программа.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((PROGRAMS / "11.03.03").iterdir()):
            if file.is_file():
                entry = Old(f"11.03.03\\{file.name}".encode("cp866").decode("cp437"))
                archive.writestr(entry, file.read_bytes())
    folder = tmp_path / "same"
    shutil.copytree(PROGRAMS / "11.03.03", folder)
    env = {"SOURCE_DATE_EPOCH": "1767225600"}
    zipped = align("check", path, "-s", "06.005", "-f", "json", env=env)
    whole = align("check", folder, "-s", "06.005", "-f", "json", env=env)
    assert zipped.returncode == 0, zipped.stderr
    one, two = (msgspec.json.decode(item.stdout) for item in (zipped, whole))
    one, two = (item[0] if isinstance(item, list) else item for item in (one, two))
    assert [(item["requirement"], item["verdict"]) for item in one["findings"]] == [
        (item["requirement"], item["verdict"]) for item in two["findings"]
    ]
    assert {item["file"].rpartition("/")[2] for item in one["program"]["files"]} == {
        item["file"].rpartition("/")[2] for item in two["program"]["files"]
    }
