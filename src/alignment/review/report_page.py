"""How the server sends reports: their media types, and the security policy of the HTML report."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from alignment.reports import html_report

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "yaml": "application/yaml; charset=utf-8",
}


def media_type(form: str) -> str:
    """The media type of a report format."""
    return TYPES.get(form, "application/octet-stream")


@lru_cache(maxsize=1)
def policy() -> str:
    """The content security policy of the HTML report.

    Only its own script may run, identified by its digest; a script that came from a document may not.
    The page has an origin of its own, so that it cannot reach our cookies or pages.
    """
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_digest(html_report.script())}'; "
        "img-src data:; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-scripts"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
