"""Writes the files in this folder with h5py: python make.py. Each holds forms that Keras files do not need."""
import h5py
import numpy as np

STORED = [np.float16, np.float32, np.float64, np.int8, np.int16, np.int32, np.int64,
          np.uint8, np.uint16, np.uint32, np.uint64, np.bool_]


def types(f):
    for t in STORED:
        f.create_dataset("types/" + np.dtype(t).name, data=np.array([[0, 1, 2], [3, 4, 5]]).astype(t))


def fill(f):
    types(f)
    f.create_dataset("big_endian", data=np.arange(3, dtype=">f4"))
    f.create_dataset("scalar", data=np.int32(-7))
    f.create_dataset("text", data=["one", "", "drei \u00fc"], dtype=h5py.string_dtype())
    f.create_dataset("fixed", data=np.array([b"ab", b"cde"]))
    f.create_dataset("empty", shape=(0, 3), dtype="f4")
    f.create_dataset("never_written", shape=(2,), dtype="f4", fillvalue=1.5)
    grid = np.arange(7 * 5, dtype="f4").reshape(7, 5)
    f.create_dataset("chunks/plain", data=grid, chunks=(3, 2))
    f.create_dataset("chunks/gzip", data=grid, chunks=(3, 2), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("chunks/one", data=grid, chunks=(7, 5), compression="gzip")
    f.create_dataset("chunks/many", data=np.arange(1100, dtype="i4"), chunks=(1,))
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_INT64, space, plist).write(
        h5py.h5s.ALL, h5py.h5s.ALL, np.arange(3))
    many = f.create_group("many")
    for i in range(400):
        many[f"layer_{i}"] = f["scalar"]
    f["alias"] = f["scalar"]
    for i in range(20):
        f.attrs[f"attr{i}"] = np.arange(i, dtype="f8")
    f.attrs["fixed"] = np.bytes_("abc")
    f.attrs["nothing"] = h5py.Empty("f4")


with h5py.File("types.h5", "w") as f:
    types(f)
with h5py.File("earliest.h5", "w") as f:
    fill(f)
with h5py.File("latest.h5", "w", libver="latest", userblock_size=512) as f:
    fill(f)
    f.attrs["large"] = np.arange(8200, dtype="f8")
with h5py.File("v110.h5", "w", libver=("v110", "v110"), track_order=True) as f:
    fill(f)
with h5py.File("growing.h5", "w", libver="latest") as f:
    f.create_dataset("grows", data=np.zeros(4), chunks=(2,), maxshape=(None,))
with h5py.File("links.h5", "w") as f:
    f.create_group("a")["up"] = f["/"]
