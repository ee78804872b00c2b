"""Writes metrics.json: reference values for tests/stats and tests/metrics, from the definitions, with numpy, scipy and scikit-learn.

    python tests/golden/metrics.py > tests/golden/metrics.json

The codes are made of integers, so that C++ makes the same ones to the bit (tests/metrics/tables.cpp).
"""
import json
import sys

import numpy as np
import scipy
import scipy.stats
import sklearn
import sklearn.metrics

CLASSES = [3, 4, 5, 4]
BINS = 20


def grid():
    return np.stack(np.meshgrid(*[np.arange(c) for c in CLASSES], indexing="ij"), -1).reshape(-1, len(CLASSES))


def codes(y):
    i = np.arange(len(y), dtype=np.uint64)
    u = [((((i * 4 + m + 1) * 2654435761) % 2**32) >> 22).astype(np.float64) / 1024 for m in range(4)]
    a, b, c, d = y.T.astype(np.float64)
    return np.stack([2 * a + u[0], b - 3 * u[1], c + a / 2 + u[2] / 4, np.full(len(y), 0.5), 3 * u[3] - d / 4], 1)


def mig(z, y):
    labels = np.stack([np.digitize(z[:, j], np.histogram(z[:, j], BINS)[1][:-1]) - 1 for j in range(z.shape[1])], 1)
    information = np.zeros((z.shape[1], y.shape[1]))
    for j in range(z.shape[1]):
        for k in range(y.shape[1]):
            joint = np.zeros((BINS, CLASSES[k]))
            np.add.at(joint, (labels[:, j], y[:, k]), 1 / len(y))
            independent = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
            seen = joint > 0
            information[j, k] = np.sum(joint[seen] * np.log(joint[seen] / independent[seen]))
            assert abs(information[j, k] - sklearn.metrics.mutual_info_score(labels[:, j], y[:, k])) < 1e-12
    entropy = np.array([scipy.stats.entropy(np.bincount(y[:, k])) for k in range(y.shape[1])])
    top = np.sort(information, 0)[::-1]
    gap = (top[0] - top[1]) / entropy
    counts = [np.bincount(labels[:, j], minlength=BINS).tolist() for j in range(z.shape[1])]
    return {"bin_counts": counts, "information": information.tolist(), "entropy": entropy.tolist(), "gap": gap.tolist(), "mig": gap.mean()}


def cast(rng, z, y, kept, scale, votes, samples, balanced, first_sample):
    """Votes as shares [latents, factors] of all votes."""
    table = np.zeros((z.shape[1], y.shape[1]))
    classes = y.max(0) + 1
    with_value = [[np.flatnonzero(y[:, k] == v) for v in range(classes[k])] for k in range(y.shape[1])]
    for vote in range(votes):
        k = vote % y.shape[1] if balanced else rng.integers(y.shape[1])
        first = rng.integers(len(y))
        value = y[first, k] if first_sample else rng.integers(classes[k])
        rows = rng.choice(with_value[k][value], samples)
        if first_sample:
            rows[0] = first
        spread = z[rows][:, kept].var(0, ddof=1) / scale[kept]
        table[kept[np.argmin(spread)], k] += 1
    return table / votes


def factor_vae_score(z, y, kept, normalise=True, **settings):
    rng = np.random.default_rng(1)
    scale = z.var(0, ddof=1) + 1e-10 if normalise else np.ones(z.shape[1])
    votes = cast(rng, z, y, np.array(kept), scale, 200_000, **settings)
    return {"votes": votes.tolist(), "score": votes.max(1).sum()}


def bins_of(y, bins):
    return np.stack([np.digitize(column, np.histogram(column, bins)[1][:-1]) - 1 for column in y.T.astype(float)], 1)


def main():
    y = grid()
    z = codes(y)
    part = np.arange(len(y)) % 7 % 3 != 1  # no longer a grid
    result = {
        "made_by": f"tests/golden/metrics.py, Python {sys.version.split()[0]}, numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}",
        "mig": mig(z, y),
        "mig_part": mig(z[part], y[part]),
        "spearman": [[0.0 if np.ptp(z[:, j]) == 0 else scipy.stats.spearmanr(z[:, j], y[:, k]).statistic for k in range(4)] for j in range(5)],
        "variance": z.var(0, ddof=1).tolist(),
        "cascade_like": factor_vae_score(z, y, [0, 1, 2, 4], samples=5, balanced=True, first_sample=False),
        "dlib_like_part": factor_vae_score(z[part], y[part], [0, 1, 2, 4], samples=6, balanced=False, first_sample=True),
        # Factors in three bins: of the factor with five values two bins hold two each.
        "zaidi_like_part": factor_vae_score(z[part], bins_of(y[part], 3), [0, 1, 2, 4], samples=6, balanced=False, first_sample=False),
        # A fifth factor with one value, raw variances.
        "lecture_like": factor_vae_score(z, np.hstack([y, np.zeros((len(y), 1), int)]), [0, 1, 2, 4], normalise=False, samples=40, balanced=True, first_sample=False),
    }
    print("{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in result.items()) + "\n}")


if __name__ == "__main__":
    main()
