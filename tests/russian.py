"""Every text that a user can see and its Russian: ``python -m tests.russian`` prints a table, a test holds it at 100 %.

The source is parsed, not run. A text counts as said in Russian when it goes through ``_`` or ``plural`` of
`alignment.i18n` (or comes from something that does) and its catalogue has a Russian text with the same fields.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "alignment"
CATALOGUE = SOURCE / "locale" / "ru" / "LC_MESSAGES" / "alignment.po"

ERRORS = re.compile(r"^[A-Z]\w*Error$")
# Errors of Python and of libraries that no user is shown.
FOREIGN = {
    "ValueError",
    "KeyError",
    "TypeError",
    "RuntimeError",
    "OSError",
    "ImportError",
    "AssertionError",
    "ValidationError",
}
# What makes or hands on a text that is said in the user's language.
SPEAKERS = {"_", "plural", "after", "why", "misfit", "reason", "str", "choices", "damaged", "usage_error"}
WRITERS = {"note": "notes", "echo": "notes", "add_column": "headings", "warn": "issues"}
# What no user sees: tools for training, migrations of the database, and the descriptions of the API for developers.
DEVELOPERS = re.compile(r"evaluation/(heldout|judge)|review/migrations/|^__init__")
# Lists of words, and what a language model is told, are not messages.
LISTS = re.compile(r"^language/|frameworks/moodle|standards/esco|review/pages/machine|judge/(answer|guide|question)")
WORDS = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
# Latin words that stand in Russian sentences as they are.
NAMES = re.compile(r"^(Python|align|MB|GB|tcp|FGOS|P|CFItems)?[\W\d_]*$")


@dataclass(frozen=True)
class Place:
    """A text in the source: its class, file and line, and whether it goes through the catalogue."""

    kind: str
    file: str
    line: int
    said: bool
    text: str = ""


class Reader(ast.NodeVisitor):
    """Collects the texts of one module."""

    def __init__(self, file: str, tree: ast.Module) -> None:
        self.file, self.tree = file, tree
        self.found: list[Place] = []
        self.assigned: dict[str, list[ast.expr]] = {}
        self.returned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    for name in ast.walk(target):
                        if isinstance(name, ast.Name):
                            self.assigned.setdefault(name.id, []).append(node.value)
            elif isinstance(node, ast.FunctionDef):
                values = [item.value for item in ast.walk(node) if isinstance(item, ast.Return) and item.value]
                self.returned[node.name] = values

    def said(self, node: ast.expr | None, seen: tuple[str, ...] = ()) -> bool:
        """Whether an expression goes through the catalogue, or holds no words at all."""
        match node:
            case None | ast.Attribute() | ast.Subscript():
                return True
            case ast.Constant():
                return not isinstance(node.value, str) or bool(NAMES.match(node.value))
            case ast.JoinedStr():
                return all(self.said(part, seen) for part in node.values if isinstance(part, ast.Constant))
            case ast.IfExp():
                return self.said(node.body, seen) and self.said(node.orelse, seen)
            case ast.BoolOp():
                return all(self.said(part, seen) for part in node.values)
            case ast.BinOp():
                return self.said(node.left, seen) and self.said(node.right, seen)
            case ast.Name():
                values = self.assigned.get(node.id, []) if node.id not in seen else []
                return all(self.said(value, (*seen, node.id)) for value in values)
            case ast.Call(func=ast.Name(id=name)):
                if name in SPEAKERS or name not in self.returned or name in seen:
                    return True
                return all(self.said(value, (*seen, name)) for value in self.returned[name])
            case ast.Call(func=ast.Attribute(attr="format", value=value)):
                return self.said(value, seen)
            case ast.Dict():
                return all(self.said(value, seen) for value in node.values)
        return True

    def add(self, kind: str, node: ast.expr | None) -> None:
        """Note a text, unless there is none."""
        if node is None or (isinstance(node, ast.Constant) and not isinstance(node.value, str)):
            return
        self.found.append(Place(kind, self.file, node.lineno, self.said(node), ast.unparse(node)[:100]))

    def visit_Call(self, node: ast.Call) -> None:
        """Errors, issues, options, notes, headings."""
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = {item.arg: item.value for item in node.keywords}
        if ERRORS.match(name) and name not in FOREIGN:
            self.add("errors", node.args[0] if node.args else None)
            self.add("hints", given.get("hint"))
            self.add("places", given.get("place"))
        elif name == "Issue":
            self.add("issues", given.get("message"))
        elif name == "SourceFile":
            self.add("issues", given.get("error"))
        elif name in ("Option", "Argument", "Typer", "command", "add_typer"):
            self.add("help", given.get("help"))
            self.add("help", given.get("short_help"))
        elif name in WRITERS and node.args:
            self.add(WRITERS[name], node.args[0])
        self.generic_visit(node)


def loose(file: str, tree: ast.Module) -> Iterator[Place]:
    """English sentences that nothing above knows.

    Constants that are neither docstrings nor in the catalogue's calls.
    """
    hidden: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden.add(id(node.value))
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("_", "plural", "compile", "execute", "debug", "Message", "search", "match", "TypeAdapter"):
                hidden.update(id(item) for item in ast.walk(node))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = getattr(node.exc.func, "id", "")
            if name in FOREIGN:
                hidden.update(id(item) for item in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
            if not WORDS.search(node.value) or KNOWN.search(node.value):
                continue
            yield Place("other sentences", file, node.lineno, said=False, text=node.value[:100])


# English that is data and not a message: patterns and keys of documents, SQL, style sheets, names in the catalogue.
KNOWN = re.compile(
    r"\(\?|\\b|\\s|\^|\$$|SELECT|INSERT|CREATE TABLE|UPDATE |PRAGMA|http|default-src|no-store|max-age|"
    r"^(methods of teaching|table of contents|the competence code is written|cosine with context|not bold dim)|"
    r"^\(beginning of the document\)|^align [a-z]|%\(|font-|;"
)


def templates() -> Iterator[Place]:
    """Words of the templates that stand outside the catalogue's calls."""
    for path in sorted(SOURCE.rglob("*.html")):
        text = re.sub(
            r"(?s)<(style|script)\b.*?</\1>|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", " ", path.read_text("utf-8")
        )
        for match in re.finditer(r">([^<>]*[A-Za-z]{2,} [a-z]{2,}[^<>]*)<", text):
            if match[1].strip().startswith("align "):  # a command to copy
                continue
            line = text[: match.start()].count("\n") + 1
            yield Place("templates", str(path.relative_to(SOURCE)), line, said=False, text=match[1].strip()[:100])


