"""Writes seeds/: small sound files that fuzzing begins with, one folder per target; tests/golden adds its own.

Made with Python 3.11, numpy 2.4.6, safetensors 0.8.0, h5py 3.16.0, Pillow 13.0.0,
tensorboard 2.21.0. Run in this folder: python seeds.py
"""
import gzip
import json
import pathlib
import shutil
import struct

import h5py
import numpy as np
from PIL import Image
from safetensors.numpy import save_file
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

root = pathlib.Path("seeds")


def path(name):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    return root / name


def text(name, content):
    path(name).write_text(content)


# npy: every kind of element, both orders, all versions of the header.
for name, array in {
    "f4": np.arange(6, dtype="<f4").reshape(2, 3),
    "f8_fortran_big": np.asfortranarray(np.arange(24, dtype=">f8").reshape(2, 3, 4)),
    "f2": np.array([0.5, -2, np.inf, np.nan], "<f2"),
    "u8": np.array([0, 2**63], "<u8"),
    "truth": np.array([True, False]),
    "scalar": np.array(42, "<i8"),
    "empty": np.zeros((0, 3), "<i2"),
    "objects": np.array([{"a": 1}], dtype=object),
}.items():
    np.save(path(f"npy/{name}.npy"), array)
for version in ((2, 0), (3, 0)):
    with open(path(f"npy/version_{version[0]}.npy"), "wb") as file:
        np.lib.format.write_array(file, np.arange(3, dtype="<i4"), version=version)

# npz: few and short members, so that the archive's directory is a large part of the file.
np.savez(path("npz/stored.npz"), x=np.arange(4, dtype="<f4"), y=np.array([True]))
np.savez_compressed(path("npz/deflated.npz"), x=np.zeros((8, 8), "u1"), y=np.arange(16))

save_file({"a": np.arange(6, dtype="<f4").reshape(2, 3), "b": np.array([1], "<i8"), "c": np.zeros((0, 2), "<f2")},
          path("safetensors/three.safetensors"), metadata={"format": "np"})
save_file({}, path("safetensors/none.safetensors"))

text("toml/all_kinds.toml", """# comment
[model]
name = "beta_vae"
learning_rate = [1e-4, 5.0e-5, inf, -nan]
ramp = {kind = "linear", from = 0, to = 25, steps = 100_000}
hex = 0xdead_beef
"quoted key" = 'literal \\ text'
long = \"\"\"
two
lines \\u00e4\"\"\"

[[data.views]]
name = "resize"
size = 32
[[data.views]]
name = "select"
values = [[1, 2], ["a", 'b'], []]
[train]
quick = true
""")
text("toml/date.toml", "date = 1979-05-27T07:32:00Z\n")
text("toml/assignment.toml", "model.encoder.channels=[32, 32]\n")
text("json/run.json", json.dumps({"training": {"seconds": 1.5, "steps": 12, "finished": True}, "scores": [
    {"metric": "mig", "outputs": [{"name": "mig", "value": 0.25, "low": None}], "detail": {"gaps": [1e-3, "nan"]}}]}))
text("json/line.json", '{"step":12,"loss":103.25,"kl_per_latent":[0.5,1e-7,-0.0],"text":"\\u00e4\\n\\"\\ud83c\\udf31"}')

# PNG: every colour type and depth, interlaced too.
grey = (np.arange(35).reshape(5, 7) * 7).astype("u1")
rgb = np.stack([grey, 255 - grey, grey // 2], -1)
Image.fromarray(grey).save(path("png/grey.png"))
Image.fromarray(np.dstack([rgb, grey])).save(path("png/rgba.png"))
Image.fromarray(grey.astype("<u2") * 257).save(path("png/grey_16.png"))
Image.fromarray(rgb).save(path("png/rgb_texts.png"), dpi=(72, 72), icc_profile=b"no profile")
palette = Image.fromarray((np.arange(35).reshape(5, 7) % 4).astype("u1"), mode="P")
palette.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 10, 20, 30])
palette.save(path("png/palette.png"), bits=2, transparency=b"\x00\x80")

# Checkpoints of tests/train/quadratic.hpp after some steps of Adam, and codes as torch_targets/codes.cpp expects them.
slots = {"a.w": (2, 3), "b.w": (5,)}
tensors = {f"model.{name}": np.full(shape, 0.5, "<f4") for name, shape in slots.items()}
tensors["model.b.seen"] = np.zeros(1, "<f4")
for name, shape in slots.items():
    for moment in ("first_moment", "second_moment"):
        tensors[f"optimizer.{name[0]}.{moment}.{name}"] = np.full(shape, 0.25, "<f4")
