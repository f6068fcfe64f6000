"""Extract from documents the competences, the professional standards that they name, and declared links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from alignment.documents import AnyBlock, Document, Table
from alignment.language.codes import FUNCTION, STANDARD, normal_code
from alignment.language.dates import find_date
from alignment.model import Competence, DeclaredLink, Location, NamedStandard
from alignment.programs.statement_text import COMPETENCE, clean, competence_code, is_content

LETTER = re.compile(r"(?:ОТФ\s*)?[«\"]?([A-ZА-Н])[»\"]?\.?(?:\s+[А-ЯЁ][а-яё].*)?", re.DOTALL)
BASE = re.compile(r"(?:УК|ОПК|ПКС|ПКО|ПК|ОК|ДПК|СК|ПСК)-\d+")
QUOTED = re.compile(r"[«\"“]([^»\"”]{4,200})[»\"”]")
ORDER = re.compile(r"(?:№|N)\s*(\d{1,5}\s?н)(?!\w)", re.IGNORECASE)
APPROVED = re.compile(r",?\s*(?:утвержд|приказ|\(?зарегистр|\(в ред).*$", re.IGNORECASE | re.DOTALL)
LEAD = re.compile(r"^(?:профессиональн\w+ стандарт\w*|ПС)\s*[:–—-]?\s*", re.IGNORECASE)


def base_code(code: str, known: Iterable[str]) -> str:
    """The code of an indicator's competence, if the document names it (ПК-1.2 → ПК-1); else the code itself."""
    match = BASE.search(code)
    return match[0] if match and (match[0] in set(known) or code.startswith("И")) else code


def competences(document: Document) -> list[Competence]:
    """Competences and indicators with their texts, from lines "code. text", and neighbouring cells "code | text"."""
    by_code: dict[str, Competence] = {}
    for block in document.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for index, cell in enumerate(row):
                    after = next((other.text for other in row[index + 1 :] if other.text.strip()), "")
                    _lines(cell.text, after, cell.location, by_code)
        else:
            _lines(block.text, "", block.location, by_code)
    return list(by_code.values())


def _lines(text: str, after: str, place: Location, by_code: dict[str, Competence]) -> None:
    pieces: list[tuple[str, str]] = []
    for line in text.split("\n"):
        match = COMPETENCE.match(line.strip())
        if match:
            pieces.append((competence_code(match["code"]), line.strip()[match.end() :]))
        elif pieces:
            pieces[-1] = (pieces[-1][0], f"{pieces[-1][1]} {line.strip()}")
    for code, rest in pieces:
        body = clean(rest)
        if not is_content(body) and len(pieces) == 1 and not COMPETENCE.match(after.strip()):
            body = clean(after)
        if is_content(body) and len(body.split()) > 2 and (code not in by_code or not by_code[code].text):
            by_code[code] = Competence(code=code, text=body, location=place)


def named_standards(blocks: Sequence[AnyBlock]) -> list[NamedStandard]:
    """The professional standards that lines or table rows name by their codes NN.NNN, each once."""
    by_key: dict[str, NamedStandard] = {}
    for block in blocks:
        lines = (
            [(" ".join(cell.text for cell in row if cell.text), row[0].location) for row in block.rows if row]
            if isinstance(block, Table)
            else [(block.text, block.location)]
        )
        for text, place in lines:
            matches = list(STANDARD.finditer(text))
            for number, match in enumerate(matches):
                stop = matches[number + 1].start() if number + 1 < len(matches) else len(text)
                item = _named(match[1], text[match.end() : stop], place)
                if item.code not in by_key or (not by_key[item.code].title and item.title):
                    by_key[item.code] = item
    return list(by_key.values())


# Letters between a standard's code and its quoted name ("Профессиональный стандарт"); a later quotation is something
# else.
NAME_BEGINS = 60
# Letters of a standard's title; what is longer has run on into the text, and only finds the standard beside its code.
LONGEST_TITLE = 200


def _named(code: str, text: str, place: Location) -> NamedStandard:
    quoted = QUOTED.search(text)
    title = quoted[1] if quoted and quoted.start() < NAME_BEGINS else LEAD.sub("", clean(APPROVED.sub("", text)))
    title = re.split(r"(?<=[а-яё])\s*[;.]\s", clean(LEAD.sub("", title)))[0]
    if FUNCTION.search(title) or not re.match(r"[А-ЯЁA-Zа-яё]", title):
        title = ""
    order = ORDER.search(text)
    return NamedStandard(
        code=code,
        title=title[:LONGEST_TITLE],
        order=order[1].replace(" ", "") if order else "",
        date=find_date(text[: order.start()] if order else text),
        location=place,
    )


def declared_links(document: Document, known: Iterable[str]) -> list[DeclaredLink]:
    """Links of competences to standards and their functions, from tables that name both.

    An empty cell repeats the competence or the standard above it. ``known`` are the codes of the competences.
    """
    codes = set(known)
    links: dict[tuple[str, str, str, str], DeclaredLink] = {}
    for block in document.blocks:
        if isinstance(block, Table):
            for link in _table_links(block, codes):
                key = (link.competence, link.standard, link.general_function, link.function)
                links.setdefault(key, link)
    # A link of ПК-1 to 06.005 as a whole is dropped if ПК-1 also names functions of 06.005.
    precise = {(item.competence, item.standard) for item in links.values() if item.general_function}
    return [item for item in links.values() if item.general_function or (item.competence, item.standard) not in precise]


def _table_links(table: Table, known: set[str]) -> list[DeclaredLink]:
    text = "\n".join(cell.text for row in table.rows for cell in row)
    if not (FUNCTION.search(text) or STANDARD.search(text)):
        return []
    result = []
    last_competences: list[str] = []
    standard, letter = "", ""
    for row in table.rows:
        cells = [cell.text.strip() for cell in row]
        line = "\n".join(cells)
        mentioned = [competence_code(match["code"]) for match in COMPETENCE.finditer(line)]
        named = list(dict.fromkeys(base_code(code, known | set(mentioned)) for code in mentioned))
        if named:
            last_competences = named
        codes = list(dict.fromkeys(match[1] for match in STANDARD.finditer(line)))
        if codes:
            standard, letter = codes[0], ""
        functions = list(dict.fromkeys(normal_code(match[0]) for match in FUNCTION.finditer(line)))
        letters = [normal_code(match[1]) for cell in cells if (match := LETTER.fullmatch(cell))]
        if letters:
            letter = letters[0]
        place = next((cell.location for cell in row if cell.text), table.location)
        for competence in last_competences or [""]:
            if functions:
                result += [
                    DeclaredLink(
                        competence=competence,
                        standard=standard,
                        general_function=code[0],
                        function=code,
                        location=place,
                    )
                    for code in functions
                ]
            elif letters and standard:
                result.append(
                    DeclaredLink(competence=competence, standard=standard, general_function=letter, location=place)
                )
            elif codes and named:
                result += [DeclaredLink(competence=competence, standard=code, location=place) for code in codes]
    # A link to a generalized function is dropped if the competence also names functions of it.
    precise = {(item.competence, item.standard, item.general_function) for item in result if item.function}
    return [
        item
        for item in result
        if item.function or (item.competence, item.standard, item.general_function) not in precise
    ]
