"""Trains beta-VAE or FactorVAE in plain PyTorch on all of dSprites, and measures what was learned.

The other half of the question whether the program learns what PyTorch learns: networks, initialisation, losses and
optimisers are those of a preset of the program (models.py), everything random is PyTorch's own. `--run RUN` measures a
training of the program instead, by the same code and on the same images: its checkpoint is read into the same model.

Measured at the end, on 10,000 images that no seed of a training changes: reconstruction -log p(x | z) at the posterior's
mean and at a sample of it, KL divergence, that of every latent, active units (Burda et al. 2016: variance of the mean
above .01), and for FactorVAE the discriminator's total correlation; also the means of the last 1,000 training steps. All
in nats per image. Written as JSON (OUT/learning.json) and, for 50,000 images, as codes (OUT/codes.npz: means,
log_variances [N, n] and factors [N, 5] as class numbers, for scores of the program or any other).

A checkpoint is written every 1,000 steps; run again with the same arguments, a killed training goes on from there.

    python learning.py build/release/teasel --model beta_vae --steps 10000 --seed 0 --out DIR [--images dsprites.npy]
    python learning.py build/release/teasel --run runs/beta_vae_dsprites_seed0 --out DIR
"""

import argparse
import json
import platform
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import models
import program
from machine import processor, write_atomically

SIDE = 64
FACTOR_SIZES = (3, 6, 40, 32, 32)  # shape, scale, orientation, position x, position y; the last varies fastest
ITEMS = int(np.prod(FACTOR_SIZES))
MEASURED, CODED = 10_000, 50_000
MEASURING_SEED = 987654321  # of the images to measure on and of their samples
ACTIVE = 0.01  # a mean's variance above which its latent counts as active
TAIL = 1_000  # training steps at the end whose mean is reported
CHECKPOINT_EVERY = 1_000


def packed_images(executable, cache):
    """All of dSprites, eight pixels a byte: uint8 [737280, 512], on disk; the program renders what is not there."""
    cache = Path(cache)
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            parts = [np.packbits(program.images(executable, np.arange(first, min(first + 32768, ITEMS)), SIDE, folder)
                                 .reshape(-1, SIDE * SIDE), axis=1) for first in range(0, ITEMS, 32768)]
        write_atomically(cache, lambda file: np.save(file, np.concatenate(parts)))
    return np.load(cache, mmap_mode="r")


