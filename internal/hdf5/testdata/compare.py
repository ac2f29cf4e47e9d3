"""python compare.py DIR: exits with an error unless h5py reads DIR/N.want.h5 and DIR/N.got.h5 as equal trees."""
import glob
import sys

import h5py
import numpy as np


def equal(a, b, where):
    assert a.shape == b.shape and a.dtype == b.dtype, f"{where}: {a.dtype}{a.shape} is written as {b.dtype}{b.shape}"
    assert np.asarray(a[()]).tobytes() == np.asarray(b[()]).tobytes() if a.dtype != object else \
        np.array_equal(a[()], b[()]), f"{where}: values differ"


def attributes(a, b, where):
    assert set(a.attrs) == set(b.attrs), f"{where}: attributes {set(a.attrs) ^ set(b.attrs)}"
    for k in a.attrs:
        x, y = a.attrs[k], b.attrs[k]
        assert type(x) is type(y) and np.array_equal(x, y), f"{where}@{k}: {x!r} is written as {y!r}"
        x, y = a.attrs.get_id(k).get_type(), b.attrs.get_id(k).get_type()
        assert x == y, f"{where}@{k}: {x} is written as {y}"


def tree(a, b, where="/"):
    attributes(a, b, where)
    assert list(a) == list(b), f"{where}: {list(a)} is written as {list(b)}"
    for k in a:
        path = where + k
        assert type(a[k]) is type(b[k]), path
        if isinstance(a[k], h5py.Group):
            tree(a[k], b[k], path + "/")
        else:
            equal(a[k], b[k], path)
            assert a[k].id.get_type() == b[k].id.get_type(), f"{path}: types differ"
            attributes(a[k], b[k], path)
    if isinstance(a, h5py.Group):
        assert all(k in b for k in a), f"{where}: a name cannot be looked up"


count = 0
for want in glob.glob(sys.argv[1] + "/*.want.h5"):
    with h5py.File(want) as a, h5py.File(want.replace(".want.", ".got.")) as b:
        try:
            tree(a, b)
        except Exception as e:
            sys.exit(f"{want}: {e}")
    count += 1
print(count)
