"""A draft as YAML. An edited one can be read back as declared links."""

from __future__ import annotations

from typing import Any

import msgspec
import yaml

from alignment.analysis.draft import Draft
from alignment.programs.link_tables import FORMAT
from alignment.reports.draft_tables import change, choice_reason


def render(draft: Draft) -> str:
    """Every table under its own key; by ``format`` the reader recognises the file."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "program": {"code": draft.code, "title": draft.program, "profile": draft.profile, "degree": draft.degree},
        "standards": [
            {"code": item.code, "title": item.title, "order": item.order, "date": item.date} for item in draft.standards
        ],
        "competences": [
            {
                "code": item.code,
                "text": item.text,
                "standard": item.standard,
                "function": item.function,
                "indicators": [
                    {
                        "code": one.code,
                        "text": one.text,
                        "sources": [f"{source.id} {source.text}" for source in one.sources],
                        "taught": [f"{teacher.discipline} ({teacher.location})" for teacher in one.taught],
                        "could": list(one.could),
                        "untaught": list(one.untaught),
                    }
                    for one in item.indicators
                ],
            }
            for item in draft.competences
        ],
        "functions": [
            {
                "standard": item.standard,
                "code": item.function,
                "name": item.name,
                "chosen": item.chosen,
                "reason": choice_reason(item),
            }
            for item in draft.functions
        ],
        "drift": [{**msgspec.to_builtins(item), "change": change(item)} for item in draft.drift],
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
