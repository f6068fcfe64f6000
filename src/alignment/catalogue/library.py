"""List the available standards, and find one by code, path or part of its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz import fuzz, process

from alignment.catalogue.editions import OUT_OF_FORCE, Entry, dated, of_edition, shown, split_name, when
from alignment.errors import AmbiguousError, InputError, NotFoundError, choices
from alignment.i18n import Text, after
from alignment.i18n import message as _
from alignment.language.codes import fold_code
from alignment.model import NamedStandard, Qualification, Standard
from alignment.settings import Settings
from alignment.standards import card_tree
from alignment.standards.readers import READERS, read_file, read_folder

# Similarity in percent from which the nearest title at hand is the one that a card names, where its order is not at
# hand. Only what is written differently (a dash, an ending) may pass; of the shipped standards two titles are 91 %
# alike, all others at most 77.
SAME_TITLE = 85
# Bytes at the head of a shipped file that hold its code, title and order: in those shipped they end within the first
# 1,100.
PASSPORT = 8000
# "Did you mean" for a name that fits nothing: how many are listed, and the similarity in percent from which a code is
# one mistyped (one digit wrong gives 83, two give 67) and a title is (a part of it, or a word of it with a mistake).
# Only a hint.
NEAREST, LIKE_CODE, LIKE_TITLE = 3, 70, 60


def entries(settings: Settings) -> Iterator[Entry]:
    """An entry for each shipped standard, then for each in the user's folder."""
    for origin, folder in (
        ("shipped", settings.data_path("corpora") / "standards"),
        ("user", settings.standards_path()),
    ):
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in READERS.suffixes() and path.name != OUT_OF_FORCE:
                yield from _entries_of(path, origin, settings)


def _entries_of(path: Path, origin: str, settings: Settings) -> Iterator[Entry]:
    if origin == "shipped" and path.suffix == ".xml":
        # Only the head of the file is read, so that a listing does not parse megabytes.
        with path.open("rb") as source:
            head = source.read(PASSPORT).decode("utf-8", errors="ignore")
        values = {
            tag: match[1] if (match := re.search(f"<{tag}>([^<]*)</{tag}>", head)) else ""
            for tag in ("CodeKindProfessionalActivity", "NameProfessionalStandart", "OrderNumber", "DateOfApproval")
        }
        code, title, number, date = (card_tree.element_text(value) for value in values.values())
        yield Entry(code=code, title=title, order=number, date=date, path=str(path), origin=origin)
        return
    try:
        standards = read_file(path, settings)
    except InputError as error:
        yield Entry(code="", title=error.message, order="", date="", path=str(path), origin=origin, readable=False)
        return
    for standard in standards:
        yield Entry(
            code=standard.code,
            title=standard.title,
            order=standard.order,
            date=standard.date,
            path=str(path),
            origin=origin,
        )


def editions(settings: Settings) -> list[NamedStandard]:
    """All editions of all available standards that have a code, the newest first."""
    result = [
        NamedStandard(code=entry.code, title=entry.title, order=entry.order, date=entry.date)
        for entry in entries(settings)
        if entry.readable and entry.code
    ]
    return sorted(result, key=lambda item: when(item.date), reverse=True)


def for_qualification(card: Qualification, settings: Settings) -> Standard:
    """The standard that a qualification card names, found by its order, else by a similar title.

    Raises:
        NotFoundError: it is not among the available standards.
    """
    listed = [entry for entry in entries(settings) if entry.readable]
    hits = [entry for entry in listed if card.order and entry.order == card.order]
    if not hits:
        titles = [fold_code(entry.title) for entry in listed]
        best = process.extractOne(fold_code(card.standard_title), titles, scorer=fuzz.ratio, score_cutoff=SAME_TITLE)
        hits = [listed[best[2]]] if best else []
    if not hits:
        raise NotFoundError(
            _(
                "the standard of this card is not available: {standard_title} ({order} of {date}).",
                standard_title=card.standard_title,
                order=card.order,
                date=card.date,
            ),
            file=card.source,
            hint=_("Put its file into the folder of your standards, or name it with --standard."),
        )
    standard = next(item for item in read_file(Path(hits[0].path), settings) if item.title == hits[0].title)
    return dated(standard, listed, settings)


