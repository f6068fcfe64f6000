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
from alignment.errors import InputError
from alignment.model import Standard
from alignment.settings import Settings
from tests.conftest import ROOT

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
