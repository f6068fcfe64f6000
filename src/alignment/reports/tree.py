"""The report of ``align show``: what was read from a file, as a tree with the place of each text."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from alignment.i18n import _, plural
from alignment.model import Location, Program, Qualification, Requirement, Standard
from alignment.reports.words import file_kind, kind, nothing_in, program_name, standard_name


def _where(location: Location) -> tuple[str, str]:
    text = str(location)
    return (f"  [{text}]" if text else "", "dim")


def draw(noun: Program | Standard | Qualification) -> Tree:
    """The tree of what a file holds."""
    if isinstance(noun, Qualification):
        return qualification_tree(noun)
    return standard_tree(noun) if isinstance(noun, Standard) else program_tree(noun)


def standard_tree(standard: Standard) -> Tree:
    """The tree of a standard: generalized functions, work functions, requirements."""
    tree = Tree(Text(standard_name(standard), style="bold"))
    passport = tree.add(_("Passport"))
    for name, value in (
        (_("Order"), " ".join(part for part in (standard.order, standard.date) if part)),
        (_("Registration number"), standard.registration),
        (_("Kind of activity"), standard.activity),
        (_("Purpose"), standard.purpose),
    ):
        if value:
            passport.add(Text(f"{name}: {value}"))
    for code in standard.codes:
        passport.add(Text(f"{code.system} {code.code} {code.name}"))
    for general in standard.functions:
        level = _("level {n}").format(n=general.level) if general.level else ""
        branch = tree.add(Text(f"{general.code} {general.name}  {level}", style="bold"))
        if general.job_titles:
            branch.add(Text(_("Job titles") + f": {'; '.join(general.job_titles)}"))
        for function in general.functions:
            twig = branch.add(Text.assemble((f"{function.code} {function.name}", "bold"), _where(function.location)))
            for item in function.requirements:
                twig.add(_requirement(item))
    _warnings(tree, [str(issue) for issue in standard.warnings])
    return tree


def _requirement(item: Requirement) -> Text:
    """A requirement with the id that ``align explain`` takes."""
    return Text.assemble((item.id, "bold"), (f" {kind(item.kind)}: ", "dim"), item.text, _where(item.location))


def qualification_tree(card: Qualification) -> Tree:
    """The tree of a qualification card: its standard, work functions and required education."""
    tree = Tree(Text(card.title, style="bold"))
    order = " ".join(part for part in (card.order, card.date) if part)
    for name, value in (
        (_("Standard"), card.standard_title),
        (_("Order"), order),
        (_("Level"), card.level),
        (_("The certificate is valid for {term}").format(term=card.term), " " if card.term else ""),
        (_("Job titles"), card.positions),
    ):
        if value:
            tree.add(Text(f"{name}: {value}".removesuffix(":  ")))
    branch = tree.add(Text(_("Work function"), style="bold"))
    for item in card.functions:
        note = f" ({item.note})" if item.note else ""
        branch.add(Text.assemble((f"{item.code} ", "bold"), item.name, note))
    branch = tree.add(Text(_("Directions of study"), style="bold"))
    for name in card.directions:
        branch.add(Text(name))
    for text in card.education:
        tree.add(Text(text))
    _warnings(tree, [str(issue) for issue in card.warnings])
    return tree


def program_tree(program: Program) -> Tree:
    """The tree of a program: files, disciplines with statements, competences, what was left out."""
    tree = Tree(Text(program_name(program), style="bold"))
    facts = [program.degree, program.year, *program.activities]
    if any(facts):
        tree.add(Text("; ".join(fact for fact in facts if fact)))
    for line in nothing_in(program):
        tree.add(Text(line, style="bold red"))
    _files(tree, program)
    for discipline in program.disciplines:
        facts = []
        if discipline.credits is not None:
            facts.append(_("{n} credits").format(n=f"{discipline.credits:g}"))
        if discipline.hours is not None:
            facts.append(_("{n} hours").format(n=f"{discipline.hours:g}"))
        if discipline.semesters:
            facts.append(_("semester {list}").format(list=", ".join(discipline.semesters)))
        if discipline.competences:
            facts.append(", ".join(discipline.competences))
        title = " ".join(part for part in (discipline.code, discipline.title) if part)
        branch = tree.add(
            Text.assemble((title, "bold"), (f"  {'; '.join(facts)}" if facts else "", ""), _where(discipline.location))
        )
        for item in discipline.statements:
            if not item.title_only:
                branch.add(Text.assemble((f"{kind(item.kind)}: ", "dim"), item.text, _where(item.location)))
    if program.competences:
        branch = tree.add(Text(_("Competences"), style="bold"))
        for competence in program.competences:
            branch.add(Text.assemble((f"{competence.code} ", "bold"), competence.text, _where(competence.location)))
    _named(tree, program)
    if program.skipped:
        branch = tree.add(Text(_("Left out: not learning outcomes"), style="bold"))
        for part in program.skipped:
            lines = plural("{n} line", "{n} lines", part.lines)
            branch.add(Text.assemble(f"{_title(part.title)} – {_reason(part.reason)}, {lines}", _where(part.location)))
    _warnings(tree, [str(issue) for issue in program.warnings])
    return tree


def _title(name: str) -> str:
    """The heading of a section that was left out; the text before the first heading is called "(beginning)"."""
    return _("(beginning)") if name.startswith("(beginning") else name


def _reason(name: str) -> str:
    """Why a section was left out, in words."""
    return {
        "appendix": _("appendix"),
        "assessment": _("assessment"),
        "description": _("description"),
        "equipment": _("equipment"),
        "hours": _("hours"),
        "literature": _("literature"),
        "methods of teaching": _("methods of teaching"),
        "review": _("opinion of a reviewer"),
        "scope": _("scope"),
        "settings": _("settings of the plan"),
        "table of contents": _("table of contents"),
        "title page": _("title page"),
        "unrecognised section": _("unrecognised section"),
    }.get(name, name)


def _files(tree: Tree, program: Program) -> None:
    """Add what was read from each file, or why it was left out."""
    if not program.files:
        return
    branch = tree.add(Text(_("Files"), style="bold"))
    for item in program.files:
        if item.error:
            branch.add(Text.assemble((f"{item.file}: ", ""), (_("left out") + f": {item.reason}", "red")))
            continue
        counts = [
            plural("{n} discipline", "{n} disciplines", item.disciplines) if item.disciplines else "",
            plural("{n} statement", "{n} statements", item.statements) if item.statements else "",
            plural("{n} competence", "{n} competences", item.competences) if item.competences else "",
            plural("{n} declared link", "{n} declared links", item.links) if item.links else "",
            plural("{n} section left out", "{n} sections left out", item.skipped) if item.skipped else "",
        ]
        summary = "; ".join(count for count in counts if count)
        branch.add(Text.assemble(f"{item.file}: ", (file_kind(item.kind), "italic"), f" – {summary}"))


def _named(tree: Tree, program: Program) -> None:
    """Add the professional standards and declared links of the description, and those of the FGOS."""
    if program.standards:
        branch = tree.add(Text(_("Professional standards named"), style="bold"))
        for item in program.standards:
            branch.add(Text.assemble((f"{item.code} ", "bold"), item.title, _where(item.location)))
    if program.declared:
        branch = tree.add(Text(_("Declared links"), style="bold"))
        for link in program.declared:
            target = link.function or link.general_function
            line = f"{link.competence or '–'} → {link.standard} {target}".rstrip()
            branch.add(Text.assemble(line, _where(link.location)))
    if program.fgos:
        name = " ".join(part for part in (program.fgos.code, program.fgos.title) if part)
        branch = tree.add(Text(f"{_('FGOS')} {name}", style="bold"))
        for competence in program.fgos.competences:
            branch.add(Text.assemble((f"{competence.code} ", "bold"), competence.text))
        for item in program.fgos.standards:
            branch.add(Text.assemble((f"{item.code} ", "bold"), item.title))


def _warnings(tree: Tree, warnings: list[str]) -> None:
    if warnings:
        branch = tree.add(Text(_("Warnings"), style="bold"))
        for warning in warnings:
            branch.add(Text(warning))
