"""Scores the same codes by every metric under every protocol, and writes results/protocols.json: how far apart they lie.

    python bench/protocols.py build/release/teasel --codes beta_vae=CODES.npz factor_vae=CODES.npz [--out results/protocols.json]

Real codes are those that bench/peers/learning.py writes (means, log_variances and factors of 50,000 images of dSprites).
A random part of them counts (--items). The others are made here, of the same images, so that all columns speak of the same items:

    perfect    a latent for each factor, standardised
    rotated    the same, turned by a random rotation: all that was told is told, and no latent tells one thing
    doubled    every factor in two latents, the second with noise of a standard deviation of .1
    noisy      perfect, with noise of a standard deviation of .5
    dead       perfect, with five latents more that the encoder does not use
    noise      ten latents that tell nothing

Posteriors of made codes have a standard deviation of .1, those of dead latents 1. A code set that the output has already
is not scored again unless --only names it.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "peers"))
from machine import processor, write_atomically  # noqa: E402

FACTORS = ["shape", "scale", "orientation", "position_x", "position_y"]
SEED = 20  # of all noise
SPREAD = 0.1
# These need a full grid, measured reconstructions or several runs, train perceptrons or judge predictions from few labels.
LEFT_OUT = {"fairness", "flatness", "factored_components", "reconstruction_error", "udr", "model_centrality", "dci_es",
            "snc_nk", "clustering_accuracy", "downstream", "reduced_downstream", "strong_generalisation"}


def standardised(factors):
    z = factors.astype(float)
    return (z - z.mean(0)) / z.std(0)


def made_codes(factors):
    """name -> (means, log variances)."""
    rng = np.random.default_rng(SEED)
    n, k = factors.shape
    perfect = standardised(factors)
    rotation, triangle = np.linalg.qr(rng.standard_normal((k, k)))
    normal = lambda d: rng.standard_normal((n, d))
    means = {
        "perfect": perfect,
        "rotated": perfect @ (rotation * np.sign(np.diag(triangle))),
        "doubled": np.hstack([perfect, perfect + SPREAD * normal(k)]),
        "noisy": perfect + 0.5 * normal(k),
        "dead": np.hstack([perfect, 0.01 * normal(k)]),
        "noise": normal(2 * k),
    }
    log_variances = {name: np.full(z.shape, 2 * np.log(SPREAD)) for name, z in means.items()}
    log_variances["dead"][:, k:] = 0
    return {name: (means[name], log_variances[name]) for name in means}


def settings():
    """protocol -> (what it makes of codes first, metric -> options); those for vector-valued units are left out: of plain
    columns they are disentanglement_lib's."""
    folder = Path(__file__).parent.parent / "teasel" / "metrics" / "protocols"
    out = {}
    for path in sorted(folder.glob("*.toml")):
        tables = {key: value for key, value in tomllib.loads(path.read_text()).items() if isinstance(value, dict)}
        evidence = tables.pop("evidence", {})
        if "components" not in evidence:
            out[path.stem] = evidence, tables
    return out


def jobs():
    """(protocol, its metrics that no protocol before it has with the same settings, and for each metric who else has)."""
    owner, metrics, others = {}, {}, {}
    for protocol, (evidence, tables) in settings().items():
        for metric, options in tables.items():
            key = json.dumps([metric, evidence, options], sort_keys=True)
            first = owner.setdefault(key, protocol)
            if first == protocol:
                metrics.setdefault(protocol, []).append(metric)
            else:
                others.setdefault((first, metric), []).append(protocol)
    return [(protocol, metrics[protocol], others) for protocol in metrics]


def score(program, path, protocol, metrics):
    """What `teasel score` says of the metrics that are not left out."""
    command = [program, "score", "--codes", path, "--factor-names", ",".join(FACTORS), "--cyclic", "orientation",
               "--protocol", protocol, "--json"]
    allowed = [metric for metric in metrics if metric not in LEFT_OUT]
    done = subprocess.run([*map(str, command), "--metrics", ",".join(allowed)], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)["scores"]


def scores_of(program, means, log_variances, factors):
    """Rows of the table, without the codes' name."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codes.npz"
        np.savez(path, means=means.astype(np.float32), log_variances=log_variances.astype(np.float32), factors=factors)
        for protocol, metrics, others in jobs():
            for entry in score(program, path, protocol, metrics):
                for name in [protocol, *others.get((protocol, entry["family"]), [])]:
                    row = {key: entry[key] for key in ("family", "metric", "protocol", "value", "low", "high", "hash")}
                    row["protocol"] = name
                    rows.append(row)
    for row in rows:
        for key in ("value", "low", "high"):
            row[key] = round(row[key], 4)
    return sorted(rows, key=lambda row: (row["family"], row["metric"], row["protocol"]))


def version_of(program):
    return subprocess.run([program, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def written(result):
    """A line for each score, so that a change shows where it is."""
    head = {key: value for key, value in result.items() if key != "scores"}
    lines = [" " + json.dumps(row) for row in result["scores"]]
    return json.dumps(head, indent=1)[:-2] + ',\n "scores": [\n' + ",\n".join(lines) + "\n]}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--codes", nargs="+", required=True, metavar="NAME=FILE.npz")
    parser.add_argument("--items", type=int, default=15_000)
    parser.add_argument("--only", nargs="+", default=[], help="code sets to score; default: those that are not there")
    parser.add_argument("--out", type=Path, default=Path("results/protocols.json"))
    options = parser.parse_args()

    real = {name: np.load(path) for name, path in (given.split("=", 1) for given in options.codes)}
    first = next(iter(real.values()))
    for name, codes in real.items():
        if not np.array_equal(codes["factors"], first["factors"]):
            sys.exit(f"{name}: codes of other images than the first file's")
    rows = np.sort(np.random.default_rng(SEED).permutation(len(first["factors"]))[: options.items])
    factors = first["factors"][rows].astype(np.int64)
    part = lambda codes: (codes["means"][rows], codes["log_variances"][rows])
    sets = made_codes(factors) | {name: part(codes) for name, codes in real.items()}

    scores = json.loads(options.out.read_text())["scores"] if options.out.exists() else []
    for name, (means, log_variances) in sets.items():
        if name not in options.only if options.only else any(row["codes"] == name for row in scores):
            continue
        started = time.monotonic()
        found = scores_of(options.program, means, log_variances, factors)
        scores = [row for row in scores if row["codes"] != name] + [{"codes": name, **row} for row in found]
        scores.sort(key=lambda row: list(sets).index(row["codes"]))
        result = {
            "made_by": "bench/protocols.py",
            "items": len(factors),
            "latents": {set_name: int(codes.shape[1]) for set_name, (codes, _) in sets.items()},
            "processor": processor(),
            "program": version_of(options.program),
            "versions": f"Python {platform.python_version()}, numpy {np.__version__}",
            "scores": scores,
        }
        write_atomically(options.out, lambda file: file.write(written(result).encode()))
        print(f"{name}: {len(found)} scores in {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
