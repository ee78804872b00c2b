"""What the program and PyTorch learned, side by side, over seeds.

Reads the files that learning.py wrote; for each model, precision and number of steps prints mean and range over the seeds
of both sides, and whether the difference of the means is within the seeds' spread: at most t of its standard errors
sqrt(s1^2 / n1 + s2^2 / n2), t the 97.5 % quantile of Student's distribution with Welch's degrees of freedom. A side with
one seed counts as one more draw from the other side's seeds. Where PyTorch was not trained in bfloat16, its float32 is what
the program's bfloat16 is held against.

    python learning_table.py results/learning/*.json
"""

import argparse
import json
import math
import statistics
from collections import defaultdict
from pathlib import Path

from scipy.stats import t as student

ROWS = {  # title: where in a file
    "reconstruction at the mean": ("evaluation", "reconstruction"),
    "reconstruction of samples": ("evaluation", "reconstruction_of_samples"),
    "KL divergence": ("evaluation", "kl"),
    "active units": ("evaluation", "active_units"),
    "total correlation": ("evaluation", "total_correlation"),
    "training: reconstruction": ("last_steps", "reconstruction"),
    "training: KL divergence": ("last_steps", "kl"),
    "training: total correlation": ("last_steps", "total_correlation"),
}


def read(files):
    """{(model, precision, steps): {side: {seed: results}}}."""
    groups = defaultdict(lambda: defaultdict(dict))
    for file in files:
        results = json.loads(Path(file).read_text())
        key = results["model"], results["precision"], results["steps"]
        groups[key][results["trained_by"]][results["seed"]] = results
    for (model, precision, steps), sides in groups.items():
        if precision == "bf16" and "PyTorch" not in sides and (model, "fp32", steps) in groups:
            sides["PyTorch"] = groups[model, "fp32", steps]["PyTorch"]
    return groups


def values(runs, path):
    """Of every seed that has it, in the order of seeds."""
    found = [runs[seed][path[0]].get(path[1]) for seed in sorted(runs)]
    return [value for value in found if value is not None]


def summary(numbers):
    return f"{statistics.mean(numbers):8.3f} [{min(numbers):.3f}, {max(numbers):.3f}]"


def spread(ours, theirs):
    """Standard error of the difference of two means, and its degrees of freedom (Welch 1947)."""
    if min(len(ours), len(theirs)) == 1:
        many = max(ours, theirs, key=len)
        return statistics.stdev(many) * math.sqrt(1 + 1 / len(many)), len(many) - 1
    parts = [statistics.variance(side) / len(side) for side in (ours, theirs)]
    freedom = sum(parts) ** 2 / sum(part**2 / (len(side) - 1) for part, side in zip(parts, (ours, theirs)))
    return math.sqrt(sum(parts)), freedom


def verdict(ours, theirs):
    """How the difference of means compares with its standard error."""
    difference = statistics.mean(ours) - statistics.mean(theirs)
    if max(len(ours), len(theirs)) < 2 or statistics.pvariance(ours) + statistics.pvariance(theirs) == 0:
        return f"{difference:+8.3f}"
    error, freedom = spread(ours, theirs)
    within = abs(difference) <= student.ppf(0.975, freedom) * error
    return f"{difference:+8.3f}  error {error:.3f}  {'within' if within else 'BEYOND'}"


def print_group(key, sides):
    ours, theirs = sides.get("teasel", {}), sides.get("PyTorch", {})
    model, precision, steps = key
    print(f"{model}, {precision}, {steps} steps; teasel: seeds {sorted(ours)}; PyTorch: seeds {sorted(theirs)}")
    for title, path in ROWS.items():
        a, b = values(ours, path), values(theirs, path)
        if a and b:
            print(f"  {title:28s} {summary(a):32s} {summary(b):32s} {verdict(a, b)}")
        elif a or b:
            print(f"  {title:28s} {summary(a) if a else '':32s} {summary(b) if b else ''}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="learning.json of learning.py, under any name")
    for key, sides in sorted(read(parser.parse_args().files).items()):
        print_group(key, sides)


if __name__ == "__main__":
    main()
