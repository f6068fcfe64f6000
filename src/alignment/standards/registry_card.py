"""Build standards from a card of the national registry, in XML or JSON.

Tag names vary between exports: education and experience are spelled in several
ways, and the elements around lists have any name. So tags are compared by their
letters only. A requirement should be a leaf element; any other form is read as
well as possible, with a warning that names its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.language.codes import normal_code
from alignment.model import (
    Code,
    GeneralizedFunction,
    Issue,
    Kind,
    Standard,
    WorkFunction,
)
from alignment.model.base import KIND_WORDS
from alignment.standards.card_tree import BLOCK_TAG, Element, descendants, family, items, walk
from alignment.standards.numbered import Numbered

STANDARD = family("professionalstandart", "professionalstandard")
GENERAL = family("generalizedworkfunction")
FUNCTION = family("particularworkfunction")
KINDS = (
    (Kind.ACTION, family("laboraction", "labouraction")),
    (Kind.SKILL, family("requiredskill", "necessaryskill")),
    (Kind.KNOWLEDGE, family("necessaryknowledge", "requiredknowledge")),
)
REQUIREMENTS = tuple(tag for _, tags in KINDS for tag in tags)
TITLE = ("nameprofessionalstandart", "nameprofessionalstandard")
EDUCATION = family("educationalrequirement", "requirementeducation", "educationrequirement", "requirementseducation")
EXPERIENCE = family(
    "requirementworkexperience",
    "requirementexperience",
    "experiencerequirement",
    "requirementforworkexperience",
    "requirementsworkexperience",
    "workexperiencerequirement",
)
NAMES = {"okz": "ОКЗ", "okved": "ОКВЭД", "okso": "ОКСО", "okpdtr": "ОКПДТР", "eks": "ЕКС", "etks": "ЕТКС"}
UNITS = tuple(f"unit{system}" for system in NAMES)
QUOTED = 80  # letters of a text that a warning quotes
NOTHING = ("", "-", "–", "—", "−")


@dataclass
class CardContext:
    """The state of reading a card: its file, the warnings so far, and the ids of the elements that were used."""

    file: str
    warnings: list[Issue] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def warn(self, message: Text, node: Element, section: str | None = None) -> None:
        """Add a warning about an element."""
        place = msgspec.structs.replace(node.place(self.file), section=section)
        self.warnings.append(Issue(message=message, location=place))


def standards_of(root: Element, file: str) -> list[Standard]:
    """All standards in the tree of a card; an empty list if there is none."""
    nodes = list(items(root, STANDARD, TITLE))
    if not nodes:
        # Without that element the fields of the standard are at the top level, or in a list of such objects.
        nodes = [node for node in walk(root) if any(child.tag in TITLE for child in node.children)]
    return [_standard(node, file) for node in nodes]


def _leaves(box: Element, tags: Sequence[str], reading: CardContext) -> Iterator[Element]:
    """The leaf elements with one of the tags in ``box``; texts in other forms are taken too, with a warning."""
    reading.used.add(id(box))
    inner = list(descendants(box, tags))
    if not box.children:
        # An empty list gives no leaf; about an empty item the caller warns.
        if box.text or not box.tag.endswith("s"):
            yield box
        return
    if box.text not in NOTHING:
        reading.warn(_("<{name}> has both elements and a text of its own: all of them are used", name=box.name), box)
        yield Element(tag=box.tag, name=box.name, text=box.text, line=box.line)
    for child in inner:
        yield from _leaves(child, tags, reading)
    strange = [node for node in _apart(box, tags) if any(char.isalpha() for char in node.text)]
    # A single block element of markup is the text itself.
    if len(strange) > 1 or any(not BLOCK_TAG.fullmatch(node.name) for node in strange):
        shown = ", ".join(dict.fromkeys(f"<{node.name}>" for node in strange))
        reading.warn(
            _("<{name}> has {shown} instead of a text: each of them is used as a text", name=box.name, shown=shown),
            box,
        )
    yield from strange


def _apart(node: Element, tags: Sequence[str]) -> Iterator[Element]:
    """The nodes below ``node`` that are not in a node with one of the tags."""
    for child in node.children:
        if child.tag not in tags:
            yield child
            yield from _apart(child, tags)


def _texts(node: Element, tags: Sequence[str], stop: Sequence[str], reading: CardContext) -> tuple[str, ...]:
    texts = [leaf.text for box in descendants(node, tags, stop) for leaf in _leaves(box, tags, reading)]
    return tuple(text for text in texts if text not in NOTHING)


def _one(node: Element, tags: Sequence[str], stop: Sequence[str], reading: CardContext) -> str:
    """The text of a field; if the field is repeated with another text, the first one, with a warning."""
    boxes = list(descendants(node, tags, stop))
    texts = list(dict.fromkeys(leaf.text for box in boxes for leaf in _leaves(box, tags, reading) if leaf.text))
    if len(texts) > 1:
        reading.warn(
            _(
                "<{name}> occurs {n} times; the first is used: {text}",
                name=boxes[0].name,
                n=len(texts),
                text=texts[0][:QUOTED],
            ),
            boxes[0],
        )
    return texts[0] if texts else ""


def _codes(node: Element, reading: CardContext) -> tuple[Code, ...]:
    codes: list[Code] = []
    for unit in items(node, UNITS, [f"{part}{system}" for system in NAMES for part in ("code", "name")]):
        system = unit.tag[len("unit") :]
        code, title = (_one(unit, (f"{part}{system}",), UNITS, reading) for part in ("code", "name"))
        if code or title:
            codes.append(Code(system=NAMES[system], code=code, name=title))
    return tuple(codes)


def _standard(node: Element, file: str) -> Standard:
    reading = CardContext(file=file)
    stop = (*GENERAL, *STANDARD)
    passport = {
        "NameProfessionalStandart": TITLE,
        "CodeKindProfessionalActivity": ("codekindprofessionalactivity",),
        "OrderNumber": ("ordernumber",),
        "DateOfApproval": ("dateofapproval",),
        "KindProfessionalActivity": ("kindprofessionalactivity",),
        "PurposeKindProfessionalActivity": ("purposekindprofessionalactivity",),
    }
    title, code, order, date, activity, purpose = (_one(node, tags, stop, reading) for tags in passport.values())
    for tag, value in zip(passport, (title, code, order, date, activity, purpose), strict=True):
        if not value:
            reading.warn(_("<{tag}> is missing or empty", tag=tag), node)
    seen: dict[str, int] = {}
    generals = list(items(node, GENERAL, ("codeotf", "nameotf")))
    functions = tuple(_general(child, reading, seen) for child in generals)
    if not functions:
        reading.warn(_("no generalized work functions"), node)
    lost = [item for item in walk(node) if item.tag in REQUIREMENTS and item.text and id(item) not in reading.used]
    if lost:
        message = _(
            "{n} texts such as <{name}> are outside the work functions and are not read",
            n=len(lost),
            name=lost[0].name,
        )
        reading.warn(message, lost[0])
    first = next(descendants(node, ("firstsection", "employmentgroup"), stop), None)
    return Standard(
        code=code,
        title=title,
        order=order,
        date=date,
        registration=_one(node, ("registrationnumber",), stop, reading),
        activity=activity,
        purpose=purpose,
        codes=_codes(first, reading) if first is not None else (),
        functions=functions,
        source=file,
        warnings=tuple(reading.warnings),
    )


def _general(node: Element, reading: CardContext, seen: dict[str, int]) -> GeneralizedFunction:
    stop = (*FUNCTION, *GENERAL)
    code = normal_code(_one(node, ("codeotf",), stop, reading))
    name = _one(node, ("nameotf",), stop, reading)
    section = f"ОТФ {code}"
    inner = [child for child in items(node, FUNCTION, ("codetf", "nametf")) if not _of_another(child, node)]
    functions = tuple(_function(child, reading, seen) for child in inner)
    if not functions:
        reading.warn(_("ОТФ {value} has no work functions", value=code or "?"), node, section)
    if not name:
        reading.warn(_("ОТФ {value} has no name", value=code or "?"), node, section)
    return GeneralizedFunction(
        code=code,
        name=name,
        level=_one(node, ("levelofqualification",), stop, reading),
        job_titles=_texts(node, family("possiblejobtitle"), stop, reading),
        education=_texts(node, EDUCATION, stop, reading),
        experience=_texts(node, EXPERIENCE, stop, reading),
        codes=_codes(node, reading),
        functions=functions,
    )


def _of_another(function: Element, general: Element) -> bool:
    """Whether a work function is in a generalized one that is itself nested in ``general``."""
    return any(function is item for other in descendants(general, GENERAL) for item in walk(other))


def _function(node: Element, reading: CardContext, seen: dict[str, int]) -> WorkFunction:
    stop = FUNCTION
    code = normal_code(_one(node, ("codetf",), stop, reading))
    section = f"ТФ {code}"
    name = _one(node, ("nametf",), stop, reading)
    seen[code] = seen.get(code, 0) + 1
    if seen[code] > 1:
        # Verdicts are grouped by these codes, so two functions with one code would be merged.
        reading.warn(
            _(
                "ТФ {value} occurs {seen} times; a mark is added to its code to distinguish them",
                value=code or "?",
                seen=seen[code],
            ),
            node,
            section,
        )
        code += "'" * (seen[code] - 1)
    numbered = Numbered(code)
    for kind, tags in KINDS:
        count = 0
        for leaf in (leaf for box in descendants(node, tags, stop) for leaf in _leaves(box, tags, reading)):
            if leaf.text in NOTHING:
                reading.warn(_("ТФ {code}: an empty <{name}>", code=code, name=leaf.name), leaf, section)
                continue
            count += 1
            numbered.add(kind, leaf.text, leaf.place(reading.file))
        if not count:
            reading.warn(
                _("ТФ {code} has no requirements of kind {kind}", code=code or "?", kind=KIND_WORDS[kind]),
                node,
                section,
            )
    if not name:
        reading.warn(_("ТФ {value} has no name", value=code or "?"), node, section)
    place = msgspec.structs.replace(node.place(reading.file), section=section)
    level = _one(node, ("subqualification",), stop, reading)
    return WorkFunction(code=code, name=name, level=level, requirements=tuple(numbered.requirements), location=place)
