"""Code tables and what numpy, scipy and scikit-learn say of them: the values that tests/metrics/parity_test.cpp holds
the metrics to.

Every score is written here a second time, from the papers' formulas and with other people's classifiers, on the same
rows: the first to train on, the next to test on. Nothing is drawn at random, so that deterministic scores agree to
rounding. scikit-learn's boosting draws which of equal cuts it takes: recorded are means over its random states, and how
far these lie apart. XGBoost's importances stand beside them.

    python tests/golden/score_tables.py           # writes tests/golden/tables/*.npz and tests/golden/score_tables.json
    python tests/golden/score_tables.py --codes beta_vae=codes.npz ...

Tables of trained models hold rows of the codes that bench/peers/learning.py wrote (means, factors), drawn once by
--codes; afterwards the table itself is read. --only NAME scores these tables anew and keeps what is recorded of others.
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import scipy
import scipy.optimize
import scipy.stats
import sklearn
import xgboost
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_selection import mutual_info_classif
from sklearn.linear_model import Lasso, LogisticRegression
from sklearn.metrics import mutual_info_score, roc_auc_score
from sklearn.svm import LinearSVC

HERE = Path(__file__).parent
TRAIN, TEST = 1200, 600
SPLITS = {TRAIN + TEST: (TRAIN, TEST), 150: (100, 50), 3000: (2000, 1000)}  # by rows
TRAINED = ("beta_vae", "factor_vae")
STATES = range(3)  # of scikit-learn's boosting
BINS = 20


# ---- tables: codes [N, D] float64, factors [N, K] int64 ---------------------------------------------------------------

def factors_of(rng, n, sizes):
    return np.stack([rng.integers(0, size, n) for size in sizes], axis=1)


def standardised(factors):
    return (factors - factors.mean(0)) / factors.std(0)


def rotation(rng, d):
    q, r = np.linalg.qr(rng.standard_normal((d, d)))
    return q * np.sign(np.diag(r))


def tables():
    """Name: (codes, factors)."""
    rng = np.random.default_rng(20240607)
    n, sizes = TRAIN + TEST, (3, 6, 8, 5, 4)
    out = {}
    y = factors_of(rng, n, sizes)
    out["perfect"] = y.astype(float), y
    y = factors_of(rng, n, sizes)
    out["permuted"] = (standardised(y) * [-1, 2, .3, -4, 1])[:, [3, 0, 4, 2, 1]], y
    y = factors_of(rng, n, sizes)
    out["rotated"] = standardised(y) @ rotation(rng, 5), y
    y = factors_of(rng, n, sizes)
    out["noisy"] = np.hstack([standardised(y) + .5 * rng.standard_normal((n, 5)), rng.standard_normal((n, 3))]), y
    y = factors_of(rng, n, sizes)
    alive = standardised(y)[:, :4] + .2 * rng.standard_normal((n, 4))
    out["dead"] = np.hstack([alive, np.full((n, 2), .25), 1e-3 * rng.standard_normal((n, 2))]), y
    y = factors_of(rng, n, sizes)
    s = standardised(y)
    mixed = np.stack([s[:, 0] + s[:, 1], np.sin(2 * np.pi * y[:, 2] / 8), np.cos(2 * np.pi * y[:, 2] / 8),
                      s[:, 3] * s[:, 4], s[:, 4], s[:, 1]], axis=1)
    out["mixed"] = mixed + .1 * rng.standard_normal(mixed.shape), y
    y = factors_of(rng, n, (2, 30, 24))
    out["many_classes"] = np.hstack([standardised(y) + .1 * rng.standard_normal((n, 3)),
                                     rng.standard_normal((n, 2))]), y
    y = factors_of(rng, 150, (3, 4, 2))
    out["few"] = standardised(y) + .8 * rng.standard_normal((150, 3)), y
    return out


def trained_table(name, source):
    """Rows of a trained model's codes; from the table that is there if no file is named."""
    path = HERE / "tables" / f"{name}.npz"
    if source is None:
        with np.load(path) as table:
            return table["means"], table["factors"]
    with np.load(source) as codes:
        rows = np.random.default_rng(20240608).choice(len(codes["means"]), 3000, replace=False)
        return codes["means"][rows].astype(np.float32), codes["factors"][rows].astype(np.int8)


