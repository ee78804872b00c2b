"""Trains the same models in the program and in plain PyTorch and compares every loss of every step.

Both sides begin with the same parameters (a checkpoint that the program wrote before its first step), see the same
images in the same order and add the same noise. Order and noise come from a second implementation (streams.py), networks,
losses and Adam from PyTorch's own modules (models.py): what is shared is the configuration, the parameters to begin with
and the images' pixels. So agreement says that the program's layers, likelihood, gradients, update rule, phases,
schedules, random streams and shuffles of all 737,280 images are what their descriptions say.

Two comparisons:
  in segments   Every --segment steps PyTorch takes over the program's checkpoint with Adam's moments, and all losses on
                the way to the next one are compared, then the parameters there. Decides the exit status: 1 where a loss
                of any step differs by more than --tolerance (relative).
  in one go     PyTorch trains from the first parameters to the last step alone. Both sides round float32 sums in orders
                of their own, and training magnifies that: an early Adam step is about lr times the sign of a gradient,
                also of one that is all rounding, and every background pixel of a black image has one and the same value,
                so that all of them pass the kink of a ReLU at once. How far two right programs part is measured beside
                it: the numbers in brackets are PyTorch against itself with noise that differs in the last digit of a
                float, and with images and weights in channels_last memory, which changes the order of sums.

Differences of a vector are relative to its largest entry; those of parameters are norms, also against the distance that
the segment or training moved them.

    python parity.py build/release/teasel [--steps 100] [--segment 5] [--case NAME] [--only-segments]
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

import models
import program
from streams import DataOrder, Stream

ITEMS = 737280
PUBLISHED_BETA = ["model.name=beta_vae", "model.preset=published"]
PUBLISHED_FACTOR = ["model.name=factor_vae", "model.preset=published"]
# Name: size of the images, settings. The fifth and sixth cover what published settings leave out: weights that change with the
# step, for every latent at its own time, clipped gradients, a third architecture and another discriminator.
CASES = {
    "beta_vae 32": (32, PUBLISHED_BETA),
    "beta_vae 64": (64, PUBLISHED_BETA),
    "factor_vae 32": (32, PUBLISHED_FACTOR),
    "factor_vae 64": (64, PUBLISHED_FACTOR),
    "beta_vae 32, stages": (32, [
        "model.name=beta_vae", "model.encoder=conv_a1", "model.decoder=conv_a1", "train.gradient_clip=50",
        'model.beta={kind = "stages", from = 10, to = 1, start = 0, steps = 7}']),
    "factor_vae 32, recommended": (32, ["model.name=factor_vae", "model.preset=recommended"]),
    "factor_vae 64, recommended": (64, ["model.name=factor_vae", "model.preset=recommended"]),
    # PyTorch's own initialisation and a learning rate of 1e-4, which hardly magnify rounding.
    "beta_vae 64, defaults": (64, ["model.name=beta_vae"]),
}


class Inputs:
    """What both sides are given: images, noise and permutations of every step, made from their descriptions."""

    def __init__(self, executable, config, side, batches, folder):
        train = config["train"]
        self.seed, self.batch_size = train["seed"], train["batch_size"]
        self.latents = config["model"]["latents"]
        order = DataOrder(self.seed, ITEMS, self.batch_size)
        items = [order.batch(step, i) for step in range(train["steps"]) for i in range(batches)]
        pixels = program.images(executable, np.concatenate(items), side, folder)
        self.pixels = pixels.reshape(train["steps"], batches, self.batch_size, 1, side, side)

    def at(self, step, disturbance=0.0):
        """Images, noises and permutations of a step; `disturbance`: largest relative change of the noise."""
        noises = [self._noise(name, step) for name in ("noise", "noise of the second batch")]
        change = Stream(self.seed, "disturbance", step).uniform(0, self.batch_size, self.latents) * 2 - 1
        permutation = [Stream(self.seed, f"permutation/{i}", step).permutation(self.batch_size)
                       for i in range(self.latents)]
        return (torch.from_numpy(self.pixels[step]).float().unbind(0),
                [torch.from_numpy(noise * (1 + disturbance * change)).float() for noise in noises],
                torch.from_numpy(np.stack(permutation)))

    def _noise(self, name, step):
        return Stream(self.seed, name, step).normal(0, self.batch_size, self.latents)


def take_over(model, tensors, counters):
    """Parameters, moments and counts of updates of a checkpoint, into a model that has begun."""
    models.load_parameters(model, tensors)
    names = {parameter: name for name, parameter in model.named_parameters()}
    for phase, optimizer in model.optimizers().items():
        updates = counters["updates"][phase]
        for parameter in optimizer.param_groups[0]["params"] if updates else []:
            first, second = (torch.empty_like(parameter).copy_(tensors[f"optimizer.{phase}.{kind}_moment." + names[parameter]])
                             for kind in ("first", "second"))
            optimizer.state[parameter] = {"step": torch.tensor(float(updates)), "exp_avg": first, "exp_avg_sq": second}


def train_in_pytorch(config, side, state, inputs, steps, disturbed=False):
    """The terms of the steps `steps`, as numbers, and the parameters after the last, from a state of the program on.

    disturbed: with other rounding (see above).
    """
    layout = torch.channels_last if disturbed else torch.contiguous_format
    model = models.build(config, side).to(memory_format=layout)
    model.begin()
    take_over(model, *state)
    log = []
    for step in steps:
        images, noises, permutation = inputs.at(step, 2.0**-23 if disturbed else 0.0)
        terms = model.step(step, [x.contiguous(memory_format=layout) for x in images], noises, permutation)
        log.append({name: np.asarray(value.detach().double()) for name, value in terms.items()})
    return log, {"model." + name: value for name, value in model.state_dict().items()}


def differences(ours, theirs):
    """By term: (absolute, relative) differences of every step."""
    out = {}
    for name in theirs[0]:
        a, b = (np.array([line[name] for line in log], dtype=np.float64).reshape(len(log), -1) for log in (ours, theirs))
        absolute = np.abs(a - b).max(1)
        out[name] = absolute, absolute / np.maximum(np.abs(b).max(1), 1e-30)
    return out


def largest_distance(ours, theirs, before):
    """Over parameters: the largest |ours - theirs| / |theirs| and / |theirs - before|, each with the parameter's name."""
    relative, moved = {}, {}
    for name, value in theirs.items():
        distance = (ours[name].double() - value.double()).norm()
        relative[name] = float(distance / value.double().norm().clamp(min=1e-30))
        moved[name] = float(distance / (value.double() - before[name].double()).norm().clamp(min=1e-30))
    worst = [max(distances, key=distances.get) for distances in (relative, moved)]
    return [(d[name], name.removeprefix("model.")) for d, name in zip((relative, moved), worst)]


