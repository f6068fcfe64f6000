"""Split a document about several disciplines (a course catalogue, a book of annotations) into one for each.

Such a document has headings that name disciplines ("Дисциплина «Физика»",
"Course: Physics", "Б1.О.05 Физика"), or the same inner headings, outcomes among
them, under several headings of one level.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from alignment.documents import AnyBlock, Document, Heading, Paragraph, Table
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Competence, Discipline, Issue, Program, Skipped
from alignment.programs.sections import NUMBER, Section, classify
from alignment.programs.statement_text import COMPETENCE, MIN_WORD, clean, unquoted

INDEX = r"(?:Б\d|ФТД|К\.М|ОП|ОПЦ|ОГСЭ|СГ|ЕН|ПМ|ООД|ОУД)(?:\.[А-ЯЁ]{1,3})?(?:\.\d{1,3})+"
WORD = r"(?:учебн\w+\s+)?дисциплин[аыуе]"
NAMED = (
    # "Аннотация рабочей программы дисциплины «Физика»", "Дисциплина «Физика»", "Дисциплина 3. Физика"
    re.compile(
        rf"^(?:аннотация\s+(?:к\s+)?)?(?:рабоч\w+\s+программ\w+\s+)?(?:по\s+)?{WORD}\s*"
        rf"(?:№?\s*\d{{1,3}}\s*)?[:.–—-]?\s*(?P<code>{INDEX})?\s*[«\"“](?P<name>[^»\"”]{{3,150}})[»\"”]\.?$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^{WORD}\s*(?:№?\s*\d{{1,3}}\s*)?[:.–—]\s*(?:(?P<code>{INDEX})\s+)?(?P<name>\S.{{2,150}})$", re.IGNORECASE
    ),
    re.compile(
        r"^(?:course|discipline|subject|unit|module)\s*(?:[A-Z]{0,4}\s?\d{1,4}\s*)?[:–—]\s*(?P<name>\S.{2,150})$",
        re.IGNORECASE,
    ),
    re.compile(rf"^(?:\d{{1,2}}(?:\.\d{{1,2}})*\.?\s+)?(?P<code>{INDEX})\.?\s+(?P<name>[«\"А-ЯЁA-Z].{{2,150}})$"),
)
# Parts of one discipline, such as lectures and semesters; inner headings recur under these too.
PARTS = re.compile(
    r"^\W*(?:раздел|тема|лекци|занят|недел|семестр|глава|часть|практик|лабораторн|приложени|блок|курс\s+\d|"
    r"lecture|topic|week|semester|term|chapter|part|unit|lab|appendix|year)\w*(?!\w)",
    re.IGNORECASE,
)
GROUP = re.compile(r"^\W*(?:модуль|module)(?!\w)\s*(?:№?\s*\d{1,3})?\s*[.:–—-]?\s*", re.IGNORECASE)
LABEL = re.compile(
    r"^(?:знать|уметь|владеть|знания|умения|навыки|аннотация|цел[ьи]\b.*|результаты обучения.*|содержание.*|"
    r"knowledge|skills|learning outcomes?|aims?|description|contents?)\s*:",
    re.IGNORECASE,
)
# Half and double of these read the same in twelve work programmes of corpora/gold/reading.
# Letters of a heading within a discipline ("Содержание дисциплины"): a line; a longer one is text.
MAX_INNER = 90
LONGEST = 200  # letters of a line that names a discipline: two lines of a title
LOWEST = 9  # the level of a bold line, below all of Word's nine levels of headings
# In this share of the sections an inner heading must stand to be a recurring one.
RECURS = 0.5


@dataclass
class Piece:
    """One discipline in the document: its title, code, heading, and the blocks below the heading."""

    title: str
    code: str
    head: Heading | Paragraph
    blocks: list[AnyBlock] = field(default_factory=list)


def read(
    document: Document,
    overrules: Mapping[str, str],
    reader: Callable[[Document, Mapping[str, str]], Program],
) -> Program | None:
    """The program in a document that describes several disciplines; None if it describes only one.

    Args:
        document: the document.
        overrules: part of a heading → section (`Settings.sections`).
        reader: reads the document of one discipline (`workprogramme.read`). A discipline in which it finds nothing is
            kept with its title and a warning.
    """
    pieces = split_disciplines(document)
    if not pieces:
        return None
    disciplines: list[Discipline] = []
    competences: dict[str, Competence] = {}
    skipped: list[Skipped] = []
    warnings: list[Issue] = []
    for piece in pieces:
        try:
            program = reader(_document(document, piece), overrules)
        except InputError:
            message = _("only the title of '{title}' was found", title=piece.title)
            warnings.append(Issue(message=message, location=piece.head.location))
            program = Program(title=piece.title)
        disciplines.append(_discipline(piece, program))
        for competence in program.competences:
            competences.setdefault(competence.code, competence)
        skipped += program.skipped
        warnings += program.warnings
    return Program(
        title=_title(document, pieces[0]),
        disciplines=tuple(disciplines),
        competences=tuple(competences.values()),
        skipped=tuple(skipped),
        sources=(document.file,),
        warnings=tuple(warnings),
    )


def _discipline(piece: Piece, program: Program) -> Discipline:
    """The discipline in one piece, with the title of its heading."""
    first = program.disciplines[0] if program.disciplines else Discipline(title=piece.title)
    return Discipline(
        title=piece.title,
        code=piece.code or first.code,
        credits=first.credits,
        hours=first.hours,
        semesters=first.semesters,
        competences=tuple(dict.fromkeys(code for item in program.disciplines for code in item.competences)),
        statements=tuple(
            msgspec.structs.replace(statement, discipline=piece.title)
            for item in program.disciplines
            for statement in item.statements
        ),
        location=piece.head.location,
    )


def _title(document: Document, first: Piece) -> str:
    """The first heading above the first discipline, or the document's title."""
    for block in document.blocks:
        if block is first.head:
            break
        if isinstance(block, Heading) and classify(block.text) is None:
            return clean(block.text)
    return document.title or document.file


