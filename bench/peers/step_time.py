"""Time per training step of the program and of plain PyTorch, in one run on one machine.

For each model, size of images and number of threads: blocks of steps in turn, PyTorch eager in its default layout (as
somebody writes it who follows the tutorials), PyTorch with channels_last, the program; `--rounds` times. Both train the
same configuration, on dSprites, with the same batch, and both are pinned to as many processors as they have threads.

What each side's step holds:
  PyTorch   takes the batch from images that lie in memory as bytes, makes floats, draws noise with torch.randn, runs
            forward, backward and torch.optim.Adam, and reads the loss every 50 steps. Steps before a block warm it up.
  program   renders the batch, draws noise, trains, logs every 50 steps. Its figure (training.milliseconds_per_step of
            RUN/run.json) also holds the first steps, the shuffle of all 737,280 images at the start of an epoch and the
            checkpoint at the end: with few steps it looks slower than it is.

The minimum says what a machine can do, the median what it did; on a machine with other work only the minimum is worth
reading, and not much.

    python step_time.py build/release/teasel [--steps 200] [--rounds 3] [--threads 1 2] [--case NAME]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

import models
import program

CASES = {
    "beta_vae 32": (32, ["model.name=beta_vae", "model.preset=published"]),
    "beta_vae 64": (64, ["model.name=beta_vae", "model.preset=published"]),
    "factor_vae 32": (32, ["model.name=factor_vae", "model.preset=published"]),
    "factor_vae 64": (64, ["model.name=factor_vae", "model.preset=published"]),
}
WARM_UP = 10
IMAGES = 20000  # that PyTorch draws its batches from


def train_block(model, images, steps, layout):
    """Milliseconds per step of `steps` steps of a PyTorch model."""
    batch_size, latents = model.train_options["batch_size"], model.options["latents"]
    for number in range(WARM_UP + steps):
        if number == WARM_UP:
            started = time.perf_counter()
        batches = [images[torch.randint(len(images), (batch_size,))].float().contiguous(memory_format=layout)
                   for _ in range(model.batches)]
        noises = [torch.randn(batch_size, latents) for _ in batches]
        permutation = torch.stack([torch.randperm(batch_size) for _ in range(latents)])
        terms = model.step(number, batches, noises, permutation)
        if number % 50 == 0:
            float(next(iter(terms.values())))
    return (time.perf_counter() - started) / steps * 1000


def pytorch_block(config_file, images_file, steps, threads, layout):
    """One block, in a process of its own: sees no other block's memory or threads."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    images = torch.from_numpy(np.load(images_file))
    model = models.build(models.read_config(config_file), images.shape[-1])
    memory_format = getattr(torch, layout)
    model.to(memory_format=memory_format)
    model.begin()
    return train_block(model, images, steps, memory_format)


def run_pytorch(config_file, images_file, options, threads, layout):
    """Runs this file again for one block, pinned, and reads the figure it prints."""
    command = ["taskset", "-c", processors(threads), sys.executable, __file__, str(options.program), "--block",
               str(config_file), str(images_file), layout, "--steps", str(options.steps), "--threads", str(threads)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive"}
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def processors(threads):
    return ",".join(map(str, sorted(os.sched_getaffinity(0))[:threads]))


def run_program(options, side, settings, threads, folder):
    settings = [*settings, f"train.steps={options.steps}", f"train.threads={threads}", "train.checkpoint_every=1000000"]
    run = program.train(options.program, folder, side, settings, cpus=processors(threads))
    return program.milliseconds_per_step(run)


def measure(options, name, threads, folder):
    """Milliseconds per step of every block: {side: [one per round]}."""
    side, settings = CASES[name]
    start = program.train(options.program, folder / "start", side, [*settings, "train.steps=0"])
    items = np.random.default_rng(0).choice(737280, IMAGES, replace=False)
    program.images(options.program, items, side, folder)
    config, images = start / "config.toml", folder / "images.npy"
    times = {"PyTorch": [], "PyTorch channels_last": [], "program": []}
    for r in range(options.rounds):
        times["PyTorch"].append(run_pytorch(config, images, options, threads, "contiguous_format"))
        times["PyTorch channels_last"].append(run_pytorch(config, images, options, threads, "channels_last"))
        times["program"].append(run_program(options, side, settings, threads, folder / f"run{r}"))
    return times


def print_row(name, threads, times):
    program_least, program_median = min(times["program"]), statistics.median(times["program"])
    for who, t in times.items():
        least, median = min(t), statistics.median(t)
        print(f"{name:14s} {threads:7d}  {who:22s} {least:8.2f} {median:8.2f}   {least / program_least:6.2f} "
              f"{median / program_median:8.2f}   {' '.join(f'{x:.1f}' for x in t)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--case", choices=CASES, action="append", help="only these")
    parser.add_argument("--block", nargs=3, metavar=("CONFIG", "IMAGES", "LAYOUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.block:
        config, images, layout = options.block
        return print(pytorch_block(config, images, options.steps, options.threads[0], layout))
    print(f"PyTorch {torch.__version__}; {options.rounds} rounds of {options.steps} steps; milliseconds per step; "
          f"load of the machine at the start {os.getloadavg()[0]:.1f}")
    print(f"{'case':14s} {'threads':>7s}  {'':22s} {'minimum':>8s} {'median':>8s}   {'/ program':>6s} {'median':>5s}   blocks")
    for name in options.case or CASES:
        for threads in options.threads:
            with tempfile.TemporaryDirectory() as folder:
                print_row(name, threads, measure(options, name, threads, Path(folder)))


if __name__ == "__main__":
    main()
