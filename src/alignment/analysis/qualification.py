"""Whether a qualification card names the direction of study of the program."""

from __future__ import annotations

from alignment.language.codes import fold_code
from alignment.model import Alignment


def direction_named(alignment: Alignment) -> bool | None:
    """Whether the card names the program's direction; None if there is no card or the card names no directions."""
    card = alignment.qualification
    if card is None or not card.directions or not alignment.program.title:
        return None
    title = fold_code(alignment.program.title)
    return any(fold_code(name) == title for name in card.directions)
