"""convert.py FROM TO: copies the arrays of one file into another, both by the libraries that own the formats.

npy and npz: NumPy; safetensors: safetensors; h5 and hdf5: h5py; png, gif and jpg: Pillow (array "x", a GIF's frames in
front); a folder: TensorBoard's events in it (arrays "TAG.step" and "TAG.value"; of pictures the values are pixels, one
picture after another). TO may be npz, safetensors, h5 or png.
With a third argument, TO is the text under that key of the metadata of a safetensors file.
"""
import io
import pathlib
import sys

import numpy as np


def read(path):
    if path.is_dir():
        return read_events(path)
    return {".npy": read_npy, ".npz": read_npz, ".safetensors": read_safetensors, ".h5": read_hdf5, ".hdf5": read_hdf5,
            ".png": read_picture, ".gif": read_picture, ".jpg": read_picture}[path.suffix](path)


def read_npy(path):
    return {"x": np.load(path, allow_pickle=False)}


def read_npz(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def read_safetensors(path):
    from safetensors.numpy import load_file
    return load_file(path)


def read_hdf5(path):
    import h5py
    arrays = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, entry: arrays.update({name: entry[()]}) if isinstance(entry, h5py.Dataset) else None)
    return arrays


def read_picture(path):
    from PIL import Image, ImageSequence
    with Image.open(path) as picture:
        picture.verify()
    with Image.open(path) as picture:
        if path.suffix != ".gif":
            return {"x": np.asarray(picture)}
        frames = [(np.asarray(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(picture)]
    return {"x": np.stack([pixels for pixels, _ in frames]), "milliseconds": np.array([d for _, d in frames])}


def read_events(path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    events = EventAccumulator(str(path), size_guidance={"scalars": 0, "images": 0})
    events.Reload()
    arrays = {}
    for tag in events.Tags()["scalars"]:
        scalars = events.Scalars(tag)
        arrays[f"{tag}.step"] = np.array([s.step for s in scalars], "<i8")
        arrays[f"{tag}.value"] = np.array([s.value for s in scalars], "<f8")
    for tag in events.Tags()["images"]:
        pictures = events.Images(tag)
        arrays[f"{tag}.step"] = np.array([p.step for p in pictures], "<i8")
        arrays[f"{tag}.value"] = np.stack([pixels_of(p) for p in pictures])
    return arrays


def pixels_of(picture):
    from PIL import Image
    pixels = np.asarray(Image.open(io.BytesIO(picture.encoded_image_string)))
    assert pixels.shape[:2] == (picture.height, picture.width)
    return pixels


def write(path, arrays):
    if path.suffix == ".npz":
        np.savez(path, **arrays)
    elif path.suffix == ".safetensors":
        from safetensors.numpy import save_file
        save_file({name: np.asarray(array, order="C") for name, array in arrays.items()}, path, metadata={"made": "by a test"})
    elif path.suffix == ".h5":
        import h5py
        with h5py.File(path, "w") as file:
            for name, array in arrays.items():
                # Chunks and deflate, as large files have them; an array without elements can have neither.
                file.create_dataset(name, data=array, compression="gzip" if array.size > 1 else None)
    else:
        from PIL import Image
        Image.fromarray(arrays["x"]).save(path)


source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
if len(sys.argv) > 3:
    from safetensors import safe_open
    with safe_open(source, "np") as file:
        target.write_text(file.metadata()[sys.argv[3]])
else:
    write(target, read(source))
