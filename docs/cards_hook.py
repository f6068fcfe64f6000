"""MkDocs hook: the cards of models/ and corpora/ stand in the site as they stand beside what they describe."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
CARDS = {
    "cards/encoders.md": "models/encoder.card.md",
    "cards/reranker.md": "models/reranker.card.md",
    "cards/verdict.md": "models/verdict.card.md",
    "cards/precedents.md": "models/precedents.card.md",
    "cards/overlap.md": "models/overlap.card.md",
    "cards/gold.md": "corpora/gold/card.md",
    "cards/gold-real.md": "corpora/gold/real/card.md",
    "cards/gold-synthetic.md": "corpora/gold/synthetic/card.md",
    "cards/standards.md": "corpora/standards/card.md",
    "cards/sample-11.03.03.md": "corpora/programs/11.03.03-2018/README.md",
    "cards/sample-09.03.03.md": "corpora/programs/09.03.03-2018/README.md",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add one page for each card."""
    for name, source in CARDS.items():
        files.append(File.generated(config, name, content=(ROOT / source).read_text(encoding="utf-8")))
    return files
