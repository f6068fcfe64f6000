"""The public names: they are there, they are on the page, and its examples run."""

import ast
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import alignment
from alignment import api
from alignment.errors import InputError, NotFoundError, SettingsError
from alignment.model import Standard
from alignment.settings import Settings
from tests.conftest import ROOT, Run

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python( title=[^\n]*)?\n(.*?)```", PAGE, re.DOTALL)


def test_every_public_name_is_typed_and_documented() -> None:
    assert sorted(alignment.__all__) == alignment.__all__
    for name in alignment.__all__:
        result = getattr(alignment, name)
        if name == "Progress":
            continue
        assert inspect.getdoc(result), name
        if inspect.isfunction(result):
            kinds = inspect.signature(result)
            assert kinds.return_annotation is not inspect.Signature.empty, name
            # A result of several parts is a class that names them.
            assert not str(kinds.return_annotation).startswith("tuple["), name


def test_names_for_type_checkers_are_those_that_are_there() -> None:
    tree = ast.parse((ROOT / "src" / "alignment" / "__init__.py").read_text(encoding="utf-8"))
    (checked,) = (node for node in tree.body if isinstance(node, ast.If))
    homes = {item.name: node.module for node in checked.body for item in node.names}
    assert homes == alignment._HOME


def test_every_function_and_result_is_on_the_page() -> None:
    missing = [
        name
        for name in alignment.__all__
        if name not in vars(sys.modules["alignment.model"]) and not re.search(rf"\b{name}\b", PAGE)
    ]
    assert set(missing) <= {"Aim", "Progress", "load_settings", "similar"}


def test_a_standard_without_requirements_has_no_coverage(settings: Settings, shared: Path) -> None:
    """O*NET lists occupations of which no tasks are known; 0 % between 0 and 0 would be said of them."""
    empty = Standard(code="17-2199.07", title="Photonics engineers")
    program = api.load_program(ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md", settings=settings)
    with pytest.raises(InputError, match="no requirements: 17-2199.07 Photonics engineers"):
        api.check(program, empty, settings=settings)
    with pytest.raises(InputError, match="no requirements: 19-2012.00 Physicists"):
        api.load_targets([f"{shared / 'onet'}#19-2012.00"], settings=settings)


def test_the_import_is_light() -> None:
    code = "import alignment, sys; alignment.Settings; print([n for n in ('numpy', 'spacy') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_examples_run(
    tmp_path: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], english: None
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache_dir))
    (tmp_path / "cache").symlink_to(cache_dir)
    for name, code in (("a", "06.001"), ("b", "06.003")):
        shutil.copy(ROOT / "corpora" / "standards" / f"{code}.xml", tmp_path / f"{name}.xml")
    names: dict[str, object] = {}
    for title, code in BLOCKS:
        if not title:
            exec(compile(code, "docs/library.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "диагностика" in printed.lower() or "измерять параметры" in printed
    assert "there is no standard '99.999'" in printed
    assert "стандарта «99.999» нет." in printed
    shared = names["shared"]
    assert isinstance(shared, alignment.SharedWork)
    assert shared.standards.names == ("06.001", "06.003")
    assert isinstance(names["result"], alignment.LintResult)
    assert msgspec.json.decode(alignment.to_json(names["alignment"]))


def test_the_example_that_needs_more_calls_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its calls bind to the signatures; the functions themselves have tests of their own."""
    (code,) = (code for title, code in BLOCKS if title)
    calls = [
        node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    bound = 0
    for call in calls:
        if call.func.id in alignment.__all__:
            given = {item.arg: None for item in call.keywords}
            inspect.signature(getattr(alignment, call.func.id)).bind(*call.args, **given)
            bound += 1
    assert bound == 3
    assert {*api.results.TuneResult._fields} == {"tuned", "profile"}


def test_an_empty_path_is_not_the_working_folder(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "tests" / "data" / "programs")
    for call in (api.load_program, api.lint):
        with pytest.raises(InputError, match="a path is empty"):
            call("", settings=settings)
    for reads in (api.read_standards, api.load_any):
        with pytest.raises(InputError, match="a path is empty"):
            reads("", settings=settings)
    with pytest.raises(NotFoundError, match="the name of a standard is empty"):
        api.load_standard("", settings=settings)
    with pytest.raises(NotFoundError, match="the name of a standard is empty"):
        api.load_standards([""], settings=settings)


def test_an_empty_argument_of_a_command_is_refused(align: Run) -> None:
    for arguments in (("check", "", "-s", "06.005"), ("show", ""), ("tune", "")):
        done = align(*arguments, env={"PYTHONPATH": str(ROOT / "src")})
        assert (done.returncode, "is empty" in done.stderr) == (2, True), done.stderr
    done = align("check", "program.md", "-s", "06.005", "-s", "", env={"PYTHONPATH": str(ROOT / "src")})
    assert (done.returncode, "--standard is empty" in done.stderr) == (2, True)


def test_a_qualification_has_one_standard(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="2 are named"):
        api.load_targets(["06.005", "06.001"], ["card.pdf"], settings=settings)


def test_data_that_are_no_alignment_are_an_error_of_this_package() -> None:
    for data in ("{", b"{}", b"\xff"):
        with pytest.raises(InputError, match="no Alignment in JSON"):
            alignment.from_json(data, alignment.Alignment)


def test_impossible_arguments_are_refused(settings: Settings) -> None:
    program = alignment.Program(title="p", profile="", sources=(), disciplines=(), competences=())
    with pytest.raises(SettingsError, match="`count` is -1"):
        api.similar(program, "text", count=-1, settings=settings)
    with pytest.raises(SettingsError, match="`count` is 0"):
        api.suggest(program, count=0, settings=settings)
    with pytest.raises(SettingsError, match="`candidates` is -1"):
        api.explain(program, Standard(code="1", title="t"), "r", candidates=-1, settings=settings)
    checked = alignment.Alignment(
        program=program,
        standard=Standard(code="1", title="t"),
        findings=(),
        thresholds=alignment.Thresholds(covered=0.6, partial=0.2),
        engine="fast",
    )
    for target in (80, -1, float("nan")):
        with pytest.raises(SettingsError, match="`target` is"):
            api.plan(checked, target, settings=settings)
    for covered, partial in ((7, -5), (0.2, 0.5)):
        with pytest.raises(SettingsError, match="not in order"):
            checked.rethreshold(alignment.Thresholds(covered=covered, partial=partial))
    for aim in ({"kind": "foo"}, {"kind": "precision", "precision": 3.0}):
        with pytest.raises(SettingsError, match="there is no aim"):
            alignment.Aim(**aim)
    with pytest.raises(ValueError, match="no interface language 'xx'"), alignment.in_language("xx"):
        pass
