"""Read orders that approve a professional standard (pdf, docx, html and the like).

Section II has the function map, section III the requirements of each work
function. Both sections are read and compared; a contradiction becomes a warning.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from alignment.documents import AnyBlock, Document, File, FunctionReader, Table
from alignment.documents.pdf import join_lines
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.language.codes import FUNCTION, STANDARD, fold_code, normal_code
from alignment.language.dates import find_date
from alignment.model import (
    Code,
    GeneralizedFunction,
    Issue,
    Kind,
    Location,
    Standard,
    WorkFunction,
)
from alignment.model.base import KIND_WORDS
from alignment.standards.labels import put_right
from alignment.standards.numbered import Numbered
from alignment.standards.order_blocks import (
    FUNCTION_HEAD,
    GENERAL_HEAD,
    SECTION_FOUR,
    SECTION_THREE,
    SECTION_TWO,
    order_blocks,
)
from alignment.standards.order_map import MapEntry, read_map
from alignment.standards.order_rows import GeneralDraft, RequirementsDraft, label_of, mend, read_general, read_rows

ORDER = re.compile(
    r"от\s*[«\"]?\s*(\d{1,2})\s*[»\"]?\s*([а-я]+)\s+(20\d{2})\s*(?:г\.|года)\s*(?:№|N)\s*(\d+\s?н)", re.IGNORECASE
)
FOOTER_CAPTIONS = re.compile(r"\((?:наименование|код)[^)]*\)|Код$|^\s*Код\s*$", re.IGNORECASE)
# Similarity in percent of two names of one function in the sections II and III: below it a warning says that they
# disagree, and functions are matched by it where codes are lost. With 60 or 95 four real orders read the same.
SAME_NAME = 80
# Letters and blocks at the beginning in which an order says what it is: its first pages.
HEAD_CHARS, HEAD_BLOCKS = 60_000, 40
LONGEST_FIELD = 300  # letters of a field of the passport whose end is not found
LAST_SECTION = 3  # place of what follows section III and is not read


def is_order(document: Document) -> bool:
    """Whether a document is the order of a professional standard."""
    text = document.text()[:HEAD_CHARS]
    return "рофессиональн" in text and bool(re.search(r"Обобщ[её]нн(?:ые|ая)\s+трудов", text, re.IGNORECASE))


def read(document: Document) -> Standard:
    """The standard in an order, with a warning for everything that had to be guessed.

    Raises:
        InputError: the document has no function map and no work functions.
    """
    passport, map_blocks, body = _sections(document)
    entries, warnings = read_map(map_blocks)
    drafts, generals = _characteristics(body, _numbered(entries))
    warnings += mend(list(drafts.values()))
    if not entries and not drafts:
        raise InputError(
            _("no functions of a professional standard were found."),
            file=document.file,
            hint=_("Sections II (function map) and III of the order are needed."),
        )
    functions = _assemble(entries, drafts, generals, warnings, document)
    title, code, registration, activity, purpose, codes = _passport(passport)
    order = ORDER.search(" ".join(_text(block) for block in document.blocks[:HEAD_BLOCKS]))
    if not code:
        place = Location(file=document.file)
        warnings.append(
            Issue(message=_("the code of the standard (NN.NNN) was not found in section I"), location=place)
        )
    standard = Standard(
        code=code,
        title=title,
        order=order[4].replace(" ", "") if order else "",
        date=find_date(order[0]) if order else "",
        registration=registration,
        activity=activity,
        purpose=purpose,
        codes=codes,
        functions=functions,
        source=document.file,
        warnings=(*document.warnings, *warnings),
    )
    return put_right(standard)


def _text(block: AnyBlock) -> str:
    if isinstance(block, Table):
        return " ".join(cell.text for row in block.rows for cell in row)
    return block.text


def _sections(document: Document) -> tuple[list[AnyBlock], list[AnyBlock], list[AnyBlock]]:
    """The blocks of sections I, II (the function map) and III; lines of a table of contents begin no section."""
    parts: tuple[list[AnyBlock], ...] = ([], [], [], [])
    current = 0
    for block in order_blocks(document):
        text = _text(block)
        if not isinstance(block, Table) and not re.search(r"\.{4,}|…{2,}", text):
            if SECTION_TWO.match(text):
                current = max(current, 1)
            elif SECTION_THREE.match(text) or (current < 2 and GENERAL_HEAD.search(text)):
                current = max(current, 2)
            elif SECTION_FOUR.match(text) and current >= 2:
                current = LAST_SECTION
        parts[current].append(block)
    return parts[0], parts[1], parts[2]


def _numbered(entries: list[MapEntry]) -> dict[tuple[int, int], str]:
    """The number of a heading in section III, such as (1, 2) for 3.1.2, → the code of that function in the map."""
    letters = list(dict.fromkeys(entry.general_code for entry in entries))
    return {
        (number, place): entry.code
        for number, letter in enumerate(letters, 1)
        for place, entry in enumerate((entry for entry in entries if entry.general_code == letter), 1)
    }


def _characteristics(
    blocks: list[AnyBlock], numbered: dict[tuple[int, int], str]
) -> tuple[dict[str, RequirementsDraft], dict[int, GeneralDraft]]:
    drafts: dict[str, RequirementsDraft] = {}
    generals: dict[int, GeneralDraft] = {}
    draft: RequirementsDraft | None = None
    general: GeneralDraft | None = None
    pending: Location | None = None
    number_of = (0, 0)
    header = ""
    for block in blocks:
        text = _text(block)
        if GENERAL_HEAD.search(text):
            number = int(GENERAL_HEAD.findall(text)[-1])
            general = generals.setdefault(number, GeneralDraft())
            draft, pending, header = None, None, ""
        heads = list(FUNCTION_HEAD.finditer(text))
        if heads:
            pending, draft, header = block.location, None, ""
            number_of = (int(heads[-1][1]), int(heads[-1][2]))
            text = text[heads[-1].end() :]
        if pending is not None:
            # The name may begin above the line with the code and go on below it.
            header = f"{header} {text}"
            match = FUNCTION.search(header)
            # If the row with the code is empty, the code follows from the number of the heading.
            code = normal_code(match[0]) if match else numbered.get(number_of, "") if _describes(block) else ""
            if code:
                key = code
                while key in drafts:
                    key += "'"
                draft = drafts.setdefault(key, RequirementsDraft(code=code, location=pending))
                pending = None
        elif general is not None and draft is None and not general.head_done:
            general.head = f"{general.head} {text}"
        if draft is not None and not draft.items:
            draft.head = f"{header} {text}" if not draft.head else f"{draft.head} {text}"
        if isinstance(block, Table):
            if draft is not None:
                read_rows(block, draft)
            elif general is not None and pending is None:
                general.head_done = True
                read_general(block, general)
    return drafts, generals


def _describes(block: AnyBlock) -> bool:
    """Whether a block is a table with labels of requirements."""
    return isinstance(block, Table) and any(row and isinstance(label_of(row[0].text), Kind) for row in block.rows)


def _assemble(
    entries: list[MapEntry],
    drafts: dict[str, RequirementsDraft],
    generals: dict[int, GeneralDraft],
    warnings: list[Issue],
    document: Document,
) -> tuple[GeneralizedFunction, ...]:
    order: dict[str, list[MapEntry]] = {}
    for entry in entries:
        order.setdefault(entry.general_code, []).append(entry)
    _resolve(entries, drafts, warnings)
    known = {entry.code for entry in entries}
    for key, draft in drafts.items():
        if key not in known:
            message = _("ТФ {code} is in section III but not in the function map", code=draft.code)
            warnings.append(Issue(message=message, location=draft.location))
            entry = MapEntry(code=key, name=_head_name(draft.head), level=draft.code[-1], general_code=key[0])
            order.setdefault(key[0], []).append(entry)
    result: list[GeneralizedFunction] = []
    for number, (letter, group) in enumerate(order.items(), 1):
        functions = tuple(_function(entry, drafts.get(entry.code), warnings, document) for entry in group)
        general = _general_of(letter, number, generals)
        first = group[0]
        if not first.general_name:
            place = Location(file=document.file)
            message = _(
                "the name of ОТФ {letter} is taken from section III: the function map does not give it", letter=letter
            )
            warnings.append(Issue(message=message, location=place))
        result.append(
            GeneralizedFunction(
                code=letter,
                name=first.general_name or _head_name(general.head),
                level=first.general_level or (first.code[-1] if first.code else ""),
                job_titles=tuple(general.job_titles),
                education=tuple(general.education),
                experience=tuple(general.experience),
                codes=tuple(general.codes),
                functions=functions,
            )
        )
    return tuple(result)


def _resolve(entries: list[MapEntry], drafts: dict[str, RequirementsDraft], warnings: list[Issue]) -> None:
    """Assign work functions with a misprinted code in section III to the map's entry of the same name."""
    known = {entry.code for entry in entries}
    spare = [key for key in drafts if key not in known]
    for entry in entries:
        if entry.code in drafts or not spare:
            continue
        scores = {key: fuzz.token_set_ratio(entry.name.lower(), _head_name(drafts[key].head).lower()) for key in spare}
        best = max(spare, key=lambda key: scores[key])
        if scores[best] >= SAME_NAME:
            message = _(
                "ТФ {code} of the function map has the code {code2} in section III",
                code=entry.code,
                code2=drafts[best].code,
            )
            warnings.append(Issue(message=message, location=drafts[best].location))
            drafts[entry.code] = drafts.pop(best)
            spare.remove(best)


