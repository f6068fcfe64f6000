"""Compare what is read from program documents with hand-made lists (`align evaluate --reading`).

Tolerant figures: a read text is right if listed texts contain or compose it; a
listed text is found if read texts contain or compose it. It does not matter where
the texts are cut. Strict figures: a read text must be nearly equal to one listed
text, letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from rapidfuzz import fuzz, process

from alignment.errors import InputError
from alignment.evaluation.reading_gold import NOTHING, GoldDocument, GoldStatement, letters_and_digits
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
    """Counts of one document, or of several together.

    ``read`` and ``listed`` count texts, ``wrong`` and ``lost`` those of them that are not right or not found;
    ``kinds`` counts read texts that are nearly equal to a listed one, ``kinds_right`` those with the right kind.
    """

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
        """The share of read texts that are right; 1 if nothing was read."""
        return 1 - self.wrong / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """The share of listed texts that were found; 1 if nothing is listed."""
        return 1 - self.lost / self.listed if self.listed else 1.0

    @property
    def kind_accuracy(self) -> float:
        """The share of right kinds among texts that are nearly equal to a listed one; aims do not count."""
        return self.kinds_right / self.kinds if self.kinds else 1.0

    @property
    def strict_precision(self) -> float:
        """The share of read texts that are nearly equal to a listed text of their own."""
        return self.strict_hits / self.strict_read if self.strict_read else 1.0

    @property
    def strict_recall(self) -> float:
        """The share of listed texts that are nearly equal to a read text of their own."""
        return self.strict_hits / self.strict_listed if self.strict_listed else 1.0


class ReadingResult(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one document; ``agreement`` is the F1 of its two human readers, if it has two."""

    document: str
    template: str
    held_out: bool
    figures: Figures
    agreement: float | None = None
    error: str = ""


class ReadStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A text that was read from the document, with its kind."""

    text: str
    kind: str


def evaluate_reading(
    documents: Sequence[GoldDocument], settings: Settings, progress: Progress | None = None
) -> list[ReadingResult]:
    """Read each document and compare it with its list."""
    results = []
    for done, document in enumerate(documents, 1):
        statements, error = _read(document, settings)
        results.append(
            ReadingResult(
                document=document.name,
                template=document.template,
                held_out=document.held_out,
                figures=compare_statements(statements, document.statements),
                agreement=agreement(*list(document.readers.values())[:2]) if len(document.readers) > 1 else None,
                error=error,
            )
        )
        if progress:
            progress("read", done, len(documents))
    return results


def _read(document: GoldDocument, settings: Settings) -> tuple[list[ReadStatement], str]:
    """What is read from a document, and the error. Refusing a document that is no program is right, not an error."""
    try:
        parts = read_parts(document.path, settings)
    except InputError as error:
        return [], "" if document.template == NOTHING else error.message
    statements = [
        ReadStatement(text=item.text, kind=item.kind.value) for part in parts for item in part.program.statements()
    ]
    return statements, ""


def total(results: Iterable[ReadingResult]) -> Figures:
    """The sums of all counts."""
    counts = [msgspec.structs.asdict(result.figures) for result in results]
    return Figures(**{name: sum(item[name] for item in counts) for name in Figures.__struct_fields__})


def compare_statements(statements: Sequence[ReadStatement], listed: Sequence[GoldStatement]) -> Figures:
    """Compare the texts that were read with those that are listed."""
    texts = list(dict.fromkeys(letters_and_digits(item.text) for item in statements))
    kind_of: dict[str, set[str]] = {}
    for statement in statements:
        kind_of.setdefault(letters_and_digits(statement.text), set()).add(statement.kind)
    gold = [(letters_and_digits(item.text), item) for item in listed]
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
        lost=sum(not _is_read(text, texts) for text in needed),
        kinds=kinds,
        kinds_right=right,
        strict_read=len(texts) - sum(other in optional for other in pairs.values()),
        strict_listed=len(set(needed)),
        strict_hits=sum(other not in optional for other in pairs.values()),
    )


def agreement(first: Sequence[GoldStatement], second: Sequence[GoldStatement]) -> float:
    """F1 of the lists of two readers: how much of what each calls needed is in the other's list."""
    lists = [[letters_and_digits(item.text) for item in texts] for texts in (first, second)]
    needed = [[letters_and_digits(item.text) for item in texts if item.needed] for texts in (first, second)]
    shares = [
        sum(_is_read(text, other) for text in texts) / len(texts) if texts else 1.0
        for texts, other in ((needed[0], lists[1]), (needed[1], lists[0]))
    ]
    return 2 * shares[0] * shares[1] / sum(shares) if sum(shares) else 0.0


def _explained(text: str, gold: Sequence[str]) -> bool:
    """Whether a read text is part of a listed one, is nearly equal to one, or consists of listed ones."""
    if any(text in other for other in gold) or _twin(text, gold):
        return True
    return len(_without(text, gold)) <= EXTRA * len(text)


def _is_read(text: str, texts: Sequence[str]) -> bool:
    """Whether a listed text is part of a read one, is nearly equal to one, or was read in pieces."""
    if any(text in other for other in texts) or _twin(text, texts):
        return True
    return len(_without(text, texts)) <= LACKING * len(text)


def _without(text: str, parts: Sequence[str]) -> str:
    """What is left of a text when all ``parts`` in it are removed, the longest first."""
    for part in sorted((part for part in parts if len(part) >= SHORTEST and part in text), key=len, reverse=True):
        text = text.replace(part, "")
    return text


def _twin(text: str, others: Sequence[str]) -> str:
    """The text of ``others`` that is nearly equal, letter by letter; empty if there is none."""
    if text in others:
        return text
    best = process.extractOne(text, others, scorer=fuzz.ratio, score_cutoff=NEAR)
    return str(best[0]) if best else ""


def _pairs(texts: Sequence[str], gold: Sequence[str]) -> dict[str, str]:
    """By read text, the listed text that is nearly equal. The most similar are matched first; each is used once."""
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
