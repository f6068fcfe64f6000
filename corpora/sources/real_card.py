"""The card of corpora/gold/real, with figures counted from its files.

python corpora/sources/real_card.py corpora/gold/real
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from alignment.evaluation.real_figures import weighted_kappa

Row = dict[str, str]
# End of a program's id that has the federal competences of its direction beside its own statements.
FEDERAL = "F"
# Sets of the first and of the second part; they stand in this order in sets.tsv.
FIRST, SECOND = 116, 146
# Requirements that `make_real` gave the id and kind of the standard that ships.
MOVED = 40
VERDICTS = ("gap", "partial", "covered")
TEXT = """# Card: the judged corpus of real programs and standards

{sets} sets ({pairs} different pairs of a program and a standard), {requirements} requirements, {grades} graded
statements. {programs} real bachelor programs of ITMO University (2018 to 2021; one is the documents of six) against
{standards} real professional standards and {onet} requirements of O*NET; all {statements} statements of the programs
stand in the folder, so that an engine can be asked to find the right ones itself.

| | |
|---|---|
| grades | {by_grade} |
| verdicts | {by_verdict} |
| relation of program and standard (sets) | {by_relation} |
| field of the standard (sets) | {by_field} |
| standards (sets) | {by_standard} |

**Who judged, and how.** A large language model as one careful reader, in one pass, following `guide.md` beside this
card. It saw every requirement with its function and the candidates with their disciplines, shuffled, without a
verdict or probability of any engine. A statement that no requirement names was not judged: it is not the same as
grade 0.

- **First part**, the first 116 sets: at most 75 requirements a standard, drawn at random; at most twelve candidates
  (eight in the 12 sets of the reader `shared`), taken in turn from engines, character n-grams and the cosine of the
  untrained encoder. Afterwards candidates that the engine taught by all sets put among the first four and that nobody
  had judged were judged too, at most three a requirement; a grade above those before lifted the verdict.
- **Second part**, the next 146 sets (5,744 requirements; readers A to O anew: a letter is a pass over some sets, not
  a person, and recurs from the first part). 24 sets have 36 requirements, half of them with a competence of the kind
  ОПК among the first five candidates where there were enough; 122 have 40, those that had been judged for fewest
  programs. At most ten candidates: from the engine `fast`, character n-grams, the cosine with context, and the
  federal competences. The reader wrote the grades 1 and 2 only; a candidate that he left out has a 0.
- **Third part**, the other {third} sets ({third_requirements} requirements; readers A to P, AA to AH, BA to BG): as
  the second, with 40 requirements that had been judged for fewest programs; the engine that chose candidates had
  learned from the first two parts. These readers were quick, half a minute to a minute and a half a set; what one
  overlooked has a 0, also where a second one found it.

**Federal competences.** A program whose id ends in F ({federal} of them, {federal_sets} sets) has its own statements
and, as the discipline "Компетенции ФГОС ВО", the universal (УК) and general professional (ОПК) competences of
ФГОС ВО 3++ of its direction, which every such program must have by law. They were typed from memory of the orders
(official acts, not subject to copyright): check them against the official publication before you cite them. P034 and
P034F are one program.

**Agreement** with a second pass of the same kind of reader (quadratic-weighted kappa). It shows that the guide is
followed evenly, not that every commission would agree. The first reading stands; the second is in second.tsv and
second_verdicts.tsv; from the second part on it went from the last requirement to the first. Verdicts are compared by
the candidates that both saw.

| part | sets read twice | requirements | kappa of verdicts | least set | grades | kappa of grades | least set |
|---|---|---|---|---|---|---|---|
{agreement}

