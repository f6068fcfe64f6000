"""The names of kept results hold all that changes a verdict, and a program that cannot be read is an error of its own."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from alignment import batches, packing
from alignment.errors import InputError, LimitError, NotFoundError
from alignment.model import Standard
from alignment.settings import Settings

COURSE = "# Курс\n\nЗнать: основы схемотехники\n"
STANDARD = Standard(code="06.005", title="Инженер")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    path = tmp_path / "ФИТ" / "курс.md"
    path.parent.mkdir()
    path.write_text(COURSE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "changed",
    [
        {"sections": {"курс": "skip"}},
        {"ocr": "off"},
        {"max_pages": 3},
        {"max_file_mb": 1},
        {"covered": 0.9},
        {"kind_weights": {"action": 2.0}},
        {"strict": True},
    ],
)
def test_every_setting_that_changes_a_verdict_changes_the_name(changed: dict[str, Any]) -> None:
    assert packing.setup_of(Settings(**changed), "fast") != packing.setup_of(Settings(), "fast")


def test_what_changes_no_verdict_changes_no_name() -> None:
    same = Settings(ui_lang="ru", folder_file="/a/alignment.toml: covered", cache=False, judge_model="m")
    assert packing.setup_of(same, "fast") == packing.setup_of(Settings(), "fast")
    one, other = ({"action": 2.0, "skill": 1.0}, {"skill": 1.0, "action": 2.0})
    assert packing.setup_of(msgspec.convert({"kind_weights": one}, Settings), "") == packing.setup_of(
        msgspec.convert({"kind_weights": other}, Settings), ""
    )


def test_another_engine_or_other_code_changes_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    before = packing.setup_of(Settings(), "fast")
    assert packing.setup_of(Settings(), "fast 2") != before
    monkeypatch.setattr(packing, "code_version", lambda: "another")
    assert packing.setup_of(Settings(), "fast") != before


def test_the_digest_alone_is_that_of_the_packed_program(course: Path) -> None:
    for path in (course, course.parent):
        assert packing.digest_of(path, Settings()) == packing.pack(path, Settings()).digest
    assert packing.pack(course, Settings()).files == {"курс.md": COURSE.encode()}


def test_what_cannot_be_read_is_an_error_of_the_user(course: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        packing.digest_of(tmp_path / "none.md", Settings())
    (tmp_path / "big.md").write_bytes(b"x" * (1 << 20) + b"y")
    with pytest.raises(LimitError):
        packing.digest_of(tmp_path / "big.md", Settings(max_file_mb=1))
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(InputError, match="a pipe"):
        packing.digest_of(tmp_path / "pipe.md", Settings())
    memory = Path("/proc/self/mem")
    if memory.exists():
        (tmp_path / "x.md").symlink_to(memory)
        with pytest.raises(InputError, match="cannot be read"):
            packing.digest_of(tmp_path / "x.md", Settings())


def test_a_file_of_a_folder_that_cannot_be_used_is_left_out_as_in_a_check(course: Path, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("outside")
    (course.parent / "a.md").symlink_to(tmp_path / "other.md")
    (course.parent / "big.md").write_bytes(b"x" * (1 << 20) + b"y")
    packed = packing.pack(course.parent, Settings(max_file_mb=1))
    assert list(packed.files) == ["курс.md"]
    assert packed.digest == packing.digest_of(course.parent, Settings(max_file_mb=1))
    with pytest.raises(LimitError):
        packing.pack(course.parent, Settings(max_file_mb=1, strict=True))


@pytest.mark.parametrize("change", ["changes", "vanishes"])
def test_a_program_that_changes_or_vanishes_after_planning_stops_nothing(
    change: str, course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "ФЭ" / "курс2.md"
    other.parent.mkdir()
    other.write_text(COURSE + "Уметь: считать\n", encoding="utf-8")

    @contextlib.contextmanager
    def cluster(*_given: object) -> Iterator[Any]:
        if change == "changes":
            course.write_text(COURSE + "Знать: ремонт\n", encoding="utf-8")
        else:
            course.unlink()
        yield None

    def finished(_client: object, tasks: Iterator[batches.BatchTask]) -> Iterator[tuple[str, batches.CheckedPair]]:
        for task in tasks:
            for key in task.standards:
                yield key, batches.CheckedPair(program="p", path=task.program.path, faculty="f", standard="06.005")

    monkeypatch.setattr(batches, "_engine", lambda settings: "fast")
    monkeypatch.setattr(batches, "cluster", cluster)
    monkeypatch.setattr(batches, "_finished", finished)
    done = batches.run_batch([course, tmp_path / "none.md", other], [STANDARD], tmp_path / "out", Settings())
    assert done.failed == 2
    assert [pair.error.rpartition(": ")[2] for pair in done.pairs] == [
        "it has changed since the run began." if change == "changes" else "it does not exist.",
        "it does not exist.",
        "",
    ]
    assert [pair.faculty for pair in done.pairs] == ["ФИТ", tmp_path.name, "ФЭ"]
    again = batches.run_batch([other], [STANDARD], tmp_path / "out", Settings())
    assert (again.reused, again.failed) == (1, 0)


def test_programs_with_the_same_files_keep_their_own_places(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = tmp_path / "ФЭ" / "курс.md"
    twin.parent.mkdir()
    twin.write_bytes(course.read_bytes())
    monkeypatch.setattr(batches, "_engine", lambda settings: "fast")
    key = packing.key_of(
        packing.digest_of(course, Settings()), msgspec.json.encode(STANDARD), packing.setup_of(Settings(), "fast")
    )
    batches.Results(tmp_path / "out").put(key, batches.CheckedPair(program="p", path="elsewhere", faculty="f"))
    done = batches.run_batch([course, twin], [STANDARD], tmp_path / "out", Settings())
    assert [(pair.path, pair.faculty) for pair in done.pairs] == [(str(course), "ФИТ"), (str(twin), "ФЭ")]
