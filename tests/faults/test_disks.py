"""A full disk and a read-only home: the work goes on where it can, and what cannot be written is named."""

import os
from pathlib import Path

import pytest

from alignment.cache import CACHE_FILE, Cache, content_key
from tests.conftest import Run
from tests.helpers.ground import disk, fill, read_only

STANDARD = """
code: "99.001"
title: Настройщик роялей
functions:
  - {code: A, name: Настройка роялей, level: 4, functions: [{code: A/01.4, name: Настройка рояля, level: 4,
     actions: [Проверка строя, Настройка струн], skills: [Слышать интервалы], knowledge: [Устройство рояля]}]}
"""
COURSE = "# Рояли\n\n## Планируемые результаты\n\nУметь:\n\n- настраивать струны рояля\n- проверять строй рояля\n"


@pytest.fixture
def check(tmp_path: Path) -> tuple[object, ...]:
    """A check of little text, for these tests run it with no cache over and over."""
    (tmp_path / "s.yaml").write_text(STANDARD, encoding="utf-8")
    (tmp_path / "p.md").write_text(COURSE, encoding="utf-8")
    return ("check", tmp_path / "p.md", "-s", tmp_path / "s.yaml", "-f", "json")


def test_a_full_disk_costs_the_cache_only(align: Run, tmp_path: Path, check: tuple[object, ...]) -> None:
    expected = align(*check)
    assert expected.returncode == 0, expected.stderr
    with disk(tmp_path / "small", 1) as small:
        fill(small)
        with (small / "ballast").open("r+b") as ballast:
            ballast.truncate(ballast.seek(0, 2) - 40_000)  # room to begin, not to end
        result = align(*check, env={"ALIGN_CACHE_DIR": str(small / "cache")})
        assert result.returncode == 0, result.stderr
        assert result.stdout == expected.stdout
        assert "cache" in result.stderr
        assert "Traceback" not in result.stderr
        fill(small)
        again = align(*check, env={"ALIGN_CACHE_DIR": str(small / "cache")})
        assert (again.returncode, again.stdout) == (0, expected.stdout), again.stderr
        quiet = align(*check, "--quiet", env={"ALIGN_CACHE_DIR": str(small / "other")})
        assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, expected.stdout, "")


def test_a_good_cache_is_not_put_aside_because_the_disk_is_full(tmp_path: Path) -> None:
    with disk(tmp_path / "small", 1) as small:
        with Cache(small) as cache:
            cache.put([(content_key("k", "a"), b"value")])
        fill(small)
        with Cache(small) as cache:
            cache.put([(content_key("k", str(number)), b"x" * 4000) for number in range(100)])
        assert not (small / CACHE_FILE).with_suffix(".damaged").exists()
        (small / "ballast").unlink()
        with Cache(small) as cache:
            assert cache.get([content_key("k", "a")]) == {content_key("k", "a"): b"value"}


def test_a_page_of_the_cache_that_is_rubbish(tmp_path: Path) -> None:
    """Any page: found on opening or while reading, the cache is emptied, and nothing wrong is returned."""
    keys = [content_key("k", str(number)) for number in range(2000)]
    with Cache(tmp_path / "whole") as cache:
        cache.put([(key, key * 20) for key in keys])
    whole = (tmp_path / "whole" / CACHE_FILE).read_bytes()
    while_reading = 0
    for number, start in enumerate(range(0, len(whole), 4096 * 9)):
        data = bytearray(whole)
        data[start : start + 64] = b"\xff" * 64
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / CACHE_FILE).write_bytes(data)
        with Cache(folder) as cache:
            assert cache.get(keys) == {}
            while_reading += "cannot be used" in cache.warning
            cache.put([(keys[0], b"new")])
            assert cache.get(keys[:1]) == {keys[0]: b"new"}
        assert (folder / CACHE_FILE).with_suffix(".damaged").exists()
        with Cache(folder) as cache:
            assert cache.warning == ""
    assert while_reading > 10


@pytest.mark.parametrize("report", ["json", "xlsx", "html"])
def test_a_full_disk_keeps_the_old_report(report: str, align: Run, tmp_path: Path, check: tuple[object, ...]) -> None:
    with disk(tmp_path / "small", 1) as small:
        target = small / f"отчёт.{report}"
        target.write_bytes(b"yesterday's")
        fill(small)
        result = align(*check[:-1], report, "-o", target)
        assert result.returncode == 2
        assert "no space left" in result.stderr
        assert str(target) in result.stderr
        assert "Traceback" not in result.stderr
        assert target.read_bytes() == b"yesterday's"
        assert sorted(path.name for path in small.iterdir()) == sorted(["ballast", target.name])


def test_a_full_disk_loses_no_decision(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    from alignment.model import Verdict
    from alignment.review.database import UnavailableError
    from alignment.review.store import ReviewStore
    from tests.helpers.results import alignment, worded
    from tests.helpers.reviewing import client, post

    with disk(tmp_path / "small", 2) as small:
        store = ReviewStore(f"sqlite:///{small / 'review.db'}")
        store.migrate()
        number, _ = store.add(worded(alignment(())), "r", "local")
        item, user = store.review(number).items[0], store.local_user()
        store.judge(item.id, user, Verdict.GAP, version=item.version, comment="first")
        browser = client(store)
        path = f"/reviews/{number}/1"
        page = browser.get(path).text
        fill(small)
        with pytest.raises(UnavailableError, match="nothing was saved"):
            for version in range(1, 200):
                store.judge(item.id, user, Verdict.GAP, version=version, comment="x" * 4000)
        kept = [entry.comment for entry in store.review(number).items[0].decisions]
        assert kept[0] == "first"
        refused = post(browser, path, page, choice="gap", comment="y" * 4000)
        assert refused.status_code == 503
        assert "nothing was saved" in refused.text
        (small / "ballast").unlink()
        assert post(browser, path, page, choice="gap", comment="y" * 4000).status_code == 303
        store.sql_engine.dispose()


@pytest.mark.slow
def test_a_read_only_home(align: Run, tmp_path: Path, check: tuple[object, ...]) -> None:
    expected = align(*check)
    env = {"ALIGN_CACHE_DIR": "", "XDG_CACHE_HOME": str(tmp_path / "home" / ".cache")}
    warm = align(*check, env=env)
    assert warm.stdout == expected.stdout, warm.stderr
    with read_only(tmp_path / "home") as home:
        with pytest.raises(OSError, match="Read-only"):
            (home / "x").touch()
        for case in (env, {**env, "XDG_CACHE_HOME": str(home / "new")}):
            result = align(*check, env=case)
            assert (result.returncode, result.stdout) == (0, expected.stdout), result.stderr
            assert "Traceback" not in result.stderr
        refused = align("review", "list", env={**env, "XDG_DATA_HOME": str(home / "data")})
        assert refused.returncode == 2
        assert "read-only" in refused.stderr
        cleared = align("cache", "clear", env=env)
        assert cleared.returncode == 2
        assert "read-only" in cleared.stderr
        assert "Traceback" not in refused.stderr + cleared.stderr
    assert os.access(tmp_path / "home", os.W_OK)
