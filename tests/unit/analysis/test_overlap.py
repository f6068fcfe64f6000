"""Links, groups, shared core, exchange; the page and the other formats."""

import io
import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from alignment import api
from alignment.analysis.overlap import Chance, Exchange, links
from alignment.analysis.overlap import SharedWork as Found
from alignment.analysis.overlap.chance import NEIGHBOURS, load_chance
from alignment.analysis.overlap.groups import communities
from alignment.errors import InputError, SettingsError
from alignment.reports import OVERLAP
from alignment.reports.json_text import render as as_json
from alignment.reports.overlap import Matrix, as_graphml, as_xlsx
from alignment.reports.overlap_page import render as as_html
from alignment.settings import Settings
from models.recipe.train_overlap import Tasks, pairs_of
from tests.conftest import ROOT, Run

STANDARDS = ROOT / "corpora" / "standards"
PAIR = (STANDARDS / "40.003.xml", STANDARDS / "40.007.xml")
CHANCE = Chance(engine="x", cosine=8.0, beyond=0.0, constant=-5.0)


@pytest.fixture(scope="module")
def found(cache_dir: Path) -> Found:
    settings = Settings(cache_dir=str(cache_dir))
    paths = [STANDARDS / f"{code}.xml" for code in ("40.003", "40.007", "40.016", "40.035", "06.005")]
    return api.overlap(*paths, settings=settings)


def test_neighbouring_standards_share_work_and_strangers_do_not(found: Found) -> None:
    names = found.standards.names
    cell = {(one, two): found.standards.cells[names.index(one)][names.index(two)] for one in names for two in names}
    assert cell["40.003", "40.007"] > 3 * cell["40.003", "06.005"]
    assert cell["40.016", "40.035"] > 3 * cell["40.016", "06.005"]
    assert all(cell[name, name] == 1 for name in names)
    assert {"40.016", "40.035"} <= {name for group in found.overlap.groups for name in group.standards}
    for link in found.overlap.links:
        assert found.overlap.nodes[link.one].standard != found.overlap.nodes[link.two].standard
        assert found.overlap.least <= link.probability <= 1


def test_core_and_remainder_are_all_that_a_group_asks_for(found: Found) -> None:
    whole = found.overlap
    group = whole.groups[0]
    assert len(group.standards) > 1
    assert group.core
    asked: dict[str, set[str]] = {}
    for path in ("40.003", "40.007", "40.016", "40.035", "06.005"):
        standard = api.load_standard(STANDARDS / f"{path}.xml")
        codes = {whole.nodes[item].code for item in group.nodes if whole.nodes[item].standard == standard.code}
        asked[standard.code] = {item.text for _, function, item in standard.requirements() if function.code in codes}
    shared = {text for item in group.core for text in item.texts}
    for code in group.standards:
        assert set(group.rest[code]) <= asked[code]
    assert shared <= set().union(*asked.values())
    assert all(item.standards >= 2 for item in group.core)


@given(st.integers(0, 2**31), st.integers(2, 40))
def test_links_are_mutual_unique_and_between_owners(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, 6)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    owner = random.integers(0, 4, count)
    made = links(rows, owner, CHANCE, nearest=3)
    assert all(link.one < link.two and owner[link.one] != owner[link.two] for link in made)
    assert len({(link.one, link.two) for link in made}) == len(made)
    assert [link.probability for link in made] == sorted((link.probability for link in made), reverse=True)
    cosines = np.where(owner[:, None] == owner[None], -2, rows @ rows.T)
    for link in made:
        assert (cosines[link.one] > cosines[link.one, link.two]).sum() < 3
        assert (cosines[link.two] > cosines[link.two, link.one]).sum() < 3
    assert sorted(item for members in communities(count, made) for item in members) == sorted(
        {item for link in made for item in (link.one, link.two)}
    )


def test_every_format_holds_the_result(found: Found) -> None:
    assert json.loads(as_json(found))["overlap"]["groups"]
    page = as_html(found)
    assert page.count("<details id=") == min(60, len(found.overlap.groups))
    assert "http" not in page.replace("http://www.w3.org", "")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(found)))
    assert len(book.sheetnames) == 6
    assert book.worksheets[0].freeze_panes == "B2"
    assert book.worksheets[3].max_row == 1 + len(found.overlap.links)
    import networkx

    graph = networkx.read_graphml(io.BytesIO(as_graphml(found)))
    assert graph.number_of_nodes() == len(found.overlap.nodes)
    assert graph.number_of_edges() == len(found.overlap.links)
    assert as_xlsx(found) == as_xlsx(found)
    assert set(OVERLAP.names()) == {"json", "xlsx", "html", "graphml"}


def test_one_standard_is_too_few_and_a_lost_model_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two standards"):
        api.overlap(PAIR[0], settings=settings)
    with pytest.raises(SettingsError, match="model of links"):
        load_chance(tmp_path, "adapted")


def test_the_command(align: Run, tmp_path: Path) -> None:
    made = align("overlap", *PAIR, "--format", "html", "--output", tmp_path / "o.html", "--ui-lang", "ru")
    assert made.returncode == 0, made.stderr
    assert "Общее в разных стандартах" in (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "40.003" in align("overlap", *PAIR).stdout
    assert align("overlap", *PAIR, "--format", "xlsx").returncode == 2
    assert align("overlap", *PAIR, "--format", "png").returncode == 2


def test_the_density_around_two_tasks_is_their_mean() -> None:
    class Fixed:
        name, version, dimension = "fixed", "1", 3

        def encode(self, given: list[str]) -> np.ndarray:
            rows_ = np.asarray([[1, n, n * n] for n in range(len(given))], dtype=np.float32)
            return rows_ / np.linalg.norm(rows_, axis=1, keepdims=True)

    tasks = Tasks(
        texts=("a", "b", "c", "d"),
        occupations=("one", "one", "two", "three"),
        activities=tuple(frozenset(own) for own in ({"x"}, {"y"}, {"x", "z"}, {"y"})),
    )
    result = pairs_of(tasks, Fixed())
    vectors = Fixed().encode(list(tasks.texts))
    wanted = [(0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]  # not a with b: one occupation
    assert result.cosines == pytest.approx([vectors[i] @ vectors[j] for i, j in wanted], abs=1e-6)
    assert list(result.same) == [True, False, False, True, False]
    others = {0: (2, 3), 1: (2, 3), 2: (0, 1, 3), 3: (0, 1, 2)}
    dense = {i: sum(max(0.0, float(vectors[i] @ vectors[j])) for j in near) for i, near in others.items()}
    share = {i: value / min(NEIGHBOURS, 4) for i, value in dense.items()}  # the rest of the nearest are none
    assert result.density == pytest.approx([(share[i] + share[j]) / 2 for i, j in wanted], abs=1e-6)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.usefixtures("english")
def test_a_matrix_takes_the_room_there_is(width: int) -> None:
    names = (*(f"40.{number:03}" for number in range(15)), "")
    exchange = Exchange(names=names, titles=names, cells=tuple((0.25,) * 16 for _name in names), of="requirements")
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    with console.capture() as caught:
        console.print(Matrix(exchange, "Standards"))
    lines = caught.get().splitlines()
    assert "…" not in caught.get()
    assert max(map(len, lines)) <= width
    assert [line.split()[0] for line in lines if line.lstrip().startswith("40.") and "%" in line] == list(names[:-1])
    heads = next(line for line in lines if "40.000" in line)
    columns = sum(name in heads for name in names[:-1]) + heads.rstrip().endswith("–")
    assert columns == min(16, (width - 8) // 9)
    assert f"{16 - columns} columns more" in lines[-1] or columns == 16
