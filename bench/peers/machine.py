"""What the other scripts need of the machine: what its processor is, and files that are there whole or not at all."""

import os
import platform
from pathlib import Path


def processor_line(key):
    """What /proc/cpuinfo says of the first processor under "model name" or "flags"; "" where it says nothing."""
    with open("/proc/cpuinfo") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.split(":")[0].strip() == key), "")


def processor():
    return processor_line("model name") or platform.processor()


def write_atomically(path, write):
    """`write(file)` into a neighbour, which then takes the path's place."""
    path = Path(path)
    neighbour = path.with_name(f".{path.name}.{os.getpid()}")
    with open(neighbour, "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    neighbour.replace(path)
