"""The programs of the judged corpus: their statements as tools/make_bundle.py writes them, with numbers."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from real_sets import UNION

NUMBERING = re.compile(r"^\s*[А-ЯA-Z]+[-– ]*[СсC]?\d+(\.\d+)*\.?\s*")
WRITTEN = re.compile(r"(\d{4})\s+(.*)")
# Texts in a pool were cut here.
CUT = 390
# Kept to measure with (how.md): direction, profile, standard. Other years of a program differ little from it.
KEPT = (
    ("12.03.05", "Лазерные технологии", "40.037"),
    ("09.03.02", "Программирование и интернет-технологии", "06.001"),
    ("16.03.01", "Нанофотоника и квантовая оптика", "29.002"),
    ("09.03.04", "Системное и прикладное программное обеспечение", "06.003"),
)
Row = dict[str, str]
Key = tuple[str, str, str]


@cache
def folded(text: str) -> str:
    """Letters and digits only, without case: what two writings of a text share."""
    return re.sub(r"\W+", " ", text.lower().replace("ё", "е")).strip()


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def _shared_beginning(first: str, second: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = zip(first, second, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


@dataclass(frozen=True)
class Source:
    """The tables of shared/data/itmo_programs."""

    programs: dict[str, Row]
    disciplines: dict[str, list[str]]
    topics: dict[str, list[str]]
    competences: list[Row]

    @classmethod
    def read(cls, folder: Path) -> Source:
        """The tables in ``folder``."""

        def rows(name: str) -> list[Row]:
            with (folder / name).open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file, delimiter="\t"))

        disciplines: dict[str, list[str]] = defaultdict(list)
        for row in rows("disciplines.tsv"):
            disciplines[row["program_id"]].append(row["discipline"])
        topics: dict[str, list[str]] = defaultdict(list)
        for row in rows("topics.tsv"):
            topics[row["discipline"]].append(row["topic"])
        programs = {row["program_id"]: row for row in rows("programs.tsv")}
        union = f"Объединение программ {', '.join(UNION)}"
        programs["UNION"] = {"direction_code": "", "direction": "", "program": union, "year": "2018"}
        return cls(programs, disciplines, topics, rows("competences.tsv"))

    def kept(self, program: str, standard: str) -> bool:
        """Whether the pair is one of those kept to measure with."""
        row = self.programs[program]
        return (row["direction_code"], row["program"], standard) in KEPT

    def statements(self, program: str) -> list[Key]:
        """Discipline, kind and text of every distinct statement of the program, in order."""
        if program == "UNION":
            return list(dict.fromkeys(key for part in UNION for key in self.statements(part)))
        row = self.programs[program]
        result: dict[Key, None] = {}
        for title in self.disciplines[program]:
            name = " ".join(title.split())
            for topic in self.topics.get(title.lower(), ()):
                if text := " ".join(topic.split()):
                    result[name, "topic", text] = None
            if title.lower() not in self.topics:
                result[name, "title", name] = None
        name = f"Компетенции программы {row['program']}"
        for item in self.competences:
            written = WRITTEN.match(item["program_as_written"])
            if not written or written[1] != row["year"] or not _key(row["program"]).startswith(_key(written[2])):
                continue
            for raw in (item["competence"], item["indicator"]):
                if text := " ".join(NUMBERING.sub("", raw).split()):
                    result[name, "competence", text] = None
        return list(result)


class Statements:
    """Statements of several programs, numbered; a statement that programs share has one number."""

    def __init__(self, source: Source, programs: Sequence[str]) -> None:
        self.source = source
        self.of = {program: source.statements(program) for program in programs}
        self.found: dict[tuple[str, str, str], Key] = {}
        self.ids: dict[Key, int] = {}
        self.exact = self.prefix = self.added = self.elsewhere = 0
        self.split: list[tuple[str, str]] = []
        self._index: dict[str, dict[tuple[str, str], Key]] = {}
        self._parts: dict[Key, list[Key]] = defaultdict(list)
        for program, keys in self.of.items():
            index = self._index[program] = {}
            for key in keys:
                index.setdefault((folded(key[0]), folded(key[2])), key)

    def match(self, program: str, discipline: str, text: str) -> None:
        """Find the judged text among the program's statements; one that a reader had split is added."""
        if (program, discipline, text) in self.found:
            return
        own = self._index[program]
        key = own.get((folded(discipline), folded(text)))
        if key is not None:
            self.exact += 1
        elif len(text) >= CUT and (key := self._longer(program, discipline, text)):
            self.prefix += 1
        elif key := self._elsewhere(program, discipline, text):
            self.elsewhere += 1
        else:
            whole = self._whole(program, discipline, text)
            kind = whole[1] if whole else "topic"
            key = (whole[0] if whole else discipline, kind, text)
            if whole and key not in self._parts[whole]:
                self._parts[whole].append(key)
            elif not whole:
                self.of[program].append(key)
            self.added += 1
            self.split.append((text, whole[2] if whole else ""))
        self.found[program, discipline, text] = key

    def _longer(self, program: str, discipline: str, text: str) -> Key | None:
        start = folded(text)
        near = (k for k in self.of[program] if folded(k[0]) == folded(discipline) and folded(k[2]).startswith(start))
        return next(near, None)

    def _elsewhere(self, program: str, discipline: str, text: str) -> Key | None:
        """The statement of another discipline, the one that is named most alike.

        The reader of that time took a file's name for the discipline's, or put a file's topics to the file before.
        """
        near = [key for key in self.of[program] if folded(key[2]) == folded(text)]
        name = re.sub(r"^\d{3} ", "", folded(discipline)).removeprefix("дисциплины ")
        return max(near, key=lambda key: _shared_beginning(name, folded(key[0])), default=None)

    def _whole(self, program: str, discipline: str, text: str) -> Key | None:
        """The statement that the judged text is a part of."""
        near = [k for k in self.of[program] if folded(k[0]) == folded(discipline) and folded(text) in folded(k[2])]
        return min(near, key=lambda key: len(key[2]), default=None)

    def number(self) -> None:
        """Put parts in the place of what was split, in every program that has it, and number all by first use."""
        judged = set(self.found.values())
        for program, keys in self.of.items():
            put: dict[Key, None] = {}
            for key in keys:
                if key not in self._parts or key in judged:
                    put[key] = None
                put.update(dict.fromkeys(self._parts.get(key, ())))
            self.of[program] = list(put)
        for keys in self.of.values():
            for key in keys:
                self.ids.setdefault(key, len(self.ids) + 1)

    def place(self, program: str, discipline: str, text: str) -> int:
        """The number of a judged text."""
        return self.ids[self.found[program, discipline, text]]

    def rows(self) -> Iterator[tuple[int, str, str, str]]:
        """Number, discipline, kind and text of every statement."""
        return ((number, *key) for key, number in self.ids.items())

    def programs(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        """Program, code, direction, name, year, numbers of its statements in order."""
        for program, keys in self.of.items():
            row = self.source.programs[program]
            numbers = " ".join(str(self.ids[key]) for key in keys)
            yield program, row["direction_code"], row["direction"], row["program"], row["year"], numbers

    def report(self) -> str:
        """How the judged texts were found."""
        given = f"judged texts: {self.exact} found exactly, {self.prefix} by prefix, "
        given += f"{self.elsewhere} in another discipline, {self.added} added"
        return "\n".join((given, *(f"  added: {text} | of: {whole}" for text, whole in self.split)))
