"""Prints the scalars and pictures of a folder of event files as TensorBoard's own reader sees them.

One line each, "TAG STEP VALUE" and then "TAG STEP WIDTHxHEIGHT CHECKSUM" (CRC-32C of the file's bytes), tags in order,
steps as they were read. Exit status 3: the package is not installed.
"""
import sys

try:
    from tensorboard.backend.event_processing import event_accumulator
    from tensorboard.compat.tensorflow_stub import pywrap_tensorflow
except ImportError:
    sys.exit(3)

events = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0},
                                            purge_orphaned_data=len(sys.argv) < 3)
events.Reload()
for tag in sorted(events.Tags()["scalars"]):
    for event in events.Scalars(tag):
        print(tag, event.step, repr(event.value))
for tag in sorted(events.Tags()["images"]):
    for event in events.Images(tag):
        print(tag, event.step, f"{event.width}x{event.height}", f"{pywrap_tensorflow.crc32c(event.encoded_image_string):08x}")