class Images:
    """Batches out of packed images."""

    def __init__(self, packed):
        self.packed = packed
        self.orders = {}

    def batch(self, items):
        """float32 [B, 1, 64, 64], channels last."""
        bits = np.unpackbits(self.packed[items], axis=1).reshape(-1, 1, SIDE, SIDE)
        return torch.from_numpy(bits).float().contiguous(memory_format=torch.channels_last)

    def order(self, seed, number, epoch):
        """The shuffle of an epoch; every batch of a step has its own."""
        if self.orders.get(number, (None,))[0] != epoch:
            self.orders[number] = epoch, np.random.default_rng([seed, number, epoch]).permutation(ITEMS)
        return self.orders[number][1]

    def items(self, seed, step, number, batch_size):
        positions = np.arange(step * batch_size, (step + 1) * batch_size)
        return np.concatenate([self.order(seed, number, epoch)[positions[positions // ITEMS == epoch] % ITEMS]
                               for epoch in np.unique(positions // ITEMS)])


def followed_terms(model):
    """The terms whose means are reported."""
    return ["reconstruction", "kl"] + ["total_correlation"] * (model.batches == 2)


class Training:
    """A model with its optimisers, the step it has reached and the terms of every step before."""

    def __init__(self, config, seed, steps, bf16):
        torch.manual_seed(seed)
        self.seed, self.step, self.cpu_seconds = seed, 0, 0.0
        self.model = models.build(config, SIDE).to(memory_format=torch.channels_last)
        self.model.begin(fused=True, lean=True, bf16=bf16)
        self.names = followed_terms(self.model)
        self.history = np.zeros((steps, len(self.names)), dtype=np.float32)

    def save(self, path):
        state = {"model": self.model.state_dict(), "random": torch.get_rng_state(), "step": self.step,
                 "optimizers": {name: o.state_dict() for name, o in self.model.optimizers().items()},
                 "cpu_seconds": self.cpu_seconds, "history": torch.from_numpy(self.history[:self.step])}
        write_atomically(path, lambda file: torch.save(state, file))

    def load(self, path):
        state = torch.load(path)
        self.model.load_state_dict(state["model"])
        for name, optimizer in self.model.optimizers().items():
            optimizer.load_state_dict(state["optimizers"][name])
        torch.set_rng_state(state["random"])
        self.step, self.cpu_seconds = state["step"], state["cpu_seconds"]
        self.history[:self.step] = state["history"].numpy()

    def run_step(self, images):
        model, batch_size = self.model, self.model.train_options["batch_size"]
        latents = model.options["latents"]
        batches = [images.batch(images.items(self.seed, self.step, i, batch_size)) for i in range(model.batches)]
        noises = [torch.randn(batch_size, latents) for _ in batches]
        permutation = models.permutations(latents, batch_size) if model.batches == 2 else None
        terms = model.step(self.step, batches, noises, permutation)
        self.history[self.step] = [terms[name].item() for name in self.names]
        self.step += 1


def train(training, images, steps, checkpoint):
    """To the last step, with a checkpoint every 1,000 and at the end; prints a line at each."""
    while training.step < steps:
        started, until = time.process_time(), min(training.step + CHECKPOINT_EVERY, steps)
        first = training.step
        while training.step < until:
            training.run_step(images)
        training.cpu_seconds += time.process_time() - started
        training.save(checkpoint)
        means = training.history[first:until].mean(0)
        if not np.isfinite(means).all():
            raise SystemExit(f"the losses are not finite before step {until}")
        print(f"{time.strftime('%T')} step {until}: " + ", ".join(f"{n} {m:.3f}" for n, m in zip(training.names, means)) +
              f"; {1000 * training.cpu_seconds / until:.1f} ms of processor time a step", flush=True)


def measured_items(count):
    return np.random.default_rng([MEASURING_SEED, count]).choice(ITEMS, count, replace=False)


@torch.no_grad()
def codes(model, images, items, size=500):
    """Means and log-variances of items: float32 [N, n] each."""
    parts = [model.posterior(images.batch(items[i:i + size])) for i in range(0, len(items), size)]
    return [torch.cat(column) for column in zip(*parts)]


@torch.no_grad()
def reconstruction(model, images, items, z, size=500):
    """-log p(x | z), averaged over images."""
    total = 0.0
    for i in range(0, len(items), size):
        logits = model.apply_network(model.decoder, z[i:i + size])
        total += float(F.binary_cross_entropy_with_logits(logits, images.batch(items[i:i + size]), reduction="sum"))
    return total / len(items)


def measure(model, images):
    """What stands at the top of this file, in float32."""
    model.bf16 = False
    items = measured_items(MEASURED)
    mean, log_variance = codes(model, images, items)
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(MEASURING_SEED))
    z = mean + (0.5 * log_variance).exp() * noise
    kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).mean(0)
    out = {"images": MEASURED, "reconstruction": reconstruction(model, images, items, mean),
           "reconstruction_of_samples": reconstruction(model, images, items, z),
           "kl": float(kl.sum()), "kl_per_latent": kl.tolist(), "active_units": int((mean.var(0) > ACTIVE).sum())}
    if model.batches == 2:
        with torch.no_grad():
            out["total_correlation"] = float(model.total_correlation(z))
    return out


def write_codes(model, images, path):
    items = np.sort(measured_items(CODED))
    mean, log_variance = codes(model, images, items)
    factors = np.stack(np.unravel_index(items, FACTOR_SIZES), axis=1)
    write_atomically(path, lambda file: np.savez(file, means=mean.numpy(), log_variances=log_variance.numpy(),
                                                 factors=factors.astype(np.int64), items=items))


def environment():
    return {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version(),
            "processor": processor()}


def write_results(out, results, model, images):
    results = {**results, "evaluation": measure(model, images), "environment": environment()}
    write_codes(model, images, out / "codes.npz")
    write_atomically(out / "learning.json", lambda file: file.write((json.dumps(results, indent=2) + "\n").encode()))
    print(json.dumps(results["evaluation"]))


def train_in_pytorch(options, images):
    out = options.out
    settings = [f"model.name={options.model}", f"model.preset={options.preset}", "data.name=dsprites", *options.set,
                f"train.steps={options.steps}", f"train.seed={options.seed}"]
    config = program.resolved(options.program, settings)
    checkpoint = out / "checkpoint.pt"
    training = Training(config, options.seed, options.steps, options.precision == "bf16")
    if checkpoint.exists():
        training.load(checkpoint)
    train(training, images, options.steps, checkpoint)
    tail = training.history[-TAIL:].mean(0).tolist()
    write_results(out, {"trained_by": "PyTorch", "model": options.model, "preset": options.preset, "seed": options.seed,
                        "steps": options.steps, "precision": options.precision, "threads": options.threads,
                        "processor_milliseconds_per_step": 1000 * training.cpu_seconds / options.steps,
                        "last_steps": {"count": min(TAIL, options.steps), **dict(zip(training.names, tail))},
                        "config": config}, training.model, images)


def measure_run(options, images):
    """A run folder of the program."""
    config = models.read_config(options.run / "config.toml")
    model = models.build(config, SIDE).to(memory_format=torch.channels_last)
    parameters, counters = program.read_state(program.last_checkpoint(options.run))
    models.load_parameters(model, parameters)
    names = followed_terms(model)
    lines = [line for line in program.log(options.run) if line["step"] >= counters["step"] - TAIL and "kl" in line]
    train_options, record = config["train"], program.record(options.run)
    write_results(options.out, {"trained_by": "teasel", "model": config["model"]["name"], "seed": train_options["seed"],
                                "steps": counters["step"], "precision": train_options.get("precision", "fp32"),
                                "threads": train_options["threads"],
                                "milliseconds_per_step": record["training"]["milliseconds_per_step"],
                                "trained_on": record["environment"],
                                "last_steps": {"count": len(lines), **{name: float(np.mean([line[name] for line in lines]))
                                                                       for name in names}},
                                "config": config}, model, images)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, help="renders the images and resolves the preset")
    parser.add_argument("--run", type=Path, help="measure this run of the program and train nothing")
    parser.add_argument("--model", choices=models.MODELS, default="beta_vae")
    parser.add_argument("--preset", default="recommended")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="over the preset, as the program's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--images", type=Path, help="cache of the packed images; default: beside OUT")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    models.keep_memory()
    options.out.mkdir(parents=True, exist_ok=True)
    images = Images(packed_images(options.program, options.images or options.out.parent / "dsprites_packed.npy"))
    measure_run(options, images) if options.run else train_in_pytorch(options, images)


if __name__ == "__main__":
    main()
