"""Writes golden/formats: small files by NumPy, h5py and Pillow that our readers must read.

Made with Python 3.11, numpy 2.4.6, h5py 3.16.0, Pillow 13.0.0. Run in this folder: python format_files.py
"""
import gzip
import struct

import h5py
import numpy as np
from PIL import Image

with h5py.File("formats/arrays.h5", "w") as file:
    file["f4"] = np.arange(6, dtype="<f4").reshape(2, 3) / 4
    file["f2"] = np.array([0.5, -2, 65504], "<f2")
    file["f8_big"] = np.array([1.5, -1e300], ">f8")
    file["i2_big"] = np.array([-300, 0, 300], ">i2")
    file["u4"] = np.array([0, 2**32 - 1], "<u4")
    file["u8"] = np.array([0, 2**63 - 1], "<u8")
    file["huge"] = np.array([2**63], "<u8")
    file["truth"] = np.array([True, False, True])
    file["scalar"] = np.array(42, "<i8")
    file["empty"] = np.zeros((0, 3), "<f4")
    file["text"] = "not a number"
    file["records"] = np.zeros(2, [("a", "<f4"), ("b", "<i8")])
    pixels = (np.arange(50 * 6 * 5) * 7 % 251).astype("u1").reshape(50, 6, 5)
    file.create_dataset("images", data=pixels, chunks=(16, 2, 5), compression="gzip", shuffle=True)
    file.create_dataset("latents/classes", data=np.arange(100, dtype="<i8").reshape(50, 2), chunks=(7, 2))

idx = struct.pack(">HBB", 0, 8, 3) + struct.pack(">3i", 4, 2, 3) + bytes(range(24))
open("formats/images-idx3-ubyte", "wb").write(idx)
gzip.GzipFile("formats/images-idx3-ubyte.gz", "wb", mtime=0).write(idx)
open("formats/numbers-idx1", "wb").write(struct.pack(">HBBi", 0, 0x0B, 1, 3) + struct.pack(">3h", -300, 0, 300))

y, x = np.mgrid[0:24, 0:40]
rgb = np.stack([x * 6, y * 10, 255 - x * 3 - y * 2], -1).astype("u1")
Image.fromarray(rgb).save("formats/colours.jpg", quality=95, subsampling=0)
Image.fromarray(rgb).save("formats/progressive.jpg", quality=90, progressive=True)
Image.fromarray(rgb[..., 0]).save("formats/grey.jpg", quality=95)
Image.fromarray(rgb).convert("CMYK").save("formats/cmyk.jpg")
Image.fromarray(rgb).save("formats/colours.png")
decoded = {name: np.asarray(Image.open(f"formats/{name}.jpg")) for name in ("colours", "progressive", "grey")}
noise = np.random.default_rng(0).integers(0, 256, (11, 17, 3), dtype="u1")
decoded["noise"] = noise
for width, height in ((5, 4), (8, 11), (31, 20), (17, 3)):
    decoded[f"noise_{width}x{height}"] = np.asarray(Image.fromarray(noise).resize((width, height), Image.BILINEAR))
decoded["noise_grey"] = np.asarray(Image.fromarray(noise).convert("L"))
np.savez_compressed("formats/pictures.npz", **decoded)
