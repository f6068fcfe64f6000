"""Read the requirements in the tables of section III, and join rows, labels and words that a page break cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from alignment.dictionary import can_begin, is_word
from alignment.documents import Table
from alignment.documents.pdf import join_lines
from alignment.i18n import message as _
from alignment.language import kind_of
from alignment.model import Code, Issue, Kind, Location
from alignment.model.base import KIND_WORDS

CONTINUES = re.compile(
    r"(?:[,(–—-]|\b(?:и|или|в|во|на|по|с|со|из|к|для|о|об|от|до|при|за|у|не|без|под|над|их|а также))$"
)
LABELS = (
    (Kind.ACTION, re.compile(r"^трудовые\s*действ|^действия$|^трудовые$")),
    (Kind.SKILL, re.compile(r"^необходимые\s*умен|^умения$|^требуемые\s*умен|^требуемые$")),
    (Kind.KNOWLEDGE, re.compile(r"^необходимые\s*знан|^знания$|^требуемые\s*знан")),
)
# A page break may cut a label between its two words; only the second word tells the kind.
HALF = re.compile(r"^необходимые$")
SECOND = re.compile(r"^(?:действия|умения|знания)$")
SYSTEMS = re.compile(r"^(ОКЗ|ЕКС|ЕТКС|ЕКСД|ОКПДТР|ОКСО|ОКНПО|ОКСВНК)")
# Lines that web browsers and legal databases print on a page.
FURNITURE = re.compile(
    r"^\s*(?:дата\s+сохранения\s*:.*|документ\s+предоставлен\b.*|консультант\s*плюс\b.*|"
    r"надежная\s+правовая\s+поддержка.*|система\s+гарант\b.*|(?:https?://|www\.)\S+|"
    r"(?:страница|стр\.)\s*\d+(?:\s+из\s+\d+)?|\d+\s*/\s*\d+)\s*$",
    re.IGNORECASE,
)
# A word whose last letters are separated ("функциональног о"), or that keeps a hyphen of a line's end ("микро- кода").
PARTED = re.compile(r"(?<![\w-])([А-ЯЁа-яё]{4,}) ([а-яё]{1,3})(?![\w-])")
HYPHENED = re.compile(r"(?<![\w-])([А-ЯЁа-яё]{2,})- ([а-яё]{2,})(?![\w-])")
# Fewer texts than this share beginning with a small letter are rests of the text before; some writers begin all texts
# small. Half and double read four real orders the same.
FEW = 0.2


@dataclass
class RequirementsDraft:
    """The requirements of one work function while its tables are read.

    ``head`` is the text of its header; ``label`` is the kind of the rows that
    are being read. ``half`` is True after a label that a page cut after
    "Необходимые"; the rows after it are kept in ``held`` until its second word tells their kind.
    """

    code: str
    head: str = ""
    location: Location = field(default_factory=Location)
    items: dict[Kind, list[tuple[str, Location]]] = field(default_factory=dict)
    label: Kind | None = None
    half: bool = False
    held: list[tuple[str, Location]] = field(default_factory=list)
    page: int | None = None


@dataclass
class GeneralDraft:
    """The characteristics of one generalized function while its tables are read."""

    job_titles: list[str] = field(default_factory=list)
    education: list[str] = field(default_factory=list)
    experience: list[str] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    system: str = ""
    label: str = ""
    head: str = ""
    head_done: bool = False


def label_of(text: str) -> Kind | str | None:
    """What a label cell names: a kind, "half" (a label cut after its first word), "other", or None if it is empty."""
    word = " ".join(text.lower().replace("-\n", "").split())
    if not word:
        return None
    if HALF.search(word):
        return "half"
    return next((kind for kind, pattern in LABELS if pattern.search(word)), "other")


def row_text(cells: Sequence[str]) -> str:
    """The running text of a row's cells, without headers and footers of the printed page."""
    lines = [line for cell in cells for line in cell.split("\n") if line.strip() and not FURNITURE.match(line)]
    return whole_words(join_lines(lines))


