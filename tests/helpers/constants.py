"""Numbers in code that have no reason beside them: every constant, and every bare number of an expression.

A *constant* is a name of a module or class with a number in its value, or a parameter with a number as its default.
A *bare number* stands in an expression anywhere else.

A reason stands *beside* a number when it is a comment of at least four words, right above the statement or at the end of
one of its lines; or the docstring of the class or function around it, where that names the constant or says the number.

No reason is asked for where the number says itself what it is: ``PLAIN`` values, and the forms in ``FORMS``.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

# Nothing, one, two, a half, all in per cent.
PLAIN = (0, 1, 2, 0.5, 100)
# Words that make a comment a sentence: "seconds" is a unit and no reason.
LEAST_WORDS = 4
# What stands in a comment and is no reason.
NO_REASON = re.compile(r"(?:set|chosen|picked) by hand|noqa|type: ignore\S*", re.IGNORECASE)

Parents = dict[ast.AST, ast.AST]


class Bare(NamedTuple):
    """A number without a reason: its line, what it is (``constant``, ``number``), and the text of that line."""

    line: int
    what: str
    text: str


def _number(node: ast.AST) -> float | None:
    """The value of a node that is a number, else None; True and False are no numbers."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)  # type: ignore[arg-type]  # a Constant's value is a union that type() does not narrow
    return None


def _called(node: ast.AST | None) -> str:
    """The last name of what a call calls: ``sa.String(80)`` gives String; an empty text for other nodes."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _above(node: ast.AST, parents: Parents) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Each (child, parent) from the node up to its statement."""
    while not isinstance(node, ast.stmt) and node in parents:
        yield node, parents[node]
        node = parents[node]


def _index(node: ast.AST, parents: Parents) -> bool:
    """The place of an item: ``row[3]``, ``box[:, 3]``. The ends of slices are lengths and need a reason."""
    for child, parent in _above(node, parents):
        if isinstance(parent, ast.Subscript) and child is parent.slice:
            return True
        if not isinstance(parent, ast.UnaryOp | ast.Tuple):
            return False
    return False


def _parameter(arguments: ast.arguments, default: ast.AST) -> ast.arg | None:
    """The parameter that has this default."""
    placed = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(placed[len(placed) - len(arguments.defaults) :], arguments.defaults, strict=True)]
    pairs += [(name, value) for name, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
    return next((name for name, value in pairs if any(part is default for part in ast.walk(value))), None)


def _shift(node: ast.AST, parents: Parents) -> bool:
    """Sizes in bytes and masks: ``1 << 20``, ``2**20``, ``data >> 4``; and roots and squares."""
    parent = parents.get(node)
    operators = ast.LShift | ast.RShift | ast.Pow
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, operators) and parent.right is node


# What a call's argument of that name, or any number in a call of that name, says by itself.
CALLS = {
    "round": "decimals that are written",
    "decimal": "decimals that are shown",
    "String": "length of a column, as its migration made it",
    "ShortText": "length of a column, as its migration made it",
    "Meta": "bounds of a setting, as its schema says them",
    "Option": "bounds of an option, as its help says them",
    "Argument": "bounds of an argument, as its help says them",
    "Form": "bounds of a form's field",
    "Query": "bounds of an address's field",
    "token_bytes": "length of a secret",
    "token_hex": "length of a secret",
    "token_urlsafe": "length of a secret",
    "add_table": "widths of the columns of a table",
    "table": "widths of the columns of a sheet",
    "set_column": "width of a column of a sheet",
    "write_number": "place of a cell",
    "write_string": "place of a cell",
    "conditional_format": "places of cells",
    "Cm": "length on paper",
    "Pt": "size of letters on paper",
}
KEYWORDS = {
    "digest_size": "bytes of a fingerprint",
    "digits": "decimals that are shown",
    "maxsize": "items that are remembered: memory only",
    "status": "HTTP status",
    "status_code": "HTTP status",
    "fill": "shade of grey",
    "fillcolor": "shade of grey",
    "font_size": "letters of a report",
    "ratio": "share of a table's width",
    "width": "width of a column or picture",
    "widths": "widths of columns",
    "min_width": "width of a column",
    "bar_width": "width of a bar on the terminal",
    "height": "height of a picture",
    "labelLimit": "width of a label",
    "max_width": "width of a column",
    "percents": "places of columns",
    "heat": "places of columns",
    "right": "place of a column",
}
OPTIONS = ("Option", "Argument", "Form", "Query")
STATUS = re.compile(r"\b(status|status_code|code)\b|(?:Response|response)$|^HTTPException$")


