"""Images that are encoded in a second, by the program and by plain PyTorch, in turn, in one run on one machine.

Both encode dSprites with the weights of one run of the program, in the order of the set, and keep means and standard
deviations as floats in memory. The program reads its packed bits and is timed by its own `teasel bench encode`; PyTorch
has 65,536 images as bytes in memory and makes floats of each batch. Every contestant is a process of its own, pinned to
the same processors; they take turns, a turn is a block of images. PyTorch's codes are compared with the program's first
(`teasel eval` makes those).

Forms of PyTorch, all without gradients, in channels_last, with an allocator that keeps its memory, each with the batch
size that a trial finds fastest:
  modules   as written in models.py.
  compiled  through torch.compile.
  frozen    traced and frozen (torch.jit.optimize_for_inference): weights packed once, ReLU inside the convolutions.
Each in float32, and under bfloat16 autocast where the processor has such instructions.

Printed are images a second: the best turn and the median of turns. --json FILE keeps everything.

    python encoding.py build/release/teasel RUN [--rounds 5] [--items 8192] [--threads 1 2] [--full] [--json FILE]
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

import models
import program
from learning import SIDE
from machine import write_atomically
from step_time import Process, environment, has_bf16

IMAGES = 65536  # that PyTorch encodes, the first of the set
ALL = 737280
BATCHES = [64, 256, 1024]
FORMS = {name + suffix: {"kind": name, "bf16": bool(suffix)}
         for suffix in ("", " bf16") for name in ("modules", "compiled", "frozen")}


class PyTorchEncoder:
    def __init__(self, run, images, kind, bf16):
        config = models.read_config(run / "config.toml")
        self.model = models.build(config, SIDE)
        tensors, _ = program.read_state(program.last_checkpoint(run))
        models.load_parameters(self.model, tensors)
        self.model = self.model.to(memory_format=torch.channels_last).eval()
        self.images, self.bf16, self.place = images, bf16, 0
        self.network, self.kind = self.model.encoder, kind
        self.by_batch = {}

    def encoder(self, batch):
        """The form's function from a batch of this size."""
        if batch not in self.by_batch:
            if self.kind == "compiled":
                self.by_batch[batch] = torch.compile(self.network, dynamic=False)
            elif self.kind == "frozen":
                example = torch.zeros(batch, 1, SIDE, SIDE).contiguous(memory_format=torch.channels_last)
                traced = torch.jit.freeze(torch.jit.trace(self.network, example))
                self.by_batch[batch] = torch.jit.optimize_for_inference(traced)
            else:
                self.by_batch[batch] = self.network
        return self.by_batch[batch]

    def encode(self, first, count, batch):
        """Means and standard deviations [count, n] of images first, first + 1, ..."""
        latents = self.model.options["latents"]
        means, deviations = torch.empty(count, latents), torch.empty(count, latents)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self.bf16, cache_enabled=self.kind != "frozen"):
            network = self.encoder(batch)
            for i in range(0, count, batch):
                x = self.images[first + i:first + i + batch].float().contiguous(memory_format=torch.channels_last)
                mean, log_variance = network(x).chunk(2, 1)
                means[i:i + batch] = mean
                deviations[i:i + batch] = (0.5 * log_variance.float()).exp()
        return means, deviations

    def milliseconds(self, count, batch):
        started = time.perf_counter()
        self.encode(self.place, count, batch)
        self.place = (self.place + count) % len(self.images)
        return 1000 * (time.perf_counter() - started)

    def best_batch(self):
        """The size of which 2,048 images take least."""
        times = {}
        for batch in BATCHES:
            for _ in range(2):
                self.milliseconds(2 * batch, batch)  # compiles, warms up
            times[batch] = min(self.milliseconds(2048, batch) for _ in range(3))
        return min(times, key=times.get), times


def contestant(form, run, images_file, items, threads):
    """The process of a form of PyTorch: a line in, a turn, a line of JSON out."""
    torch.set_num_threads(threads)
    models.keep_memory()
    images = torch.from_numpy(np.load(images_file, mmap_mode="c"))
    encoder = PyTorchEncoder(Path(run), images, **FORMS[form])
    batch, trial = encoder.best_batch()
    print(json.dumps({"batch_size": batch, "trial_milliseconds": trial}), flush=True)
    for _ in sys.stdin:
        print(json.dumps({"milliseconds": encoder.milliseconds(items, batch)}), flush=True)


