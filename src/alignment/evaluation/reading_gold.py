"""Read the hand-made lists of statements in program documents (corpora/gold/reading).

Most of the documents may not be copied. So a row has no text. It has places in
the plain text that PDFium extracts from a page, and a fingerprint (a hash) that
shows whether the text at these places is the right one.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from alignment.errors import InputError, NotFoundError
from alignment.i18n import message as _

NAMED = 5  # missing documents that a message names: what fits a line
NOTHING = "not a program"
DOCUMENTS, ROWS = "documents.tsv", "statements.tsv"


class GoldStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a list; if ``needed`` is false, neither reading nor skipping the text is an error."""

    kind: str
    needed: bool
    text: str


class GoldDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document with the lists of its careful (human) readers, by reader.

    ``held_out``: nobody looked at its errors while the rules of reading were written.
    """

    name: str
    template: str
    path: Path
    held_out: bool
    readers: dict[str, tuple[GoldStatement, ...]]

    @property
    def statements(self) -> tuple[GoldStatement, ...]:
        """The list of the first reader."""
        return next(iter(self.readers.values()), ())


def letters_and_digits(text: str) -> str:
    """Only the letters and digits of a text, in lower case, ё as е, so that line breaks and hyphens do not matter."""
    return "".join(char for char in text.lower().replace("ё", "е") if char.isascii() or "а" <= char <= "я").translate(
        OTHERS
    )


# Signs of ASCII (128 characters) that are no letters or digits: a fingerprint leaves them out.
OTHERS = {code: None for code in range(128) if not chr(code).isalnum()}


def fingerprint(text: str) -> str:
    """A hash of the folded text, twelve hexadecimal digits."""
    return hashlib.blake2b(letters_and_digits(text).encode(), digest_size=6).hexdigest()


def load_reading_gold(gold: Path, corpora: Path, documents: Path) -> list[GoldDocument]:
    """The lists in the folder ``gold``, with the texts from ``documents`` (PDF) and from the shipped ``corpora``.

    Raises:
        NotFoundError: documents of the lists are missing.
        InputError: a document is not the one from which the list was made.
    """
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(gold / ROWS):
        rows[row["document"]].append(row)
    listed = list(_rows(gold / DOCUMENTS))
    places = {row["document"]: _place(row, corpora, documents) for row in listed}
    missing = [name for name, path in places.items() if path is None]
    if missing:
        raise NotFoundError(
            _(
                "{n} of {n2} documents of the reading lists are missing: {names}.",
                n=len(missing),
                n2=len(listed),
                names=", ".join(missing[:NAMED]),
            ),
            file=str(documents),
            hint=_("Give their folder with --documents FOLDER; corpora/gold/reading/card.md says which they are."),
        )
    return [_document(row, path, rows[row["document"]]) for row in listed if (path := places[row["document"]])]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _place(row: Mapping[str, str], corpora: Path, documents: Path) -> Path | None:
    tries = (corpora / row["path"], documents / row["path"], documents / Path(row["path"]).name)
    return next((path for path in tries if path.is_file()), None)


def _document(row: Mapping[str, str], path: Path, rows: list[dict[str, str]]) -> GoldDocument:
    texts = _Texts(path)
    readers: dict[str, list[GoldStatement]] = {reader: [] for reader in row["readers"].split()}
    for item in rows:
        text = item["text"] or texts.at(item["places"])
        if fingerprint(text) != item["fingerprint"]:
            raise InputError(
                _("this is not the document from which the list was made, or its text layer is read differently."),
                file=str(path),
                place=item["places"],
                hint=_("Give the folder with the documents that corpora/gold/reading/card.md names."),
            )
        readers[item["reader"]].append(GoldStatement(kind=item["kind"], needed=item["need"] == "1", text=text))
    return GoldDocument(
        name=row["document"],
        template=row["template"],
        path=path,
        held_out=row["held_out"] == "1",
        readers={reader: tuple(reader_row) for reader, reader_row in readers.items()},
    )


class _Texts:
    """The plain texts of the pages of a PDF, each extracted once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pages: dict[int, str] = {}

    def at(self, places: str) -> str:
        """The text at ``places``: "page:from-to" in characters; several places are separated by spaces."""
        texts = []
        for place in places.split():
            page, _, span = place.partition(":")
            start, _, end = span.partition("-")
            texts.append(self._page(int(page))[int(start) : int(end)])
        return " ".join(" ".join(texts).split())

    def _page(self, number: int) -> str:
        if number not in self.pages:
            import pypdfium2

            pdf = pypdfium2.PdfDocument(self.path)
            try:
                self.pages[number] = pdf[number - 1].get_textpage().get_text_range() if number <= len(pdf) else ""
            finally:
                pdf.close()
        return self.pages[number]
