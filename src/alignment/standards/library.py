"""Which standards there are, and finding one by code, path or part of its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
from rapidfuzz import fuzz, process

from alignment.documents import json_file, read_document, reading_key, suffixes
from alignment.documents.limits import read_bytes, refuse_odd
from alignment.documents.pooled import read_one
from alignment.encoders.cache import Cache
from alignment.errors import AmbiguousError, InputError, LimitError, NotFoundError, choices
from alignment.frameworks import case as case_file
from alignment.i18n import Text, after
from alignment.i18n import message as _
from alignment.isolated import call, packed
from alignment.language.codes import fold
from alignment.model import Issue, Location, NamedStandard, Qualification, Standard
from alignment.settings import Settings
from alignment.standards import card_tree, case, esco, onet, order, plain, registry_json, registry_xml
from alignment.standards.editions import OUT_OF_FORCE, Entry, dated, of_edition, shown, split_name, when

VERSION = "standards/8"
SAME_TITLE = 85
# Bytes at the head of a shipped file that hold its code, title and order.
PASSPORT = 8000
DOCUMENTS = (".pdf", ".docx", ".doc", ".rtf", ".odt", ".html", ".htm")
OTHERS = (".xml", ".yaml", ".yml", ".csv", ".json")
SUFFIXES = (*OTHERS, *DOCUMENTS)
# Past these bounds a file is no standard of people, nor a registry of all of them.
MAX_STANDARDS, MAX_REQUIREMENTS, MAX_TEXT = 5_000, 500_000, 20_000
DECODER = msgspec.msgpack.Decoder(list[Standard])
YES = b"1"


class _Given(msgspec.Struct, frozen=True):
    """A file for `read_one`."""

    path: Path
    shown: str


def read_file(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a file of any known format, read in a process with limits unless we ship it.

    An order takes seconds to read, so what was read of one is kept by its bytes.

    Raises:
        InputError: unreadable, or it holds no standard with functions.
        LimitError: it takes too long or too much memory, or has more requirements than any standard.
    """
    refuse_odd(path)
    if path.resolve().is_relative_to(settings.data_path("corpora").resolve()):
        return _parsed(path, settings)
    if path.suffix.lower() in OTHERS:
        return DECODER.decode(read_one(_packed, _Given(path, str(path)), settings))
    key = reading_key(read_bytes(path, settings), path.suffix, VERSION, str(path), settings.ocr)
    with Cache(settings.cache_path() if settings.cache else None) as cache:
        if kept := cache.get([key]):
            with suppress(msgspec.DecodeError):
                return DECODER.decode(kept[key])
        found = read_one(_packed, _Given(path, str(path)), settings)
        cache.put([(key, found)])
    return DECODER.decode(found)


def _packed(file: _Given, settings: Settings) -> bytes:
    return packed(_parsed(file.path, settings))


