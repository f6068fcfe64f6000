"""Nothing that a Russian user sees is English: the source is walked, and bad input is tried."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from alignment import i18n, reports
from alignment.cli import app, common
from alignment.errors import AlignmentError, InputError, choices, misfit, reason, why
from alignment.i18n import Message, after, message, plural_message
from alignment.model import Issue, Location, SourceFile
from tests import russian
from tests.conftest import ROOT, Run

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
# Latin words that a Russian sentence may have: commands to copy, names of files, formats, products and sections.
ALLOWED = re.compile(
    r"align \S+|(?<= )-{1,2}[\w-]+ \S+|pip install \S+|apt install [\w -]+|ocrmypdf -\w \S+|python -m \S+|"
    r"Learning outcomes|Occupation Data|Task Statements|ID number|Short name|HTTP Basic|JSON Schema|«[^»]*»|`[^`]*`|"
    r"/\S+|\S+\.\w{2,8}\b"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")


@pytest.fixture(autouse=True)
def back_to_english() -> object:
    yield
    i18n.activate("en")


def test_every_text_goes_through_the_catalogue() -> None:
    result = russian.places()
    assert len(result) > 500
    assert not [f"{item.file}:{item.line}: {item.text}" for item in result if not item.said]


def test_every_text_of_the_catalogue_is_russian_and_keeps_its_fields() -> None:
    every = list(russian.messages())
    assert len(every) > 1000
    assert not [forms for _file, forms, own in every if not russian.translated(forms, own)]


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ('raise InputError("it is bad.")', False),
        ('raise InputError(_("it is bad."))', True),
        ('raise InputError(f"{name} is bad.", file=name)', False),
        ('raise InputError(_("bad."), hint="Mend it.")', False),
        ('told = "it is bad"\nIssue(message=told)', False),
        ('told = _("it is bad")\nIssue(message=told)', True),
        ('def text():\n    return "it is bad"\nIssue(message=text())', False),
        ('x = {"a": "some words that stand here"}', False),
    ],
)
def test_the_walk_sees_what_is_not_said(code: str, right: bool) -> None:
    import ast

    tree = ast.parse(code)
    reader = russian.Reader("a.py", tree)
    reader.visit(tree)
    result = [*reader.found, *russian.loose("a.py", tree)]
    assert result
    assert all(item.said for item in result) is right


# What is typed, by what is wrong with it.
USAGE = {
    "no command": [],
    "unknown command": ["chek"],
    "unknown option": ["check", "x", "--standrd", "06.001"],
    "missing argument": ["check"],
    "missing option": ["plan", SYLLABUS],
    "no value": ["check", SYLLABUS, "-s"],
    "no number": ["plan", SYLLABUS, "-s", "06.001", "--target", "много"],
    "number too large": ["plan", SYLLABUS, "-s", "06.001", "--target", "700"],
    "too many arguments": ["schema", "лишнее"],
    "no standard": ["check", SYLLABUS],
    "unknown standard": ["check", SYLLABUS, "-s", "99.999"],
    "ambiguous standard": ["check", SYLLABUS, "-s", "инженер"],
    "unknown engine": ["check", SYLLABUS, "-s", "06.001", "--engine", "gpt"],
    "unknown format": ["check", SYLLABUS, "-s", "06.001", "-f", "odt"],
    "contradiction": ["check", SYLLABUS, "-s", "06.001", "-f", "html", "-o", "r.xlsx"],
    "unknown suffix": ["check", SYLLABUS, "-s", "06.001", "-o", "r.ods"],
    "binary on screen": ["check", SYLLABUS, "-s", "06.001", "-f", "xlsx"],
    "no folder": ["check", SYLLABUS, "-s", "06.001", "-o", "нет/такой/r.html"],
    "bad thresholds": ["check", SYLLABUS, "-s", "06.001", "--covered", "0.2", "--partial", "0.9"],
    "bad weight": ["check", SYLLABUS, "-s", "06.001", "--kind-weight", "action"],
    "unknown kind": ["check", SYLLABUS, "-s", "06.001", "--kind-weight", "dance=2"],
    "no profile": ["check", SYLLABUS, "-s", "06.001", "--profile", "наш"],
    "no file": ["show", "нет.docx"],
    "no severity": ["lint", SYLLABUS, "--fail-on", "never ever"],
    "two kinds": ["diff", "06.001", SYLLABUS],
    "no index": ["suggest", SYLLABUS, "--index", "нет"],
    "no labels": ["tune"],
    "unknown requirement": ["explain", SYLLABUS, "-s", "06.001", "-r", "абырвалг"],
    "one standard": ["overlap", ROOT / "corpora" / "standards" / "06.001.xml", "--index", "и указатель"],
    "no language": ["check", SYLLABUS, "-s", "06.001", "--ui-lang", "fr"],
}


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../вон.txt", "x")


def _sheet(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "что-то"
    book.save(path)


def _word(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Просто письмо ни о чём.")
    document.save(path)


FILES: dict[str, bytes | Callable[[Path], None]] = {
    "пусто.docx": b"",
    "не-word.docx": b"plain text",
    "не-pdf.pdf": b"%PDF-1.4 no",
    "битый.xlsx": b"PK\x03\x04broken",
    "двоичный.txt": b"\x00\x01\x02" * 500,
    "чужой.json": b'{"a": [1, 2',
    "чужой.yaml": b"a: [1, 2",
    "сущность.plx": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "не-план.plx": b"<?xml version='1.0'?><a/>",
    "архив.zip": _zip,
    "не-матрица.xlsx": _sheet,
    "письмо.docx": _word,
    "снимок.jpg": b"\xff\xd8\xff",
}


def _run(
    arguments: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    monkeypatch.setattr("sys.argv", ["align", *(str(item) for item in arguments)])
    code = app.run()
    return code, capsys.readouterr().err


def _russian(text: str) -> None:
    for line in text.splitlines():
        if not line.startswith("  "):  # choices to copy
            assert not ENGLISH.search(ALLOWED.sub("", line)), line
    assert re.search("[а-я]{3}", text)


@pytest.fixture
def ground(tmp_path: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache_dir))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("wrong", USAGE)
def test_wrong_usage_in_russian(
    wrong: str, ground: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The language stands before the command, and in the environment where no command can follow.
    before = ["--ui-lang", "ru"] if USAGE[wrong] else []
    monkeypatch.setenv("ALIGN_UI_LANG", "ru")
    i18n.activate("ru")
    code, said = _run([*before, *USAGE[wrong]], monkeypatch, capsys)
    assert code == 2, said
    if wrong != "no command":  # the help of a process that began in English
        _russian(said)


@pytest.mark.parametrize("name", FILES)
def test_bad_files_in_russian(
    name: str, ground: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = FILES[name]
    if isinstance(made, bytes):
        (ground / name).write_bytes(made)
    else:
        made(ground / name)
    code, said = _run(["--ui-lang", "ru", "show", name], monkeypatch, capsys)
    assert code == 2, said
    assert name in said
    assert "/tmp" not in said.replace(str(ground), "")
    _russian(said)


def test_a_language_before_the_command_holds_and_one_after_it_wins(
    ground: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "такого файла нет" in _run(["--ui-lang", "ru", "show", "нет.docx"], monkeypatch, capsys)[1]
    assert "no such file" in _run(["--ui-lang", "ru", "show", "нет.docx", "--ui-lang", "en"], monkeypatch, capsys)[1]
    monkeypatch.setenv("ALIGN_UI_LANG", "ru")
    assert "такого файла нет" in _run(["show", "нет.docx"], monkeypatch, capsys)[1]


def test_an_issue_is_kept_in_english_and_said_in_the_language_of_whoever_reads_it() -> None:
    i18n.activate("ru")
    made = Issue(message=message("page {number} could not be read", number=3), location=Location(file="a.pdf", page=3))
    assert made.message == "page 3 could not be read"
    assert str(made) == "a.pdf, с. 3: страница 3 не прочитана"
    i18n.activate("en")
    assert str(made) == "a.pdf, p. 3: page 3 could not be read"
    assert Issue(message="as an older version wrote it").text == "as an older version wrote it"
    file = SourceFile(file="a", error=message("files of type '{kind}' are not read", kind=message("without a suffix")))
    assert file.error == "files of type 'without a suffix' are not read"
    i18n.activate("ru")
    assert str(file.reason) == "файлы типа «без расширения» не читаются"


def test_places_of_tables_in_words() -> None:
    i18n.activate("ru")
    assert str(Location(file="a.docx", cell="R5C2", paragraph=3)) == "a.docx, строка 5, столбец 2, ¶ 3"
    assert str(Location(file="a.csv", cell="R7")) == "a.csv, строка 7"
    assert str(Location(file="a.xlsx", sheet="План", cell="B7")).endswith("B7")


def test_messages_that_count_and_join() -> None:
    i18n.activate("ru")
    pages = [str(plural_message("{n} page ({shown})", "{n} pages ({shown})", n, shown="1")) for n in (1, 2, 5)]
    assert pages == ["1 страница (1)", "2 страницы (1)", "5 страниц (1)"]
    assert str(after(message("row {n}", n=1), ": ", message("the file is empty."))) == "строка 1: файл пуст."
    assert after("", ": ", "x") == "x"
    assert Message("a {b}").english() == "a {b}"
    assert choices(["-s 06.001", "-s 06.004"]) == "\n  -s 06.001\n  -s 06.004"


def test_an_error_is_said_when_it_is_shown() -> None:
    error = InputError(message("the file is empty."), file="a.pdf", place=message("row {n}", n=2), hint="!")
    assert str(error) == "a.pdf, row 2: the file is empty. !"
    i18n.activate("ru")
    assert str(error) == "a.pdf, строка 2: файл пуст. !"
    assert isinstance(error, AlignmentError)


def test_why_other_libraries_failed() -> None:
    import msgspec

    i18n.activate("ru")
    assert str(reason(OSError(28, "No space left on device"))) == "на диске нет места"
    assert str(why(OSError(9999, "x"))) == "системная ошибка 9999"
    assert str(why(ValueError("English words"))) == "ошибка ValueError"
    with pytest.raises(msgspec.ValidationError) as result:
        msgspec.convert({"message": 3}, Issue)
    assert str(misfit(result.value)).startswith("нужно")
    with pytest.raises(msgspec.DecodeError) as broken:
        msgspec.json.decode(b'{"a": ')
    assert str(misfit(broken.value)) == "данные обрываются"


# Words that once stood for something which has another name in docs/glossary.md.
FORMER = (
    r"утвержден|потерявш|по вероятностям|с доверием|Что за него|средняя пара|эта степень|в книге\b(?! Excel)|под рукой"
)


def test_the_glossary_is_true() -> None:
    """What it says stands in the code is there, and no former word is in the catalogue."""
    import importlib

    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    names = re.findall(r"\| `(alignment[\w.]*)` \|", page)
    assert len(names) > 30
    for name in names:
        module, _dot, last = name.rpartition(".")
        try:
            assert hasattr(importlib.import_module(module), last) or importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise AssertionError(f"{name} is not in the code") from error
    for _file, _forms, own in russian.messages():
        assert not re.search(FORMER, " ".join(own)), own


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_there_before_anything_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("alignment.cli.progress.SHOW_AFTER", 0)
    monkeypatch.setenv("TERM", "xterm")
    with common.ProgressBar(quiet=False) as progress:
        progress._timer.join()
        assert "Working" in screen.getvalue()
        progress("encode: план.plx", 3, 7)
    assert "Computing vectors план.plx" in screen.getvalue()
    assert "3/7" in screen.getvalue()
    silent = Screen()
    monkeypatch.setattr("sys.stderr", silent)
    with common.ProgressBar(quiet=True) as progress:
        progress("encode", 1, 2)
    assert silent.getvalue() == ""


@pytest.mark.parametrize(
    ("wanted", "output", "chosen"),
    [
        ("", "", "terminal"),
        ("", "r.xlsx", "xlsx"),
        ("", "r.htm", "html"),
        ("", "r.MD", "markdown"),
        ("", "r", "terminal"),
        ("", "r.txt", "terminal"),
        ("json", "", "json"),
        ("html", "r.html", "html"),
        ("docx", "r.docx", "docx"),
        ("", "/dev/stdout", "terminal"),
    ],
)
def test_the_format_is_that_of_the_suffix(wanted: str, output: str, chosen: str) -> None:
    assert common.chosen_format(wanted, reports.FORMATS, output=output) == chosen


def test_every_command_has_the_common_options_it_can_have() -> None:
    from tests.reference import commands

    for name, command in commands().items():
        own = {option for item in command.params for option in item.opts}
        assert "--ui-lang" in own, name
        has_output = "--output" in own
        assert (
            has_output
            or name in ("align cache clear", "align serve", "align review import")
            or name.split()[-1] in ("add", "disable", "enable", "password", "role", "logout")
        ), name
        if has_output:
            assert "--quiet" in own, name
            of_suffix = ("align batch", "align draft", "align schema", "align review export")
            assert "--format" in own or name in of_suffix, name


def test_json_is_another_name_of_a_format(ground: Path, align: Run) -> None:
    # The cache grows while other tests run: of it the names are compared.
    for command, part in ((["standards"], list), (["cache", "info"], sorted)):
        made = [align(*command, *options).stdout for options in (["--json"], ["--format", "json"], ["-f", "json"])]
        one, two, three = (part(json.loads(text)) for text in made)
        assert one == two == three
    assert "--json" in align("check", "--help").stdout
    assert "--json" not in align("schema", "--help").stdout
    wrong = align("schema", "--json")
    assert wrong.returncode == 2
    # What follows two dashes is a name.
    assert align("show", "--", "--json").returncode == 2


def test_help_is_one_uncut_line_a_command_in_groups(ground: Path, align: Run) -> None:
    for language, title in (("en", "Compare:"), ("ru", "Сравнить:")):
        shown = align("--ui-lang", language, "--help", env={"COLUMNS": "80"}).stdout
        assert title in shown
        assert "…" not in shown.replace("COMMAND …", "").replace("КОМАНДА …", "")
        assert "..." not in shown
        assert max(len(line) for line in shown.splitlines()) <= 80
        lines = [line for line in shown.splitlines() if re.match(r"  [a-z]+ {2,}\S", line)]
        assert len(lines) == len(app.app.registered_commands) + len(app.app.registered_groups)
    assert "Примеры:\n  align check program/" in align("--ui-lang", "ru", "check", "--help").stdout


def test_a_bad_path_of_a_glob_is_named_and_the_rest_goes_on(ground: Path, align: Run) -> None:
    (ground / "a.md").write_bytes(SYLLABUS.read_bytes())
    (ground / "b.zip").write_bytes(b"PK broken")
    (ground / "c.docx").write_bytes(b"broken")
    (ground / "пусто").mkdir()
    paths = sorted(ground.iterdir())
    shown = align("show", *paths)
    assert shown.returncode == 0
    assert "Embedded Systems Design" in shown.stdout
    for name in ("b.zip", "c.docx", "пусто"):
        assert re.search(rf"{name}: left out: ", shown.stdout), shown.stdout
    assert align("show", *paths, "--strict").returncode == 2
    assert align("show", *paths, ground / "нет.docx").returncode == 2
    listed = align("standards", ROOT / "corpora" / "standards" / "06.001.xml", ground / "a.md")
    assert (listed.returncode, "06.001" in listed.stdout) == (0, True)
    assert "not taken: " in listed.stderr
    assert "a.md" in listed.stderr


def test_no_temporary_path_is_shown(ground: Path, align: Run) -> None:
    """What is wrong inside an archive is named by the archive's name and the name in it."""
    with zipfile.ZipFile(ground / "one.zip", "w") as archive:
        archive.writestr("битый.docx", b"broken")
    for arguments in (["show", "one.zip"], ["overlap", "one.zip"], ["index", "one.zip", "--index", "i", "--strict"]):
        result = align(*arguments, cwd=ground)
        assert result.returncode == 2
        assert "битый.docx" in result.stderr or "no standard" in result.stderr, result.stderr
        assert "align-" not in result.stderr, result.stderr


def test_every_stage_of_the_progress_has_a_name() -> None:
    stages = {
        match
        for path in russian.SOURCE.rglob("*.py")
        if not russian.DEVELOPERS.search(str(path.relative_to(russian.SOURCE)))
        for match in re.findall(r'\b(?:progress|told)\(f?"([a-z]+)', path.read_text("utf-8"))
    }
    assert {"read", "encode", "match"} <= stages <= set(common.STAGES)


def test_a_configured_language_holds_for_usage_errors_too(ground: Path, align: Run) -> None:
    (ground / "alignment.toml").write_text('ui_lang = "ru"\n', encoding="utf-8")
    assert align("check").stderr.startswith("ошибка: не указано: ПРОГРАММА.")
    (ground / "alignment.toml").write_text("ui_lang = 3 [\n", encoding="utf-8")
    assert "TOML" in align("show", "06.001", "--ui-lang", "ru").stderr
