"""The XML of the national registry of professional standards, both ways.

Tag names vary between exports (education and experience are spelled several
ways); they are compared by their letters alone. What is missing is a warning.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from lxml import etree

from alignment.documents.limits import parse_xml, read_bytes
from alignment.errors import InputError
from alignment.language.codes import normal_code
from alignment.model import (
    Code,
    GeneralizedFunction,
    Issue,
    Kind,
    Location,
    Requirement,
    Standard,
    WorkFunction,
)
from alignment.settings import Settings

STANDARD_TAGS = ("professionalstandart", "professionalstandard")
KINDS = (
    (Kind.ACTION, ("laboraction", "labouraction")),
    (Kind.SKILL, ("requiredskill", "necessaryskill")),
    (Kind.KNOWLEDGE, ("necessaryknowledge", "requiredknowledge")),
)
EDUCATION = ("educationalrequirement", "requirementeducation", "educationrequirement", "requirementseducation")
EXPERIENCE = (
    "requirementworkexperience",
    "requirementexperience",
    "experiencerequirement",
    "requirementforworkexperience",
    "requirementsworkexperience",
    "workexperiencerequirement",
)
SYSTEMS = ("okz", "okved", "okso", "okpdtr", "eks", "etks")
NAMES = {"okz": "ОКЗ", "okved": "ОКВЭД", "okso": "ОКСО", "okpdtr": "ОКПДТР", "eks": "ЕКС", "etks": "ЕТКС"}
LETTERS = {Kind.ACTION: "a", Kind.SKILL: "s", Kind.KNOWLEDGE: "k"}


def _tag(node: etree._Element) -> str:
    return re.sub(r"[^a-z]", "", etree.QName(node).localname.lower()) if isinstance(node.tag, str) else ""


# Tags that editors leave in the registry's texts; "a<b and c>d" is no tag.
MARKUP = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|li|ol|p|span|strong|sub|sup|table|tbody|td|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def clean(text: str | None) -> str:
    """Text with entities resolved (also double-escaped ones) and spaces folded."""
    value = text or ""
    for _ in range(3):
        resolved = html.unescape(value)
        if resolved == value:
            break
        value = resolved
    value = re.sub(r"<(?:br|/p|/li)\s*/?>", " ", value)
    return " ".join(MARKUP.sub("", value).split())


def _inner(node: etree._Element) -> str:
    return "".join(str(part) for part in node.itertext())


def _place(node: etree._Element, file: str) -> Location:
    line = node.sourceline
    return Location(file=file, paragraph=line if isinstance(line, int) else None)


def _all(node: etree._Element, *tags: str) -> Iterator[etree._Element]:
    return (child for child in node.iter() if _tag(child) in tags)


def _first(node: etree._Element, *tags: str) -> str:
    return next((text for child in _all(node, *tags) if (text := clean(_inner(child)))), "")


def _texts(node: etree._Element, *tags: str) -> tuple[str, ...]:
    """Texts of the leaves with those tags; a plural wrapper with text of its own counts too."""
    found = [clean(_inner(child)) for child in _all(node, *tags)]
    if not found:
        found = [clean(child.text) for child in _all(node, *(f"{tag}s" for tag in tags))]
    return tuple(text for text in found if text and text != "-")


def read(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a registry file.

    Raises:
        InputError: not well-formed, declares entities, or holds no standard.
    """
    name = path.name
    root = parse_xml(read_bytes(path, settings), str(path))
    nodes = list(_all(root, *STANDARD_TAGS))
    if not nodes:
        raise InputError(
            "the XML holds no <ProfessionalStandart>.",
            file=str(path),
            hint="Export the standard from the registry as XML, or write it by hand (docs/standards.md).",
        )
    return [_standard(node, name) for node in nodes]


def _codes(node: etree._Element) -> tuple[Code, ...]:
    codes: list[Code] = []
    for unit in node.iter():
        tag = _tag(unit)
        if not tag.startswith("unit") or tag[4:] not in SYSTEMS:
            continue
        system = tag[4:]
        code, title = _first(unit, f"code{system}"), _first(unit, f"name{system}")
        if code or title:
            codes.append(Code(system=NAMES[system], code=code, name=title))
    return tuple(codes)


def _standard(node: etree._Element, file: str) -> Standard:
    warnings: list[Issue] = []
    place = _place(node, file)
    title = _first(node, "nameprofessionalstandart", "nameprofessionalstandard")
    code = _first(node, "codekindprofessionalactivity")
    passport = {
        "NameProfessionalStandart": title,
        "CodeKindProfessionalActivity": code,
        "OrderNumber": _first(node, "ordernumber"),
        "DateOfApproval": _first(node, "dateofapproval"),
        "KindProfessionalActivity": _first(node, "kindprofessionalactivity"),
        "PurposeKindProfessionalActivity": _first(node, "purposekindprofessionalactivity"),
    }
    for tag, value in passport.items():
        if not value:
            warnings.append(Issue(message=f"<{tag}> is missing or empty", location=place))
    functions = tuple(_general(child, file, warnings) for child in _all(node, "generalizedworkfunction"))
    if not functions:
        warnings.append(Issue(message="no generalized work functions", location=place))
    first = next(_all(node, "firstsection", "employmentgroup"), None)
    return Standard(
        code=code,
        title=title,
        order=passport["OrderNumber"],
        date=passport["DateOfApproval"],
        registration=_first(node, "registrationnumber"),
        activity=passport["KindProfessionalActivity"],
        purpose=passport["PurposeKindProfessionalActivity"],
        codes=_codes(first) if first is not None else (),
        functions=functions,
        source=file,
        warnings=tuple(warnings),
    )


