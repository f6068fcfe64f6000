"""Correct competence codes that are typed with letters of the wrong alphabet ("OПK-2"), with a warning for each."""

from __future__ import annotations

import re

import msgspec

from alignment.documents import AnyBlock, Document, Table
from alignment.i18n import message as _
from alignment.language.codes import LOOKALIKES
from alignment.model import Issue, Location
from alignment.programs.statement_text import COMPETENCE

TOKEN = re.compile(r"(?<![\w-])[A-ZА-ЯЁ]{2,4}\s?[-–]\s?\d{1,2}(?:\.\d{1,2})*(?![\w])")
# Latin look-alikes → Cyrillic; for the codes of standards it is the other way round.
CYRILLIC = {latin: cyrillic for cyrillic, latin in LOOKALIKES.items()}
# Code of the issue; the competence code as it is written is the value ``code`` of its template.
MISSPELT = "misspelt-code"


def fixed(document: Document) -> tuple[Document, list[Issue]]:
    """The document with such codes corrected, and one issue for each."""
    issues: dict[str, Issue] = {}
    blocks = tuple(_block(block, issues) for block in document.blocks)
    if not issues:
        return document, []
    return msgspec.structs.replace(document, blocks=blocks), list(issues.values())


def _text(text: str, place: Location, issues: dict[str, Issue]) -> str:
    def corrected(match: re.Match[str]) -> str:
        token = match[0]
        meant = token.translate(CYRILLIC)
        if meant == token or not COMPETENCE.fullmatch(meant):
            return token
        issues.setdefault(
            token,
            Issue(
                message=_("the competence code is written with Latin letters: {code}", code=token),
                location=place,
                code=MISSPELT,
            ),
        )
        return meant

    return TOKEN.sub(corrected, text)


def _block(block: AnyBlock, issues: dict[str, Issue]) -> AnyBlock:
    if not isinstance(block, Table):
        text = _text(block.text, block.location, issues)
        return block if text == block.text else msgspec.structs.replace(block, text=text)
    before = len(issues)
    rows = tuple(
        tuple(msgspec.structs.replace(cell, text=_text(cell.text, cell.location, issues)) for cell in row)
        for row in block.rows
    )
    return block if len(issues) == before else msgspec.structs.replace(block, rows=rows)
