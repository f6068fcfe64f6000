"""What of a PDF page is neither its text nor a line of its tables, and must go before both are read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from itertools import islice, zip_longest
from operator import itemgetter
from typing import Any

FOOTNOTE_SHARE = 0.75
TOUCHING = 0.05  # of the letters' size: what may be between two letters of one word
LINE_SHARE = 0.3  # of the letters' size: how far apart the lower ends of letters of one line may be
THIN = 2.0  # points
WHITE = ((1.0,), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0))  # grey, RGB, CMYK

Thing = dict[str, Any]


def cleaned(page: Any) -> Any:
    """The page less superscript digits, spaces under letters and backgrounds of cells and lines."""
    hidden = _hidden_spaces(page.chars)
    marks = _is_footnote_mark(body_size(page.chars))
    shading = _is_shading(page)

    def keep(thing: Thing) -> bool:
        if thing["object_type"] == "char":
            return not marks(thing) and _place(thing) not in hidden
        return thing["object_type"] != "rect" or not shading(thing)

    if all(keep(thing) for thing in page.chars) and all(keep(thing) for thing in page.rects):
        return page
    return page.filter(keep)


def body_size(chars: list[Thing]) -> float:
    """The size of most letters, in points; 0 where there are none."""
    sizes = Counter(round(char["size"], 1) for char in chars if char["text"].strip())
    return float(sizes.most_common(1)[0][0]) if sizes else 0.0


def _is_footnote_mark(body: float) -> Callable[[Thing], bool]:
    """Superscript digits: "испытаний⁴" must read "испытаний"."""
    return lambda char: char["text"].isdigit() and char["size"] <= FOOTNOTE_SHARE * body


def _place(char: Thing) -> tuple[float, float, str]:
    return char["x0"], char["top"], char["text"]


def _hidden_spaces(chars: list[Thing]) -> set[tuple[float, float, str]]:
    """Places of spaces that stand between two letters which touch each other.

    Word draws the space of a list number at its tab stop, wherever that is: in
    "113. Поиск" under the letters "и" and "с", which then read "Пои ск".
    """
    found: set[tuple[float, float, str]] = set()
    ordered = sorted(chars, key=itemgetter("bottom"))
    for space, following in zip_longest(chars, chars[1:]):
        if not space["text"].isspace() or (following and _next_in_line(space, following)):
            continue
        reach = LINE_SHARE * space["size"]
        low = bisect_left(ordered, space["bottom"] - reach, key=itemgetter("bottom"))
        high = bisect_right(ordered, space["bottom"] + reach, key=itemgetter("bottom"))
        line = [char for char in ordered[low:high] if char is not space]
        before = max((char for char in line if char["x0"] < space["x0"]), key=itemgetter("x0"), default=None)
        after = min((char for char in line if char["x0"] >= space["x0"]), key=itemgetter("x0"), default=None)
        if before is None or after is None or before["text"].isspace() or after["text"].isspace():
            continue
        if after["x0"] - before["x1"] < TOUCHING * space["size"]:
            found.add(_place(space))
    return found


def _next_in_line(char: Thing, following: Thing) -> bool:
    """Whether what is drawn next begins where ``char`` ends, as in running text: nearly all do."""
    reach = TOUCHING * char["size"]
    return bool(abs(following["bottom"] - char["bottom"]) <= reach and abs(following["x0"] - char["x1"]) <= reach)


def _is_shading(page: Any) -> Callable[[Thing], bool]:
    """Filled boxes without an outline: white ones, and coloured ones between upright lines.

    Word draws one behind every line of a shaded cell; as borders they would
    cut the cell line by line. Where no lines stand beside them they are cells.
    """
    upright = [thing for thing in [*page.lines, *page.rects] if thing["height"] > THIN and _is_line(thing)]

    def shading(box: Thing) -> bool:
        if not box["fill"] or _is_line(box):
            return False
        middle = (box["top"] + box["bottom"]) / 2
        beside = (line for line in upright if line["top"] <= middle <= line["bottom"])
        return _colour(box) in WHITE or len(list(islice(beside, 2))) == 2

    return shading


def _is_line(thing: Thing) -> bool:
    """A drawn line, a box as thin as one, or an outline, which is four."""
    return bool(thing["object_type"] == "line" or thing["stroke"] or min(thing["width"], thing["height"]) < THIN)


def _colour(box: Thing) -> tuple[object, ...]:
    """Numbers of the fill; the name of a pattern where it has one."""
    colour = box["non_stroking_color"]
    return tuple(colour) if isinstance(colour, list | tuple) else (colour,)