def _general(node: etree._Element, file: str, warnings: list[Issue]) -> GeneralizedFunction:
    code = normal_code(_first(node, "codeotf"))
    place = msgspec.structs.replace(_place(node, file), section=f"ОТФ {code}")
    functions = tuple(_function(child, file, warnings) for child in _all(node, "particularworkfunction"))
    if not functions:
        warnings.append(Issue(message=f"ОТФ {code or '?'} has no work functions", location=place))
    if not _first(node, "nameotf"):
        warnings.append(Issue(message=f"ОТФ {code or '?'} has no name", location=place))
    return GeneralizedFunction(
        code=code,
        name=_first(node, "nameotf"),
        level=_first(node, "levelofqualification"),
        job_titles=_texts(node, "possiblejobtitle"),
        education=_texts(node, *EDUCATION),
        experience=_texts(node, *EXPERIENCE),
        codes=_codes(node),
        functions=functions,
    )


def _function(node: etree._Element, file: str, warnings: list[Issue]) -> WorkFunction:
    code = normal_code(_first(node, "codetf"))
    place = msgspec.structs.replace(_place(node, file), section=f"ТФ {code}")
    requirements: list[Requirement] = []
    for kind, tags in KINDS:
        found = 0
        for child in _all(node, *tags):
            text = clean(_inner(child))
            if not text or text == "-":
                warnings.append(
                    Issue(
                        message=f"ТФ {code}: an empty <{etree.QName(child).localname}>",
                        location=_place(child, file),
                    )
                )
                continue
            found += 1
            requirements.append(
                Requirement(
                    id=f"{code}-{LETTERS[kind]}{found}",
                    text=text,
                    kind=kind,
                    location=_place(child, file),
                )
            )
        if not found:
            warnings.append(Issue(message=f"ТФ {code or '?'} has no requirements of kind {kind.value}", location=place))
    if not _first(node, "nametf"):
        warnings.append(Issue(message=f"ТФ {code or '?'} has no name", location=place))
    return WorkFunction(
        code=code,
        name=_first(node, "nametf"),
        level=_first(node, "subqualification"),
        requirements=tuple(requirements),
        location=place,
    )


def write(standard: Standard) -> bytes:
    """The standard in the registry's XML layout (UTF-8)."""
    root = etree.Element("XMLCardInfo")
    node = etree.SubElement(etree.SubElement(root, "ProfessionalStandarts"), "ProfessionalStandart")
    _put(node, "NameProfessionalStandart", standard.title)
    _put(node, "RegistrationNumber", standard.registration)
    _put(node, "OrderNumber", standard.order)
    _put(node, "DateOfApproval", standard.date)
    first = etree.SubElement(node, "FirstSection")
    _put(first, "KindProfessionalActivity", standard.activity)
    _put(first, "CodeKindProfessionalActivity", standard.code)
    _put(first, "PurposeKindProfessionalActivity", standard.purpose)
    _put_codes(etree.SubElement(first, "EmploymentGroup"), standard.codes)
    third = etree.SubElement(etree.SubElement(node, "ThirdSection"), "WorkFunctions")
    listing = etree.SubElement(third, "GeneralizedWorkFunctions")
    for general in standard.functions:
        _put_general(etree.SubElement(listing, "GeneralizedWorkFunction"), general)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _put(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text


def _put_list(parent: etree._Element, tag: str, texts: tuple[str, ...]) -> None:
    if texts:
        wrapper = etree.SubElement(parent, f"{tag}s")
        for text in texts:
            _put(wrapper, tag, text)


def _put_codes(parent: etree._Element, codes: tuple[Code, ...]) -> None:
    for system, label in NAMES.items():
        mine = [code for code in codes if code.system == label]
        if mine:
            listing = etree.SubElement(parent, f"List{system.upper()}")
            for code in mine:
                unit = etree.SubElement(listing, f"Unit{system.upper()}")
                _put(unit, f"Code{system.upper()}", code.code)
                _put(unit, f"Name{system.upper()}", code.name)


def _put_general(node: etree._Element, general: GeneralizedFunction) -> None:
    _put(node, "CodeOTF", general.code)
    _put(node, "NameOTF", general.name)
    _put(node, "LevelOfQualification", general.level)
    _put_list(node, "PossibleJobTitle", general.job_titles)
    _put_list(node, "EducationalRequirement", general.education)
    _put_list(node, "RequirementWorkExperience", general.experience)
    _put_codes(etree.SubElement(node, "OtherCharacteristics"), general.codes)
    functions = etree.SubElement(node, "ParticularWorkFunctions")
    for function in general.functions:
        item = etree.SubElement(functions, "ParticularWorkFunction")
        _put(item, "CodeTF", function.code)
        _put(item, "NameTF", function.name)
        _put(item, "SubQualification", function.level)
        for kind, tag in (
            (Kind.ACTION, "LaborAction"),
            (Kind.SKILL, "RequiredSkill"),
            (Kind.KNOWLEDGE, "NecessaryKnowledge"),
        ):
            _put_list(item, tag, tuple(part.text for part in function.requirements if part.kind is kind))