# ---- scores ---------------------------------------------------------------------------------------------------------

def binned(z, bins=BINS):
    """Numbers of equal-width bins, columns apart."""
    out = np.empty(z.shape, dtype=np.int64)
    for j in range(z.shape[1]):
        out[:, j] = np.digitize(z[:, j], np.histogram(z[:, j], bins)[1][:-1])
    return out


def entropy_of(labels):
    p = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(-(p * np.log(p)).sum())


def information(a, b):
    return float(mutual_info_score(a, b))


def information_matrix(z, y):
    b = binned(z)
    return np.array([[information(b[:, j], y[:, k]) for k in range(y.shape[1])] for j in range(z.shape[1])])


def top_two(matrix, axis):
    s = np.sort(matrix, axis=axis)
    return np.take(s, -1, axis=axis), np.take(s, -2, axis=axis)


def modularity(m):
    values = []
    for row in m:
        best = row.max()
        values.append(0.0 if best == 0 else 1 - (np.square(row).sum() - best ** 2) / (best ** 2 * (len(row) - 1)))
    return float(np.mean(values))


def entropy_scores(r):
    """Disentanglement and completeness of an importance matrix [latents, factors]."""
    eps = 1e-11
    d = 1 - scipy.stats.entropy(r.T + eps, base=r.shape[1])
    c = 1 - scipy.stats.entropy(r + eps, base=r.shape[0])
    if r.sum() == 0:
        r = np.ones_like(r)
    return float((d * r.sum(1) / r.sum()).sum()), float((c * r.sum(0) / r.sum()).sum())


def histogram_scores(z, y):
    m = information_matrix(z, y)
    h = np.array([entropy_of(y[:, k]) for k in range(y.shape[1])])
    first, second = top_two(m, 0)
    out = {"mig": float(((first - second) / h).mean()), "modularity": modularity(m)}
    b = binned(z)
    best = m.argmax(0)
    joint = [entropy_of(b[:, best[k]] * 1000 + y[:, k]) for k in range(y.shape[1])]
    out["jemmig_unnormalised"] = float(np.mean(np.array(joint) - first + second))
    aam = [max(0.0, first[k] - (m[:, k].sum() - first[k])) / first[k] if first[k] > 0 else 0.0 for k in range(len(h))]
    out["aam"] = float(np.mean(aam))
    own, other = top_two(m / h, 1)
    out["mig_sup"] = float((own - other).mean())
    own, other = top_two(m, 1)
    gap, owner = own - other, m.argmax(1)
    out["dcimig"] = float(sum(max([gap[j] for j in range(len(gap)) if owner[j] == k], default=0.0)
                              for k in range(len(h))) / h.sum())
    out["med"] = entropy_scores(m / m.sum(0, keepdims=True))[0]
    pairs = [information(b[:, i], b[:, j]) for i in range(z.shape[1]) for j in range(z.shape[1]) if i != j]
    out["mutual_information_score"] = float(np.mean(pairs))
    return out


def correlations(z, y, method):
    if method == "spearman":
        z, y = (np.apply_along_axis(scipy.stats.rankdata, 0, t) for t in (z, y))
    out = np.zeros((z.shape[1], y.shape[1]))
    for j in range(z.shape[1]):
        for k in range(y.shape[1]):
            if z[:, j].std() > 0 and y[:, k].std() > 0:
                out[j, k] = np.corrcoef(z[:, j], y[:, k])[0, 1]
    return out