def whole_words(text: str) -> str:
    """The text with separated pieces of words joined, where the dictionary has only the joined word."""

    def joined(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        apart = is_word(left) and (is_word(right) or len(right) == 1)
        return left + right if is_word(left + right) and not apart else match[0]

    # In "функциональног о" the second piece is a word by itself, so here it is enough that the first is not.
    mended = PARTED.sub(lambda match: match[0] if is_word(match[1]) else joined(match), text)
    return HYPHENED.sub(joined, mended)


def read_rows(table: Table, draft: RequirementsDraft) -> None:
    """Add the requirements of a table to ``draft``; a first row that continues the last page's text is joined to it."""
    for number, row in enumerate(table.rows):
        if len(row) < 2:
            continue
        text = row_text([cell.text for cell in row[1:] if cell.text])
        label = label_of("\n".join(line for line in row[0].text.split("\n") if not FURNITURE.match(line)))
        if not text and label is None:
            continue
        page = row[1].location.page
        top = number == 0 or page != draft.page
        draft.page = page
        # Some orders repeat the label on the next page, others print only its second word there.
        continued = top and (label is None or label == draft.label or _completes(draft, label, row[0].text))
        _take_label(draft, label)
        items = draft.held if draft.half else None if draft.label is None else draft.items.setdefault(draft.label, [])
        if items is None or not text or text in "-–—":
            continue
        if continued and items and _is_rest(items[-1][0], text):
            items[-1] = (whole_words(join_lines([items[-1][0], text])), items[-1][1])
        else:
            items.append((text, row[1].location))


def _completes(draft: RequirementsDraft, label: Kind | str | None, text: str) -> bool:
    """Whether a label is the second word of the label that the page break cut."""
    second = bool(SECOND.match(" ".join(text.lower().split())))
    return second and (draft.half or (isinstance(label, Kind) and label == draft.label))


def _take_label(draft: RequirementsDraft, label: Kind | str | None) -> None:
    if label is None:
        return
    if isinstance(label, Kind):
        if draft.half:
            draft.items.setdefault(label, []).extend(draft.held)
            draft.held, draft.half = [], False
        draft.label = label
    else:
        draft.half = label == "half"
        draft.label = None


def _is_rest(before: str, text: str) -> bool:
    """Whether a text at the top of a page continues the text before it."""
    unclosed = before.count("(") > before.count(")") or before.count("«") > before.count("»")
    if text[:1].islower() or unclosed or CONTINUES.search(before):
        return True
    # A requirement begins with a nominative or an infinitive; "Российской Федерации" and "СФ-блоков" continue one.
    first = re.match(r"[А-ЯЁ][А-ЯЁа-яё-]*(?!\w)", text)
    return first is not None and not can_begin(first[0].rpartition("-")[2])


def mend(drafts: Sequence[RequirementsDraft]) -> list[Issue]:
    """Complete the drafts in place; returns a warning for each guess.

    Rows under a label that was cut and never completed get a kind by their grammar. A text that begins with a small
    letter is joined to the text before it, unless the order begins all its texts so.
    """
    warnings: list[Issue] = []
    for draft in drafts:
        if draft.held:
            infinitives = sum(kind_of(text) is Kind.SKILL for text, _ in draft.held)
            kind = Kind.SKILL if 2 * infinitives > len(draft.held) else Kind.KNOWLEDGE
            message = _(
                "ТФ {code}: a label is cut after “Необходимые”; its texts are taken as {kind}",
                code=draft.code,
                kind=KIND_WORDS[kind],
            )
            warnings.append(Issue(message=message, location=draft.held[0][1]))
            draft.items.setdefault(kind, []).extend(draft.held)
            draft.held = []
    texts = [text for draft in drafts for items in draft.items.values() for text, _ in items]
    small = sum(text[:1].islower() for text in texts)
    if not small or small > FEW * len(texts):
        return warnings
    for draft in drafts:
        for kind, items in draft.items.items():
            draft.items[kind] = _joined(items)
    return warnings


def _joined(items: Sequence[tuple[str, Location]]) -> list[tuple[str, Location]]:
    result: list[tuple[str, Location]] = []
    for text, place in items:
        if result and text[:1].islower() and re.match(r"[а-яё]{2,}|[авикосу]\s", text):
            result[-1] = (whole_words(join_lines([result[-1][0], text])), result[-1][1])
        else:
            result.append((text, place))
    return result


def read_general(table: Table, general: GeneralDraft) -> None:
    """Add the characteristics in a table to ``general``; a row without a full label continues the list above it."""
    for row in table.rows:
        head = " ".join(row[0].text.lower().split())
        values = [part.strip() for part in row[-1].text.split("\n") if part.strip(" -–—") and not FURNITURE.match(part)]
        if len(row) == 2:
            if head and not row[0].text.strip()[:1].islower():
                general.label = head
            lists = {
                "возможные": general.job_titles,
                "требования к образ": general.education,
                "требования к опыту": general.experience,
            }
            for start, lines in lists.items():
                if general.label.startswith(start):
                    _extend(lines, _sentences(values))
        elif len(row) == 3:
            system = SYSTEMS.match(row[0].text.strip())
            general.system = system[1] if system else (general.system if not row[0].text.strip() else "")
            if general.system and row[1].text.strip():
                name = join_lines(row[2].text.split("\n"))
                general.codes.append(Code(system=general.system, code=" ".join(row[1].text.split()), name=name))


def _extend(lines: list[str], more: list[str]) -> None:
    """Append ``more`` to ``lines``; the first new text may continue the last old one."""
    if lines and more and (more[0][:1].islower() or CONTINUES.search(lines[-1])):
        lines[-1] = join_lines([lines[-1], more.pop(0)])
    lines += more


def _sentences(lines: list[str]) -> list[str]:
    """Lines grouped so that each begins with a capital letter."""
    groups: list[list[str]] = []
    for line in lines:
        if groups and (line[:1].islower() or line[:1] in "(–-" or CONTINUES.search(groups[-1][-1])):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [join_lines(group) for group in groups]