**Files** (tab separated, no quoting). sets.tsv: set, program, standard (as `-s` takes it), edition (date of the
order; number of O*NET's), field, relation, reader. requirements.tsv: what was asked, with verdict and reason;
`function` is the context. programs.tsv: the numbers of a program's statements, in order. statements.tsv: topics by
discipline, a discipline of which no topics are known as its `title`, competences and indicators as `competence` of
the discipline "Компетенции программы …"; the column `competence` is the code of a federal one. grades.tsv: 2 covers,
1 partial, 0 none. "covered" has a 2, or several 1 that make up the whole together (the reason says so); "partial" has
a 1; "gap" has 0 only.

**What was changed.** Texts of the programs are verbatim but for codes of competences at their beginning and doubled
spaces. {moved} requirements of reg850 and 29.002 got the ids and kinds of the standard that ships: their source had
skills and knowledge exchanged, so the reader saw the wrong kind. Statements that the reader of documents had split
stand whole.

**Weak spots.** One university, one layout of documents, plans of 2018 to 2021; no outcomes of disciplines (знать,
уметь, владеть). Programs that share a discipline share its topics. `union-…` (2 sets) are the documents of six
programs; the folds of `align evaluate --real` do not keep these apart from it.
comp19 and nets-40.019 are the same program and standard: keep them on one side of a split, as all sets of one program
(with and without F) or standard that is held out. Expect some per cent of labels that an expert would change, most
between partial and its neighbours: general topics of a field got 0 for specific objects, the right method on another
object 1.

**What it must not be used for.** To decide on a real program, university or person; to cite a standard (cite the
official publication); to call a figure held out that was measured on sets which a model learned from. The four pairs
kept to measure with are not in it: 12.03.05 "Лазерные технологии" × 40.037, 09.03.02 "Программирование и
интернет-технологии" × 06.001, 16.03.01 "Нанофотоника и квантовая оптика" × 29.002, 09.03.04 "Системное и прикладное
программное обеспечение" × 06.003.

**Licences.** Programs: TonikX/analytics_backend (ITMO University), MIT, copyright (c) 2020 Anton Govorov
(corpora/programs/LICENSE.md). Standards: official acts, not subject to copyright. The {onet} O*NET requirements (sets
`…-onet`) include information from O*NET 18.1 by the U.S. Department of Labor, Employment and Training
Administration (USDOL/ETA), used under the CC BY 4.0 license; O*NET is a trademark of USDOL/ETA; the choice was made
here and USDOL/ETA has not approved it. Verdicts, grades, reasons, guide: Apache-2.0.

The first part was made by `corpora/sources/make_real.py`, this card by `real_card.py` beside it.
"""


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _counts(values: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in sorted(values.items(), key=lambda x: (-x[1], x[0])))


def _kappa(pairs: Sequence[tuple[int, int]]) -> float:
    first, second = np.asarray(pairs, dtype=np.float64).T
    return weighted_kappa(first, second)


def _agreement(folder: Path, part_of: Mapping[str, str]) -> str:
    """The rows of the table of agreement: one for each part, and one for all."""
    grade = {
        (row["set"], row["requirement"], row["statement"]): int(row["grade"]) for row in _rows(folder / "grades.tsv")
    }
    asked = {(row["set"], row["requirement"]): row for row in _rows(folder / "requirements.tsv")}
    marks: dict[str, list[tuple[int, int]]] = defaultdict(list)
    best: dict[tuple[str, str], int] = defaultdict(int)
    for row in _rows(folder / "second.tsv"):
        own = grade[row["set"], row["requirement"], row["statement"]]
        marks[row["set"]].append((own, int(row["grade"])))
        best[row["set"], row["requirement"]] = max(own, best[row["set"], row["requirement"]])
    verdicts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in _rows(folder / "second_verdicts.tsv"):
        key = row["set"], row["requirement"]
        together = asked[key]["reason"].lower().startswith("together")
        verdicts[row["set"]].append((2 if together else best[key], VERDICTS.index(row["verdict"])))
    parts: dict[str, list[str]] = defaultdict(list)
    for name in marks:
        parts[part_of[name]].append(name)
    parts["all"] = list(marks)
    lines = []
    for part, names in parts.items():
        cells: list[str] = [part, str(len(names))]
        for of in (verdicts, marks):
            pairs = [pair for name in names for pair in of[name]]
            cells += [f"{len(pairs):,}", f"{_kappa(pairs):.2f}", f"{min(_kappa(of[name]) for name in names):.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def card(folder: Path) -> str:
    """The text of card.md, from the tables in the folder."""
    sets, asked = _rows(folder / "sets.tsv"), _rows(folder / "requirements.tsv")
    names = [row["set"] for row in sets]
    part_of = {name: str(1 + (place >= FIRST) + (place >= FIRST + SECOND)) for place, name in enumerate(names)}
    grades = Counter(row["grade"] for row in _rows(folder / "grades.tsv"))
    onet = {row["set"] for row in sets if row["standard"] == "O*NET"}
    programs = {row["program"].removesuffix(FEDERAL) for row in sets}
    return TEXT.format(
        sets=len(sets),
        pairs=len({(row["program"].removesuffix(FEDERAL), row["standard"]) for row in sets}),
        requirements=f"{len(asked):,}",
        grades=f"{grades.total():,}",
        programs=len(programs),
        standards=len({row["standard"] for row in sets} - {"O*NET"}),
        onet=sum(row["set"] in onet for row in asked),
        statements=f"{len(_rows(folder / 'statements.tsv')):,}",
        by_grade=_counts(grades),
        by_verdict=_counts(Counter(row["verdict"] for row in asked)),
        by_relation=_counts(Counter(row["relation"] for row in sets)),
        by_field=_counts(Counter(row["field"] for row in sets)),
        by_standard=_counts(Counter(row["standard"] for row in sets)),
        third=len(sets) - FIRST - SECOND,
        third_requirements=f"{sum(part_of[row['set']] == '3' for row in asked):,}",
        agreement=_agreement(folder, part_of),
        moved=MOVED,
        federal=len({row["program"] for row in sets if row["program"].endswith(FEDERAL)}),
        federal_sets=sum(row["program"].endswith(FEDERAL) for row in sets),
    )


if __name__ == "__main__":
    (Path(sys.argv[1]) / "card.md").write_text(card(Path(sys.argv[1])), encoding="utf-8", newline="\n")
