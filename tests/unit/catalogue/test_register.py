"""The index: what it finds, what a build keeps, and that nothing but a whole build is ever in use."""

import json
import multiprocessing
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from alignment.catalogue.index import DamagedIndexError, build, info, of_standards, open_index, verify
from alignment.catalogue.index.approximate import GRAPH_FILE, nearest_rows
from alignment.catalogue.index.register import Register, area_of, best_rows
from alignment.catalogue.index.store import CURRENT, META, VECTORS, generation
from alignment.encoders import load_encoder
from alignment.errors import InputError, NotFoundError, OutputError
from alignment.settings import Settings
from alignment.standards.readers import read_file
from tests.conftest import MODELS, ROOT, Run

STANDARDS = ROOT / "corpora" / "standards"
SMALL = ("06.001.xml", "40.034.xml", "40.003.xml")


class Fake:
    """An engine that counts: the vector of a text depends on its letters."""

    name, version, dimension = "fake", "1", 32

    def __init__(self) -> None:
        self.seen = 0

    def encode(self, texts):  # type: ignore[no-untyped-def]
        self.seen += len(texts)
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for letter in text.lower():
                rows[row, ord(letter) % self.dimension] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "standards"
    made.mkdir()
    for name in SMALL:
        shutil.copy(STANDARDS / name, made / name)
    return made


def test_an_index_says_what_the_standards_say(folder: Path, tmp_path: Path, settings: Settings) -> None:
    engine = Fake()
    made = build([folder], tmp_path / "index", engine, settings)
    assert (made.standards, made.kept, made.encoded) == (3, 0, made.requirements)
    result = open_index(tmp_path / "index", "fake", "1")
    whole = of_standards([item for name in SMALL for item in read_file(folder / name, settings)], Fake())
    assert [item.code for item in result.listed] == ["06.001", "40.003", "40.034"]
    order = [
        next(n for n, item in enumerate(whole.listed) if item.code == code) for code in ("06.001", "40.003", "40.034")
    ]
    for number, other in enumerate(order):
        assert result.standard(number).functions == whole.standard(other).functions
        one, two = result.listed[number], whole.listed[other]
        rows = np.asarray(result.vectors[one.first : one.first + one.count], dtype=np.float32)
        assert np.allclose(rows, whole.vectors[two.first : two.first + two.count], atol=1e-3)
        assert np.allclose(result.centroids[number], whole.centroids[other], atol=1e-3)
    assert verify(tmp_path / "index")["requirements"] == str(len(result))


def test_only_what_changed_is_encoded(folder: Path, tmp_path: Path, settings: Settings) -> None:
    index = tmp_path / "index"
    build([folder], index, Fake(), settings)
    again = Fake()
    made = build([folder], index, again, settings)
    assert (made.kept, made.encoded, again.seen) == (3, 0, 0)
    text = (folder / "40.034.xml").read_text(encoding="utf-8")
    (folder / "40.034.xml").write_text(text.replace("проекта", "замысла"), encoding="utf-8")
    (folder / "06.001.xml").unlink()
    changed = Fake()
    made = build([folder], index, changed, settings)
    assert (made.standards, made.kept) == (2, 1)
    assert 0 < made.encoded < made.requirements
    assert [item.code for item in open_index(index, "fake", "1").listed] == ["40.003", "40.034"]
    assert len([path for path in index.iterdir() if path.name.startswith("gen-")]) == 1
    assert build([folder], index, Fake(), settings, fresh=True).kept == 0


def test_a_zip_is_as_good_as_a_folder(folder: Path, tmp_path: Path, settings: Settings) -> None:
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        for name in SMALL:
            archive.write(folder / name, f"папка/{name}")
    made = build([tmp_path / "s.zip"], tmp_path / "index", Fake(), settings)
    assert made.standards == 3


