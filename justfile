# Daily commands; `just` lists them.

default:
    @just --list

# virtual environment with everything for development
setup:
    python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pre-commit install

# lint, types, imports rule
check:
    ruff check . && ruff format --check . && mypy && lint-imports

test *arguments:
    pytest -n auto {{arguments}}

# times, memory and accuracy beside a peer (needs the extra [bench]; writes docs/benchmarks.md)
bench:
    python -m tests.benchmarks.run

# train the verdict model again from corpora/
train:
    python -m alignment.tuning.train verdict

# golden files and the JSON Schema anew
golden:
    ALIGNMENT_GOLDEN=1 pytest -q tests/unit/test_reports.py
