"""Competency frameworks as trees of nodes; such a file may be used as a program or as a standard."""

from __future__ import annotations

from alignment.frameworks.tree import CompetencyNode, Framework

__all__ = ["CompetencyNode", "Framework"]
