"""A PDF to hand in: the HTML report with its long tables in an annex, printed by WeasyPrint (extra ``[pdf]``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from alignment.errors import MissingExtraError, OutputError
from alignment.i18n import message as _
from alignment.model import Alignment
from alignment.reports import html_report
from alignment.reports.rows import report_date


def render(alignments: Sequence[Alignment]) -> bytes:
    """The report as PDF with its structure tagged for screen readers.

    Raises:
        MissingExtraError: WeasyPrint or the library Pango is not installed.
    """
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise MissingExtraError(
            _("reports as PDF need an extra and the library Pango."),
            hint=_(
                "Install them: pip install 'profstandart-align[pdf]' (Debian: apt install libpango-1.0-0 "
                "libpangoft2-1.0-0), or write html and print it from a browser."
            ),
        ) from error
    page = html_report.render(alignments, paper=True)
    identity = datetime.combine(report_date(), time()).isoformat().encode()
    document = weasyprint.HTML(string=page, url_fetcher=_nothing).write_pdf(
        pdf_identifier=identity, pdf_variant="pdf/ua-1"
    )
    return bytes(document)


def _nothing(url: str, *_arguments: Any, **_options: Any) -> dict[str, Any]:
    """Refuse to load anything: a text from a document must not make this machine fetch an address."""
    raise OutputError(_("a report refers to {url}; nothing is fetched.", url=url), hint=_("Report this as a bug."))