def _document(document: Document, piece: Piece) -> Document:
    return msgspec.structs.replace(document, title=piece.title, blocks=tuple(piece.blocks), warnings=())


def split_disciplines(document: Document) -> list[Piece]:
    """The pieces of a document, one for each discipline in order; empty where it describes no more than one."""
    pieces = _by_names(document.blocks) or _by_recurrence(document.blocks)
    titles = {piece.title.lower() for piece in pieces}
    return pieces if len(titles) > 1 else []


def named_discipline(block: AnyBlock) -> tuple[str, str] | None:
    """Code and title of the discipline that a heading, or a line like one, names explicitly; None if it names none."""
    if isinstance(block, Table) or len(block.text) > LONGEST:
        return None
    text = " ".join(block.text.split())
    for pattern in NAMED if isinstance(block, Heading) or block.bold else NAMED[:1]:
        match = pattern.match(text)
        if match:
            groups = match.groupdict()
            title = unquoted(clean(groups["name"]))
            return (groups.get("code") or "", title) if len(title) > 2 else None
    return None


def _by_names(blocks: Sequence[AnyBlock]) -> list[Piece]:
    """Pieces from one heading that names a discipline to the next; an empty list if too few of them teach anything."""
    pieces: list[Piece] = []
    level = 0
    for block in blocks:
        title = named_discipline(block)
        if title and not (pieces and pieces[-1].title.lower() == title[1].lower()):
            pieces.append(Piece(title=title[1], code=title[0], head=block))  # type: ignore[arg-type]  # no table is named_discipline
            level = block.level if isinstance(block, Heading) else LOWEST
        elif pieces and not title and not _closes(block, level):
            pieces[-1].blocks.append(block)
        elif pieces and not title:
            level = 0  # text after a higher heading belongs to no discipline until the next one is named
    pieces = [piece for piece in pieces if piece.blocks]
    taught = [piece for piece in pieces if _teaches(piece)]
    return _merged(pieces) if len(taught) >= max(2, len(pieces) / 2) else []