def greatest_difference(run, images):
    """Of PyTorch's codes of these images from those that the program keeps with the run."""
    codes = load_file(next((run / "codes").glob("step_*_all.safetensors")))
    encoder = PyTorchEncoder(run, images, "modules", False)
    difference = 0
    for name, ours in zip(("location", "spread"), encoder.encode(0, len(images), 512)):
        theirs = next(value for key, value in codes.items() if key.endswith(name))[:len(images)]
        difference = max(difference, float(np.abs(ours.numpy() - theirs).max()))
    return difference


def rates(process, items):
    times = [turn["milliseconds"] for turn in process.turns]
    return {"best": 1000 * items / min(times), "median": 1000 * items / statistics.median(times)}


def measure(options, threads, images_file):
    cpus = ",".join(map(str, range(threads)))
    ours = [options.program, "bench", "encode", options.run, "--threads", threads, "--items", options.items, "--turns"]
    found = {"teasel": Process(ours, cpus, threads)}
    for form in options.form or FORMS:
        if FORMS[form]["bf16"] and not has_bf16():
            continue
        found[form] = Process([sys.executable, __file__, options.program, options.run, "--contestant", form, images_file,
                               "--items", options.items, "--threads", threads], cpus, threads)
    names = list(found)
    for r in range(options.rounds + 1):  # the first warms up
        for i in range(len(names)):
            found[names[(r + i) % len(names)]].turn()
    for process in found.values():
        process.turns = process.turns[1:]
        process.close()
    return found


def print_threads(threads, found, items):
    ours = rates(found["teasel"], items)
    for name, process in found.items():
        theirs = rates(process, items)
        batch = process.about["batch_size"]
        print(f"{threads:7d}  {name:15s} {batch:5d} {theirs['best']:9.0f} {theirs['median']:9.0f} "
              f"{ours['best'] / theirs['best']:8.2f} {ours['median'] / theirs['median']:7.2f}", flush=True)


def full_pass(options, threads):
    """Seconds that the program takes for all images."""
    cpus = ",".join(map(str, range(threads)))
    process = Process([options.program, "bench", "encode", options.run, "--threads", threads, "--items", ALL, "--turns"],
                      cpus, threads)
    process.turn()
    process.close()
    seconds = process.turns[0]["milliseconds"] / 1000
    print(f"all {ALL:,} images, {threads} threads: {seconds:.1f} s, {ALL / seconds:,.0f} a second", flush=True)
    return seconds


def run(options):
    about = {**environment(options.program), "items": options.items, "rounds": options.rounds}
    results = []
    with tempfile.TemporaryDirectory() as folder:
        images = program.images(options.program, np.arange(IMAGES), SIDE, folder)
        program.call(options.program, "eval", options.run, "--metrics", "active_units")
        about["greatest_difference"] = greatest_difference(options.run, torch.from_numpy(images[:4096]))
        print("; ".join(f"{key} {value}" for key, value in about.items()))
        if not about["greatest_difference"] < 1e-3:
            raise SystemExit("the codes of the two differ: their times do not compare")
        print("images a second; how many times as many the program encodes")
        print(f"threads  {'':15s} {'batch':>5s} {'best':>9s} {'median':>9s} {'teasel /':>8s} {'median':>7s}")
        for threads in options.threads:
            found = measure(options, threads, Path(folder) / "images.npy")
            print_threads(threads, found, options.items)
            results.append({"threads": threads, "full_seconds": full_pass(options, threads) if options.full else None,
                            "contestants": {name: {**rates(p, options.items), "about": p.about, "turns": p.turns}
                                            for name, p in found.items()}})
    if options.json:
        text = json.dumps({"environment": about, "results": results}, indent=2) + "\n"
        write_atomically(options.json, lambda file: file.write(text.encode()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("run", type=Path, help="a run on dSprites of 64x64 pixels")
    parser.add_argument("--items", type=int, default=8192, help="in a turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--form", choices=FORMS, action="append", help="only these forms of PyTorch")
    parser.add_argument("--full", action="store_true", help="also time the program on all images")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--contestant", nargs=2, metavar=("FORM", "IMAGES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        form, images = options.contestant
        return contestant(form, options.run, images, options.items, options.threads[0])
    run(options)


if __name__ == "__main__":
    main()