def test_one_code_with_two_contents_is_refused_and_the_old_index_stays(
    folder: Path, tmp_path: Path, settings: Settings
) -> None:
    index = tmp_path / "index"
    build([folder], index, Fake(), settings)
    before = generation(index)
    text = (folder / "40.034.xml").read_text(encoding="utf-8").replace("проекта", "замысла")
    (folder / "other.xml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="two different standards") as caught:
        build([folder], index, Fake(), settings)
    assert "40.034.xml" in str(caught.value)
    assert "other.xml" in str(caught.value)
    assert generation(index) == before
    assert len(open_index(index, "fake", "1").listed) == 3
    # The same content twice is one standard; an older edition is left out and said.
    shutil.copy(folder / "40.034.xml", folder / "other.xml")
    assert build([folder], index, Fake(), settings).standards == 3
    (folder / "other.xml").write_text(text.replace("2014", "2009"), encoding="utf-8")
    made = build([folder], index, Fake(), settings)
    assert made.standards == 3
    assert any("older edition" in issue.message for issue in made.warnings)


@pytest.mark.parametrize("what", ["current", "vectors", "meta", "missing", "blob"])
def test_a_damaged_index_is_named_and_can_be_built_anew(
    what: str, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    index = tmp_path / "index"
    build([folder], index, Fake(), settings)
    place = generation(index)
    if what == "current":
        (index / CURRENT).write_text("gen-none")
    elif what == "vectors":
        (place / VECTORS).write_bytes((place / VECTORS).read_bytes()[:-2])
    elif what == "meta":
        (place / META).write_bytes(b"not a database" * 100)
    elif what == "missing":
        (place / VECTORS).unlink()
    else:
        with sqlite3.connect(place / META) as base:
            base.execute("UPDATE standard SET data = x'00' WHERE number = 1")
    with pytest.raises(DamagedIndexError, match="damaged"):
        open_index(index, "fake", "1").standard(1)
    with pytest.raises(DamagedIndexError):
        verify(index)
    assert build([folder], index, Fake(), settings, fresh=True).standards == 3
    verify(index)


def test_a_changed_byte_is_found(folder: Path, tmp_path: Path, settings: Settings) -> None:
    index = tmp_path / "index"
    build([folder], index, Fake(), settings)
    path = generation(index) / VECTORS
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedIndexError, match="has changed"):
        verify(index)


def test_an_index_of_another_engine_is_refused(folder: Path, tmp_path: Path, settings: Settings) -> None:
    build([folder], tmp_path / "index", Fake(), settings)
    with pytest.raises(DamagedIndexError, match="made by the encoder fake 1"):
        open_index(tmp_path / "index", "adapted", "1")
    newer = Fake()
    newer.version = "2"
    assert build([folder], tmp_path / "index", newer, settings).encoded > 0
    with pytest.raises(NotFoundError):
        info(tmp_path / "none")


def test_an_unreadable_file_is_said_and_passed_over(folder: Path, tmp_path: Path, settings: Settings) -> None:
    (folder / "bad.xml").write_text("<no")
    made = build([folder], tmp_path / "index", Fake(), settings)
    assert made.standards == 3
    assert [Path(issue.location.file).name for issue in made.warnings] == ["bad.xml"]
    with pytest.raises(InputError):
        build([folder], tmp_path / "index", Fake(), msgspec.structs.replace(settings, strict=True))


def test_two_builds_do_not_mix(folder: Path, tmp_path: Path, settings: Settings) -> None:
    from filelock import FileLock

    index = tmp_path / "index"
    index.mkdir()
    with FileLock(index / "build.lock"), pytest.raises(OutputError, match="another build"):
        build([folder], index, Fake(), settings)


def test_a_full_disk_leaves_the_old_index(folder: Path, tmp_path: Path, settings: Settings) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        index = small / "index"
        first = folder / "only"
        first.mkdir()
        shutil.copy(STANDARDS / "40.003.xml", first)
        build([first], index, Fake(), settings)
        before = generation(index)
        engine = Fake()
        engine.dimension = 512
        engine.version = "2"
        with pytest.raises(OutputError, match="the old index is unchanged"):
            build([STANDARDS], index, engine, settings)
        assert generation(index) == before
        assert len(open_index(index, "fake", "1").listed) == 1
        assert [path.name for path in index.iterdir() if path.name.startswith("gen-")] == [before.name]
    finally:
        subprocess.run(["umount", small], check=False)


def building(folder: str, index: str, values: dict[str, str]) -> None:
    """Build over and over, with another text each time."""
    settings = Settings(**values)
    number = 0
    while True:
        number += 1
        path = Path(folder) / "40.003.xml"
        text = (STANDARDS / "40.003.xml").read_text(encoding="utf-8")
        path.write_text(text.replace("Разработка", f"Разработка {number}"), encoding="utf-8")
        build([Path(folder)], Path(index), Fake(), settings)


@pytest.mark.slow
def test_kill_9_during_a_build_leaves_a_whole_index(folder: Path, tmp_path: Path, settings: Settings) -> None:
    index = tmp_path / "index"
    build([folder], index, Fake(), settings)
    chance = random.Random(3)
    context = multiprocessing.get_context("forkserver")
    values = {"cache_dir": settings.cache_dir, "standards_dir": settings.standards_dir}
    for _ in range(100):
        child = context.Process(target=building, args=(str(folder), str(index), values), daemon=True)
        child.start()
        time.sleep(0.05 + chance.random() * 0.15)
        os.kill(child.pid, 9)
        child.join()
        verify(index)
        assert len(open_index(index, "fake", "1").listed) == 3


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 60), st.integers(1, 9))
def test_exact_search_is_exact(seed: int, rows: int, count: int) -> None:
    random_ = np.random.default_rng(seed)
    vectors = random_.normal(size=(rows, 8)).astype(np.float32)
    queries = random_.normal(size=(3, 8)).astype(np.float32)
    register = Register([], vectors, vectors[:0], vectors[:0], np.zeros(0, np.int64), lambda n: None, engine="x")
    places, scores = best_rows(register, queries, count)
    whole = np.sort(-(queries @ vectors.T), axis=1)[:, : min(count, rows)]
    assert np.allclose(-scores, whole, atol=1e-5)
    assert np.allclose(np.take_along_axis(queries @ vectors.T, places, axis=1), scores, atol=1e-5)


