"""Writes tree_metrics.json: DCI and UDR of a small table by numpy, scipy and scikit-learn, for tests/metrics.

    python tests/golden/tree_metrics.py > tests/golden/tree_metrics.json

The table is that of trees.py: 2,000 items to train on and 1,000 to test on, five latents, factors of 2, 4 and 7 values.
"""
import json
import sys
import warnings

import numpy as np
import scipy
import scipy.stats
import sklearn
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import Lasso
from sklearn.model_selection import KFold

from trees import table

STATES = range(5)
ALPHAS = [0.0001, 0.001, 0.01, 0.1, 0.2, 0.4, 0.8, 1]


def readings(importance, equal_weights=False):
    """Disentanglement and completeness as disentanglement_lib has them; importance: [latents, factors]."""
    by_latent = 1 - scipy.stats.entropy(importance.T + 1e-11, base=importance.shape[1])
    by_factor = 1 - scipy.stats.entropy(importance + 1e-11, base=importance.shape[0])
    if importance.sum() == 0:
        importance = np.ones_like(importance)
    factor_weights = np.full(importance.shape[1], 1 / importance.shape[1]) if equal_weights else importance.sum(0) / importance.sum()
    return {"importance": importance.tolist(), "by_latent": by_latent.tolist(), "by_factor": by_factor.tolist(),
            "disentanglement": float(by_latent @ importance.sum(1) / importance.sum()), "completeness": float(by_factor @ factor_weights)}


def boosting(train, test):
    found = []
    for state in STATES:
        fits = [GradientBoostingClassifier(random_state=state).fit(train[0], train[1][:, k]) for k in range(3)]
        result = readings(np.array([f.feature_importances_ for f in fits]).T)
        result["informativeness"] = np.mean([f.score(test[0], test[1][:, k]) for k, f in enumerate(fits)])
        result["informativeness_train"] = np.mean([f.score(train[0], train[1][:, k]) for k, f in enumerate(fits)])
        found.append(result)
    out = {key: np.mean([f[key] for f in found], 0).tolist() for key in found[0]}
    out["range"] = {key: float(np.ptp([f[key] for f in found], 0).max()) for key in found[0]}
    return out


def scaled(values, like):
    low, high = like.min(0), like.max(0)
    return (values - low) / (high - low)


def lasso(train, test):
    x, x_test = scaled(train[0].astype(np.float64), train[0].astype(np.float64)), scaled(test[0].astype(np.float64), train[0].astype(np.float64))
    fit = lambda a, rows, target: Lasso(alpha=a, max_iter=100000, tol=1e-13).fit(x[rows], target[rows])
    everything, weights, chosen, informativeness = np.arange(len(x)), [], [], []
    for k in range(3):
        y, y_test = scaled(train[1][:, k], train[1][:, k]), scaled(test[1][:, k], train[1][:, k])
        errors = [np.mean([np.mean((fit(a, inside, y).predict(x[outside]) - y[outside]) ** 2) for inside, outside in KFold(10).split(x)]) for a in ALPHAS]
        chosen.append(ALPHAS[int(np.argmin(errors))])
        model = fit(chosen[-1], everything, y)
        weights.append(np.abs(model.coef_))
        informativeness.append([max(0, 1 - 12 * np.mean((model.predict(a) - b) ** 2)) for a, b in ((x, y), (x_test, y_test))])
    out = readings(np.array(weights).T, equal_weights=True)
    out["alphas"] = chosen
    out["informativeness_train"], out["informativeness"] = np.mean(informativeness, 0).tolist()
    return out


def relative_strength(matrix):
    share = lambda m: np.mean(np.nan_to_num(np.max(m, 1) ** 2 / np.sum(m, 1)))
    return 0.5 * (share(matrix) + share(matrix.T))


def udr(x):
    """Three runs: the latents, the same in another order with other signs, and pairs of them mixed. The last latent is dead."""
    runs = [x, x[:, [2, 0, 1, 3, 4]] * [1, -1, 2, -1, 1], np.stack([x[:, 0] + x[:, 1], x[:, 0] - x[:, 1], x[:, 2] + x[:, 3], x[:, 2] - x[:, 3], x[:, 4]], 1)]
    kept = [((r - r.mean(0)) / r.std(0))[:, :4] for r in runs]
    out = {}
    for name, link in (("lasso", lambda a, b: np.abs(Lasso(alpha=0.1, tol=1e-13, max_iter=100000).fit(a, b).coef_.T)),
                       ("spearman", lambda a, b: np.abs(scipy.stats.spearmanr(a, b)[0][:4, 4:]))):
        pairs = np.array([[0 if i == j else relative_strength(link(kept[i], kept[j])) for j in range(3)] for i in range(3)])
        out[name + "_pairs"] = pairs.tolist()
        out[name] = [float(np.median(np.delete(pairs[:, i], i))) for i in range(3)]
    return out


def main():
    train, test = table(0, 2000), table(4000, 1000)
    result = {
        "made_by": f"tests/golden/tree_metrics.py, Python {sys.version.split()[0]}, numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}",
        "boosting": boosting(train, test),
        "lasso": lasso(train, test),
        "udr": udr(train[0].astype(np.float64)),
        "identity": relative_strength(np.eye(3)),
    }
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
