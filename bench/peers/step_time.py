"""Time per training step of the program and of plain PyTorch, in turn, in one run on one machine.

Every contestant is a process of its own that lives as long as the run and is pinned to the same processors. They take
turns: a turn is a few steps to warm up and a block of steps that are timed, and nobody else computes meanwhile; `--rounds`
rounds, each beginning with another contestant. All train the same configuration on dSprites, batch 64, 64x64 pixels. The
program is timed by its own `teasel bench step`.

PyTorch comes in these forms:
  eager     as somebody writes it who follows the tutorials: default layout, default Adam, images as bytes in memory.
  fastest   channels_last, fused Adam, an allocator that keeps its memory, no gradients that nobody reads, permutations by
            one sort; with and without torch.compile (`compiled`): the faster of both counts. In float32, and with
            networks under bfloat16 autocast where the processor has such instructions.
  field     as the field's repositories write it: a DataLoader with two workers, default Adam, .item() of every term at
            every step.
All but the last read the loss every 50 steps, as the program does for its log.

Of a turn the fastest and the median step count; printed are the least of the former and the median of the latter over
all rounds, and how many times longer than the program's they are. --json FILE keeps everything. `--instructions avx2` holds
everybody to what a processor without AVX-512 has: the program's kernels, ATen, oneDNN and MKL.

    python step_time.py build/release/teasel [--rounds 5] [--steps 30] [--threads 1 2] [--case NAME] [--json FILE]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import torch

import models
import program
from learning import SIDE
from machine import processor, processor_line, write_atomically

CASES = {
    "beta_vae": ["model.name=beta_vae", "model.preset=recommended"],
    "factor_vae": ["model.name=factor_vae", "model.preset=published"],
    "factor_vae recommended": ["model.name=factor_vae", "model.preset=recommended"],
}
FORMS = {
    "eager": {},
    "fastest": {"fast": True},
    "fastest, compiled": {"fast": True, "compiled": True},
    "fastest bf16": {"fast": True, "bf16": True},
    "fastest bf16, compiled": {"fast": True, "compiled": True, "bf16": True},
    "field": {"field": True},
}
BATCH = 64
IMAGES = 65536  # that PyTorch draws its batches from
WARM_UP = 5
FLAGS = ["avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16"]  # of the processor, worth telling
INSTRUCTIONS = {  # what holds all libraries of a process to some instructions
    "all": {},
    "avx2": {"TEASEL_KERNELS": "avx2", "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2",
             "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
}


class Pixels(torch.utils.data.Dataset):
    """Single images as the field's repositories give them to a DataLoader; a second, random one where a model wants it."""

    def __init__(self, images, per_item):
        self.images, self.per_item = images, per_item

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        others = [int(torch.randint(len(self), ())) for _ in range(self.per_item - 1)]
        return tuple(self.images[i].float() for i in (index, *others))


def loader_batches(images, per_item):
    """Batches without end."""
    loader = torch.utils.data.DataLoader(Pixels(images, per_item), BATCH, shuffle=True, num_workers=2, drop_last=True)
    while True:
        yield from loader


def gathered_batches(images, per_item, layout):
    while True:
        yield [images[torch.randint(len(images), (BATCH,))].float().contiguous(memory_format=layout)
               for _ in range(per_item)]


class PyTorchTraining:
    """A form of PyTorch, step by step."""

    def __init__(self, config, images, fast=False, compiled=False, bf16=False, field=False):
        torch.manual_seed(0)
        self.fast, self.field, self.number = fast, field, 0
        layout = torch.channels_last if fast else torch.contiguous_format
        self.model = models.build(config, SIDE).to(memory_format=layout)
        self.model.begin(fused=fast, lean=fast, compiled=compiled, bf16=bf16)
        self.latents = config["model"]["latents"]
        batches = self.model.batches
        self.batches = loader_batches(images, batches) if field else gathered_batches(images, batches, layout)

    def permutation(self):
        if self.model.batches == 1:
            return None
        if self.fast:
            return torch.rand(self.latents, BATCH).argsort(1)
        return models.permutations(self.latents, BATCH)

    def run_step(self):
        batches = next(self.batches)
        terms = self.model.step(self.number, batches, [torch.randn(BATCH, self.latents) for _ in batches], self.permutation())
        if self.field:
            [value.sum().item() for value in terms.values()]
        elif self.number % 50 == 0:
            next(iter(terms.values())).item()
        self.number += 1


def contestant(form, config_file, images_file, steps, threads):
    """The process of a form of PyTorch: a line in, a turn, a line of JSON out."""
    torch.set_num_threads(threads)
    warnings.filterwarnings("ignore", message="This DataLoader")  # that its workers share the processors is the point
    if FORMS[form].get("fast"):
        models.keep_memory()
    images = torch.from_numpy(np.load(images_file, mmap_mode="c"))
    training = PyTorchTraining(json.loads(Path(config_file).read_text()), images, **FORMS[form])
    for _ in range(2 * WARM_UP):
        training.run_step()
    print(json.dumps({}), flush=True)
    for _ in sys.stdin:
        times = []
        for i in range(WARM_UP + steps):
            started = time.perf_counter()
            training.run_step()
            times.append(1000 * (time.perf_counter() - started))
        times = times[WARM_UP:]
        print(json.dumps({"step": {"least": min(times), "median": statistics.median(times)}}), flush=True)


