"""Which candidates the reranker reads."""

import numpy as np

from alignment.matching.reranking import RERANK_FROM, places_to_rerank
from alignment.model import Kind, Statement


def test_only_the_five_best_that_may_matter_are_reranked() -> None:
    statements = [Statement(id=f"s{n}", text=f"тема {n}", kind=Kind.TOPIC, discipline="Сети") for n in range(9)]
    rows = np.arange(8) + 1
    strong = np.asarray([0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6])
    assert places_to_rerank(statements, rows, strong) == [1, 3, 5, 7, 6]
    weak = np.asarray([0.001, RERANK_FROM, 0.5, 0.019, 0.0, 0.0, 0.0, 0.0])
    assert places_to_rerank(statements, rows, weak) == [2, 1]
