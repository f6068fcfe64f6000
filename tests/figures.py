"""Figures on real programs in one place: docs/figures.json, and every page that quotes it.

``python -m tests.figures measure [FOLDER...]`` measures both engines (half an hour) and writes docs/figures.json;
a FOLDER holds judged sets that never ship. ``python -m tests.figures`` writes docs/figures.md and the marked parts
of the pages that quote it: ``<!-- figures: NAME -->`` to ``<!-- /figures -->``.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

ROOT = Path(__file__).parent.parent
DATA, PAGE = ROOT / "docs" / "figures.json", ROOT / "docs" / "figures.md"
QUOTING = ("README.md", "docs/method.md", "docs/ru.md", "models/verdict.card.md")
MARKED = re.compile(r"(<!-- figures: (\w+) -->\n?)(.*?)(<!-- /figures -->)", re.DOTALL)
ENGINES = ("default", "fast")
COLLEGE = ("osnovy_programmirovaniya", "pm01", "pm03", "programmirovanie_1c", "web")
Figures = dict[str, Any]


def measure(folders: Sequence[Path]) -> Figures:
    """Both engines on the shipped sets by cross-validation, and on what never ships where it is at hand."""
    from alignment.api.common import aligner_of
    from alignment.evaluation.evaluate_real import evaluate_real
    from alignment.evaluation.real_figures import figures_of
    from alignment.settings import load_settings

    engines: Figures = {}
    corpus: Figures = {}
    for engine in ENGINES:
        settings = msgspec.structs.replace(load_settings(), engine=engine)
        with aligner_of(settings, None) as aligner:
            result, held = evaluate_real(aligner, settings)
            own: Figures = {"all": result.means, "known": result.known_means, "other_words": result.other_words_means}
            for name, wanted in (("russian", False), ("onet", True)):
                part = [item for item in held if item.item.where.name.endswith("onet") is wanted]
                own[name] = figures_of(part) | {"sets": len({item.item.where.name for item in part})}
            parts = result.sets[:-1]
            known = {part.name: part.kappa for part in result.known_sets}
            standard = {item.item.where.name: item.item.where.standard for item in held}
            own["sets"] = [
                {"standard": standard[part.name].code or standard[part.name].title}
                | msgspec.to_builtins(part)
                | {"holds": part.holds, "known_kappa": known[part.name]}
                for part in parts
            ]
            own["unseen"] = {}
            for folder in folders:
                unseen, _ = evaluate_real(aligner, settings, folder)
                own["unseen"] |= {part.name: msgspec.to_builtins(part) for part in unseen.sets[:-1]}
            corpus = {
                "sets": len(parts),
                "requirements": len(held),
                "grades": sum(int((item.item.grades >= 0).sum()) for item in held),
                "programs": len(
                    {(item.code, item.title, item.year) for item in (one.item.where.program for one in held)}
                ),
            }
        for name, case in unseen().items():
            own["unseen"] |= checked(name, case, engine)
        engines[engine] = own
    return {"corpus": corpus, "engines": engines}


class Unseen(NamedTuple):
    """Documents that no model learned from, judged by a reader of their own against a standard."""

    verdicts: Path
    documents: Sequence[Path]
    standard: str | Path


def unseen() -> dict[str, Unseen]:
    """By name, five work programmes of a college and ten of SFedU. The verdicts of SFedU are of 60 requirements of each
    standard, drawn at random, by a language model that followed docs/guide.md and saw no engine's verdict."""
    from tests.conftest import SHARED

    here = ROOT / "tests" / "data" / "judged"
    ten = sorted((SHARED / "programs_pdf" / "sfu").glob("*.pdf"))
    five = [SHARED / "programs_pdf" / f"{name}.pdf" for name in COLLEGE]
    result = {f"sfu-{code}": Unseen(here / f"sfu-{code}.tsv", ten, code) for code in ("06.001", "06.003")}
    old = SHARED / "profstandart" / "06.001-2013.xml"
    return result | {"college": Unseen(SHARED / "judged" / "college.tsv", five, old)}


