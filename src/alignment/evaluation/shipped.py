"""The standards that come with the package; training learns from them."""

from __future__ import annotations

from alignment.model import Standard
from alignment.settings import Settings
from alignment.standards import registry_xml


def shipped_standards(settings: Settings) -> list[Standard]:
    """All standards of corpora/standards, by file name."""
    folder = settings.data_path("corpora") / "standards"
    return [item for path in sorted(folder.glob("*.xml")) for item in registry_xml.read(path, settings)]
