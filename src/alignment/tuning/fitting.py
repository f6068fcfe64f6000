"""One calibrated logistic regression on features and their products, from judged pairs."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from alignment.matching.features import FEATURES, Matrix
from alignment.matching.verdict import REACH, Logit
from alignment.tuning.measure import Scores

FOLDS = 6
# How typical a requirement is of its function, and a statement of its discipline, says nothing of the two together.
# These features only temper others (products); with terms of their own the model took general competences, which are
# far from every discipline, for good evidence: in the negatives of the standards a "discipline" is a function, which
# its statements are nearer to than a program's statements are to theirs.
TEMPERING = ("requirement_function", "statement_discipline")


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """How freely a regression follows its examples: scikit-learn's C, and how much more products are held back."""

    strength: float
    restraint: float


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """Examples of one logit: features, labels, groups and weights, one row each.

    ``judged`` marks the rows that calibration looks at: pairs that somebody
    judged, in their natural proportions.
    """

    features: Matrix
    labels: NDArray[np.bool_]
    groups: NDArray[np.str_]
    weights: Scores
    judged: NDArray[np.bool_]


def fit_logit(data: Data, centre: Scores, scale: Scores, fit: Fit, folds: int = FOLDS) -> tuple[Logit, Scores]:
    """One calibrated logit, and its calibrated probabilities on ``folds`` folds that it had not seen."""
    z = np.clip((data.features.astype(np.float64) - centre) / scale, -REACH, REACH)
    rows, columns = np.triu_indices(z.shape[1])
    products = z[:, rows] * z[:, columns]
    spread = np.maximum(products.std(axis=0), 1e-6) * fit.restraint
    expanded = np.concatenate([z, products / spread], axis=1)
    tempering = [FEATURES.index(name) for name in TEMPERING]
    own = np.concatenate([np.arange(z.shape[1]), np.where(rows == columns, rows, -1)])
    expanded[:, np.isin(own, tempering)] = 0

    def regression() -> LogisticRegression:
        # Newton's method in double precision ends at the optimum itself. L-BFGS stopped somewhere along directions that
        # hardly matter, and last digits of vectors from other batches moved weights by a tenth.
        return LogisticRegression(C=fit.strength, solver="newton-cholesky", max_iter=200, tol=1e-8)

    raw = np.zeros(len(data.labels))
    for seen, unseen in GroupKFold(folds).split(expanded, data.labels, data.groups):
        model = regression().fit(expanded[seen], data.labels[seen], sample_weight=data.weights[seen])
        raw[unseen] = model.decision_function(expanded[unseen])
    platt = LogisticRegression(C=1e6).fit(raw[data.judged, None], data.labels[data.judged])
    model = regression().fit(expanded, data.labels, sample_weight=data.weights)
    single, double = model.coef_[0][: z.shape[1]], model.coef_[0][z.shape[1] :] / spread
    matrix = np.zeros((z.shape[1], z.shape[1]))
    matrix[rows, columns] += double / 2
    matrix[columns, rows] += double / 2
    logit = Logit(
        weights=[round(float(value), 5) for value in single],
        products=[[round(float(value), 5) for value in row] for row in matrix],
        bias=round(float(model.intercept_[0]), 5),
        slope=round(float(platt.coef_[0, 0]), 5),
        offset=round(float(platt.intercept_[0]), 5),
    )
    return logit, platt.predict_proba(raw[:, None])[:, 1]
