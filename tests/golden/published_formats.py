"""Writes golden/formats/*.mat and resized.npz: MATLAB's files by SciPy and resized pictures by Pillow.

Made with Python 3.11, numpy 2.4.6, scipy 1.17.1, Pillow 13.0.0. Run in this folder: python published_formats.py
"""
import numpy as np
from PIL import Image
from scipy.io import savemat

images = (np.arange(2 * 3 * 4 * 5) * 7 % 251).astype("u1").reshape(2, 3, 4, 5)
arrays = {"mask": np.eye(3), "im": images, "halves": np.arange(6).reshape(2, 3) / 2, "whole": np.array([[1.0, 2, 300]]),
          "i2": np.array([[-300, 300]], "<i2"), "name_that_is_long": np.array([[1, 2]], "<i4"), "text": "no numbers",
          "complex": np.array([[1 + 2j]])}
savemat("formats/plain.mat", arrays)
savemat("formats/deflated.mat", arrays, do_compression=True)

noise = np.random.default_rng(1).integers(0, 256, (40, 32, 3), dtype="u1")
out = {"noise": noise}
for name, how in (("lanczos", Image.LANCZOS), ("bicubic", Image.BICUBIC)):
    for width, height in ((16, 20), (20, 25), (50, 47), (32, 9)):
        out[f"{name}_{width}x{height}"] = np.asarray(Image.fromarray(noise).resize((width, height), how))
np.savez_compressed("formats/resized.npz", **out)
