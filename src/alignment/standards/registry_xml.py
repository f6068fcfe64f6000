"""Read and write the XML of the national registry of professional standards."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from alignment.documents import FunctionReader
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Code, GeneralizedFunction, Kind, Standard
from alignment.settings import Settings
from alignment.standards.card_tree import from_xml
from alignment.standards.labels import put_right
from alignment.standards.registry_card import NAMES, standards_of


def read(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a registry file.

    Raises:
        InputError: the XML is not well-formed, declares entities, or has no standard.
    """
    standards = standards_of(from_xml(path, settings), path.name)
    if not standards:
        raise InputError(
            _("the XML has no <ProfessionalStandart>."),
            file=str(path),
            hint=_("Export the standard from the registry as XML, or write it by hand (docs/standards.md)."),
        )
    return [put_right(standard) for standard in standards]


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


READER = FunctionReader(frozenset({".xml"}), lambda file: read(file.path, file.settings))