def _key(values: ast.Dict, value: ast.AST) -> str:
    """The key of a value, where that is a text."""
    key = next((key for key, item in zip(values.keys, values.values, strict=True) if item is value), None)
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _argument(node: ast.AST, parents: Parents) -> bool:
    """Right in a call of `CALLS`, or in an argument of `KEYWORDS`; the terms of a formula in a call are not meant."""
    right_in = True
    for child, parent in _above(node, parents):
        if isinstance(parent, ast.keyword) and parent.arg in KEYWORDS:
            return True
        if isinstance(parent, ast.Dict) and _key(parent, child) in KEYWORDS:
            return True
        if isinstance(parent, ast.Call):
            return right_in and child is not parent.func and _called(parent) in CALLS
        if isinstance(parent, ast.Subscript | ast.Lambda):
            return False
        right_in = right_in and isinstance(parent, ast.Tuple | ast.List | ast.UnaryOp | ast.IfExp | ast.keyword)
    return False


def _option(node: ast.AST, parents: Parents) -> bool:
    """The default of an option of a command, or of a field of a form: its own help says what it is."""
    arguments = next((parent for _, parent in _above(node, parents) if isinstance(parent, ast.arguments)), None)
    if arguments is None:
        return False
    name = _parameter(arguments, node)
    return name is not None and any(_called(part) in OPTIONS for part in ast.walk(name.annotation or name))


def _http(node: ast.AST, parents: Parents) -> bool:
    """An HTTP status: in a response, compared with a status, the default of one, or the key of a description."""
    if _number(node) not in {status.value for status in HTTPStatus}:
        return False
    for child, parent in _above(node, parents):
        if isinstance(parent, ast.Dict) and child in parent.keys and "description" in ast.unparse(parent):
            return True
        if isinstance(parent, ast.Tuple) and len(parent.elts) == 2 and ast.unparse(parent.elts[0]).endswith("Error"):
            return True
        if isinstance(parent, ast.arguments):
            name = _parameter(parent, node)
            return name is not None and name.arg == "status"
        if isinstance(parent, ast.Call) and STATUS.search(_called(parent)):
            return True
        if isinstance(parent, ast.Compare) and STATUS.search(ast.unparse(parent)):
            return True
    return False


def _megabytes(node: ast.AST, parents: Parents) -> bool:
    """``size / 1e6``: bytes to megabytes and back."""
    parent = parents.get(node)
    return _number(node) == 1e6 and isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult | ast.Div)


FORMS: tuple[Callable[[ast.AST, Parents], bool], ...] = (_index, _shift, _argument, _http, _megabytes, _option)


