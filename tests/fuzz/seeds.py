"""Writes seeds/: small sound files that fuzzing begins with, one folder per target; tests/golden adds its own.

Made with Python 3.11, numpy 2.4.6, safetensors 0.8.0, Pillow 13.0.0. Run in this folder: python seeds.py
"""
import json
import pathlib
import struct

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

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
