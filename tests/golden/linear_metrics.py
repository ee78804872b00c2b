"""Writes linear_metrics.json: scores of tests/metrics/linear_metrics_test.cpp from scikit-learn and scipy, step by step.

    python tests/golden/linear_metrics.py > tests/golden/linear_metrics.json

The codes are made of integers, so that C++ makes the same ones to the bit.
"""
import json
import sys
import warnings

import numpy as np
import scipy
import scipy.optimize
import scipy.stats
import sklearn
from sklearn.feature_selection import _mutual_info
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss, mutual_info_score, roc_auc_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore", "Clustering metrics expects")  # levels are read as labels
ROWS, TRAIN = 600, 400
CLASSES = [3, 4, 6]
EXACT = {"tol": 1e-10, "max_iter": 1000, "solver": "newton-cholesky"}


def mixed(h):
    """24 bits that look random (the finaliser of Wellons' hash prospector)."""
    h = ((h ^ (h >> 16)) * 0x7FEB352D) % 2**32
    h = ((h ^ (h >> 15)) * 0x846CA68B) % 2**32
    return ((h ^ (h >> 16)) >> 8).astype(np.float64) / 2**24


def table():
    i = np.arange(ROWS, dtype=np.int64)
    u = [mixed(i * 8 + m + 1) for m in range(8)]
    y = np.stack([np.floor(u[m] * CLASSES[m]).astype(int) for m in range(3)], 1)
    a, b, c = y.T.astype(np.float64)
    z = np.stack([a + u[3] / 4, 2 * b - 3 * u[4], c + a / 2 + 2 * u[5], u[6] / 2], 1)
    return z, y


def sap(z, y):
    matrix = np.zeros((z.shape[1], y.shape[1]))
    for j in range(z.shape[1]):
        for k in range(y.shape[1]):
            machine = LinearSVC(C=0.01, class_weight="balanced", dual=False, tol=1e-12, max_iter=100_000)
            machine.fit(z[:TRAIN, j : j + 1], y[:TRAIN, k])
            matrix[j, k] = machine.score(z[TRAIN:, j : j + 1], y[TRAIN:, k])
    top = np.sort(matrix, 0)
    return {"matrix": matrix.tolist(), "sap": (top[-1] - top[-2]).mean()}


def explicitness(z, y):
    scaler = StandardScaler().fit(z[:TRAIN])
    areas = []
    for k in range(y.shape[1]):
        model = LogisticRegression(**EXACT).fit(scaler.transform(z[:TRAIN]), y[:TRAIN, k])
        areas.append([roc_auc_score(np.eye(CLASSES[k])[y[part, k]], model.predict_proba(scaler.transform(z[part]))) for part in (slice(TRAIN, None), slice(TRAIN))])
    return np.mean(areas, 0).tolist()


def explicitness_zaidi(z, y):
    x = MinMaxScaler().fit_transform(z)
    areas = []
    for k in range(y.shape[1]):
        model = OneVsRestClassifier(LogisticRegression(class_weight="balanced", **EXACT)).fit(x, y[:, k])
        areas.append(roc_auc_score(np.eye(CLASSES[k])[y[:, k]], model.predict_proba(x)))
    return 2 * (np.mean(areas) - 0.5)


def infomec(z, y, quantised, interquartile=False):
    x = OneHotEncoder().fit_transform(z).toarray() if quantised else StandardScaler().fit_transform(z)
    nmi = np.zeros((y.shape[1], z.shape[1]))
    explicit = []
    for k in range(y.shape[1]):
        for j in range(z.shape[1]):
            nmi[k, j] = mutual_info_score(y[:, k], z[:, j]) if quantised else _mutual_info._compute_mi_cd(x[:, j], y[:, k], 10)
        nmi[k] /= scipy.stats.entropy(np.bincount(y[:, k]))
        model = LogisticRegression(C=np.inf, class_weight="balanced", tol=1e-8, max_iter=10_000).fit(x, y[:, k])
        null = LogisticRegression(C=np.inf, class_weight="balanced", tol=1e-8, max_iter=10_000).fit(np.zeros_like(x), y[:, k])
        whole = log_loss(y[:, k], null.predict_proba(np.zeros_like(x)))
        explicit.append((whole - log_loss(y[:, k], model.predict_proba(x))) / whole)
    spread = np.subtract(*np.quantile(z, [0.75, 0.25], axis=0)) if interquartile else np.ptp(z, 0)
    active = spread > ((0.1 if interquartile else 0) if quantised else spread.max() / (10 if interquartile else 20))
    kept = nmi[:, active]
    modularity = (np.mean(kept.max(0) / kept.sum(0)) - 1 / len(kept)) / (1 - 1 / len(kept))
    compactness = (np.mean(kept.max(1) / kept.sum(1)) - 1 / active.sum()) / (1 - 1 / active.sum())
    return {"scores": [modularity, compactness, np.mean(explicit)], "nmi": (nmi * active).T.tolist(), "active": active.astype(int).tolist(), "explicitness": explicit}


def mcc(z, y):
    matrices = [np.corrcoef(z.T, y.T)[: z.shape[1], z.shape[1] :], scipy.stats.spearmanr(z, y).statistic[: z.shape[1], z.shape[1] :]]
    out = []
    for matrix in matrices:
        rows, columns = scipy.optimize.linear_sum_assignment(-np.abs(matrix))
        out.append(np.abs(matrix)[rows, columns].mean())
    return out


def snc(z, y):
    cuts = {}
    information = np.zeros((y.shape[1], z.shape[1]))
    for k, classes in enumerate(CLASSES):
        for j in range(z.shape[1]):
            cuts[k, j] = np.sort(z[:TRAIN, j])[np.arange(1, classes) * TRAIN // classes]
            information[k, j] = mutual_info_score(y[:TRAIN, k], np.digitize(z[:TRAIN, j], cuts[k, j]))
    accuracies = []
    for k, j in zip(*scipy.optimize.linear_sum_assignment(-information)):
        counts = np.zeros((CLASSES[k], CLASSES[k]), int)
        np.add.at(counts, (np.digitize(z[:TRAIN, j], cuts[k, j]), y[:TRAIN, k]), 1)
        names = scipy.optimize.linear_sum_assignment(-counts)[1]
        accuracies.append(np.mean(names[np.digitize(z[TRAIN:, j], cuts[k, j])] == y[TRAIN:, k]))
    return accuracies


def main():
    z, y = table()
    steps = np.floor(2 * z) / 2
    result = {
        "made_by": f"tests/golden/linear_metrics.py, Python {sys.version.split()[0]}, numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}",
        "sap": sap(z, y),
        "explicitness": explicitness(z, y),
        "explicitness_zaidi": explicitness_zaidi(z, y),
        "infomec": infomec(z, y, quantised=False),
        "infomec_quantised": infomec(steps, y, quantised=True),
        "infomec_tripod": infomec(z, y, quantised=False, interquartile=True),
        "regression": [LinearRegression().fit(z, y[:, k]).score(z, y[:, k]) for k in range(3)],
        "mcc": mcc(z, y),
        "snc": snc(z, y),
    }
    print("{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in result.items()) + "\n}")


main()