def find(name: str, settings: Settings) -> Standard:
    """The standard with that code, path, or part of its title; FOLDER#NAME names an occupation of ESCO or O*NET.

    Raises:
        NotFoundError: no standard matches; the error suggests similar ones.
        AmbiguousError: several match.
        InputError: the file or folder cannot be read.
    """
    folder, _sign, inner = name.partition("#")
    if Path(folder).is_dir():
        return read_folder(Path(folder), inner, settings)
    path = Path(name)
    if path.exists() or path.suffix.lower() in READERS.suffixes() or "/" in name:
        standards = read_file(path, settings)
        if len(standards) > 1:
            held = choices(f"{item.code} {item.title}" for item in standards)
            raise AmbiguousError(
                _("the file has {n} standards.", n=len(standards)),
                file=name,
                hint=_("Give a file with one standard. This file has:{choices}", choices=held),
            )
        return dated(standards[0], list(entries(settings)), settings)
    listed = [entry for entry in entries(settings) if entry.readable]
    wanted, order_number, year = split_name(name)
    hits = [entry for entry in listed if entry.code == wanted] or [
        entry for entry in listed if wanted.lower() in entry.title.lower()
    ]
    if hits and not any(of_edition(entry, order_number, year) for entry in hits):
        raise NotFoundError(
            _("there is no such edition of {code} {title}: {name}.", code=hits[0].code, title=hits[0].title, name=name),
            hint=_(
                "Available:{choices}",
                choices=choices(f"-s '{entry.code} {entry.year}'  {shown(entry)} ({entry.date})" for entry in hits),
            ),
        )
    hits = [entry for entry in hits if of_edition(entry, order_number, year)]
    if len({entry.code for entry in hits}) == 1 and hits[0].code:
        # Of several editions the newest is taken, and of one edition the user's file before the shipped one.
        hits = [max(hits, key=lambda entry: (when(entry.date), entry.origin == "user"))]
    if len(hits) > 1:
        fitting = choices(f"-s {_argument(entry)}  {entry.title} ({entry.order})" for entry in hits)
        raise AmbiguousError(
            _("'{name}' matches {n} standards.", name=name, n=len(hits)),
            hint=_("Choose one:{choices}", choices=fitting),
        )
    if hits:
        key = (hits[0].code, hits[0].title, hits[0].order)
        standards = read_file(Path(hits[0].path), settings)
        chosen = next(item for item in standards if (item.code, item.title, item.order) == key)
        return dated(chosen, listed, settings)
    hint = after(_nearest(name, listed), "", _("`align standards` lists all."))
    raise NotFoundError(_("there is no standard '{name}'.", name=name), hint=hint)


def _argument(entry: Entry) -> str:
    """The entry's name for the command line: its code, or its file in quotes if it has none."""
    return entry.code or f"'{entry.path}'"


def _nearest(name: str, listed: list[Entry]) -> Text:
    """Suggestions for a mistyped name, as a list to copy from; "" if nothing is similar."""
    # Codes are tried before titles, because a mistyped code resembles codes and not long titles.
    near = process.extract(
        name, [entry.code for entry in listed], scorer=fuzz.ratio, limit=NEAREST, score_cutoff=LIKE_CODE
    )
    near = near or process.extract(
        name.lower(),
        [entry.title.lower() for entry in listed],
        scorer=fuzz.WRatio,
        limit=NEAREST,
        score_cutoff=LIKE_TITLE,
    )
    lines = choices(dict.fromkeys(f"-s {_argument(listed[match[2]])}  {listed[match[2]].title}" for match in near))
    return _("Did you mean:{choices}\n", choices=lines) if near else ""
