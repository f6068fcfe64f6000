"""Speed, memory and accuracy, run by hand: ``python -m tests.benchmarks.run`` writes docs/benchmarks.md."""
