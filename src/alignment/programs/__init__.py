"""Files → `Program`; one module per kind of program document."""

from __future__ import annotations

from alignment.programs.loader import label, load

__all__ = ["label", "load"]
