"""The protocol of a report, and the registry of the formats of a command.

A report has a name, the suffixes of its files and whether they are binary; it
renders the whole file. The registries, one for each kind of result, are in
`alignment.reports`. Third parties add reports as entry points in the group of
the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any, Generic, Protocol, TypeVar

from alignment.documents.readers import installed
from alignment.errors import NotFoundError, choices
from alignment.i18n import message as _
from alignment.shown import escaped, mapped

ResultT = TypeVar("ResultT")
Result_contra = TypeVar("Result_contra", contravariant=True)

# Drawn on the screen by the command; no file has this format.
TERMINAL = "terminal"
# Suffixes of formats that are not called like them.
SUFFIXES = {"html": (".html", ".htm"), "markdown": (".md", ".markdown"), "yaml": (".yaml", ".yml")}
BINARY = frozenset({"docx", "pdf", "xlsx"})
# Formats in which characters that are not seen but act may not stand, or say nothing to a reader.
DRAWN = BINARY | {"html"}


class Report(Protocol[Result_contra]):
    """One format of one kind of result."""

    @property
    def name(self) -> str:
        """The name for ``--format``."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Suffixes of files in this format, in lower case and with the point."""
        ...

    @property
    def binary(self) -> bool:
        """Whether it can only go to a file, not to the screen."""
        ...

    def render(self, result: Result_contra) -> str | bytes:
        """The whole file: text, or bytes if it is `binary`."""
        ...


class FunctionReport(Generic[ResultT]):
    """A report made from a function.

    Args:
        name: the name for ``--format``.
        renders: takes the result and returns the whole file.
        suffixes: suffixes of its files; default: a point and the name.
        binary: whether it can only go to a file, not to the screen.
    """

    def __init__(
        self,
        name: str,
        renders: Callable[[ResultT], str | bytes],
        suffixes: tuple[str, ...] = (),
        binary: bool = False,
    ) -> None:
        self.name, self.binary, self._renders = name, binary, renders
        self.suffixes = suffixes or (f".{name}",)

    def render(self, result: ResultT) -> str | bytes:
        """As `Report.render`."""
        return self._renders(result)


class ReportRegistry(Generic[ResultT]):
    """The formats of one kind of result: our own, then those of third parties, sorted by name.

    Args:
        group: the group of entry points in which third parties add formats.
        reports: our own formats, in the order in which they are listed.
    """

    def __init__(self, group: str, reports: Iterable[Report[ResultT]]) -> None:
        self.group, self.own = group, tuple(reports)

    def __iter__(self) -> Iterator[Report[ResultT]]:
        yield from self.own
        yield from map(_other, self._points())

    def _points(self) -> list[EntryPoint]:
        return sorted(installed(self.group), key=lambda point: point.name)

    def names(self) -> list[str]:
        """The names of all formats. This does not import the formats of third parties."""
        return [*(report.name for report in self.own), *self.plugged()]

    def plugged(self) -> list[str]:
        """The names of the formats of third parties."""
        return [point.name for point in self._points()]

    def suffixes(self) -> dict[str, str]:
        """By suffix, the name of its format. If two formats have the same suffix, the first one gets it."""
        return {suffix: report.name for report in reversed(list(self)) for suffix in report.suffixes}

    def of_suffix(self, suffix: str) -> str:
        """The name of the format for a suffix; empty if there is none."""
        return next((report.name for report in self if suffix in report.suffixes), "")

    def of(self, name: str) -> Report[ResultT]:
        """The format of that name.

        Raises:
            NotFoundError: there is no such format.
        """
        for report in self:
            if report.name == name:
                return report
        raise NotFoundError(
            _("there is no report format '{name}'.", name=name),
            hint=_("Choose one:{choices}", choices=choices([TERMINAL, *self.names()])),
        )

    def render(self, result: ResultT, name: str) -> str | bytes:
        """The result in the format of that name: text, or bytes if the format is `Report.binary`.

        Raises:
            NotFoundError: there is no such format.
        """
        return self.of(name).render(result)


def own(name: str, module: str, function: str = "render") -> FunctionReport[Any]:
    """A report that a module of this folder renders. It is imported on use: docx, xlsx and pdf are slow to load."""

    def render(result: Any) -> str | bytes:
        draw: Callable[[Any], str | bytes] = getattr(import_module(f"alignment.reports.{module}"), function)
        if name in DRAWN:
            return draw(mapped(result))
        text = draw(result)
        return escaped(text) if isinstance(text, str) else text

    return FunctionReport(name, render, SUFFIXES.get(name, ()), name in BINARY)


def _other(point: EntryPoint) -> Report[Any]:
    """The report of a third party. Its entry point has the name of the format and loads a `Report` or a function."""
    loaded = point.load()
    if hasattr(loaded, "render"):
        report: Report[Any] = loaded
        return report
    return FunctionReport(point.name, loaded)