class Source:
    """One file: its tree, its comments, and where each node hangs."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.tree = ast.parse(text)
        self.parents: Parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self.comments: dict[int, str] = {}
        self.alone: set[int] = set()
        self.hex: set[tuple[int, int]] = set()
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                self.comments[token.start[0]] = token.string.lstrip("#: ")
                if not token.line[: token.start[1]].strip():
                    self.alone.add(token.start[0])
            elif token.type == tokenize.NUMBER and token.string.lower().startswith(("0x", "0o")):
                self.hex.add(token.start)

    def _statement(self, node: ast.AST) -> ast.AST:
        """The statement that a node belongs to, without the body of a compound one; or the parameters' function."""
        while not isinstance(node, ast.stmt) and node in self.parents:
            node = self.parents[node]
        return node

    def _scopes(self, node: ast.AST) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def _comments(self, node: ast.AST) -> str:
        """The comment at the ends of a number's lines or of its statement's head, and the one right above."""
        statement = self._statement(node)
        first, last = statement.lineno, statement.end_lineno or statement.lineno  # type: ignore[attr-defined]
        if isinstance(
            statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.For | ast.With | ast.If | ast.While
        ):
            last = max(first, statement.body[0].lineno - 1)
            if isinstance(statement, ast.If | ast.While | ast.For | ast.With):
                first = min(first, node.lineno)  # type: ignore[attr-defined]
        found = [self.comments[line] for line in range(first, last + 1) if line in self.comments]
        for start in {first, node.lineno}:  # type: ignore[attr-defined]
            line = start - 1
            while line in self.alone:
                found.append(self.comments[line])
                line -= 1
        return " ".join(found)

    def _reasoned(self, node: ast.AST, names: tuple[str, ...]) -> bool:
        said = NO_REASON.sub("", self._comments(node))
        if len(re.findall(r"\w+", said)) >= LEAST_WORDS:
            return True
        written = ast.get_source_segment("\n".join(self.lines), node) or ""
        for scope in self._scopes(node):
            doc = ast.get_docstring(scope) or ""
            if any(re.search(rf"(?<![\w.]){re.escape(word)}(?![\w]|\.\d)", doc) for word in (*names, written) if word):
                return True
            if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) and scope.name != "__init__":
                break  # but the docstring of a class says what its __init__ takes
        return False

    def bare(self) -> Iterator[Bare]:
        """Every number without a reason, in the order of the tree."""
        for node in ast.walk(self.tree):
            value = _number(node)
            if value is None or any(form(node, self.parents) for form in FORMS):
                continue
            what, names = self._constant(node)
            # 1e-6 and less guards against rounding and a division by nothing.
            if what == "number" and (value in PLAIN or 0 < value <= 1e-6 or self._is_hex(node) or self._length(node)):
                continue
            if value in PLAIN and (what in ("field", "parameter") or self._inside(node)):
                continue
            if not self._reasoned(node, names):
                yield Bare(node.lineno, what, self.lines[node.lineno - 1].strip())  # type: ignore[attr-defined]

    def _inside(self, node: ast.AST) -> bool:
        """Whether a number is not a constant's value, but part of how it is computed: a place, a step, an argument."""
        inner = ast.Call | ast.Subscript | ast.comprehension | ast.FormattedValue
        return any(isinstance(parent, inner) for _, parent in _above(node, self.parents))

    def _is_hex(self, node: ast.AST) -> bool:
        return (node.lineno, node.col_offset) in self.hex  # type: ignore[attr-defined]

    def _length(self, node: ast.AST) -> bool:
        """``len(row) == 3``: how many there are, not how many there may be."""
        parent = self.parents.get(node)
        return (
            isinstance(parent, ast.Compare)
            and _called(parent.left) == "len"
            and isinstance(parent.ops[0], ast.Eq | ast.NotEq)
        )

    def _constant(self, node: ast.AST) -> tuple[str, tuple[str, ...]]:
        """What a number is, and the names it is given."""
        child = node
        while child in self.parents:
            parent = self.parents[child]
            if isinstance(parent, ast.arguments):
                name = _parameter(parent, child)
                return "parameter", (name.arg,) if name else ()
            if isinstance(parent, ast.Lambda):
                return "number", ()
            if isinstance(parent, ast.Assign | ast.AnnAssign):
                around = self.parents.get(parent)
                targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
                names = tuple(item.id for target in targets for item in ast.walk(target) if isinstance(item, ast.Name))
                if isinstance(around, ast.Module):
                    return "constant", names
                if isinstance(around, ast.ClassDef):
                    return "field", names
                return "number", ()
            if isinstance(parent, ast.stmt):
                return "number", ()
            child = parent
        return "number", ()


def bare_numbers(path: Path) -> list[Bare]:
    """The numbers of a Python file that have no reason beside them."""
    return sorted(set(Source(path.read_text(encoding="utf-8")).bare()))
