"""hdf5_layouts.py FROM.npz FOLDER: writes the arrays of FROM by h5py into FOLDER, one HDF5 file per way of laying them out.

Each file differs from the others in what a reader must understand: the version of the format, how elements lie (compact,
in one piece, in chunks, in chunks of data sets that may grow, under each kind of index), filters, and how groups and
attributes are kept. Names within the files are those of FROM, "deep/" before them where there are groups.
"""
import pathlib
import sys

import h5py
import numpy as np

arrays = dict(np.load(sys.argv[1], allow_pickle=False))
folder = pathlib.Path(sys.argv[2])


def chunked(array):
    """Whether an array can have chunks: neither scalars nor arrays without elements can."""
    return array.ndim > 0 and array.size > 0


def write(name, version, **options):
    with h5py.File(folder / f"{name}.h5", "w", libver=version) as file:
        for key, array in arrays.items():
            file.create_dataset(key, data=array, **(options if chunked(array) else {}))


for version in ("earliest", "v108", "v110", "latest"):
    write(f"one_piece_{version}", version)
    write(f"chunks_{version}", version, chunks=True)
    write(f"gzip_{version}", version, compression="gzip", compression_opts=9)
    write(f"all_filters_{version}", version, compression="gzip", shuffle=True, fletcher32=True)
    with h5py.File(folder / f"small_chunks_{version}.h5", "w", libver=version) as file:  # an index of many chunks
        for key, array in arrays.items():
            file.create_dataset(key, data=array, chunks=(1,) * array.ndim if chunked(array) else None)
    with h5py.File(folder / f"growing_{version}.h5", "w", libver=version) as file:  # one extent may grow
        for key, array in arrays.items():
            grows = {"maxshape": (None,) + array.shape[1:], "chunks": True} if chunked(array) else {}
            file.create_dataset(key, data=array, **grows)
    with h5py.File(folder / f"growing_everywhere_{version}.h5", "w", libver=version) as file:
        for key, array in arrays.items():
            grows = {"maxshape": (None,) * array.ndim, "chunks": (1,) * array.ndim} if chunked(array) else {}
            file.create_dataset(key, data=array, **grows)
    with h5py.File(folder / f"groups_{version}.h5", "w", libver=version, track_order=version == "latest") as file:
        for i in range(40):  # so many links and attributes are kept in heaps
            file.create_group(f"empty/group number {i}")
            file.attrs[f"attribute {i}"] = "x" * i
        for key, array in arrays.items():
            data = file.create_dataset(f"deep/{key}", data=array)
            for i in range(20):
                data.attrs[f"attribute {i}"] = np.arange(i)

# Elements within the header of the data set.
with h5py.File(folder / "compact.h5", "w") as file:
    for key, array in arrays.items():
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple(array.shape) if array.ndim else h5py.h5s.create(h5py.h5s.SCALAR)
        kind = h5py.h5t.py_create(array.dtype, logical=True)
        h5py.Dataset(h5py.h5d.create(file.id, key.encode(), kind, space, dcpl=properties))[...] = array

with h5py.File(folder / "big_endian.h5", "w") as file:
    for key, array in arrays.items():
        file.create_dataset(key, data=array.astype(array.dtype.newbyteorder(">")))