class Process:
    """A contestant. Made, it is ready for its first turn."""

    def __init__(self, command, cpus, threads):
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        self.process = subprocess.Popen(["taskset", "-c", cpus, *map(str, command)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env=environment)
        self.about = self.read()
        self.turns = []

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"a contestant ended: {' '.join(self.process.args)}")
        return json.loads(line)

    def turn(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.turns.append(self.read())

    def least(self):
        return min(turn["step"]["least"] for turn in self.turns)

    def median(self):
        return statistics.median(turn["step"]["median"] for turn in self.turns)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def has_bf16(instructions="all"):
    return instructions == "all" and not {"avx512_bf16", "amx_bf16"}.isdisjoint(processor_flags())


def processor_flags():
    present = processor_line("flags").split()
    return [flag for flag in FLAGS if flag in present]


def contestants(options, settings, threads, folder):
    """All of a case: {name: Process}, started one after the other."""
    cpus = ",".join(map(str, sorted(os.sched_getaffinity(0))[:threads]))
    config = program.resolved(options.program, [*settings, "data.name=dsprites", f"train.batch_size={BATCH}"])
    (folder / "config.json").write_text(json.dumps(config))
    sets = program.set_arguments([*settings, f"train.threads={threads}", f"train.batch_size={BATCH}"])
    ours = [options.program, "bench", "step", *sets, "--steps", options.steps, "--warm-up", WARM_UP, "--turns"]
    out = {"teasel": Process(ours, cpus, threads)}
    if has_bf16(options.instructions) and "precision" in config["train"]:
        out["teasel bf16"] = Process([*ours, "--set", "train.precision=bf16"], cpus, threads)
    for form in options.form or FORMS:
        if FORMS[form].get("bf16") and not has_bf16(options.instructions):
            continue
        command = [sys.executable, __file__, options.program, "--contestant", form, folder / "config.json",
                   folder / "images.npy", "--steps", options.steps, "--threads", threads]
        out[form] = Process(command, cpus, threads)
    return out


def measure(options, settings, threads, folder):
    found = contestants(options, settings, threads, folder)
    names = list(found)
    for r in range(options.rounds):
        for i in range(len(names)):
            found[names[(r + i) % len(names)]].turn()
    for process in found.values():
        process.close()
    return found


def fastest(found, suffix):
    """The faster of a form with and without torch.compile, by the median, or None."""
    names = [name for name in (f"fastest{suffix}", f"fastest{suffix}, compiled") if name in found]
    return min(names, key=lambda name: found[name].median()) if names else None


def print_case(case, threads, found):
    ours, ours_bf16 = found["teasel"], found.get("teasel bf16")
    best = {fastest(found, ""), fastest(found, " bf16")}
    for name, process in found.items():
        reference = ours_bf16 if "bf16" in name and ours_bf16 else ours
        ratios = f"{process.least() / reference.least():9.2f} {process.median() / reference.median():7.2f}"
        turns = " ".join(f"{turn['step']['median']:.1f}" for turn in process.turns)
        print(f"{case:23s} {threads:7d}  {name + (' *' if name in best else ''):26s} {process.least():8.2f} "
              f"{process.median():8.2f} {ratios}   {turns}")
    shares = [turn["data_path_percent"] for turn in ours.turns]
    floor = ours.about.get("floor_milliseconds")
    print(f"{'':32s} teasel's data path {statistics.median(shares):.2f} % of a step" +
          (f"; median {ours.median() / floor:.2f} times the floor of {floor:.1f} ms" if floor else ""), flush=True)


def environment(program_file):
    version = subprocess.run([program_file, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    return {"teasel": version, "torch": torch.__version__, "torch_cpu_capability": torch.backends.cpu.get_cpu_capability(),
            "mkl": torch.backends.mkl.is_available(), "mkldnn": torch.backends.mkldnn.is_available(),
            "python": platform.python_version(), "kernel": platform.release(), "processor": processor(),
            "processor_flags": processor_flags(), "processors": len(os.sched_getaffinity(0)),
            "load_at_start": os.getloadavg()[0]}


def run(options):
    about = {**environment(options.program), "instructions": options.instructions, "steps": options.steps,
             "rounds": options.rounds}
    print("; ".join(f"{key} {value}" for key, value in about.items()))
    print("milliseconds per step; * the fastest form of PyTorch in its precision; ratios against teasel in that precision, "
          "where it has it")
    print(f"{'case':23s} {'threads':>7s}  {'':26s} {'least':>8s} {'median':>8s} {'/ teasel':>9s} {'median':>7s}   turns")
    results = []
    for case in options.case or ["beta_vae", "factor_vae"]:
        for threads in options.threads:
            with tempfile.TemporaryDirectory() as folder:
                items = np.random.default_rng(0).choice(737280, IMAGES, replace=False)
                program.images(options.program, items, SIDE, folder)
                found = measure(options, CASES[case], threads, Path(folder))
            print_case(case, threads, found)
            results.append({"case": case, "settings": CASES[case], "threads": threads, "contestants": {
                name: {"least": p.least(), "median": p.median(), "about": p.about, "turns": p.turns}
                for name, p in found.items()}})
    if options.json:
        text = json.dumps({"environment": about, "results": results}, indent=2) + "\n"
        write_atomically(options.json, lambda file: file.write(text.encode()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--steps", type=int, default=30, help="that are timed in a turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--case", choices=CASES, action="append", help="only these; default: beta_vae and factor_vae")
    parser.add_argument("--form", choices=FORMS, action="append", help="only these forms of PyTorch")
    parser.add_argument("--instructions", choices=INSTRUCTIONS, default="all")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--contestant", nargs=3, metavar=("FORM", "CONFIG", "IMAGES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        return contestant(*options.contestant, options.steps, options.threads[0])
    os.environ.update(INSTRUCTIONS[options.instructions])
    run(options)


if __name__ == "__main__":
    main()
