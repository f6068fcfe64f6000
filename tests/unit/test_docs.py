"""Every command, option, setting and public function is documented, and the site has no broken links."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from alignment import i18n
from alignment.settings import Settings
from tests import reference
from tests.conftest import ROOT


def test_the_reference_is_that_of_the_program() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), "run: python -m tests.reference"
    i18n.activate("en")


def test_every_setting_is_explained() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    missing = [field.name for field in msgspec.structs.fields(Settings) if field.name not in text]
    assert not missing


def test_every_command_stands_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in reference.commands() if not re.search(rf"`{name.split()[0]} {name.split()[1]}\b", text)]
    assert not missing


def test_the_site_builds_without_broken_links(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "tutorials" / "expert.ru" / "index.html").is_file()
