"""Writes information.json: reference values for scores from histograms, densities, correlations and geometry, from their definitions, with numpy, scipy and scikit-learn.

    python tests/golden/information.py > tests/golden/information.json

The codes are those of metrics.py, with standard deviations made of integers (tests/metrics/tables.cpp).
"""
import itertools
import json
import sys

import numpy as np
import scipy
import scipy.linalg
import scipy.stats
import sklearn
import sklearn.metrics

from metrics import BINS, CLASSES, codes, grid


def spreads(y):
    i = np.arange(len(y))
    return np.stack([(1 + (7 * i + 3 * j) % 11) / 16 for j in range(5)], 1)


# ---- histograms -------------------------------------------------------------------------------------------------------


def binned(x, bins):
    return np.stack([np.digitize(x[:, j], np.histogram(x[:, j], bins)[1][:-1]) - 1 for j in range(x.shape[1])], 1)


def entropy(labels):
    return scipy.stats.entropy(np.unique(labels, return_counts=True, axis=0)[1])


def entropies(x):
    return np.array([entropy(x[:, j]) for j in range(x.shape[1])])


def information(a, b):
    return np.array([[sklearn.metrics.mutual_info_score(a[:, j], b[:, k]) for k in range(b.shape[1])] for j in range(a.shape[1])])


def corrected_information(a, b):
    """With Miller and Madow's correction of the three entropies."""
    seen = lambda *columns: len(np.unique(np.stack(columns, 1), axis=0))
    out = information(a, b)
    for j, k in np.ndindex(out.shape):
        x, y = a[:, j], b[:, k]
        out[j, k] += ((seen(x) - 1) + (seen(y) - 1) - (seen(x, y) - 1)) / (2 * len(x))
    return np.maximum(out, 0)


def top_gap(m, axis):
    top = np.sort(m, axis)
    return np.take(top, -1, axis) - np.take(top, -2, axis)


def modularity(m):
    squares = m**2
    best = squares.max(1)
    return np.where(best > 0, 1 - (squares.sum(1) - best) / np.where(best > 0, best, 1) / (m.shape[1] - 1), 0).mean()


def dcimig(m, h):
    kept = np.zeros_like(m)
    kept[np.arange(len(m)), m.argmax(1)] = top_gap(m, 1)
    return kept.max(0).sum() / h.sum()


def axis_alignment(m):
    best = m.max(0)
    return np.maximum(0, 2 * best - m.sum(0)) / best


def jemmig(joint, m, h, bins):
    best = m.argmax(0)
    raw = joint[best, np.arange(m.shape[1])] - top_gap(m, 0)
    return (raw / (h + np.log(bins))).mean()


def med(m, top):
    """DCI's formulas on the matrix with columns that sum to 1, of the `top` least mixed latents of each factor (0: all)."""
    r = m / m.sum(0)
    k = m.shape[1]
    mixed = lambda rows, base: 1 - np.array([scipy.stats.entropy(row + 1e-11, base=base) for row in rows])
    if top:
        kept = []
        for factor in range(k):
            mine = [j for j in range(len(r)) if r[j].argmax() == factor]
            kept += sorted(mine, key=lambda j: -mixed(r, k)[j])[:top]
        r = r[sorted(kept)]
    d = mixed(r, k) @ r.sum(1) / r.sum()
    c = mixed(r.T, len(r)) @ r.sum(0) / r.sum()
    return [d, c]


def precision(m):
    """Connected components of latents and factors with an edge, by breadth-first search at every threshold."""
    def components(edges):
        seen, count = set(), 0
        for start in range(edges.shape[0]):
            if ("z", start) in seen or not edges[start].any():
                continue
            count += 1
            queue = [("z", start)]
            while queue:
                side, i = node = queue.pop()
                if node in seen:
                    continue
                seen.add(node)
                others = np.flatnonzero(edges[i] if side == "z" else edges[:, i])
                queue += [("v" if side == "z" else "z", int(o)) for o in others]
        return count

    thresholds = np.sort(m.flatten())[::-1]
    counts = [components((m >= t) & (m != 0)) for t in thresholds]
    area = sum((counts[i] + counts[i + 1]) * (thresholds[i] - thresholds[i + 1]) / 2 for i in range(len(counts) - 1))
    return [area, max(counts)]