def worst_loss(found):
    return max(relative.max() for name, (_, relative) in found.items() if name.startswith("loss"))


def compare_segments(case, config, options, log, checkpoint, inputs):
    """Prints the largest differences of every term over all segments; returns the largest of the losses."""
    theirs, ends = [], []
    for first in range(0, options.steps, options.segment):
        steps = range(first, min(first + options.segment, options.steps))
        state = program.read_state(checkpoint(first))
        part, parameters = train_in_pytorch(config, CASES[case][0], state, inputs, steps)
        theirs += part
        ends.append(largest_distance(program.read_state(checkpoint(steps.stop))[0], parameters, state[0]))
    found = differences(log, theirs)
    print(f"  in segments of {options.segment}: largest difference over {options.steps} steps; over first steps of segments")
    for name, (absolute, relative) in found.items():
        print(f"    {name:24s} absolute {absolute.max():.1e}   relative {relative.max():.1e} at step {relative.argmax():3d}"
              f"   first steps {relative[::options.segment].max():.1e}")
    for what, several in zip(("|difference| / |value|", "|difference| / |movement|"), zip(*ends)):
        value, name = max(several)
        print(f"    parameters, {what:26s} {value:.1e} ({name}); median of segments {np.median([v for v, _ in several]):.1e}")
    return worst_loss(found)


def compare_in_one_go(case, config, options, log, checkpoint, inputs):
    """Prints the largest differences of every term of a whole training, beside those of PyTorch against itself."""
    start, end = program.read_state(checkpoint(0)), program.read_state(checkpoint(options.steps))[0]
    arguments = (config, CASES[case][0], start, inputs, range(options.steps))
    theirs, parameters = train_in_pytorch(*arguments)
    others, other_parameters = train_in_pytorch(*arguments, disturbed=True)
    found, control = differences(log, theirs), differences(others, theirs)
    ends = sorted({n for n in (1, 5, 10, 25, 50) if n < options.steps} | {options.steps})
    print(f"  in one go: largest relative difference of the first {', '.join(map(str, ends))} steps (PyTorch against itself)")
    for name in found:
        parts = [f"{found[name][1][:n].max():.0e} ({control[name][1][:n].max():.0e})" for n in ends]
        print(f"    {name:24s} {'   '.join(parts)}")
    for (value, name), (other, _), what in zip(largest_distance(end, parameters, start[0]),
                                               largest_distance(other_parameters, parameters, start[0]), ("value", "movement")):
        print(f"    parameters, |difference| / |{what}|: {value:.0e} ({other:.0e}) ({name})")


def run_case(case, options, folder):
    side, settings = CASES[case]
    settings = [*settings, "train.log_every=1", "train.batch_size=64", "train.seed=7", f"train.threads={options.threads}"]
    start = program.train(options.program, folder / "start", side, [*settings, "train.steps=0"])
    run = program.train(options.program, folder / "run", side, [
        *settings, f"train.steps={options.steps}", f"train.checkpoint_every={options.segment}",
        f"train.keep_every={options.segment}"])
    config = models.read_config(run / "config.toml")
    inputs = Inputs(options.program, config, side, models.MODELS[config["model"]["name"]].batches, folder)

    def checkpoint(step):
        if step in (0, options.steps):
            return program.last_checkpoint(run if step else start)
        return program.kept_checkpoint(run, step)

    print(f"{case}: {options.steps} steps, batch 64, PyTorch {torch.__version__}")
    arguments = (case, config, options, program.log(run), checkpoint, inputs)
    worst = compare_segments(*arguments)
    if not options.only_segments:
        compare_in_one_go(*arguments)
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--segment", type=int, default=5, help="steps between two states that PyTorch takes over")
    parser.add_argument("--case", choices=CASES, action="append", help="only these")
    parser.add_argument("--only-segments", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest relative difference of a loss")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    failed = 0
    for case in options.case or CASES:
        with tempfile.TemporaryDirectory() as folder:
            worst = run_case(case, options, Path(folder))
        print(f"  {'FAILS' if worst > options.tolerance else 'agrees'}: losses in segments within {worst:.1e}", flush=True)
        failed += worst > options.tolerance
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
