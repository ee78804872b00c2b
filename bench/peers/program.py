"""Runs the program for the other scripts: trainings, exported images, what a run folder says."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
from safetensors import safe_open


def call(program, *arguments, cpus=None):
    """Runs the program quietly, on the processors `cpus` ("0", "0,1") or on all; CalledProcessError where it fails."""
    command = [str(program), *map(str, arguments), "--quiet"]
    if cpus is not None:
        command = ["taskset", "-c", cpus, *command]
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


def set_arguments(settings):
    """["--set", "train.steps=10", ...] of ["train.steps=10", ...]."""
    return [argument for setting in settings for argument in ("--set", setting)]


def data_settings(side):
    """`--set` arguments for dSprites with images of `side` pixels."""
    views = "[]" if side == 64 else f'[{{name = "resize", size = {side}}}]'
    return set_arguments([f"data.views={views}"])


def train(program, folder, side, settings, cpus=None):
    """Trains with these `--set`s on dSprites into `folder`."""
    call(program, "train", *set_arguments(["data.name=dsprites", *settings]), *data_settings(side), "--out", folder, cpus=cpus)
    return Path(folder)


def resolved(program, settings):
    """The configuration of these `--set`s with every default filled in."""
    command = [str(program), "config", "show", "--json", *set_arguments(settings)]
    shown = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(shown.stdout)


def images(program, items, side, folder):
    """Items of dSprites as the program gives them to a network: uint8 [N, 1, side, side] of 0 and 1."""
    index, out = Path(folder) / "index.npy", Path(folder) / "images.npy"
    np.save(index, np.asarray(items, dtype=np.int64))
    call(program, "data", "export", "dsprites", "--index", index, "--out", out, *data_settings(side))
    return np.load(out)


def log(folder):
    """The lines of metrics.jsonl."""
    return [json.loads(line) for line in (Path(folder) / "metrics.jsonl").read_text().splitlines()]


def record(folder):
    """run.json: environment, training, scores."""
    return json.loads((Path(folder) / "run.json").read_text())


def last_checkpoint(folder):
    return Path(folder) / "checkpoints" / "last.safetensors"


def kept_checkpoint(folder, step):
    """The checkpoint of a step that train.keep_every divides."""
    return Path(folder) / "checkpoints" / f"step_{step:08d}.safetensors"


def read_state(checkpoint):
    """Tensors by name, and the counters, of a checkpoint of the program."""
    with safe_open(checkpoint, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, json.loads(file.metadata()["state"])
