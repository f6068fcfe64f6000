"""No source file over about 400 lines; models/ under 90 MB."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
long = [
    f"{path.relative_to(ROOT)}: {count} lines"
    for folder in ("src", "tests", "models")
    for path in (ROOT / folder).rglob("*.py")
    if (count := len(path.read_text(encoding="utf-8").splitlines())) > 420
]
size = sum(path.stat().st_size for path in (ROOT / "models").rglob("*") if path.is_file())
if size > 90_000_000:
    long.append(f"models/: {size / 1e6:.0f} MB")
sys.exit("\n".join(long) or 0)
