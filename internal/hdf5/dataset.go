package hdf5

import (
	"errors"
	"fmt"
	"slices"
)

// dataset reads the array and the attributes that a header describes.
func (f *file) dataset(h header) (*Dataset, error) {
	typ, space := h.find(f, msgDatatype), h.find(f, msgDataspace)
	if typ == nil || space == nil {
		return nil, errors.New("a dataset without type or shape")
	}
	t, err := typ.datatype()
	if err != nil {
		return nil, err
	}
	shape, err := space.dataspace()
	if err != nil {
		return nil, err
	}
	n, err := elements(shape)
	if err != nil {
		return nil, err
	}
	raw, err := f.stored(h, shape, t.size, n)
	if err != nil {
		return nil, err
	}
	d := &Dataset{Array: Array{Dtype: t.dtype, Shape: shape}}
	if d.Data, err = f.decode(raw, t, n); err != nil {
		return nil, err
	}
	d.Attrs, err = f.attributes(h)
	return d, err
}

// The classes of data layout.
const (
	layoutCompact    = 0
	layoutContiguous = 1
	layoutChunked    = 2
)

// stored returns the bytes of a dataset of n elements as they would lie contiguously.
func (f *file) stored(h header, shape []int, size, n int) ([]byte, error) {
	c := h.find(f, msgLayout)
	version := c.version("the data layout", 3, 4, 5) // 1 and 2 ended with HDF5 1.6, before Keras
	switch class := c.u8(); class {
	case layoutCompact:
		raw := c.take(c.uint(2))
		return raw, c.err
	case layoutContiguous:
		addr, length := c.addr(), c.length()
		return f.contiguous(c, h, addr, length, size, n)
	case layoutChunked:
		var chunks chunkIndex
		if version == 3 {
			rank := c.u8()
			chunks.tree, chunks.dims = c.addr(), c.dims(min(rank, maxRank+1), 4)
		} else {
			chunks.parse(c)
		}
		if c.err != nil {
			return nil, c.err
		}
		return f.chunked(h, &chunks, shape, size, n)
	default:
		c.fail("data layout %d is not supported", class)
		return nil, c.err
	}
}

func (f *file) contiguous(c *cursor, h header, addr, length uint64, size, n int) ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	if addr == undefined { // never written
		return f.filled(h, size, n)
	}
	return f.bytes(addr, length)
}

// filled returns n elements of the fill value, which is zero unless the header says otherwise.
func (f *file) filled(h header, size, n int) ([]byte, error) {
	if err := f.spend(n * size); err != nil {
		return nil, err
	}
	c := h.find(f, msgFill)
	if c == nil {
		return make([]byte, n*size), nil
	}
	version := c.version("the fill value", 1, 2, 3)
	var defined bool
	if version == 3 {
		defined = c.u8()&0x20 != 0
	} else {
		c.skip(2)
		defined = c.u8() != 0 || version == 1
	}
	var value []byte
	if defined {
		value = c.take(c.uint(4))
	}
	if c.err != nil {
		return nil, c.err
	}
	if len(value) == 0 {
		return make([]byte, n*size), nil
	}
	if len(value) != size {
		return nil, fmt.Errorf("a fill value of %d bytes for elements of %d", len(value), size)
	}
	return slices.Repeat(value, n), nil
}
