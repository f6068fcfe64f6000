"""The check for declared links to functions that the standard in force does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alignment.i18n import _
from alignment.model import Program, Standard
from alignment.programs.lint import LintFinding


def unknown_functions(program: Program, standards: Sequence[Standard]) -> Iterator[LintFinding]:
    """An error for each declared function that its standard does not have; only links to ``standards`` are checked."""
    codes = {
        standard.code: {general.code for general in standard.functions}
        | {function.code for general in standard.functions for function in general.functions}
        for standard in standards
    }
    for link in program.declared:
        code = link.function or link.general_function
        if code and link.standard in codes and code not in codes[link.standard]:
            message = _("the standard {standard} has no function {code}").format(standard=link.standard, code=code)
            text = f"{link.competence}: {message}" if link.competence else message
            yield LintFinding(check="unknown-function", severity="error", message=text, location=link.location)