def _general_of(letter: str, number: int, generals: dict[int, GeneralDraft]) -> GeneralDraft:
    """The description of an ОТФ in section III, found by the code in its header, else by its number."""
    for general in generals.values():
        match = re.search(r"Код\s+([A-ZА-Я])(?![\w/])", general.head)
        if match and normal_code(match[1]) == letter:
            return general
    return generals.get(number, GeneralDraft())


def _head_name(head: str) -> str:
    """The name of a function: its header in section III without captions, code and level."""
    text = re.split(r"Оригинал|Происхождение", FUNCTION.sub(" ", GENERAL_HEAD.sub(" ", head)))[0]
    text = re.sub(r"Код\s+[A-ZА-Я](?!\w)", " ", text)
    text = re.sub(
        r"Наименование|Код(?!\w)|Уровень|\(?подуров\w*\)?|ень\)|квалифик\w*|\bации\b|(?<!\S)\d(?!\S)", " ", text
    )
    return join_lines(text.split("\n"))


def _function(
    entry: MapEntry, draft: RequirementsDraft | None, warnings: list[Issue], document: Document
) -> WorkFunction:
    place = entry.location
    numbered = Numbered(entry.code)
    if draft is None:
        message = _("ТФ {code} of the function map has no description in section III", code=entry.code)
        warnings.append(Issue(message=message, location=place))
    else:
        place = draft.location
        if entry.name and fuzz.token_set_ratio(entry.name.lower(), _head_name(draft.head).lower()) < SAME_NAME:
            warnings.append(
                Issue(message=_("ТФ {code}: the names in sections II and III differ", code=entry.code), location=place)
            )
        for kind in (Kind.ACTION, Kind.SKILL, Kind.KNOWLEDGE):
            items = draft.items.get(kind, [])
            if not items:
                message = _(
                    "ТФ {code} has no requirements of kind {kind} in section III",
                    code=entry.code,
                    kind=KIND_WORDS[kind],
                )
                warnings.append(Issue(message=message, location=place))
            for text, location in items:
                numbered.add(kind, text, location)
    return WorkFunction(
        code=entry.code, name=entry.name, level=entry.level, requirements=tuple(numbered.requirements), location=place
    )