def histogram_scores(z, y):
    labels = binned(z, BINS)
    m, h = information(labels, y), entropies(y)
    corrected = corrected_information(labels, y)
    h_corrected = h + (np.array([len(np.unique(y[:, k])) for k in range(y.shape[1])]) - 1) / (2 * len(y))
    of_latents = entropies(labels)
    shares = m / np.where(of_latents > 0, of_latents, 1)[:, None]
    joint = np.array([[entropy(np.stack([labels[:, j], y[:, k]], 1)) for k in range(y.shape[1])] for j in range(z.shape[1])])
    between = information(labels, labels)
    cut = binned(y.astype(float), 3)
    return {
        "information": m.tolist(),
        "corrected_information": corrected.tolist(),
        "binned_factors": information(binned(z, 10), cut).tolist(),
        "mig": (top_gap(m, 0) / h).mean(),
        "mig_corrected": (top_gap(corrected, 0) / h_corrected).mean(),
        "mig_latent": top_gap(shares, 0).mean(),
        "mig_sup": top_gap(m / h, 1).mean(),
        "mig_sup_latent": top_gap(shares, 1).mean(),
        "modularity": modularity(m),
        "dcimig": dcimig(m, h),
        "aam": axis_alignment(m).mean(),
        "jemmig": jemmig(joint, m, h, BINS),
        "med": med(m, 0),
        "med_top": med(m, 1),
        "precision": precision(m),
        "mutual_information_score": between[~np.eye(len(between), dtype=bool)].mean(),
    }


# ---- covariances and correlations -------------------------------------------------------------------------------------


def linear_scores(z, y):
    s = np.cov(z.T)
    moving = np.flatnonzero(np.diag(s) > 0)
    live = s[np.ix_(moving, moving)]
    wasserstein = 2 * np.trace(s) - 2 * np.trace(scipy.linalg.sqrtm(live * np.diag(live)[:, None]).real)
    r = np.zeros((z.shape[1], y.shape[1]))
    r[moving] = np.corrcoef(z[:, moving].T, y.T)[: len(moving), len(moving):]
    angle = 2 * np.pi * y[:, 2] / CLASSES[2]
    fit = np.stack([np.ones(len(y)), np.cos(angle), np.sin(angle)], 1)
    circular = []
    for j in range(z.shape[1]):
        rest = z[:, j] - fit @ np.linalg.lstsq(fit, z[:, j], rcond=None)[0]
        circular.append(np.sqrt(max(0, 1 - rest.var() / z[:, j].var())) if j in moving else 0.0)
    cyclic = r.copy()
    cyclic[:, 2] = circular
    return {
        "gaussian_total_correlation": 0.5 * (np.log(np.diag(live)).sum() - np.linalg.slogdet(live)[1]),
        "gaussian_wasserstein_correlation": wasserstein,
        "gaussian_wasserstein_correlation_normalised": wasserstein / np.trace(s),
        "sap_correlation": top_gap(r**2, 0).mean(),
        "sap_correlation_cyclic": top_gap(cyclic**2, 0).mean(),
        "pearson": r.tolist(),
        "circular": circular,
    }


# ---- interventional robustness ----------------------------------------------------------------------------------------


def irs(z, factors, quantile):
    z = z[:, z.var(0) > 0]
    greatest = np.abs(z - z.mean(0)).max(0)
    matrix = np.zeros((z.shape[1], factors.shape[1]))
    for k in range(factors.shape[1]):
        values = np.unique(factors[:, k])
        for value in values:
            group = z[factors[:, k] == value]
            matrix[:, k] += np.quantile(np.abs(group - group.mean(0)), quantile, axis=0) / len(values)
    return np.average((1 - matrix / greatest[:, None]).max(1), weights=greatest)


# ---- posteriors -------------------------------------------------------------------------------------------------------


