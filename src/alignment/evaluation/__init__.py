"""Evaluation and tuning: gold sets, metrics, retrieval, verdicts on judged real programs, `tune`."""
