"""Does the program's direction lead to the qualification?"""

from __future__ import annotations

from alignment.language.codes import fold_code
from alignment.model import Alignment


def direction_named(alignment: Alignment) -> bool | None:
    """Whether the card names the program's direction; None where there is no card or it names none."""
    card = alignment.qualification
    if card is None or not card.directions or not alignment.program.title:
        return None
    title = fold_code(alignment.program.title)
    return any(fold_code(name) == title for name in card.directions)