def soft_scores(z, s, y, bins, low, high):
    edges = np.linspace(low, high, bins + 1)
    centres, width = (edges[1:] + edges[:-1]) / 2, (high - low) / bins
    m, joint = np.zeros((z.shape[1], y.shape[1])), np.zeros((z.shape[1], y.shape[1]))
    for j in range(z.shape[1]):
        q = scipy.stats.norm.pdf(centres[None], z[:, j, None], s[:, j, None])
        hard = ((z[:, j, None] >= edges[:-1]) & (z[:, j, None] < edges[1:])).astype(float)
        soft = q * width / np.maximum((q * width).sum(1, keepdims=True), 1e-300)
        q = np.where(q.max(1, keepdims=True) < 1e-5, hard, soft)
        for k in range(y.shape[1]):
            table = q.T @ np.eye(CLASSES[k])[y[:, k]]
            table /= table.sum()
            joint[j, k] = scipy.stats.entropy(table.ravel())
            m[j, k] = scipy.stats.entropy(table.sum(0)) + scipy.stats.entropy(table.sum(1)) - joint[j, k]
    h = entropies(y)
    return {"information": m.tolist(), "rmig": (top_gap(m, 0) / h).mean(), "jemmig": jemmig(joint, m, h, bins)}


def differential_entropies(z, s):
    """Of the mixtures of N(z, s^2), by the trapezoidal rule."""
    out = []
    for j in range(z.shape[1]):
        x = np.linspace((z[:, j] - 9 * s[:, j]).min(), (z[:, j] + 9 * s[:, j]).max(), 8001)
        q = scipy.stats.norm.pdf(x[:, None], z[:, j], s[:, j]).mean(1)
        out.append(scipy.integrate.trapezoid(-q * np.log(np.maximum(q, 1e-300)), x))
    return np.array(out)


def sampled_information(z, s, y):
    whole = differential_entropies(z, s)
    m = np.zeros((z.shape[1], y.shape[1]))
    for k in range(y.shape[1]):
        m[:, k] = whole
        for value in range(CLASSES[k]):
            mine = y[:, k] == value
            m[:, k] -= differential_entropies(z[mine], s[mine]) * mine.mean()
    return {"information": m.tolist(), "mig_sampled": (top_gap(m, 0) / entropies(y)).mean()}


