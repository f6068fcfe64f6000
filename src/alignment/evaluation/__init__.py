"""Gold sets, metrics, retrieval, verdicts on judged real programs, `tune`."""