def test_the_approximate_index_finds_what_the_exact_one_finds(tmp_path: Path, settings: Settings) -> None:
    pytest.importorskip("usearch")
    engine = load_encoder(MODELS)
    paths = [STANDARDS / f"{code}.xml" for code in ("40.003", "40.007", "40.039", "06.001")]
    build(paths, tmp_path / "index", engine, settings, graph=True)
    result = open_index(tmp_path / "index", engine.name, engine.version)
    assert (result.folder / GRAPH_FILE).is_file()
    queries = np.asarray(result.vectors[::40], dtype=np.float32)
    exact, scores = best_rows(result, queries, 5)
    near, others = nearest_rows(result, queries, 5)
    # Standards repeat requirements word for word: any of those that are as near as the fifth will do.
    assert exact.shape == near.shape
    assert np.mean(others >= scores[:, -1:] - 1e-3) > 0.95
    assert np.allclose(scores[:, 0], others[:, 0], atol=1e-3)


@pytest.mark.parametrize(("code", "area"), [("06.005", "06"), ("40.039", "40"), ("17-2072.00", "17-2072.00"), ("", "")])
def test_the_area_of_a_code(code: str, area: str) -> None:
    assert area_of(code) == area


def test_the_command(folder: Path, tmp_path: Path, align: Run) -> None:
    index = tmp_path / "мой указатель"
    made = align("index", folder, "--index", index)
    assert made.returncode == 0, made.stderr
    assert "3 standards (0 unchanged)" in made.stdout
    assert "3 standards (3 unchanged)" in align("index", folder, "--index", index).stdout
    about = align("index", "--info", "--index", index, "--ui-lang", "ru").stdout.splitlines()
    assert "Стандарты: 3" in about
    assert not any(line.startswith(("digest", "format", "engine")) for line in about)
    checked = align("index", "--verify", "--index", index)
    assert checked.returncode == 0
    assert checked.stdout.splitlines()[-1] == "Every byte is as it was written."
    sought = ("index", "--search", "управление версиями программного кода", "--index", index, "-n", "3")
    hits = json.loads(align(*sought, "--json").stdout)
    assert any(hit["id"].startswith("A/04") for hit in hits[:2])
    for width in ("80", "120"):
        table = align(*sought, env={"COLUMNS": width}).stdout
        assert max(map(len, table.splitlines())) <= int(width)
        assert all(hit["id"] in table for hit in hits)
        assert "06.001 Программист" in table
    for empty in ("", "?!"):
        nothing = align("index", "--search", empty, "--index", index)
        assert (nothing.returncode, nothing.stdout) == (2, "")
        assert "option --search: there is nothing to search for." in nothing.stderr
    assert align("index", folder, "--search", "x", "--index", index).returncode == 2
    program = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
    result = align("suggest", program, "--index", index, "--json")
    assert result.returncode == 0, result.stderr
    ranked = json.loads(result.stdout)
    assert len(ranked) == 3
    assert [item["fit"] for item in ranked] == sorted((item["fit"] for item in ranked), reverse=True)
    other = align("suggest", program, "--index", tmp_path / "none")
    assert other.returncode == 2
    assert "there is no index" in other.stderr
    wrong = align("index", tmp_path / "nothing", "--index", index)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
    assert sys.executable


def test_rows_of_the_real_engine_are_made_on_all_cores(tmp_path: Path, settings: Settings) -> None:
    engine = load_encoder(MODELS)
    build([STANDARDS / "40.039.xml", STANDARDS / "40.003.xml"], tmp_path / "index", engine, settings)
    result = open_index(tmp_path / "index", engine.name, engine.version)
    text = next(result.standard(0).requirements())[2].text
    places, scores = best_rows(result, engine.encode([text]), 1)
    assert scores[0, 0] > 0.99
    assert places[0, 0] in range(result.listed[0].first, result.listed[0].first + result.listed[0].count)