def wsepin(z, s, samples=400_000):
    rng = np.random.default_rng(5)
    terms = []
    for _ in range(100):
        item = rng.integers(len(z), size=samples // 100)
        x = z[item] + s[item] * rng.standard_normal((len(item), z.shape[1]))
        all_items = scipy.stats.norm.logpdf(x[:, None], z[None], s[None])  # [samples, items, D]
        given = all_items[np.arange(len(item)), item]
        mean = lambda logs: scipy.special.logsumexp(logs, 1) - np.log(len(z))
        joint = mean(all_items.sum(2))
        marginal = mean(all_items)
        without = mean(all_items.sum(2)[:, :, None] - all_items)
        terms.append(np.concatenate([given - marginal, given.sum(1, keepdims=True) - given - without, without + marginal - joint[:, None], (given.sum(1) - joint)[:, None]], 1).mean(0))
    d = z.shape[1]
    mean = np.mean(terms, 0)
    one, without, separability, joint = mean[:d], mean[d : 2 * d], np.maximum(0, -mean[2 * d : 3 * d]), mean[-1]
    weight = np.maximum(one, 0) / np.maximum(one, 0).sum()
    sepin, indin = joint - without, one - separability
    return {"wsepin": weight @ sepin, "windin": weight @ indin, "sepin": sepin.mean(), "indin": indin.mean(), "information": one.tolist(), "separability": separability.tolist()}


# ---- geometry ---------------------------------------------------------------------------------------------------------


def traversals(z, k):
    """All traversals of factor k: [others, classes, D]."""
    return np.moveaxis(z.reshape(*CLASSES, -1), k, -2).reshape(-1, CLASSES[k], z.shape[1])


def flatness(z):
    mixed, l1, l2 = [], [], []
    for k in range(len(CLASSES)):
        width, length = {}, {}
        for p in (1, 2):
            lines = traversals(z, k)
            apart = np.linalg.norm(lines[:, :, None] - lines[:, None], ord=p, axis=-1)
            steps = np.sort(np.linalg.norm(lines - np.roll(lines, -1, 1), ord=p, axis=-1), 1)
            width[p] = apart.max((1, 2)).mean()
            length[p] = steps[:, :-1].sum(1).mean()
        mixed.append(width[2] / length[1])
        l1.append(width[1] / length[1])
        l2.append(width[2] / length[2])
    return [np.mean(mixed), np.mean(l1), np.mean(l2)]


def factored_components(z):
    share = lambda v: np.maximum(0, (v.max(-1) / v.sum(-1) - 1 / v.shape[-1]) / (1 - 1 / v.shape[-1]))
    out = []
    for k in range(len(CLASSES)):
        lines = traversals(z, k)
        variance = lines.var(1, ddof=1)
        principal = np.array([np.linalg.eigvalsh(np.cov(line.T)) for line in lines])
        linear, axis = share(principal), share(variance)
        scores = [linear.mean(), axis.mean(), (axis / linear).mean(), share(variance.mean(0))]
        n = CLASSES[k]
        pairs = list(itertools.product(range(n), repeat=2))
        truth = np.tile([abs(a - b) for a, b in pairs], len(lines))
        triplets = list(itertools.product(range(n), repeat=3))
        distances = {p: np.linalg.norm(lines[:, :, None] - lines[:, None], ord=p, axis=-1) for p in (1, 2)}
        flat = {p: np.concatenate([[d[a, b] for a, b in pairs] for d in distances[p]]) for p in (1, 2)}
        scores += [scipy.stats.spearmanr(truth, flat[p]).statistic for p in (1, 2)]
        scores += [scipy.stats.pearsonr(truth, flat[p]).statistic for p in (1, 2)]
        for p in (1, 2):
            scores.append(np.mean([np.sign(abs(a - b) - abs(a - c)) == np.sign(d[a, b] - d[a, c]) for d in distances[p] for a, b, c in triplets]))
        out.append(np.maximum(0, scores))
    return np.exp(np.log(out).mean(0)).tolist()


def factorised_support(z, batch):
    z = z[:, z.var(0) > 0]
    sums = []
    for first in range(0, len(z), batch):
        part = z[(first + np.arange(batch)) % len(z)]
        total = 0
        for a, b in itertools.combinations(range(z.shape[1]), 2):
            x, y = part[:, a], part[:, b]
            distance = (x[:, None, None] - x) ** 2 + (y[None, :, None] - y) ** 2
            total += distance.min(2).max()
        sums.append(total)
    return np.mean(sums)


def z_max_variance(z, votes=200_000, samples=5):
    rng = np.random.default_rng(2)
    moving = np.flatnonzero(z.var(0) > 0)
    scale = z.var(0, ddof=1)[moving]
    table = np.zeros((z.shape[1], len(CLASSES)))
    for vote in range(votes):
        k = vote % len(CLASSES)
        lines = traversals(z, k)
        line = lines[rng.integers(len(lines))]
        drawn = line[rng.integers(len(line), size=samples)][:, moving]
        table[moving[np.argmax(drawn.var(0, ddof=1) / scale)], k] += 1
    return {"votes": (table / votes).tolist(), "score": table.max(1).sum() / votes}


def main():
    y = grid()
    z, s = codes(y), spreads(y)
    part = np.arange(len(y)) % 7 % 3 != 1  # no longer a grid
    result = {"made_by": f"tests/golden/information.py, Python {sys.version.split()[0]}, numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}"}
    for name, rows in (("grid", slice(None)), ("part", part)):
        result[name] = {
            **histogram_scores(z[rows], y[rows]),
            **linear_scores(z[rows], y[rows]),
            "irs": irs(z[rows], y[rows], 0.99),
            "irs_paper": irs(z[rows], y[rows], 1.0),
            "irs_bins": irs(z[rows], binned(y[rows].astype(float), 3), 0.9),
            "soft": soft_scores(z[rows], s[rows], y[rows], 40, -4.0, 4.0),
            "soft_narrow": soft_scores(z[rows], s[rows] / 256, y[rows], 7, -3.0, 3.0),
            "factorised_support": factorised_support(z[rows], 60),
        }
    result["sampled"] = sampled_information(z, s, y)
    result["wsepin"] = wsepin(z, s)
    result["flatness"] = flatness(z)
    result["factored_components"] = factored_components(z)
    result["z_max_variance"] = z_max_variance(z)
    print("{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in result.items()) + "\n}")


main()