def correlation_scores(z, y):
    out = {}
    for method in ("pearson", "spearman"):
        r = np.abs(correlations(z, y, method))
        rows, columns = scipy.optimize.linear_sum_assignment(-r)
        out[f"mcc_{method}"] = float(r[rows, columns].mean())
    squared = correlations(z, y, "pearson") ** 2
    squared[z.var(0, ddof=1) <= 1e-12] = 0
    first, second = top_two(squared, 0)
    out["sap_correlation"] = float((first - second).mean())
    return out


def gaussian_scores(z):
    z = z[:, z.var(0) > 0]
    s = np.cov(z, rowvar=False)
    v = np.diag(s)
    root = scipy.linalg.sqrtm(np.sqrt(v)[:, None] * s * np.sqrt(v)[None, :]).real
    wasserstein = float(2 * np.trace(s) - 2 * np.trace(root))
    return {"gaussian_total_correlation": float(.5 * (np.log(v).sum() - np.linalg.slogdet(s)[1])),
            "gaussian_wasserstein_correlation": wasserstein,
            "gaussian_wasserstein_correlation_normalised": wasserstein / float(np.trace(s))}


def irs(z, y, quantile=.99):
    """Factors in 20 bins as disentanglement_lib has them; these have fewer values."""
    z = z[:, z.var(0) > 0]
    deviation = np.abs(z - z.mean(0)).max(0)
    best = np.zeros(z.shape[1])
    for k in range(y.shape[1]):
        worst = np.mean([np.percentile(np.abs(z[y[:, k] == v] - z[y[:, k] == v].mean(0)), 100 * quantile, axis=0)
                         for v in np.unique(y[:, k])], axis=0)
        best = np.maximum(best, 1 - worst / deviation)
    return {"irs": float((best * deviation).sum() / deviation.sum())}


def explicitness(train, test):
    (z, y), (zt, yt) = train, test
    keep = z.std(0) > 0
    mean, std = z[:, keep].mean(0), z[:, keep].std(0)
    scores = []
    for k in range(y.shape[1]):
        model = LogisticRegression(max_iter=10000, tol=1e-8).fit((z[:, keep] - mean) / std, y[:, k])
        p = model.predict_proba((zt[:, keep] - mean) / std)
        scores.append(np.mean([roc_auc_score(yt[:, k] == c, p[:, i]) for i, c in enumerate(model.classes_)]))
    return {"explicitness": float(np.mean(scores))}


def sap(train, test):
    (z, y), (zt, yt) = train, test
    accuracy = np.zeros((z.shape[1], y.shape[1]))
    for j in range(z.shape[1]):
        for k in range(y.shape[1]):
            model = LinearSVC(C=.01, class_weight="balanced", max_iter=1000000, tol=1e-10, dual="auto", random_state=0)
            accuracy[j, k] = model.fit(z[:, [j]], y[:, k]).score(zt[:, [j]], yt[:, k])
    first, second = top_two(accuracy, 0)
    return {"sap": float((first - second).mean())}, accuracy


def boosted(train, test, make):
    """Importances and test accuracies of a classifier of each factor: {reading: value}, matrix."""
    (z, y), (zt, yt) = train, test
    importance, accuracy = np.zeros((z.shape[1], y.shape[1])), []
    for k in range(y.shape[1]):
        values, labels = np.unique(y[:, k], return_inverse=True)
        model = make().fit(z, labels)
        importance[:, k] = np.abs(model.feature_importances_) / np.abs(model.feature_importances_).sum()
        accuracy.append(float((values[model.predict(zt)] == yt[:, k]).mean()))
    d, c = entropy_scores(importance)
    return {"dci.disentanglement": d, "dci.completeness": c, "dci.informativeness": float(np.mean(accuracy))}, importance


def dci(train, test):
    """Means over states and their ranges, of the readings and of the importances."""
    fits = [boosted(train, test, lambda: GradientBoostingClassifier(random_state=state)) for state in STATES]
    readings = {key: np.array([values[key] for values, _ in fits]) for key in fits[0][0]}
    importances = np.array([importance for _, importance in fits])
    return ({key: float(v.mean()) for key, v in readings.items()}, {key: float(np.ptp(v)) for key, v in readings.items()},
            importances.mean(0), np.ptp(importances, 0))


