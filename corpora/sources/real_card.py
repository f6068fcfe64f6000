"""The card of corpora/gold/real, with figures counted from its files."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

Row = dict[str, str]
TEXT = """# Card: the judged corpus of real programs and standards

{sets} sets ({pairs} different pairs of a program and a standard), {requirements} requirements, {grades} graded
statements. {programs} real bachelor programs of ITMO University (2018 to 2021) against {standards} real professional
standards and {onet} requirements of O*NET; all {statements} statements of the programs stand in the folder, so that
an engine can be asked to find the right ones itself.

| | |
|---|---|
| grades | {by_grade} |
| verdicts | {by_verdict} |
| relation of program and standard (sets) | {by_relation} |
| field of the standard (sets) | {by_field} |
| standards (sets) | {by_standard} |

**Who judged, and how.** A large language model as one careful reader, in one pass, following `guide.md` beside this
card: every requirement with its function and its candidates with their disciplines, without a verdict or probability
of any engine. `reader` in sets.tsv is the pass; `shared` are the 12 sets judged before this corpus. In these,
candidates came from three engines and character n-grams, at most eight a requirement; in the others at most twelve a
requirement were taken in turn from the default engine, e5, character n-grams and the cosine of the untrained encoder,
and shuffled; in the last 60 sets at most ten or eleven, chosen the same way by the engine that had learned from the
first 56. A statement that no requirement names was not judged: it is not the same as grade 0. Requirements were drawn
at random, at most 75 a standard; in the last 60 sets those that no set had asked came first. Afterwards candidates that
the engine taught by all sets put among the first four (by models that had not seen program and standard) and that
nobody had judged were judged by the same kind of reader, at most three a requirement; a grade above those before
lifted the verdict.

**Agreement.** A second pass of the same kind of reader, which did not see the first; quadratic-weighted kappa of the
verdicts and of the grades. It shows that the guide is followed evenly, not that every commission would agree. The
first reading is the one that stands in requirements.tsv and grades.tsv, where they differ too; the second is in
second_verdicts.tsv and second.tsv.

| set | readers | requirements | kappa of verdicts | grades | kappa of grades |
|---|---|---|---|---|---|
{agreement}

**Files** (tab separated, no quoting). sets.tsv: set, program, standard (as `-s` takes it), edition (date of the
order; number of O*NET's), field, relation, reader. requirements.tsv: what was asked, with verdict and reason;
`function` is the context. programs.tsv: the numbers of a program's statements, in order. statements.tsv: topics by
discipline, a discipline of which no topics are known as its `title`, competences and indicators as `competence` of
the discipline "Компетенции программы …". grades.tsv: 2 covers, 1 partial, 0 none. "covered" has a 2, or several 1
that make up the whole together (the reason says so); "partial" has a 1; "gap" has 0 only.

**What was changed or left out.** Texts are verbatim but for codes of competences at their beginning and doubled
spaces. {moved} requirements of reg850 and 29.002 got the ids and kinds of the standard that ships: their source had
skills and knowledge exchanged, or had lost a row, when they were judged. So the reader of navigation-reg850 saw
"skill" where it was knowledge and the reverse. Statements that the reader of documents had split were put in as they
were judged, in the place of the whole; parts that nobody judged are lost with it. Two pools (33, 35: programs of
robotics and photonics against O*NET) had no candidates and were thrown away; the set `college` of the same origin is
not here, because its documents have no licence.

**Known weaknesses.** One university, one layout of documents, plans of 2018 to 2021; outcomes of disciplines (знать,
уметь, владеть) and practices' contents are not in the data. Topics belong to disciplines by title, so programs that
share a discipline share its topics. `union-…` are no programs: the documents of six, to have a bundle as large as a
faculty's. comp19 and nets-40.019 are the same program and standard with other requirements: keep them on one side of
a split; so with all sets of one program, or of one standard, according to what is held out. The field and the
relation are a judgement from titles. The judge is a language model: expect some per cent of labels that an expert
would change, most of them between partial and its neighbours.{remarks}

**What it must not be used for.** To decide on a real program, university or person; to cite a standard (cite the
official publication); to call a figure held out that was measured on sets which a model learned from. The four pairs
kept to measure with are not in it: 12.03.05 "Лазерные технологии" against 40.037, 09.03.02 "Программирование и
интернет-технологии" against 06.001, 16.03.01 "Нанофотоника и квантовая оптика" against 29.002, 09.03.04 "Системное и
прикладное программное обеспечение" against 06.003. (`nano` is the third of these programs against another standard.)

**Licences.** Programs: TonikX/analytics_backend (ITMO University), MIT, copyright (c) 2020 Anton Govorov
(corpora/programs/LICENSE.md). Standards: official acts, not subject to copyright. The {onet} O*NET requirements (sets
{onet_sets}) include information from O*NET 18.1 by the U.S. Department of Labor, Employment and Training
Administration (USDOL/ETA), used under the CC BY 4.0 license; O*NET is a trademark of USDOL/ETA; the choice was made
here and USDOL/ETA has not approved it. Verdicts, grades, reasons, guide: Apache-2.0.

Made by `corpora/sources/make_real.py` (the same sources give the same bytes).
"""
REMARKS = """ The judges' own remarks: general topics of a field (circuit theory, testing) got 0 for
specific objects; the right method on another object of the field got 1; programming topics counted as practical in
infocom-40.035; requirements that a set repeats were graded alike; the closest calls are the verdicts "together"."""


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _counts(values: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in sorted(values.items(), key=lambda x: (-x[1], x[0])))


def card(folder: Path, agreement: Sequence[tuple[str, str, int, int, float, float]], moved: int) -> str:
    """The text of card.md, from the tables in the folder."""
    sets, asked = _rows(folder / "sets.tsv"), _rows(folder / "requirements.tsv")
    grades = Counter(row["grade"] for row in _rows(folder / "grades.tsv"))
    onet = {row["set"] for row in sets if row["standard"] == "O*NET"}
    programs = {row["program"] for row in sets}
    return TEXT.format(
        sets=len(sets),
        pairs=len({(row["program"], row["standard"]) for row in sets}),
        requirements=f"{len(asked):,}",
        grades=f"{grades.total():,}",
        programs=len(programs - {"UNION"}),
        standards=len({row["standard"] for row in sets} - {"O*NET"}),
        onet=sum(row["set"] in onet for row in asked),
        onet_sets=", ".join(sorted(onet)),
        statements=f"{len(_rows(folder / 'statements.tsv')):,}",
        by_grade=_counts(grades),
        by_verdict=_counts(Counter(row["verdict"] for row in asked)),
        by_relation=_counts(Counter(row["relation"] for row in sets)),
        by_field=_counts(Counter(row["field"] for row in sets)),
        by_standard=_counts(Counter(row["standard"] for row in sets)),
        agreement="\n".join(
            f"| {name} | {readers} | {own} | {verdicts:.2f} | {pairs:,} | {marks:.2f} |"
            for name, readers, own, pairs, verdicts, marks in agreement
        ),
        moved=moved,
        remarks=REMARKS,
    )
