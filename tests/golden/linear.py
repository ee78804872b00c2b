"""Writes linear.json: reference values for tests/stats/linear_*_test.cpp from scikit-learn and scipy.

    python tests/golden/linear.py > tests/golden/linear.json

The table is made of integers, so that C++ makes the same one to the bit (tests/stats/linear_table.hpp).
"""
import json
import sys

import numpy as np
import scipy
import scipy.optimize
import sklearn
from sklearn.decomposition import PCA
from sklearn.feature_selection import _mutual_info
from sklearn.linear_model import LinearRegression, LogisticRegression, LogisticRegressionCV
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

ROWS = 400
SETTINGS = {"tol": 1e-10, "max_iter": 1000, "solver": "newton-cholesky"}


def mixed(h):
    """12 bits that look random (the finaliser of Wellons' hash prospector)."""
    h = ((h ^ (h >> 16)) * 0x7FEB352D) % 2**32
    h = ((h ^ (h >> 15)) * 0x846CA68B) % 2**32
    return ((h ^ (h >> 16)) >> 20).astype(np.float64)


def table():
    i = np.arange(ROWS, dtype=np.int64)
    u = [mixed(i * 5 + m + 1) / 1024 for m in range(5)]
    x = np.stack([u[0], np.floor(2 * u[1]) / 2, u[2] - 2, 8 * u[3] + u[0]], 1)
    labels = np.minimum(3, ((u[0] + u[1] / 2 + u[4]) / 3).astype(int) + (u[4] > 3))
    return x, labels


def described(model):
    return {"coef": model.coef_.tolist(), "intercept": model.intercept_.tolist()}


def logistic(x, labels, **settings):
    model = LogisticRegression(**(SETTINGS | settings)).fit(x, labels)
    return described(model) | {"probabilities": model.predict_proba(x[:20]).tolist()}


def one_vs_rest(x, labels, **settings):
    model = OneVsRestClassifier(LogisticRegression(**(SETTINGS | settings))).fit(x, labels)
    parts = model.estimators_
    return {"coef": [p.coef_[0].tolist() for p in parts], "intercept": [float(p.intercept_[0]) for p in parts], "probabilities": model.predict_proba(x[:20]).tolist()}


def cross_validated(x, labels):
    model = LogisticRegressionCV(Cs=10, cv=KFold(5), **SETTINGS, use_legacy_attributes=False, scoring="accuracy", l1_ratios=(0,)).fit(x, labels)
    return {"strengths": np.ravel(model.Cs_).tolist(), "accuracy": np.asarray(model.scores_).reshape(5, 10).mean(0).tolist(), "c": float(np.ravel(model.C_)[0])}


def svm(x, labels, **settings):
    return described(LinearSVC(tol=1e-13, max_iter=100_000, dual=False, **settings).fit(x[:, None], labels))


def main():
    x, labels = table()
    two = (labels >= 2).astype(int)
    rng = np.random.default_rng(0)
    cost = rng.integers(0, 1000, (5, 8))
    pca = PCA().fit(x)
    result = {
        "made_by": f"tests/golden/linear.py, Python {sys.version.split()[0]}, numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}",
        "class_counts": np.bincount(labels).tolist(),
        "multinomial": logistic(x, labels),
        "balanced_free": logistic(x, labels, class_weight="balanced", C=np.inf),
        "two_classes": logistic(x, two, C=0.1),
        "liblinear": one_vs_rest(x, labels, solver="liblinear"),
        "one_vs_rest_balanced": one_vs_rest(x, labels, class_weight="balanced"),
        "cross_validated": cross_validated(x, labels),
        "svm": svm(x[:, 0], labels, C=0.01, class_weight="balanced"),
        "svm_ties": svm(x[:, 1], labels, C=0.5),
        "svm_two_classes": svm(x[:, 3], two, C=0.01, class_weight="balanced"),
        "auc": roc_auc_score(two, x[:, 1]),
        "information_classes": [[_mutual_info._compute_mi_cd(x[:, j], labels, k) for k in (3, 10)] for j in (0, 2, 3)],
        "information_numbers": [_mutual_info._compute_mi_cc(x[:, 0], x[:, 3], k) for k in (3, 10)],
        "cost": cost.tolist(),
        "assignment": scipy.optimize.linear_sum_assignment(cost)[1].tolist(),
        "assignment_turned": scipy.optimize.linear_sum_assignment(cost.T)[0].tolist(),
        "greatest": scipy.optimize.linear_sum_assignment(cost, maximize=True)[1].tolist(),
        "variance": pca.explained_variance_.tolist(),
        "components": pca.components_.tolist(),
        "determination": LinearRegression().fit(x[:, :3], x[:, 3]).score(x[:, :3], x[:, 3]),
    }
    print("{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in result.items()) + "\n}")


main()
