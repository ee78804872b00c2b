"""Writes golden/core: small files by NumPy, safetensors and Pillow that our readers must read.

Made with Python 3.11, numpy 2.4.6, safetensors 0.8.0, Pillow 13.0.0. Run in this folder: python core_files.py
"""
import numpy as np
from PIL import Image
from safetensors.numpy import save_file

arrays = {
    "f4": np.arange(6, dtype="<f4").reshape(2, 3) / 4,
    "f8_fortran": np.asfortranarray(np.arange(24, dtype="<f8").reshape(2, 3, 4)),
    "f2": np.array([0.5, -2, 65504, 2.0**-24, np.inf, -np.inf, np.nan, -0.0], "<f2"),
    "i1": np.array([-128, 127], "i1"),
    "i2_big": np.array([-300, 0, 300], ">i2"),
    "i4": np.array([[-(2**31)], [2**31 - 1]], "<i4"),
    "i8_big": np.array([-(2**63), 2**63 - 1], ">i8"),
    "u1": np.arange(4, dtype="u1"),
    "u2": np.array([0, 65535], "<u2"),
    "u4": np.array([0, 2**32 - 1], "<u4"),
    "u8": np.array([0, 2**63 - 1], "<u8"),
    "f8_big": np.array([1.5, -1e300], ">f8"),
    "truth": np.array([True, False, True]),
    "scalar": np.array(42, "<i8"),
    "empty": np.zeros((0, 3), "<f4"),
    "objects": np.array([{"a": 1}], dtype=object),
}
np.savez("core/arrays.npz", **arrays)
np.savez_compressed("core/arrays_deflated.npz", **arrays)
np.savez("core/unreadable.npz", records=np.zeros(2, [("a", "<f4"), ("b", "<i8")]), complex=np.zeros(2, "<c8"),
         text=np.array(["ab"]), huge=np.array([2**63], "<u8"))
with open("core/fortran_v2.npy", "wb") as file:
    np.lib.format.write_array(file, np.asfortranarray(np.arange(6, dtype="<i4").reshape(2, 3)), version=(2, 0))

save_file({"weight": np.arange(6, dtype="<f4").reshape(2, 3) / 4, "step": np.array(7, "<i8"), "mask": np.array([True, False, True]),
           "half": np.array([0.5, -2], "<f2"), "none": np.zeros((0, 2), "<f8")}, "core/tensors.safetensors", metadata={"format": "np", "name": "β"})

grey = (np.arange(35).reshape(5, 7) * 7).astype("u1")
rgb = np.stack([grey, 255 - grey, grey // 2], -1)
Image.fromarray(grey).save("core/grey.png")
Image.fromarray(rgb).save("core/rgb.png")
Image.fromarray(grey.astype("<u2") * 257).save("core/grey16.png")
Image.fromarray(grey > 100).save("core/grey1.png")
Image.fromarray(np.dstack([rgb, grey])).save("core/rgba.png")
palette = Image.fromarray((np.arange(35).reshape(5, 7) % 4).astype("u1"), mode="P")
palette.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 10, 20, 30])
palette.save("core/palette.png", bits=2)