def dci_xgboost(train, test):
    """As near to scikit-learn's settings as it comes, with summed gains; and its own defaults, with mean gains."""
    like = dict(n_estimators=100, learning_rate=.1, max_depth=3, importance_type="total_gain")
    out = {}
    for name, settings in (("like_scikit_learn", like), ("defaults", {})):
        values, importance = boosted(train, test, lambda: xgboost.XGBClassifier(n_jobs=1, **settings))
        out[name] = {"values": values, "importance": importance.tolist()}
    return out


def dci_lasso(train):
    z, y = train
    keep = z.std(0) > 0
    scaled = np.zeros_like(z)
    scaled[:, keep] = (z[:, keep] - z[:, keep].mean(0)) / z[:, keep].std(0)
    target = (y - y.mean(0)) / y.std(0)
    r = np.stack([np.abs(Lasso(alpha=.02, max_iter=100000, tol=1e-10).fit(scaled, target[:, k]).coef_)
                  for k in range(y.shape[1])], axis=1)
    return r


def knn_information(z, y):
    """Ross's estimator of every latent and factor, 10 neighbours; scikit-learn adds noise of 1e-10 to the latents."""
    scaled = (z - z.mean(0)) / np.where(z.std(0) > 0, z.std(0), 1)
    return np.stack([mutual_info_classif(scaled, y[:, k], discrete_features=False, n_neighbors=10, random_state=0)
                     for k in range(y.shape[1])], axis=1)


def scores_of(z, y):
    train_rows, test_rows = SPLITS[len(z)]
    train, test = (z[:train_rows], y[:train_rows]), (z[train_rows:train_rows + test_rows],
                                                     y[train_rows:train_rows + test_rows])
    out = {"split": [train_rows, test_rows], "values": {}}
    values = out["values"]
    for part in (histogram_scores(*train), correlation_scores(*train), gaussian_scores(train[0]), irs(*train),
                 explicitness(train, test)):
        values.update(part)
    sap_values, accuracy = sap(train, test)
    dci_values, out["ranges"], importance, importance_range = dci(train, test)
    values.update(sap_values)
    values.update(dci_values)
    out["matrices"] = {"mutual_information": information_matrix(*train).tolist(), "svm_accuracy": accuracy.tolist(),
                       "gbt_importance": importance.tolist(), "gbt_importance_range": importance_range.tolist(),
                       "lasso_importance": dci_lasso(train).tolist(),
                       "knn_information": knn_information(*train).tolist(),
                       "spearman": correlations(*train, "spearman").tolist()}
    out["xgboost"] = dci_xgboost(train, test)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", nargs="+", default=[], metavar="NAME=FILE", help="where a trained model's codes lie")
    parser.add_argument("--only", nargs="+", metavar="NAME")
    options = parser.parse_args()
    sources = dict(pair.split("=", 1) for pair in options.codes)
    warnings.simplefilter("ignore")
    (HERE / "tables").mkdir(exist_ok=True)
    record = HERE / "score_tables.json"
    results = {"made_by": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__,
                           "xgboost": xgboost.__version__},
               "tables": json.loads(record.read_text())["tables"] if options.only else {}}
    made = {**tables(), **{name: trained_table(name, sources.get(name)) for name in TRAINED
                           if name in sources or (HERE / "tables" / f"{name}.npz").exists()}}
    for name, (codes, factors) in made.items():
        if options.only and name not in options.only:
            continue
        np.savez_compressed(HERE / "tables" / f"{name}.npz", means=codes, factors=factors)
        results["tables"][name] = scores_of(codes.astype(float), factors.astype(np.int64))
        print(name, json.dumps(results["tables"][name]["values"]), flush=True)
        record.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