def checked(name: str, case: Unseen, engine: str) -> Figures:
    """Figures of one case, as a check judges it; nothing where its documents are not at hand."""
    import numpy as np

    import alignment
    from alignment.analysis import coverage
    from alignment.evaluation.real_figures import weighted_kappa
    from alignment.settings import load_settings

    if not case.verdicts.is_file() or not case.documents or not all(path.is_file() for path in case.documents):
        return {}
    credit = {"gap": 0.0, "unknown": 0.0, "partial": 0.5, "covered": 1.0}
    csv.field_size_limit(10**9)
    with case.verdicts.open(encoding="utf-8", newline="") as file:
        wanted = {row["requirement_id"]: credit[row["verdict"]] for row in csv.DictReader(file, delimiter="\t")}
    settings = msgspec.structs.replace(load_settings(), engine=engine)
    program = alignment.load_program(*case.documents, settings=settings)
    standard = alignment.load_standard(case.standard, settings=settings)
    result = alignment.check(program, standard, settings=settings)
    results = {item.requirement.id: item for item in result.findings}
    own = np.asarray([wanted[key] for key in wanted])
    said = np.asarray([credit[results[key].verdict.value] for key in wanted])
    right = float(((said == 1) & (own == 1)).sum())
    total = coverage(result).total
    return {
        name: {
            "name": name,
            "requirements": len(wanted),
            "kappa": weighted_kappa(own, said),
            "covered_right": right / max(1, int((said == 1).sum())),
            "covered_found": right / int((own == 1).sum()),
            "judged": float(own.mean()),
            "said": float(said.mean()),
            "expected": float(np.mean([results[key].probability for key in wanted])),
            "low": total.low,
            "high": total.high,
        }
    }


def _share(value: float) -> str:
    return "–" if value != value else f"{100 * value:.0f} %"


def _points(value: float) -> str:
    return f"{100 * value:.0f}"


def rows(data: Figures) -> list[tuple[str, str, str]]:
    """What the README's table says: a name and a cell for each engine."""
    engines = [data["engines"][name] for name in ENGINES]

    def row(name: str, cell: Callable[[Figures], str]) -> tuple[str, str, str]:
        return name, cell(engines[0]), cell(engines[1])

    def pair(part: str) -> Callable[[Figures], str]:
        return lambda own: f"{own[part]['kappa_mean']:.2f}, {own[part]['kappa_all']:.2f}"

    def covered(own: Figures) -> str:
        return f"{_share(own['covered_right'])} / {_share(own['covered_found'])}"

    result = [
        row(f"{KNOWN}: kappa with the reader, mean over sets, of all requirements", pair("known")),
        row(
            "– as if no judged program had a statement in the same words (as another university): the same",
            pair("other_words"),
        ),
        row(f"{NEW}: the same", pair("all")),
        row(f"– of {engines[0]['russian']['sets']} sets of Russian standards", pair("russian")),
        row(f"– of {engines[0]['onet']['sets']} sets of O*NET tasks in English", pair("onet")),
        row(
            "“covered” is right / found, standard known; new",
            lambda own: f"{covered(own['known'])}; {covered(own['all'])}",
        ),
        row(
            "coverage said, expected coverage: off by (mean), standard known; new",
            lambda own: (
                "; ".join(
                    f"{_points(own[part]['coverage_off'])}, {_points(own[part]['expected_off'])}" for part in BOTH
                )
                + " points"
            ),
        ),
        row(
            "the 90 % interval holds (its width), standard known; new",
            lambda own: "; ".join(
                f"{_share(own[part]['interval_holds'])} ({_points(own[part]['interval_width'])} points)"
                for part in BOTH
            ),
        ),
        row(
            "Brier score, expected calibration error, standard known; new",
            lambda own: "; ".join(f"{own[part]['brier']:.3f}, {own[part]['calibration_error']:.3f}" for part in BOTH),
        ),
    ]
    for name in engines[0]["unseen"]:
        result.append(
            row(
                f"never seen: {UNSEEN.get(name, name)}: kappa; coverage judged, said, expected",
                lambda own, name=name: (  # type: ignore[misc]
                    f"{own['unseen'][name]['kappa']:.2f}; "
                    + ", ".join(_points(own["unseen"][name][key]) for key in ("judged", "said", "expected"))
                    + " %"
                ),
            )
        )
    return result


# The two main ways of cross-validation, as the pages name them.
KNOWN = "program new, other programs judged against its standard"
NEW = "program and standard new"
# The keys of the two in figures.json.
BOTH = ("known", "all")
UNSEEN = {
    "college": "five work programmes of a college × 06.001 of 2013",
    "sfu-06.001": "ten work programmes of another university × 06.001 (60 requirements)",
    "sfu-06.003": "ten work programmes of another university × 06.003 (60 requirements)",
}


def table(data: Figures) -> str:
    """The README's table."""
    lines = ["| | `default` | `fast` |", "|---|---:|---:|"]
    return "\n".join([*lines, *(f"| {name} | {one} | {two} |" for name, one, two in rows(data))]) + "\n"


def corpus(data: Figures) -> str:
    """What the figures were measured on, as a clause."""
    own = data["corpus"]
    return f"{own['sets']} sets of a real program and a real standard ({own['requirements']:,} requirements)"


