"""Scores that need the aggregate posterior of all images, by the program and by plain PyTorch, in turn on one machine.

q(z) = 1/N sum_n q(z | x_n) over all 737,280 images of dSprites, with the codes of one run of the program:
  elbo_decomposition   ln q(z) and every ln q(z_j) at samples z ~ q(z | x): each sample meets every image (Chen et al.
                       2018, equation 2). The program is timed by two numbers of samples; what they differ by is the time
                       of a pair of a sample and an image, and all N x N pairs are that many times more.
  mig_sampled          MIG from the densities of sampled codes, the shape left out (Chen et al. 2018, section 4.1). The
                       authors draw 10,000 samples for each entropy, H(z_j) and H(z_j | v_k) of every value; the program
                       integrates the densities that these samples estimate.
PyTorch evaluates the same densities at `--samples` samples: blocks of images that stay in the cache, all operations in
place (`blocks`), or fused by torch.compile (`compiled`); its faster form counts. Its time for more samples is in
proportion: for MIG 10,000 for each of five entropies of every latent (that of a factor's values together meets every
image once).

    python densities.py build/release/teasel RUN [--threads 1 2] [--samples 32] [--rounds 3] [--json FILE]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

import models
import program
from machine import write_atomically
from step_time import Process, environment

ENTROPIES = 5  # of each latent: H(z_j), and H(z_j | v_k) for scale, orientation and two positions
DRAWN = 10000  # samples for each, as Chen et al. draw them
FEW, MANY = 200, 2000
BLOCK = 4096  # images
LOG_TWO_PI = float(np.log(2 * np.pi))


def codes_of(run):
    """Means and standard deviations [N, D] that the program keeps with the run."""
    codes = load_file(next((run / "codes").glob("step_*_all.safetensors")))
    return [torch.from_numpy(next(value for key, value in codes.items() if key.endswith(name)))
            for name in ("location", "spread")]


def block_sums(mean, rate, offset, z, joint_peak):
    """Sums over a block of images of q(z_j | x) [S, D], and of q(z | x) / exp(joint_peak) [S].

    mean, rate, offset: [D, B] with ln q(z_j | x) = offset - ((z_j - mean) rate)^2; z: [S, D].
    """
    log_density = (z.unsqueeze(2) - mean).mul_(rate).square_().neg_().add_(offset)  # [S, D, B]
    joint = log_density.sum(1).sub_(joint_peak.unsqueeze(1)).exp_().sum(1)
    return log_density.exp_().sum(2), joint


def fused_sums(mean, rate, offset, z, joint_peak):
    """The same, as a compiler wants it."""
    log_density = offset - ((z.unsqueeze(2) - mean) * rate).square()
    joint = (log_density.sum(1) - joint_peak.unsqueeze(1)).exp().sum(1)
    return log_density.exp().sum(2), joint


class PyTorchDensities:
    """ln q(z_j) [S, D] and ln q(z) [S] at samples."""

    def __init__(self, run, samples, form):
        mean, deviation = codes_of(run)
        torch.manual_seed(0)
        items = torch.randint(len(mean), (samples,))
        self.z = mean[items] + deviation[items] * torch.randn(samples, mean.shape[1])
        self.own = (-0.5 * ((self.z - mean[items]) / deviation[items]).square() - deviation[items].log()
                    - 0.5 * LOG_TWO_PI).sum(1)  # ln q(z | x) of the sample's own image: near the greatest term
        self.mean = mean.t().contiguous()
        self.rate = (0.5**0.5 / deviation).t().contiguous()
        self.offset = (-deviation.log() - 0.5 * LOG_TWO_PI).t().contiguous()
        self.sums = torch.compile(fused_sums, dynamic=False) if form == "compiled" else block_sums

    @torch.no_grad()
    def evaluate(self):
        count = self.mean.shape[1]
        marginal, joint = torch.zeros_like(self.z), torch.zeros(len(self.z))
        for first in range(0, count, BLOCK):
            mean, rate, offset = (table[:, first:first + BLOCK].contiguous() for table in (self.mean, self.rate, self.offset))
            of_latents, of_all = self.sums(mean, rate, offset, self.z, self.own)
            marginal += of_latents
            joint += of_all
        return marginal.log() - np.log(count), joint.log() + self.own - np.log(count)


def contestant(form, run, samples, threads):
    """The process of a form of PyTorch: a line in, a turn, a line of JSON out."""
    torch.set_num_threads(threads)
    models.keep_memory()
    densities = PyTorchDensities(run, samples, form)
    marginal, joint = densities.evaluate()  # compiles, warms up
    total_correlation = (joint - marginal.sum(1)).mean().item()
    print(json.dumps({"samples": samples, "total_correlation": total_correlation}), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        densities.evaluate()
        print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)


def seconds_of(options, metric, protocol, cpus):
    """Of `teasel eval` for one metric, with the codes at hand."""
    command = ["taskset", "-c", cpus, str(options.program), "eval", str(options.run), "--metrics", metric, "--protocol",
               str(protocol), "--json", "--quiet"]
    environment = {**os.environ, "OMP_NUM_THREADS": str(cpus.count(",") + 1)}
    started = time.perf_counter()
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    outputs = {o["name"]: o["value"] for score in json.loads(out)["scores"] for o in score["outputs"]}
    return time.perf_counter() - started, outputs


def ours(options, cpus, folder):
    """Seconds of the program: a sample of the decomposition, the decomposition as it comes, MIG."""
    protocols = {}
    for samples in (FEW, MANY):
        protocols[samples] = folder / f"samples{samples}.toml"
        protocols[samples].write_text(f'name = "samples{samples}"\nsummary = "{samples} samples"\nsource = "none"\n'
                                      f"[elbo_decomposition]\nsamples = {samples}\n")
    nothing, _ = seconds_of(options, "active_units", "teasel", cpus)  # opens the run and reads its codes
    few, _ = seconds_of(options, "elbo_decomposition", protocols[FEW], cpus)
    many, parts = seconds_of(options, "elbo_decomposition", protocols[MANY], cpus)
    mig, score = seconds_of(options, "mig_sampled", "chen-2018", cpus)
    return {"sample": (many - few) / (MANY - FEW), "decomposition": many - nothing, "mig_sampled": mig - nothing,
            "outputs": {**parts, **score}}


def measure(options, threads, folder):
    cpus = ",".join(map(str, range(threads)))
    forms = {form: Process([sys.executable, __file__, options.program, options.run, "--contestant", form, "--samples",
                            options.samples, "--threads", threads], cpus, threads) for form in ("blocks", "compiled")}
    turns = []
    for _ in range(options.rounds):
        turns.append(ours(options, cpus, folder))
        for process in forms.values():
            process.turn()
    for process in forms.values():
        process.close()
    median = {key: statistics.median(turn[key] for turn in turns) for key in ("sample", "decomposition", "mig_sampled")}
    theirs = {form: statistics.median(turn["seconds"] for turn in process.turns) / options.samples
              for form, process in forms.items()}
    return {"threads": threads, "teasel": median, "pytorch_sample": theirs, "outputs": turns[0]["outputs"], "turns": turns,
            "pytorch": {form: {"about": p.about, "turns": p.turns} for form, p in forms.items()}}


def print_result(result, images, latents):
    ours, threads = result["teasel"], result["threads"]
    form = min(result["pytorch_sample"], key=result["pytorch_sample"].get)
    theirs = result["pytorch_sample"][form]
    entropies = theirs * DRAWN * ENTROPIES
    print(f"{threads} threads, {images:,} images, {latents} latents")
    print(f"  a sample with every image: teasel {1000 * ours['sample']:.2f} ms, PyTorch ({form}) {1000 * theirs:.2f} ms, "
          f"ratio {theirs / ours['sample']:.2f}")
    print(f"  elbo_decomposition of {MANY} samples: {ours['decomposition']:.1f} s; of all pairs "
          f"{ours['sample'] * images / 3600:.2f} h")
    print(f"  mig_sampled under chen-2018: {ours['mig_sampled']:.1f} s; PyTorch, {DRAWN} samples an entropy: "
          f"{entropies:.0f} s, ratio {entropies / ours['mig_sampled']:.0f}", flush=True)


def run(options):
    if not list((options.run / "codes").glob("step_*_all.safetensors")):
        program.call(options.program, "eval", options.run, "--metrics", "active_units")
    mean, _ = codes_of(options.run)
    about = {**environment(options.program), "rounds": options.rounds, "samples": options.samples, "images": len(mean),
             "latents": mean.shape[1]}
    print("; ".join(f"{key} {value}" for key, value in about.items()))
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for threads in options.threads:
            results.append(measure(options, threads, Path(folder)))
            print_result(results[-1], *mean.shape)
    if options.json:
        text = json.dumps({"environment": about, "results": results}, indent=2) + "\n"
        write_atomically(options.json, lambda file: file.write(text.encode()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("run", type=Path, help="a run on dSprites of 64x64 pixels")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--samples", type=int, default=32, help="that PyTorch evaluates in a turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--contestant", metavar="FORM", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        return contestant(options.contestant, options.run, options.samples, options.threads[0])
    run(options)


if __name__ == "__main__":
    main()
