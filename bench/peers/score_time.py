"""Time of scores: the program, scikit-learn and latentverse on the same arrays, one after the other in one run.

The arrays have the size at which disentanglement_lib scores dSprites: 10,000 items to train on and 5,000 to test on, ten
latents, five factors of 3, 6, 40, 32 and 32 values. Codes are made (five latents that follow a factor with a tenth of a
standard deviation of noise, five of noise alone) or, with --codes, rows of a trained model's (codes.npz of learning.py).

  teasel        whole processes of `teasel score --json`, with start, reading and writing, on --threads processors: DCI
                with and without its interval; and the other scores of disentanglement_lib together (`quick`): beta-VAE and
                FactorVAE score, MIG, modularity, explicitness, SAP, interventional robustness and the unsupervised ones.
  scikit-learn  GradientBoostingClassifier of every factor, one thread (it has no more), --stages of its 100 stages: all
                stages cost alike, so that the whole is 100 / stages times as much. Fitting alone.
  latentverse   run_disentanglement(codes, factors) of its package on all rows, by the Python that --latentverse names.

With --growth also how the program's time grows with items, latents and factors. Of the program's --rounds the least and
the median wall seconds, and processor seconds, which other work on the machine changes less; the others run once. --json
FILE keeps everything.

    python score_time.py build/release/teasel [--codes codes.npz] [--stages 10] [--latentverse PYTHON] [--json FILE]
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.ensemble import GradientBoostingClassifier

from machine import processor, write_atomically

TRAIN, TEST, LATENTS = 10_000, 5_000, 10
SIZES = (3, 6, 40, 32, 32)
STAGES = 100
QUICK = ["beta_vae_score", "factor_vae_score", "mig", "modularity", "explicitness", "sap", "irs",
         "gaussian_total_correlation"]
LATENTVERSE = """
import sys, time, warnings
import numpy as np
warnings.simplefilter("ignore")
from latentverse.evaluations.disentanglement import run_disentanglement
codes, factors = np.load(sys.argv[1]), np.load(sys.argv[2])
started = time.perf_counter()
run_disentanglement(codes, factors)
print("seconds", time.perf_counter() - started)
"""


def made(items, latents=LATENTS, sizes=SIZES):
    """Codes float32 [items, latents] and factors int64 [items, len(sizes)]."""
    rng = np.random.default_rng(0)
    factors = np.stack([rng.integers(0, size, items) for size in sizes], axis=1)
    codes = .1 * rng.standard_normal((items, latents))
    follow = min(latents, len(sizes))
    codes[:, :follow] += (3 * factors / (np.array(sizes) - 1) - 1.5)[:, :follow]
    return codes.astype(np.float32), factors


def trained(path):
    with np.load(path) as table:
        rows = np.random.default_rng(0).choice(len(table["means"]), TRAIN + TEST, replace=False)
        return table["means"][rows], table["factors"][rows]


def children_seconds():
    """Processor time of processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Program:
    """`teasel score` on arrays in a folder."""

    def __init__(self, options, folder):
        self.options, self.folder = options, Path(folder)

    def protocol(self, train, groups):
        """DCI as disentanglement_lib has it, on this many items; groups: for its interval."""
        path = self.folder / f"dci_{train}_{groups}.toml"
        path.write_text(f'name = "dci-{train}-{groups}"\nsummary = "timed"\nsource = "score_time.py"\n[dci]\n'
                        f'matrix = "gbt_importance"\nfactor_weights = "importance"\n'
                        f"train = {train}\ntest = {train // 2}\ngroups = {groups}\n")
        return path

    def seconds(self, codes, factors, metrics, protocol):
        np.save(self.folder / "codes.npy", codes)
        np.save(self.folder / "factors.npy", factors)
        cpus = ",".join(map(str, sorted(os.sched_getaffinity(0))[:self.options.threads]))
        command = ["taskset", "-c", cpus, self.options.program, "score", "--codes", self.folder / "codes.npy", "--factors",
                   self.folder / "factors.npy", "--metrics", ",".join(metrics), "--protocol", protocol, "--json", "--quiet"]
        environment = {**os.environ, "OMP_NUM_THREADS": str(self.options.threads),
                       "OMP_WAIT_POLICY": "passive"}
        times, before = [], children_seconds()
        for _ in range(self.options.rounds):
            started = time.perf_counter()
            done = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, env=environment)
            times.append(time.perf_counter() - started)
        scored = {entry["family"] for entry in json.loads(done.stdout)["scores"]}
        if scored != set(metrics):
            raise SystemExit(f"not scored: {set(metrics) - scored}")
        return {"least": min(times), "median": statistics.median(times),
                "processor": (children_seconds() - before) / len(times)}


