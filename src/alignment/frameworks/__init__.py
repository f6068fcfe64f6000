"""Competency frameworks as trees of nodes: the same file may stand for a program or for a standard."""

from __future__ import annotations

from alignment.frameworks.tree import CompetencyNode, Framework

__all__ = ["CompetencyNode", "Framework"]
