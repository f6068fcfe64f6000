"""Compare the generated infinitives of work functions with wordings that were made by hand."""

import csv
from pathlib import Path

from alignment.language.infinitive import infinitive

BLIND = Path(__file__).parents[1] / "data" / "infinitives_blind.tsv"


def rows_of(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def plain(wording: str) -> str:
    """The wording with one spelling for verbs that have two."""
    return wording.replace("ё", "е").replace("подготавливать", "готовить")


def agreement() -> tuple[int, int]:
    """How many names are worded exactly as somebody did without seeing ours, and how many are right at all."""
    rows = rows_of(BLIND)
    generated = [plain(infinitive(row["name"])) for row in rows]
    blind = [[plain(wording) for wording in row["blind"].split(" | ")] for row in rows]
    also = [plain(row["also"]) for row in rows]
    same = sum(wording in wordings for wording, wordings in zip(generated, blind, strict=True))
    right = sum(
        wording in wordings or wording == other for wording, wordings, other in zip(generated, blind, also, strict=True)
    )
    return same, right
