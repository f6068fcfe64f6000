"""Functions worded with verbs by hand, and how often ours are the same."""

import csv
from pathlib import Path

from alignment.language.infinitive import infinitive

BLIND = Path(__file__).parents[1] / "data" / "infinitives_blind.tsv"


def rows_of(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def plain(wording: str) -> str:
    """Two spellings of one verb are one."""
    return wording.replace("ё", "е").replace("подготавливать", "готовить")


def agreement() -> tuple[int, int]:
    """How many blind wordings the program makes word for word, and how many it makes right."""
    rows = rows_of(BLIND)
    made = [plain(infinitive(row["name"])) for row in rows]
    blind = [[plain(one) for one in row["blind"].split(" | ")] for row in rows]
    also = [plain(row["also"]) for row in rows]
    same = sum(one in own for one, own in zip(made, blind, strict=True))
    right = sum(one in own or one == other for one, own, other in zip(made, blind, also, strict=True))
    return same, right
