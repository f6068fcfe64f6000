"""The public functions: read a program, read a standard, compare them."""

from __future__ import annotations

from alignment.api.checking import check, diff, explain, shifts, similar, tune
from alignment.api.drafting import draft, draft_of
from alignment.api.many import build_index, overlap, plan, ranking_settings, search, suggest
from alignment.api.profiles import save_profile
from alignment.api.reading import (
    all_standards,
    lint,
    list_standards,
    load_any,
    load_program,
    load_qualification,
    load_standard,
    load_standards,
    load_targets,
    prepare,
    read_standards,
)
from alignment.cache import open_cache
from alignment.progress import Progress

__all__ = [
    "Progress",
    "all_standards",
    "build_index",
    "check",
    "diff",
    "draft",
    "draft_of",
    "explain",
    "lint",
    "list_standards",
    "load_any",
    "load_program",
    "load_qualification",
    "load_standard",
    "load_standards",
    "load_targets",
    "open_cache",
    "overlap",
    "plan",
    "prepare",
    "ranking_settings",
    "read_standards",
    "save_profile",
    "search",
    "shifts",
    "similar",
    "suggest",
    "tune",
]
