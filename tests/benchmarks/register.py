"""Index, search, suggest and overlap at growing sizes: ``python -m tests.benchmarks.register``; writes
docs/register.md.

Requirements are made by recombining real ones: the first half of one shipped requirement with the second half of
another, in functions whose names are recombined alike, about 167 a standard. Each size runs in a process of its own.
The peer, in the same run and up to 10,000 requirements, is sentence-transformers with MiniLM: `encode`,
`semantic_search` and
`paraphrase_mining`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np

from alignment.analysis.overlap import find_overlap, load_chance
from alignment.analysis.overlap.links import directions, nodes
from alignment.analysis.suggest import shortlist
from alignment.cache import Cache
from alignment.catalogue.index import build, open_index
from alignment.encoders import CachedEncoder, load_encoder
from alignment.evaluation.shipped import shipped_standards
from alignment.model import (
    Discipline,
    GeneralizedFunction,
    Kind,
    Program,
    Requirement,
    Standard,
    Statement,
    WorkFunction,
)
from alignment.settings import Settings
from tests.benchmarks.page import made, publish
from tests.conftest import MODELS

SIZES = (1_000, 10_000, 100_000, 250_000)
EACH, PER_FUNCTION, STATEMENTS = 167, 12, 1_000
PEER_MOST = 10_000


def recombined(size: int, seed: int = 1) -> list[Standard]:
    """Standards with ``size`` requirements in all."""
    random = np.random.default_rng(seed)
    real = shipped_standards(Settings())
    texts = [item.text.split() for standard in real for _, _, item in standard.requirements()]
    names = [f.name.split() for standard in real for g in standard.functions for f in g.functions]

    def mixed(pool: list[list[str]]) -> str:
        one, two = pool[int(random.integers(len(pool)))], pool[int(random.integers(len(pool)))]
        return " ".join([*one[: (len(one) + 1) // 2], *two[len(two) // 2 :]])

    result, left = [], size
    while left > 0:
        count = min(EACH, left)
        code = f"{len(result) % 40 + 1:02d}.{len(result) // 40 + 100:03d}"
        functions = []
        for number in range(0, count, PER_FUNCTION):
            own = tuple(
                Requirement(id=f"r{n}", text=mixed(texts), kind=Kind.SKILL)
                for n in range(min(PER_FUNCTION, count - number))
            )
            functions.append(WorkFunction(code=f"A/{number:02d}.6", name=mixed(names), level="6", requirements=own))
        general = GeneralizedFunction(code="A", name=mixed(names), level="6", functions=tuple(functions))
        result.append(Standard(code=code, title=mixed(names), date="01.01.2026", functions=(general,)))
        left -= count
    return result


def program_of(standards: list[Standard]) -> Program:
    """A program of a thousand statements in forty disciplines."""
    texts = [item.text for standard in standards[:8] for _, _, item in standard.requirements()]
    while len(texts) < STATEMENTS:
        texts += [f"{text} в отрасли" for text in texts]
    disciplines = tuple(
        Discipline(
            title=f"Дисциплина {number}",
            statements=tuple(
                Statement(id=f"s{number}-{n}", text=text, kind=Kind.SKILL, discipline=f"Дисциплина {number}")
                for n, text in enumerate(texts[number * 25 : number * 25 + 25])
            ),
        )
        for number in range(STATEMENTS // 25)
    )
    return Program(title="Радиотехника", code="11.03.01", disciplines=disciplines)


def one(size: int) -> dict[str, float]:
    """All figures of one size."""
    settings = Settings()
    engine = load_encoder(MODELS)
    engine.encode(["загрузка"])
    with tempfile.TemporaryDirectory() as name:
        folder, index = Path(name) / "in", Path(name) / "index"
        folder.mkdir()
        standards = recombined(size)
        for standard in standards:
            data = {"format": 1, **msgspec.to_builtins(standard)}
            (folder / f"{standard.code}.json").write_bytes(msgspec.json.encode(data))
        result: dict[str, float] = {}
        # The index is made of standards in memory: reading XML is measured elsewhere.
        import alignment.catalogue.index.builder as builder

        builder.read_file = lambda path, _settings: [
            msgspec.convert(json.loads(path.read_bytes()), Standard, strict=False)
        ]
        made = build([folder], index, engine, settings)
        result["index, s"] = made.seconds
        result["requirements/s"] = size / made.seconds
        result["bytes each"] = made.size / size
        began = time.perf_counter()
        build([folder], index, engine, settings)
        result["update of nothing, s"] = time.perf_counter() - began
        began = time.perf_counter()
        register = open_index(index, engine.name, engine.version)
        result["open, s"] = time.perf_counter() - began
        program = program_of(standards)
        with Cache(Path(name) / "cache") as cache:
            cached = CachedEncoder(engine, cache)
            began = time.perf_counter()
            shortlist(program, register, cached, 8)
            result["suggest, first look with encoding, s"] = time.perf_counter() - began
            began = time.perf_counter()
            shortlist(program, register, cached, 8)
            result["suggest, first look again, s"] = time.perf_counter() - began
            result["memory after suggest, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            began = time.perf_counter()
            names = nodes(register)
            chance = load_chance(settings.data_path("models"), "adapted")
            results = find_overlap(register, names, directions(register, names, cached), chance, least=0.3)
            result["overlap, s"] = time.perf_counter() - began
            result["groups"] = len(results.groups)
        result["memory after overlap, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return result


def peer(size: int) -> dict[str, float]:
    """sentence-transformers with MiniLM on the same texts."""
    from sentence_transformers import util

    from tests.benchmarks.minilm import MiniLm

    engine = MiniLm()
    engine.encode(["loading"])
    standards = recombined(size)
    texts = [item.text for standard in standards for _, _, item in standard.requirements()]
    queries = [item.text for item in program_of(standards).statements()]
    began = time.perf_counter()
    vectors = engine.encode(texts)
    encoded = time.perf_counter() - began
    began = time.perf_counter()
    util.semantic_search(engine.encode(queries), vectors, top_k=10)
    searched = time.perf_counter() - began
    began = time.perf_counter()
    util.paraphrase_mining_embeddings(vectors, top_k=8)
    mined = time.perf_counter() - began
    return {
        "index, s": encoded,
        "requirements/s": size / encoded,
        "bytes each": float(vectors.shape[1] * 4),
        "suggest, first look with encoding, s": searched,
        "overlap, s": mined,
        "memory after overlap, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def _process(kind: str, size: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.register", kind, str(size)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        return {}
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Measure and write; with arguments one measurement, as JSON."""
    if len(sys.argv) > 2:
        measured = {"own": one, "peer": peer}[sys.argv[1]](int(sys.argv[2]))
        sys.stdout.write(json.dumps(measured) + "\n")
        return
    own = {size: _process("own", size) for size in SIZES}
    peers = {size: _process("peer", size) for size in SIZES if size <= PEER_MOST}
    names = list(next(iter(own.values())))
    lines = [
        "# The register at growing sizes",
        "",
        f"{made('register')}. Requirements are recombined from the shipped standards; a program has "
        f"{STATEMENTS:,} statements. Aims: 1,500 requirements/s, 1,200 bytes each, opening under 0.3 s, first look under "
        "1 s, under 1,000 MB, overlap of 250,000 under 180 s.",
        "",
        "| | "
        + " | ".join(f"{size:,}" for size in SIZES)
        + " | "
        + " | ".join(f"MiniLM {size:,}" for size in peers)
        + " |",
        "|---|" + "---:|" * (len(SIZES) + len(peers)),
    ]
    for name in names:
        cells = [*(own[size].get(name) for size in SIZES), *(peers[size].get(name) for size in peers)]
        lines.append(f"| {name} | " + " | ".join("" if value is None else f"{value:,.2f}" for value in cells) + " |")
    publish("register", lines)


if __name__ == "__main__":
    main()
