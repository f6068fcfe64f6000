"""The 15 real orders, as PDF: what the function map names is found again, word for word where counted by hand."""

from pathlib import Path

import msgspec
import pytest

from alignment.errors import InputError
from alignment.model import Kind
from alignment.settings import Settings
from alignment.standards import read_file

pytestmark = pytest.mark.shared

# order: (ОТФ, ТФ) of section II, counted by eye in the PDF.
MAPS = {
    "06.005": (4, 8),
    "10.104": (4, 14),
    "16.095": (5, 31),
    "29.002": (6, 32),
    "40.003": (2, 7),
    "40.007": (4, 19),
    "40.016": (6, 34),
    "40.019": (8, 35),
    "40.034": (2, 9),
    "40.035": (5, 23),
    "40.037": (6, 27),
    "40.039": (5, 25),
    "40.039-b": (5, 25),
    "40.040": (7, 23),
    "reg850": (5, 21),
}


# The others are much alike, and each takes six seconds and more to read.
QUICK = ("06.005", "40.003", "40.034", "40.035", "40.037", "40.039", "reg850")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in MAPS]
)
def test_every_function_of_the_map_is_described(name: str, shared: Path, settings: Settings) -> None:
    (standard,) = read_file(shared / "registry_pdf" / f"{name}.pdf", settings)
    functions = [function for general in standard.functions for function in general.functions]
    assert (len(standard.functions), len(functions)) == MAPS[name]
    missing = {Kind.ACTION, Kind.SKILL, Kind.KNOWLEDGE}
    warned = " ".join(issue.message for issue in standard.warnings)
    for function in functions:
        absent = missing - {item.kind for item in function.requirements}
        # What the order itself leaves out is a warning; nothing is lost in silence.
        assert not absent or function.code in warned


def test_a_scan_is_refused_with_a_way_out(shared: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="no text layer.*ocrmypdf"):
        read_file(shared / "registry_pdf" / "scan-reg245.pdf", msgspec.structs.replace(settings, ocr="off"))


def test_a_misprinted_code_is_resolved_and_reported(shared: Path, settings: Settings) -> None:
    (standard,) = read_file(shared / "registry_pdf" / "40.037.pdf", settings)
    assert any("F/06.8" in issue.message and "F/03.8" in issue.message for issue in standard.warnings)


def test_the_shipped_xml_says_what_the_order_says(shared: Path, settings: Settings, corpora: Path) -> None:
    for name in ("06.005", "40.035"):
        (order,) = read_file(shared / "registry_pdf" / f"{name}.pdf", settings)
        (shipped,) = read_file(corpora / "standards" / f"{name}.xml", settings)
        assert [item.text for _, _, item in order.requirements()] == [
            item.text for _, _, item in shipped.requirements()
        ]
        assert (order.title, order.order, order.date) == (shipped.title, shipped.order, shipped.date)
