"""Agreement of the sample's verdicts with the list made by hand."""

from __future__ import annotations

import csv
from collections import Counter

from sklearn.metrics import roc_auc_score

from alignment import check, load_program, load_standard
from alignment.settings import Settings
from tests.conftest import ROOT


def sample(settings: Settings) -> list[str]:
    """Agreement of the sample's verdicts with the list made by hand."""
    folder = ROOT / "tests" / "data" / "programs" / "11.03.03"
    alignment = check(load_program(folder, settings=settings), load_standard("06.005"), settings=settings)
    result = {finding.requirement.id: finding for finding in alignment.findings}
    with folder.with_name("11.03.03.expected.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    pairs = Counter((row["verdict"], result[row["id"]].verdict.value) for row in rows)
    names = ("covered", "partial", "gap")
    lines = ["| by hand ↓, checker → | covered | partial | gap |", "|---|---:|---:|---:|"]
    lines += [f"| {one} | " + " | ".join(str(pairs[one, two]) for two in names) + " |" for one in names]
    agreed = sum(pairs[name, name] for name in names)
    lines += ["", f"Agreement {agreed} of {len(rows)} ({agreed / len(rows):.0%})."]
    for high, low in (("covered", "gap"), ("covered", "partial"), ("partial", "gap")):
        chosen = [row for row in rows if row["verdict"] in (high, low)]
        value = roc_auc_score(
            [row["verdict"] == high for row in chosen], [result[row["id"]].probability for row in chosen]
        )
        lines.append(f"ROC AUC {high}/{low}: {value:.3f}.")
    return lines