state = json.dumps({"step": 7, "attempt": 0, "updates": {"a": 7, "b": 7}})
save_file(tensors, path("checkpoint/quadratic.safetensors"), metadata={"format": "teasel checkpoint", "state": state})
codes = {"z.location": np.arange(18, dtype="<f4").reshape(6, 3), "z.spread": np.ones((6, 3), "<f4"),
         "factors": np.array([[i // 3, i % 3] for i in range(6)], "<f4"), "kl": np.ones((6, 3), "<f4"),
         "distortion": np.ones((2, 1), "<f4"), "distortion_of": np.array([0, 3], "<i8")}
save_file(codes, path("codes/six.safetensors"), metadata={"format": "teasel codes", "key": "key"})

text("run_folder/run.txt", """==== config.toml
[model]
name = "beta_vae"
beta = 4.0
[data]
name = "dsprites"
[[data.views]]
name = "select"
factor = "shape"
values = [0, 1]
[train]
steps = 100
batch_size = 16
==== run.json
{"training": {"seconds": 1.5}, "scored_checkpoint": "0123456789abcdef"}
==== metrics.jsonl
{"step":0,"loss":103.25,"kl_per_latent":[0.5,1e-7]}
{"step":4,"loss":50,"kl_per_latent":[0.25,1]}
{"step":8,"loss":25.5,"kl_per_latent":[0.125,2]}
""")

# idx: a type, extents and elements, big-endian; gzipped as well.
idx = {"u1": (8, np.arange(24, dtype="u1").reshape(2, 3, 4)), "i2": (11, np.array([-300, 300], ">i2")),
       "f8": (14, np.array([[1.5], [-1e300]], ">f8")), "labels": (8, np.arange(10, dtype="u1"))}
for name, (code, array) in idx.items():
    content = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    path(f"idx/{name}.idx").write_bytes(content)
    path(f"idx/{name}.idx.gz").write_bytes(gzip.compress(content, mtime=0))

# HDF5: in one piece, in chunks with and without deflate, groups, booleans, texts, a scalar, an empty array; the newer
# format as well, whose parts carry check sums.
for name, version in {"earliest": "earliest", "latest": "latest"}.items():
    with h5py.File(path(f"hdf5/{name}.h5"), "w", libver=version) as file:
        file["imgs"] = np.arange(24, dtype="u1").reshape(2, 3, 4)
        file.create_dataset("latents/classes", data=np.arange(12, dtype="<i8").reshape(6, 2), chunks=(2, 2), compression="gzip")
        file.create_dataset("latents/values", data=np.arange(6, dtype=">f4"), chunks=(4,), shuffle=True)
        file["truth"] = np.array([True, False])
with h5py.File(path("hdf5/kinds.h5"), "w") as file:
    file["scalar"] = 1.5
    file["empty"] = np.zeros((0, 3), "<f2")
    file["text"] = "a text"
    file["records"] = np.zeros(2, [("a", "<f4"), ("b", "<i8")])

# Attributes and links in headers and in heaps, indexes of chunks of every kind, elements within a header.
for name, version in {"heaps_earliest": "earliest", "heaps_latest": "v110"}.items():
    with h5py.File(path(f"hdf5/{name}.h5"), "w", libver=version) as file:
        file.attrs["unit"] = "a text"
        for i in range(10):
            file.create_group(f"group/{i}")
        fixed = file.create_dataset("fixed", data=np.arange(6, dtype="u1").reshape(3, 2), chunks=(1, 1))
        for i in range(10):
            fixed.attrs[f"a{i}"] = np.arange(2)
        file.create_dataset("growing", data=np.arange(5, dtype="<i4"), chunks=(1,), maxshape=(None,))
        file.create_dataset("everywhere", data=np.ones((2, 2)), chunks=(1, 1), maxshape=(None, None), fletcher32=True)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        file.create_dataset("compact", (4,), "u1", dcpl=compact)[...] = [1, 2, 3, 4]

text("csv/factors.csv", 'file,shape,"size, in pixels"\na.png,0,1.5\r\n"b ""2"".png",1,-3e7\n\nc.png,2,\n')
text("csv/quoted.csv", '\ufeffa,b\n"two\nlines",x\n')

for name, options in {"grey": {}, "colour": {"subsampling": 2}, "progressive": {"progressive": True}}.items():
    picture = np.add.outer(np.arange(16) * 16, np.arange(16)).astype("u1")
    Image.fromarray(picture if name == "grey" else np.stack([picture, 255 - picture, picture.T], -1)).save(
        path(f"jpeg/{name}.jpg"), quality=50, **options)

for name in ("stored", "deflated"):
    shutil.copy(path(f"npz/{name}.npz"), path(f"rows/{name}.npz"))
np.save(path("rows/fortran_big.npy"), np.asfortranarray(np.arange(24, dtype=">f8").reshape(2, 3, 4)))
np.save(path("rows/half.npy"), np.arange(12, dtype="<f2").reshape(4, 3))

with open(path("events/three.tfevents"), "wb") as file:
    records = RecordWriter(file)
    records.write(Event(wall_time=1, file_version="brain.Event:2").SerializeToString())
    for step in (0, 4, 8):
        records.write(Event(wall_time=1, step=step, summary=Summary(value=[
            Summary.Value(tag="loss", simple_value=step), Summary.Value(tag="kl", simple_value=-step)])).SerializeToString())
