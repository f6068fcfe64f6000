"""The level of Bloom's taxonomy to which the verb of an outcome belongs.

Levels and verbs: Anderson & Krathwohl (2001), A Taxonomy for Learning,
Teaching, and Assessing. A verb of several levels is assigned to the lowest on
which the book lists it first.
"""

from __future__ import annotations

import re

LEVELS: dict[str, str] = {
    "remember": "define describe identify know label list locate match memorise memorize name outline quote recall "
    "recite recognise recognize record repeat reproduce retrieve state tabulate",
    "understand": "abstract clarify classify discuss exemplify explain express extrapolate generalise generalize "
    "give illustrate infer interpret paraphrase predict relate report represent restate review summarise summarize "
    "translate understand",
    "apply": "administer apply calculate carry complete compute configure conduct demonstrate determine employ execute "
    "implement install maintain manage modify operate perform practise practice prepare process schedule set show "
    "sketch solve use utilise utilize work write",
    "analyse": "analyse analyze attribute break categorise categorize compare contrast deconstruct debug diagnose "
    "differentiate discriminate dissect distinguish examine experiment inspect investigate measure organise organize "
    "question separate structure subdivide test troubleshoot",
    "evaluate": "appraise argue assess check choose conclude convince coordinate criticise criticize critique debate "
    "decide defend detect estimate evaluate grade judge justify monitor prioritise prioritize prove rank rate "
    "recommend reflect select support validate verify weigh",
    "create": "arrange assemble author build collaborate combine compile compose construct create design develop "
    "devise draft formulate generate hypothesise hypothesize integrate invent make model originate plan produce "
    "program propose rearrange reconstruct reorganise reorganize revise rewrite simulate synthesise synthesize",
}
VERBS = {verb: level for level, verbs in LEVELS.items() for verb in verbs.split()}
WORD = re.compile(r"[a-z]+")
# Words that may precede the verb: "be able to", "critically", "to".
BEFORE = frozenset(
    (
        "be",
        "able",
        "to",
        "will",
        "can",
        "students",
        "student",
        "critically",
        "independently",
        "effectively",
        "and",
        "how",
    )
)
# Words that are looked at: the verb stands behind a few of `BEFORE` ("students will be able to"),
# or there is none.
MAX_WORDS_BEFORE = 5
OPENING = 80  # letters that hold so many words: time alone


def bloom_level(text: str) -> str:
    """The level (a key of `LEVELS`) of the first verb of an English outcome; "" if there is none."""
    for word in WORD.findall(text.lower()[:OPENING])[:MAX_WORDS_BEFORE]:
        if word in VERBS:
            return VERBS[word]
        if word not in BEFORE:
            return ""
    return ""