def _parsed(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a file, read in this process.

    Raises: as `read_file`, less what limits of processes refuse.
    """
    suffix = path.suffix.lower()
    if suffix == ".xml":
        found = registry_xml.read(path, settings)
    elif suffix in (".yaml", ".yml"):
        found = plain.read_yaml(path, settings)
    elif suffix == ".csv":
        found = plain.read_csv(path, settings)
    elif suffix == ".json":
        card = registry_json.fits(path, settings)
        found = registry_json.read(path, settings) if card else case.read(path, settings)
    else:
        found = [_order(path, settings)]
    if not any(standard.functions for standard in found):
        raise InputError(
            _("the standard has no functions."),
            file=str(path),
            hint=_("Section III of the order is needed to compare."),
        )
    texts = [item.text for standard in found for _, _, item in standard.requirements()]
    if len(texts) > MAX_REQUIREMENTS or len(found) > MAX_STANDARDS or max(map(len, texts), default=0) > MAX_TEXT:
        raise LimitError(
            _(
                "{standards} standards with {n} requirements of up to {letters} letters; "
                "the limits are {most_standards}, {most} and {most_letters}.",
                standards=len(found),
                n=len(texts),
                letters=max(map(len, texts), default=0),
                most_standards=MAX_STANDARDS,
                most=MAX_REQUIREMENTS,
                most_letters=MAX_TEXT,
            ),
            file=str(path),
            hint=_("Split it."),
        )
    return found


def _order(path: Path, settings: Settings) -> Standard:
    """The standard in an order's text."""
    document = read_document(path, settings)
    if not order.is_order(document):
        raise InputError(
            _("this is not a professional standard (no generalized work functions in it)."),
            file=str(path),
            hint=_("Give the registry XML, the order as PDF, or a YAML/CSV file (docs/standards.md)."),
        )
    return order.read(document)


def is_standard(name: str, settings: Settings) -> bool:
    """Whether a name or file is a standard rather than a program."""
    folder = Path(name.partition("#")[0])
    if folder.is_dir():
        return any(source.fits(folder) for source in (esco, onet))
    path = Path(name)
    if not path.exists():
        # "06.005" has a suffix too, of a kind that no reader knows.
        return path.suffix.lower() in (".xml", ".yaml", ".yml") or path.suffix.lower() not in suffixes()
    if path.suffix.lower() in (".xml", ".yaml", ".yml"):
        return True
    return read_one(_looks_so, _Given(path, str(path)), settings) == YES


def _looks_so(file: _Given, settings: Settings) -> bytes:
    return YES if _is_standard(file.path, settings) else b""


def _is_standard(path: Path, settings: Settings) -> bool:
    """Whether a file is a standard, by what stands in it."""
    if path.suffix.lower() == ".json":
        return registry_json.fits(path, settings) or case_file.fits(json_file.read(path, settings))
    if path.suffix.lower() == ".csv":
        return plain.is_standard_csv(path, settings)
    return path.suffix.lower() in DOCUMENTS and order.is_order(read_document(path, settings))


def entries(settings: Settings) -> Iterator[Entry]:
    """Shipped standards, then those in the user's folder."""
    for origin, folder in (
        ("shipped", settings.data_path("corpora") / "standards"),
        ("user", settings.standards_path()),
    ):
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in SUFFIXES and path.name != OUT_OF_FORCE:
                yield from _entries_of(path, origin, settings)


def _entries_of(path: Path, origin: str, settings: Settings) -> Iterator[Entry]:
    if origin == "shipped" and path.suffix == ".xml":
        # Only the passport: listing must not parse megabytes.
        with path.open("rb") as source:
            head = source.read(PASSPORT).decode("utf-8", errors="ignore")
        values = {
            tag: match[1] if (match := re.search(f"<{tag}>([^<]*)</{tag}>", head)) else ""
            for tag in ("CodeKindProfessionalActivity", "NameProfessionalStandart", "OrderNumber", "DateOfApproval")
        }
        code, title, number, date = (card_tree.clean(value) for value in values.values())
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


def _of_folder(folder: Path, wanted: str, settings: Settings) -> Standard:
    """The occupation of an ESCO bundle or an O*NET database that is wanted.

    Raises:
        InputError: the folder holds neither.
    """
    for source in (esco, onet):
        if source.fits(folder):
            found = call(_packed_folder, source.__name__, folder, wanted, settings, file=str(folder), settings=settings)
            return DECODER.decode(found)[0]
    raise InputError(
        _("this folder is neither an ESCO bundle nor an O*NET database."),
        file=str(folder),
        hint=_(
            "Give a standard's file; or a folder with occupations, skills and relations of ESCO, "
            "or with Occupation Data and Task Statements of O*NET, as FOLDER#OCCUPATION."
        ),
    )


def _packed_folder(module: str, folder: Path, wanted: str, settings: Settings) -> bytes:
    source = esco if module == esco.__name__ else onet
    return packed([source.read(folder, wanted, settings)])


def editions(settings: Settings) -> list[NamedStandard]:
    """All editions of all standards at hand, the newest of each code first."""
    found = [
        NamedStandard(code=entry.code, title=entry.title, order=entry.order, date=entry.date)
        for entry in entries(settings)
        if entry.readable and entry.code
    ]
    return sorted(found, key=lambda item: when(item.date), reverse=True)


def for_qualification(card: Qualification, settings: Settings) -> Standard:
    """The standard that a card names, by its order or its title.

    Raises:
        NotFoundError: it is not among the standards at hand.
    """
    listed = [entry for entry in entries(settings) if entry.readable]
    hits = [entry for entry in listed if card.order and entry.order == card.order]
    if not hits:
        titles = [fold(entry.title) for entry in listed]
        best = process.extractOne(fold(card.standard_title), titles, scorer=fuzz.ratio, score_cutoff=SAME_TITLE)
        hits = [listed[best[2]]] if best else []
    if not hits:
        raise NotFoundError(
            _(
                "the standard of this card is not at hand: {standard_title} ({order} of {date}).",
                standard_title=card.standard_title,
                order=card.order,
                date=card.date,
            ),
            file=card.source,
            hint=_("Put its file into the folder of your standards, or name it with --standard."),
        )
    found = next(item for item in read_file(Path(hits[0].path), settings) if item.title == hits[0].title)
    return dated(found, listed, settings)


def qualified(standard: Standard, card: Qualification) -> Standard:
    """The standard with only the functions that a qualification needs.

    Raises:
        NotFoundError: it has none of them.
    """
    known = {function.code for general in standard.functions for function in general.functions}
    codes, lost = _codes_of(card, known)
    generals = []
    for general in standard.functions:
        kept = tuple(
            function
            for function in general.functions
            if (function.code in codes if codes else (general.level or function.level)[:1] == card.level[:1])
        )
        if kept:
            generals.append(msgspec.structs.replace(general, functions=kept))
    if not generals:
        raise NotFoundError(
            _("the standard {code} has none of the functions of this card.", code=standard.code),
            file=card.source,
            hint=_("Check with --standard that this edition of the standard is the card's."),
        )
    if card.order and standard.order and card.order != standard.order:
        message = _(
            "the card is for order {order} of {date}, the standard at hand is {order2}",
            order=card.order,
            date=card.date,
            order2=standard.order,
        )
        lost.append(Issue(message=message, location=Location(file=card.source)))
    warnings = (*standard.warnings, *card.warnings, *lost)
    return msgspec.structs.replace(standard, functions=tuple(generals), warnings=warnings)


def _codes_of(card: Qualification, known: set[str]) -> tuple[set[str], list[Issue]]:
    """The card's functions by the standard's codes; a wrong level ("C/01.5" for C/01.6) is put right and said."""
    by_place = {code.partition(".")[0]: code for code in known}
    place = Location(file=card.source)
    codes: set[str] = set()
    issues = []
    for item in card.functions:
        meant = item.code if item.code in known else by_place.get(item.code.partition(".")[0], "")
        if not meant:
            issues.append(
                Issue(message=_("ТФ {code} of the card is not in the standard", code=item.code), location=place)
            )
        elif meant != item.code:
            message = _("ТФ {code} of the card is {meant} in the standard", code=item.code, meant=meant)
            issues.append(Issue(message=message, location=place))
        codes.add(meant or item.code)
    return codes, issues


def newer(one: Standard, two: Standard) -> Standard | None:
    """The later of two editions; None where their dates do not tell."""
    first, second = when(one.date), when(two.date)
    return None if first == second else (one if first > second else two)


def find(name: str, settings: Settings) -> Standard:
    """The standard with that code, path, or unambiguous part of a title.

    Raises:
        NotFoundError: none; the message suggests the nearest.
        AmbiguousError: several.
        InputError: a path that cannot be read.
    """
    folder, _sign, inner = name.partition("#")
    if Path(folder).is_dir():
        return _of_folder(Path(folder), inner, settings)
    path = Path(name)
    if path.exists() or path.suffix.lower() in SUFFIXES or "/" in name:
        found = read_file(path, settings)
        if len(found) > 1:
            held = choices(f"{item.code} {item.title}" for item in found)
            raise AmbiguousError(
                _("the file holds {n} standards.", n=len(found)),
                file=name,
                hint=_("Give a file with one standard. The file holds:{choices}", choices=held),
            )
        return dated(found[0], list(entries(settings)), settings)
    listed = [entry for entry in entries(settings) if entry.readable]
    wanted, order_number, year = split_name(name)
    hits = [entry for entry in listed if entry.code == wanted] or [
        entry for entry in listed if wanted.lower() in entry.title.lower()
    ]
    if hits and not any(of_edition(entry, order_number, year) for entry in hits):
        raise NotFoundError(
            _("there is no such edition of {code} {title}: {name}.", code=hits[0].code, title=hits[0].title, name=name),
            hint=_(
                "At hand:{choices}",
                choices=choices(
                    f"-s '{entry.code} {entry.date[-4:]}'  {shown(entry)} ({entry.date})" for entry in hits
                ),
            ),
        )
    hits = [entry for entry in hits if of_edition(entry, order_number, year)]
    if len({entry.code for entry in hits}) == 1 and hits[0].code:
        # Editions of one standard: the newest; of one edition the user's own file.
        hits = [max(hits, key=lambda entry: (when(entry.date), entry.origin == "user"))]
    if len(hits) > 1:
        fitting = choices(f"-s {_argument(entry)}  {entry.title} ({entry.order})" for entry in hits)
        raise AmbiguousError(
            _("'{name}' fits {n} standards.", name=name, n=len(hits)),
            hint=_("Choose one:{choices}", choices=fitting),
        )
    if hits:
        key = (hits[0].code, hits[0].title, hits[0].order)
        found = read_file(Path(hits[0].path), settings)
        chosen = next(item for item in found if (item.code, item.title, item.order) == key)
        return dated(chosen, listed, settings)
    hint = after(_nearest(name, listed), "", _("`align standards` lists all."))
    raise NotFoundError(_("there is no standard '{name}'.", name=name), hint=hint)


def _argument(entry: Entry) -> str:
    """An entry as it can be typed: its code where it has one, else its file in quotes."""
    return entry.code or f"'{entry.path}'"


def _nearest(name: str, listed: list[Entry]) -> Text:
    """What a mistyped name may have meant, as a list to copy from; empty if nothing is near."""
    # Codes and titles apart: a mistyped code is near to codes, not to long titles.
    near = process.extract(name, [entry.code for entry in listed], scorer=fuzz.ratio, limit=3, score_cutoff=70)
    near = near or process.extract(
        name.lower(), [entry.title.lower() for entry in listed], scorer=fuzz.WRatio, limit=3, score_cutoff=60
    )
    lines = choices(dict.fromkeys(f"-s {_argument(listed[match[2]])}  {listed[match[2]].title}" for match in near))
    return _("Did you mean:{choices}\n", choices=lines) if near else ""