def _passport(blocks: list[AnyBlock]) -> tuple[str, str, str, str, str, tuple[Code, ...]]:
    """Title, code, registration number, kind of activity, purpose, and the ОКЗ and ОКВЭД codes of section I."""
    texts = [_text(block) for block in blocks]
    joined = "\n".join(texts)
    title = _between(
        joined,
        r"ПРОФЕССИОНАЛЬНЫЙ\s*СТАНДАРТ\s*\n",
        r"\n\s*\d{1,4}\s|\n?\s*\(наименование|Регистрационный|Содержание|I\.\s+Общие",
    )
    numbered = re.search(r"(?:^|\n)\s*(\d{1,4})\s+Регистрационный\s+номер", joined)
    # In the table of contents dots follow the name of section I.
    starts = list(re.finditer(r"(?:I\.\s+)?Общие\s+сведения(?!\s*[.…])", joined))
    start = starts[-1] if starts else None
    section = joined[start.end() :] if start else joined
    code = STANDARD.search(section)
    activity = _between(section, r"^", r"\(наименование\s+вида")
    purpose = _between(section, r"Основная\s+цель[^:\n]*:?\s*", r"Группа\s+занятий|Вид\s+трудовой")
    activity = " ".join(FOOTER_CAPTIONS.sub(" ", STANDARD.sub(" ", activity)).split())
    codes: list[Code] = []
    after_okved = False
    for block in blocks:
        after_okved = after_okved or (not isinstance(block, Table) and "видам экономической" in block.text)
        if isinstance(block, Table):
            for row in block.rows:
                after_okved = after_okved or any("видам экономической" in cell.text for cell in row)
                cells = [join_lines(cell.text.split("\n")) for cell in row if not cell.merged and cell.text.strip()]
                for number, name in zip(cells[::2], cells[1::2], strict=False):
                    if re.fullmatch(r"\d[\d.]*", number) and fold_code(name):
                        codes.append(Code(system="ОКВЭД" if after_okved else "ОКЗ", code=number, name=name))
    title = " ".join(title.split()).strip('"«» ')
    registration = numbered[1] if numbered else ""
    return title, code[1] if code else "", registration, activity, " ".join(purpose.split()), tuple(codes)


def _between(text: str, start: str, end: str) -> str:
    first = re.search(start, text)
    if not first:
        return ""
    rest = text[first.end() :]
    last = re.search(end, rest)
    return rest[: last.start()].strip() if last else rest[:LONGEST_FIELD].split("\n")[0].strip()


def _standards(file: File) -> list[Standard]:
    if not is_order(file.document):
        raise InputError(
            _("this is not a professional standard (no generalized work functions in it)."),
            file=str(file.path),
            hint=_("Give the registry XML, the order as PDF, or a YAML/CSV file (docs/standards.md)."),
        )
    return [read(file.document)]


READER = FunctionReader(
    frozenset({".pdf", ".docx", ".doc", ".rtf", ".odt", ".html", ".htm"}),
    _standards,
    lambda file: is_order(file.document),
)