def _closes(block: AnyBlock, level: int) -> bool:
    """Whether the block ends a discipline whose heading has that level; with level 0 no discipline is open."""
    if not level:
        return True
    return isinstance(block, Heading) and block.level < level and classify(block.text) is None


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """One piece for each title: the annotation and the programme of a discipline are joined."""
    by_title: dict[str, Piece] = {}
    for piece in pieces:
        old = by_title.setdefault(piece.title.lower(), piece)
        if old is not piece:
            old.blocks += piece.blocks
            old.code = old.code or piece.code
    return list(by_title.values())


def _teaches(piece: Piece) -> bool:
    """Whether a piece has outcomes, content or competences."""
    for block in piece.blocks:
        lines = [cell.text for row in block.rows for cell in row] if isinstance(block, Table) else [block.text]
        for line in lines:
            section = classify(line) if len(line) < MAX_INNER and not isinstance(block, Table) else None
            if (section and section[0] is not Section.SKIP) or LABEL.match(line) or COMPETENCE.match(line):
                return True
    return False


def _by_recurrence(blocks: Sequence[AnyBlock]) -> list[Piece]:
    """Pieces under the headings of one level: the deepest under which the same inner headings recur."""
    levels = sorted({block.level for block in blocks if isinstance(block, Heading)}, reverse=True)
    for level in levels:
        pieces = _under(blocks, level)
        if len(pieces) > 1:
            return _merged(pieces)
    return []


def _under(blocks: Sequence[AnyBlock], level: int) -> list[Piece]:
    texts = [_folded(block.text) for block in blocks if isinstance(block, Heading) and block.level == level]
    pieces: list[Piece] = []
    opened = False
    for block in blocks:
        if isinstance(block, Heading) and block.level <= level:
            opened = block.level == level and _may_name(block.text) and texts.count(_folded(block.text)) == 1
            if opened:
                code, title = named_discipline(block) or ("", _bare_title(block.text))
                pieces.append(Piece(title=title, code=code, head=block))
        elif opened:
            pieces[-1].blocks.append(block)
    recurring = _recurring(pieces)
    if not recurring:
        return []
    return [piece for piece in pieces if not recurring.isdisjoint(_inner(piece))]


def _bare_title(text: str) -> str:
    """The title without number, word for a module and quotes: "1.2 Модуль 3. «Сети»" → "Сети"."""
    bare = NUMBER.sub("", text)
    return unquoted(clean(GROUP.sub("", bare))) or clean(bare)


def _may_name(text: str) -> bool:
    """Whether a heading may be a discipline's title: not a section, a part of the content or a competence."""
    bare = NUMBER.sub("", text).strip(" .:")
    if PARTS.match(bare) or COMPETENCE.match(bare) or sum(map(str.isalpha, bare)) < MIN_WORD:
        return False
    # "Модуль 2. Сети" is a discipline of a handbook, where outcomes recur under it.
    return GROUP.match(bare) is not None or classify(bare) is None


def _recurring(pieces: Sequence[Piece]) -> set[str]:
    """The recurring inner headings if outcomes are among them, which one discipline has only once; else none."""
    counts: dict[str, int] = defaultdict(int)
    for piece in pieces:
        for text in set(_inner(piece)):
            counts[text] += 1
    filled = sum(bool(piece.blocks) for piece in pieces)
    recurring = {text for text, count in counts.items() if count >= 2 and count >= RECURS * filled}
    outcomes = any(_opens_outcomes(text) for text in recurring)
    return recurring if outcomes and (len(recurring) > 1 or filled > 2) else set()


def _opens_outcomes(text: str) -> bool:
    section = classify(text)
    return bool(section and section[0] is Section.OUTCOMES) or text in ("аннотация", "annotation", "course description")


def _inner(piece: Piece) -> Iterator[str]:
    """The inner headings of a piece: headings, short bold lines, and labels that end with a colon."""
    for block in piece.blocks:
        if isinstance(block, Table) or len(block.text) > MAX_INNER:
            continue
        if isinstance(block, Heading) or block.bold or (block.text.endswith(":") and not block.item):
            yield _folded(block.text)


def _folded(text: str) -> str:
    return " ".join(NUMBER.sub("", text).lower().strip(" .:").split())
