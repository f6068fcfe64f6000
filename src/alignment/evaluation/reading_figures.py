"""How well program documents are read, against the hand-made lists (`align evaluate --reading`).

Tolerant figures: a read text is right when the listed texts explain it, a
listed one is found when read texts hold it, whatever the cut between them.
Strict figures: one read text for one listed text, nearly letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from rapidfuzz import fuzz, process

from alignment.errors import InputError
from alignment.evaluation.reading_gold import NOTHING, GoldDocument, GoldStatement, fold
from alignment.programs.readers import read_parts
from alignment.progress import Progress
from alignment.settings import Settings

# Similarity in percent from which a read text is the listed one: letters that recognition misread, another dash.
NEAR = 90.0
# Shares of a text's letters that may stay unexplained: of a read one by what is listed, of a listed one by what was
# read in pieces, whose numbers and labels are lost. The figures of docs/benchmarks.md are made with them.
EXTRA, LACKING = 0.15, 0.2
SHORTEST = 3  # letters of a piece: shorter ones stand in any text
AIM = "aim"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one document or of several together."""

    read: int = 0
    wrong: int = 0
    listed: int = 0
    lost: int = 0
    kinds: int = 0
    kinds_right: int = 0
    strict_read: int = 0
    strict_listed: int = 0
    strict_hits: int = 0

    @property
    def precision(self) -> float:
        """Share of the read texts that the lists explain; 1 where nothing was read."""
        return 1 - self.wrong / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """Share of the listed texts that were read; 1 where nothing is listed."""
        return 1 - self.lost / self.listed if self.listed else 1.0

    @property
    def kind_accuracy(self) -> float:
        """Share of right kinds among texts that were read as listed, aims left out."""
        return self.kinds_right / self.kinds if self.kinds else 1.0

    @property
    def strict_precision(self) -> float:
        """Share of the read texts that are one listed text each."""
        return self.strict_hits / self.strict_read if self.strict_read else 1.0

    @property
    def strict_recall(self) -> float:
        """Share of the listed texts that are one read text each."""
        return self.strict_hits / self.strict_listed if self.strict_listed else 1.0


class ReadingResult(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one document; ``agreement`` is the F1 of its two readers, where it has two."""

    document: str
    template: str
    held_out: bool
    figures: Figures
    agreement: float | None = None
    error: str = ""


class ReadStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A text that the program's reader gave, with its kind."""

    text: str
    kind: str


def evaluate(
    documents: Sequence[GoldDocument], settings: Settings, progress: Progress | None = None
) -> list[ReadingResult]:
    """Figures of each document, read anew."""
    results = []
    for done, document in enumerate(documents, 1):
        statements, error = _read(document, settings)
        results.append(
            ReadingResult(
                document=document.name,
                template=document.template,
                held_out=document.held_out,
                figures=compare(statements, document.statements),
                agreement=agreement(*list(document.readers.values())[:2]) if len(document.readers) > 1 else None,
                error=error,
            )
        )
        if progress:
            progress("read", done, len(documents))
    return results


def _read(document: GoldDocument, settings: Settings) -> tuple[list[ReadStatement], str]:
    """What is read; a document that is refused gives nothing, which is right for what is no program."""
    try:
        parts = read_parts(document.path, settings)
    except InputError as error:
        return [], "" if document.template == NOTHING else error.message
    statements = [
        ReadStatement(text=item.text, kind=item.kind.value) for part in parts for item in part.program.statements()
    ]
    return statements, ""


def total(results: Iterable[ReadingResult]) -> Figures:
    """All counts together."""
    counts = [msgspec.structs.asdict(result.figures) for result in results]
    return Figures(**{name: sum(item[name] for item in counts) for name in Figures.__struct_fields__})


def compare(statements: Sequence[ReadStatement], listed: Sequence[GoldStatement]) -> Figures:
    """Figures of the texts read against those listed."""
    texts = list(dict.fromkeys(fold(item.text) for item in statements))
    kind_of: dict[str, set[str]] = {}
    for one in statements:
        kind_of.setdefault(fold(one.text), set()).add(one.kind)
    gold = [(fold(item.text), item) for item in listed]
    needed = [text for text, item in gold if item.needed]
    every = [text for text, _ in gold]
    kinds = right = 0
    for text, item in gold:
        twin = _twin(text, texts) if item.kind != AIM else ""
        if twin:
            kinds += 1
            right += item.kind in kind_of[twin]
    pairs = _pairs(texts, every)
    optional = {text for text, item in gold if not item.needed} - set(needed)
    return Figures(
        read=len(texts),
        wrong=sum(not _explained(text, every) for text in texts),
        listed=len(needed),
        lost=sum(not _found(text, texts) for text in needed),
        kinds=kinds,
        kinds_right=right,
        strict_read=len(texts) - sum(other in optional for other in pairs.values()),
        strict_listed=len(set(needed)),
        strict_hits=sum(other not in optional for other in pairs.values()),
    )


def agreement(one: Sequence[GoldStatement], two: Sequence[GoldStatement]) -> float:
    """F1 of two readers of a document: how much of what each must have stands in the other's list."""
    lists = [[fold(item.text) for item in texts] for texts in (one, two)]
    needed = [[fold(item.text) for item in texts if item.needed] for texts in (one, two)]
    shares = [
        sum(_found(text, other) for text in mine) / len(mine) if mine else 1.0
        for mine, other in ((needed[0], lists[1]), (needed[1], lists[0]))
    ]
    return 2 * shares[0] * shares[1] / sum(shares) if sum(shares) else 0.0


def _explained(text: str, gold: Sequence[str]) -> bool:
    """Whether a read text stands in a listed one, is nearly one, or consists of listed ones."""
    if any(text in other for other in gold) or _twin(text, gold):
        return True
    return len(_without(text, gold)) <= EXTRA * len(text)


def _found(text: str, texts: Sequence[str]) -> bool:
    """Whether a listed text stands in a read one, is nearly one, or was read in pieces."""
    if any(text in other for other in texts) or _twin(text, texts):
        return True
    return len(_without(text, texts)) <= LACKING * len(text)


def _without(text: str, parts: Sequence[str]) -> str:
    for part in sorted((part for part in parts if len(part) >= SHORTEST and part in text), key=len, reverse=True):
        text = text.replace(part, "")
    return text


def _twin(text: str, others: Sequence[str]) -> str:
    """The text that is the same nearly letter by letter, or an empty string."""
    if text in others:
        return text
    best = process.extractOne(text, others, scorer=fuzz.ratio, score_cutoff=NEAR)
    return str(best[0]) if best else ""


def _pairs(texts: Sequence[str], gold: Sequence[str]) -> dict[str, str]:
    """One listed text for each read text that has one, the most alike first; each is used once."""
    scored = sorted(
        (
            (score, text, other)
            for text in texts
            for other in dict.fromkeys(gold)
            if (score := 100.0 if text == other else fuzz.ratio(text, other, score_cutoff=NEAR)) >= NEAR
        ),
        key=lambda item: -item[0],
    )
    pairs: dict[str, str] = {}
    used: set[str] = set()
    for _, text, other in scored:
        if text not in pairs and other not in used:
            pairs[text] = other
            used.add(other)
    return pairs
