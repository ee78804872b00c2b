"""Writes trees.json: what scikit-learn's boosting, forests, trees and lasso make of a small table, for tests/stats.

    python tests/golden/trees.py > tests/golden/trees.json

The table is made of integers, so that C++ makes the same one to the bit (tests/stats/tree_data.hpp). scikit-learn breaks
ties between features by its random state; where the values of several states are recorded as equal, the script has
checked that they are.
"""
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import Lasso

FEATURES = 5
CLASSES = [2, 4, 7]
STATES = range(5)


def table(first, n):
    """x: [n, 5], y: [n, 3]."""
    i = np.arange(first, first + n, dtype=np.uint64)
    word = lambda m: (((i * 16 + m + 1) * 2654435761) % 2**32).astype(np.uint64)
    mixed = [(((word(m) >> 7) ^ word(m)) * 2246822519) % 2**32 for m in range(8)]
    y = np.stack([(mixed[5 + k] >> 16) % c for k, c in enumerate(CLASSES)], 1).astype(np.int64)
    u = [(mixed[m] >> 10).astype(np.float64) / 2**22 for m in range(5)]
    a, b, c = y.T.astype(np.float64)
    x = np.stack([a / 4 + u[0], b / 8 + c / 16 + u[1] / 2, (c - 3) * (c - 3) / 8 + u[2], a * c / 8 + u[3], u[4]], 1)
    return x.astype(np.float32), y


def same(values, tolerance=1e-9):
    values = np.array(values)
    assert np.ptp(values, 0).max() < tolerance, np.ptp(values, 0).max()
    return values[0].tolist()


def boosting(x, y, test, **settings):
    fits = [GradientBoostingClassifier(random_state=s, **settings).fit(x, y) for s in STATES]
    staged = [list(f.staged_predict_proba(test[:12])) for f in fits]
    importance = np.array([f.feature_importances_ for f in fits])
    if settings["n_estimators"] <= 5:  # not yet a tie that matters
        return {"importance": same(importance, 1e-6), "probability": same([s[-1] for s in staged]),
                "probability_after_3": same([s[2] for s in staged])}
    return {"importance": importance.mean(0).tolist(), "importance_range": np.ptp(importance, 0).max(),
            "fitted_accuracy": np.mean([f.score(x, y) for f in fits])}


def forest(x, y, test, test_y, **settings):
    fits = [RandomForestClassifier(random_state=s, **settings).fit(x, y) for s in STATES]
    importance = np.array([f.feature_importances_ for f in fits])
    return {"importance": importance.mean(0).tolist(), "importance_deviation": importance.std(0, ddof=1).max(),
            "accuracy": np.mean([f.score(test, test_y) for f in fits])}


def single_tree(make, x, y, test, **settings):
    fits = [make(n_estimators=1, bootstrap=False, max_features=None, random_state=s, **settings).fit(x, y) for s in STATES]
    predict = (lambda f: f.predict_proba(test[:12])) if hasattr(fits[0], "predict_proba") else (lambda f: f.predict(test[:12]))
    return {"importance": same([f.feature_importances_ for f in fits]), "prediction": same([predict(f) for f in fits])}


def main():
    x, y = table(0, 2000)
    test, test_y = table(4000, 1000)
    real = x[:, 1].astype(np.float64)
    without = np.delete(x, 1, 1)
    lasso = Lasso(alpha=0.02, tol=1e-14, max_iter=100000).fit(x.astype(np.float64), y)
    result = {
        "made_by": f"tests/golden/trees.py, Python {sys.version.split()[0]}, numpy {np.__version__}, scikit-learn {sklearn.__version__}",
        "row": x[17].astype(np.float64).tolist() + y[17].tolist(),
        "boosting_2": boosting(x, y[:, 0], test, n_estimators=5),
        "boosting_4": boosting(x, y[:, 1], test, n_estimators=5),
        "boosting_7": boosting(x, y[:, 2], test, n_estimators=5),
        "boosting_7_depth_2": boosting(x, y[:, 2], test, n_estimators=5, max_depth=2, learning_rate=0.3),
        "boosting_2_100": boosting(x, y[:, 0], test, n_estimators=100),
        "boosting_4_100": boosting(x, y[:, 1], test, n_estimators=100),
        "boosting_7_100": boosting(x, y[:, 2], test, n_estimators=100),
        "gini": single_tree(RandomForestClassifier, x, y[:, 2], test, max_depth=4),
        "entropy": single_tree(RandomForestClassifier, x, y[:, 2], test, max_depth=4, criterion="entropy"),
        "squared_error": single_tree(RandomForestRegressor, without, real, np.delete(test, 1, 1), max_depth=2),
        "forest_gini": forest(x, y[:, 2], test, test_y[:, 2], max_features=None, max_depth=6),
        "forest_entropy_sqrt": forest(x, y[:, 2], test, test_y[:, 2], criterion="entropy"),
        "lasso": {"coefficients": lasso.coef_.T.tolist(), "intercepts": lasso.intercept_.tolist()},
    }
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