def places() -> list[Place]:
    """Every text of the source."""
    result: list[Place] = []
    for path in sorted(SOURCE.rglob("*.py")):
        file = str(path.relative_to(SOURCE))
        if DEVELOPERS.search(file):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        reader = Reader(file, tree)
        reader.visit(tree)
        result += reader.found
        result += [] if LISTS.search(file) else loose(file, tree)
    return [*result, *templates()]


def catalogue() -> Catalog:
    """The Russian catalogue."""
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="ru")


def messages() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each text of the source that is in the catalogue's calls: file, its English forms, its Russian forms."""
    russian = catalogue()
    methods = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
    keywords = {"_": None, "plural": (1, 2)}
    for file, _line, text, _comments, _context in extract_from_dir(SOURCE, method_map=methods, keywords=keywords):
        forms = (text,) if isinstance(text, str) else tuple(text)
        entry = russian.get(forms[0])
        given = entry.string if entry else ""
        yield file, forms, (given,) if isinstance(given, str) else tuple(given)


def fields(texts: tuple[str, ...]) -> set[str]:
    """The fields in braces of any of the forms."""
    return set(re.findall(r"\{(\w+)\}", " ".join(texts)))


def translated(english: tuple[str, ...], russian: tuple[str, ...]) -> bool:
    """Whether all forms are there, with no field that the source does not have and none lost but the number."""
    wanted, given = fields(english), fields(russian)
    return all(russian) and given <= wanted and wanted - given <= {"n"}


def table() -> str:
    """Each class of texts: how many, how many of them through the catalogue, and what of the catalogue is Russian."""
    every = places()
    total, said = Counter(item.kind for item in every), Counter(item.kind for item in every if item.said)
    lines = [f"{'class of texts':<18}{'texts':>7}{'through the catalogue':>24}"]
    lines += [f"{kind:<18}{total[kind]:>7}{said[kind] / total[kind]:>23.1%}" for kind in sorted(total)]
    own = {forms: russian for _file, forms, russian in messages()}
    right = sum(translated(forms, russian) for forms, russian in own.items())
    lines.append(f"{'catalogue':<18}{len(own):>7}{right / len(own):>23.1%} in Russian")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
    for item in places():
        if not item.said:
            print(f"{item.file}:{item.line}: {item.kind}: {item.text}")
    for where, forms, russian in messages():
        if not translated(forms, russian):
            print(f"{where}: no Russian: {forms}")