def sentence(data: Figures) -> str:
    """The figures of the default engine as a sentence."""
    known, new = (data["engines"]["default"][name] for name in ("known", "all"))
    return (
        f"where other programs were judged against the standard, “covered” is right in {_share(known['covered_right'])} "
        f"of cases and finds {_share(known['covered_found'])} of what a careful reader calls covered, and kappa with "
        f"him is {known['kappa_mean']:.2f} on average; where the standard is new too, "
        f"{_share(new['covered_right'])}, {_share(new['covered_found'])} and {new['kappa_mean']:.2f}."
    )


def sentence_ru(data: Figures) -> str:
    """The same in Russian."""
    known, new = (data["engines"]["default"][name] for name in ("known", "all"))
    kappas = [f"{part['kappa_mean']:.2f}".replace(".", ",") for part in (known, new)]
    return (
        f"если с тем же стандартом уже сравнивали другие программы из обучающего набора, вывод «покрыто» верен "
        f"в {_share(known['covered_right'])} случаев и находит {_share(known['covered_found'])} того, что внимательный "
        f"эксперт считает покрытым, а каппа с ним в среднем {kappas[0]}; если стандарт тоже новый – "
        f"{_share(new['covered_right'])}, {_share(new['covered_found'])} и {kappas[1]}."
    )


PARTS: dict[str, Callable[[Figures], str]] = {
    "table": table,
    "corpus": corpus,
    "sentence": sentence,
    "sentence_ru": sentence_ru,
}


def quoted(text: str, data: Figures) -> str:
    """The page with its marked parts written anew."""
    return MARKED.sub(lambda match: match[1] + PARTS[match[2]](data) + match[4], text)


def page(data: Figures) -> str:
    """docs/figures.md: all figures, then standard by standard."""
    groups: dict[str, list[tuple[Figures, Figures]]] = defaultdict(list)
    for pair in zip(*(data["engines"][name]["sets"] for name in ENGINES), strict=True):
        groups[pair[0]["standard"]].append(pair)
    lines = [
        "# Figures on real programs",
        "",
        f"Measured on {corpus(data)}, {data['corpus']['programs']} programs, {data['corpus']['grades']:,} graded",
        "statements, by models trained anew, in three ways. “Program and standard new”: fifteen models, each without a",
        "fifth of the standards and a third of the programs, judge these programs against these standards. “Program new”:",
        "five models, each without a fifth of the programs, have [precedents](method.md) of the standard. “As another",
        "university”: the same without precedents in the words of the statement. Labels: a",
        "language model as one careful reader by [the definition of a verdict](guide.md); how far a second such reader",
        "agrees says the [card](cards/gold-real.md). What",
        "is “never seen” does not ship and was not looked at while training: the shipped models judge it, which have",
        "precedents of 06.001 and 06.003. This page is generated: `python -m tests.figures measure`, then",
        "`python -m tests.figures`.",
        "",
        table(data),
        "## Standard by standard",
        "",
        "Means over the sets of a standard; of kappa the least in brackets. Coverage and its interval: standard new.",
        "`align evaluate --real` prints every set, docs/figures.json has them.",
        "",
        "| standard | sets | coverage judged | said: `default` | said: `fast` | kappa, standard known | kappa, standard new | the interval holds |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for standard, pairs in sorted(groups.items()):
        first, second = zip(*pairs, strict=True)

        def mean(own: Sequence[Figures], key: str) -> float:
            return sum(item[key] for item in own) / len(own)

        kappas = [
            f"{mean(first, key):.2f} ({min(item[key] for item in first):.2f})" for key in ("known_kappa", "kappa")
        ]
        lines.append(
            f"| {standard} | {len(pairs)} | {_share(mean(first, 'judged'))} | {_share(mean(first, 'said'))} "
            f"| {_share(mean(second, 'said'))} | {kappas[0]} | {kappas[1]} | {_share(mean(first, 'holds'))} |"
        )
    return "\n".join(lines) + "\n"


def _lines(data: Figures) -> str:
    """The figures as JSON, a set a line."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    return re.sub(r"\{[^{}]*\}", lambda match: " ".join(match[0].split()), text) + "\n"


def main(arguments: Sequence[str]) -> None:
    """Measure, or write the pages."""
    if arguments[:1] == ["measure"]:
        data = measure([Path(name) for name in arguments[1:]])
        DATA.write_text(_lines(data), encoding="utf-8")
    data = json.loads(DATA.read_text(encoding="utf-8"))
    PAGE.write_text(page(data), encoding="utf-8")
    for name in QUOTING:
        path = ROOT / name
        path.write_text(quoted(path.read_text(encoding="utf-8"), data), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