def boosting_seconds(codes, factors, stages):
    """By factor, wall and processor."""
    out = []
    for k in range(factors.shape[1]):
        model = GradientBoostingClassifier(n_estimators=stages, random_state=0)
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(codes, factors[:, k])
        out.append({"classes": int(len(np.unique(factors[:, k]))), "wall": time.perf_counter() - wall,
                    "processor": time.process_time() - cpu})
    return out


def latentverse_seconds(options, folder):
    script = Path(folder) / "latentverse_seconds.py"
    script.write_text(LATENTVERSE)
    done = subprocess.run([options.latentverse, script, f"{folder}/codes.npy", f"{folder}/factors.npy"], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    version = subprocess.run([options.latentverse, "-c", "from importlib.metadata import version; "
                              "print(version('latentverse'))"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {"version": version.strip(), "seconds": float(done.stdout.split("seconds")[1])}


def growth(options, program):
    """Seconds of DCI without interval and of MIG alone, one quantity changed at a time."""
    cases = [("items", n, made(n + n // 2), n) for n in (2_000, 5_000, 10_000, 20_000, 50_000)]
    cases += [("latents", d, made(TRAIN + TEST, latents=d), TRAIN) for d in (5, 10, 20, 50)]
    cases += [("factors", k, made(TRAIN + TEST, sizes=(10,) * k), TRAIN) for k in (2, 5, 10)]
    out = []
    for what, number, (codes, factors), train in cases:
        dci = program.seconds(codes, factors, ["dci"], program.protocol(train, 0))
        quick = program.seconds(codes, factors, QUICK, "dlib-2019")
        out.append({"what": what, "number": number, "dci": dci, "quick": quick})
        print(f"{what:10s} {number:7d}   DCI {dci['least']:7.2f} s   quick {quick['least']:6.2f} s", flush=True)
    return out


def run(options):
    codes, factors = trained(options.codes) if options.codes else made(TRAIN + TEST)
    version = subprocess.run([options.program, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    results = {"environment": {"teasel": version, "scikit-learn": sklearn.__version__, "numpy": np.__version__,
                               "python": platform.python_version(), "processor": processor(), "threads": options.threads,
                               "load_at_start": os.getloadavg()[0], "rounds": options.rounds},
               "codes": "trained" if options.codes else "made"}
    print("; ".join(f"{key} {value}" for key, value in results["environment"].items()))
    with tempfile.TemporaryDirectory() as folder:
        program = Program(options, folder)
        timed = results["teasel"] = {}
        for name, metrics, protocol in (("dci", ["dci"], program.protocol(TRAIN, 0)),
                                        ("dci_with_interval", ["dci"], "dlib-2019"), ("quick", QUICK, "dlib-2019")):
            seconds = timed[name] = program.seconds(codes, factors, metrics, protocol)
            print(f"teasel {name:20s} {seconds['least']:8.2f} s  (median {seconds['median']:.2f}, processor "
                  f"{seconds['processor']:.2f})", flush=True)
        if options.stages:
            fits = boosting_seconds(codes[:TRAIN], factors[:TRAIN], options.stages)
            whole, cpu = (sum(fit[key] for fit in fits) * STAGES / options.stages for key in ("wall", "processor"))
            results["scikit_learn"] = {"stages": options.stages, "factors": fits, "whole": whole, "whole_processor": cpu,
                                       "ratio": whole / timed["dci"]["least"],
                                       "ratio_processor": cpu / timed["dci"]["processor"]}
            print(f"scikit-learn, {options.stages} of {STAGES} stages: all would take {whole:.1f} s, "
                  f"{whole / timed['dci']['least']:.0f} times as long; {cpu:.1f} s of processor, "
                  f"{cpu / timed['dci']['processor']:.0f} times as much", flush=True)
        if options.latentverse:
            found = results["latentverse"] = latentverse_seconds(options, folder)
            found["ratio"] = found["seconds"] / (timed["quick"]["least"] + timed["dci"]["least"])
            print(f"latentverse {found['version']}: {found['seconds']:.1f} s, {found['ratio']:.0f} times as long as all of "
                  "teasel's", flush=True)
        if options.growth:
            results["growth"] = growth(options, program)
    if options.json:
        text = json.dumps(results, indent=2) + "\n"
        write_atomically(options.json, lambda file: file.write(text.encode()))


def main():
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--codes", type=Path, help="a trained model's, instead of made ones")
    parser.add_argument("--stages", type=int, default=10, help="that scikit-learn fits; 0: it does not run")
    parser.add_argument("--latentverse", type=Path, metavar="PYTHON", help="a Python that has it")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
