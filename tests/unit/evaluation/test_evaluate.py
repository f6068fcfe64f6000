"""Retrieval sets, links and the figures of judged pairs."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from alignment.cache import Cache
from alignment.engine import load_engine
from alignment.errors import InputError
from alignment.evaluation import scorers
from alignment.evaluation.evaluate import evaluate_sets
from alignment.evaluation.gold import JudgedPair
from alignment.evaluation.links import Links, held_out
from alignment.evaluation.pair_figures import calibration_error, figures
from alignment.evaluation.retrieval import RetrievalSet, from_links, measure_retrieval, read_retrieval_set
from alignment.matching.contextual_text import TextInContext
from alignment.model import Kind
from alignment.settings import Settings


def write(folder: Path, queries: str, corpus: str, annotations: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "queries.tsv").write_text(queries, encoding="utf-8")
    (folder / "corpus_elements.tsv").write_text(corpus, encoding="utf-8")
    (folder / "annotations.tsv").write_text(annotations, encoding="utf-8")
    return folder


def test_melo_s_layout(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "set",
        'Q1\tплотник\nQ2\t"quoted\nQ3\tno answer\n',
        "C1\tсварщик\nC2\tплотник\nC3\tстоляр\n",
        "Q1\t0\tC2\t1\nQ1\t0\tC1\t0\nQ2\t0\tC1\t1\nQ2\t0\tC3\t1\nQ9\t0\tC1\t1\n",
    )
    result = read_retrieval_set(folder)
    assert result.queries == ("плотник", '"quoted')
    assert result.corpus == ("столяр", "плотник", "сварщик")  # the greatest id first
    assert result.right == ((1,), (2, 0))
    assert measure_retrieval(result, scorers.tfidf)["recall_at_1"] >= 0.5
    assert len(result.limited(1).queries) == 1


def test_the_rank_is_that_of_the_first_right_element() -> None:
    task = RetrievalSet(name="t", queries=("a", "b"), corpus=("x", "y", "z"), right=((1, 2), (2,)))
    scores = np.asarray([[0.9, 0.5, 0.1], [0.3, 0.3, 0.3]], dtype=np.float32)
    result = measure_retrieval(task, lambda queries, corpus: lambda start, end: scores[start:end])
    # Second of three; among equals the earlier element of the corpus goes first, so third.
    assert result["mrr"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert result["recall_at_1"] == 0
    assert result["recall_at_5"] == 1


# "recip_rank" of results/char_tf_idf/*/summary.tsv in Avature/melo-benchmark (Retyk et al. 2024).
@pytest.mark.parametrize(("name", "published"), [("usa_q_en_c_en", 0.5800), ("deu_q_de_c_en", 0.1301)])
def test_melo_is_scored_as_by_its_paper(shared: Path, name: str, published: float) -> None:
    """Their lexical baseline comes out the same to four digits.

    With its ties, of which equal labels make a thousand.
    """

    def plain(texts: Sequence[str]) -> list[str]:
        return [unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode() for text in texts]

    def baseline(queries: Sequence[str], corpus: Sequence[str]) -> scorers.ScoreBlock:
        model = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
        right = model.fit_transform(plain(corpus))
        left = model.transform(plain(queries))
        return lambda start, end: (left[start:end] @ right.T).toarray()

    result = measure_retrieval(read_retrieval_set(shared / "melo" / name), baseline)
    assert result["mrr"] == pytest.approx(published, abs=0.00006)


@pytest.mark.parametrize(
    ("corpus", "annotations", "message"),
    [
        ("C1\tx\n", "Q1\t0\tC7\t1\n", "no query has a right element"),
        ("C1\n", "Q1\t0\tC1\t1\n", "2 columns are expected"),
        ("C1\tx\n", "Q1 0 C1 1\n", "4 columns are expected"),
    ],
)
def test_a_set_that_cannot_be_measured_is_named(tmp_path: Path, corpus: str, annotations: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_retrieval_set(write(tmp_path / "set", "Q1\ta\n", corpus, annotations))
    with pytest.raises(InputError, match="cannot be read"):
        read_retrieval_set(tmp_path / "absent")


def test_links_are_split_by_group() -> None:
    groups = [f"occupation {number}" for number in range(400)]
    links = Links(
        name="l",
        pairs=tuple((f"q{index}", f"t{index % 7}") for index in range(400)),
        groups=tuple(groups),
        corpus=tuple(f"t{index}" for index in range(7)),
    )
    training, test = {query for query, _, _ in links.training()}, set(links.test())
    assert not training & test
    assert len(training) + len(test) == 400
    assert 25 <= len(test) <= 80
    assert [held_out(group) for group in groups] == [held_out(group) for group in groups]
    assert set(from_links(links).queries) == test


def test_calibration_error_of_a_sure_liar_is_one() -> None:
    sure = np.asarray([[1.0, 0.0, 0.0]] * 4)
    assert calibration_error(sure, np.asarray([0, 0, 0, 0])) == 0
    assert calibration_error(sure, np.asarray([1, 2, 1, 2])) == 1
    half = figures(["covered", "none"], np.asarray([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    assert half["brier"] == 0
    assert half["precision_covered"] == half["recall_none"] == 1


def test_one_label_cannot_be_told_apart_and_two_can(settings: Settings) -> None:
    def judged(*labels: tuple[str, str]) -> list[JudgedPair]:
        return [
            JudgedPair(
                requirement_id=name,
                requirement=TextInContext(text=name, kind=Kind.SKILL, context=""),
                statement=TextInContext(text=f"{name}{number}", kind=Kind.SKILL, context=""),
                group="g",
                label=label,
            )
            for number, (name, label) in enumerate(labels)
        ]

    one, two = judged(("a", "none"), ("b", "none")), judged(("a", "covered"), ("a", "none"), ("b", "none"))
    with Cache(settings.cache_path()) as cache:
        engine = load_engine(settings, cache)
        with pytest.raises(InputError, match="the same label"):
            evaluate_sets([("set", one)], engine)
        (result, *_) = evaluate_sets([("set", two)], engine, baselines=False)
    assert {key for key in result.figures if key.startswith("auc")} == {"auc_covered_none"}
