package hdf5

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The filters of chunks that are understood.
const (
	filterDeflate  = 1
	filterShuffle  = 2
	filterChecksum = 3
)

// maxFilters bounds the work on one chunk; real files have at most three.
const maxFilters = 8

type filter struct {
	id   int
	size int // element size, of shuffle
}

// pipeline lists filters in the order in which the writer applied them.
type pipeline []filter

// filters reads the filter message of a dataset, if there is one.
func (f *file) filters(h header) (pipeline, error) {
	c := h.find(f, msgFilters)
	if c == nil {
		return nil, nil
	}
	version, n := c.version("the filter list", 1, 2), c.u8()
	if version == 1 {
		c.skip(6)
	}
	if n > maxFilters {
		c.fail("%d compression filters in a row", n)
	}
	var p pipeline
	for range n {
		if c.err != nil {
			break
		}
		id, nameSize := c.u16(), 0
		if version == 1 || id >= 256 {
			nameSize = c.u16()
		}
		c.skip(2) // flags
		values := c.u16()
		if version == 1 {
			nameSize = (nameSize + 7) &^ 7
		}
		c.skip(uint64(nameSize))
		params := &cursor{b: c.take(uint64(4 * values))}
		if version == 1 && values%2 == 1 {
			c.skip(4)
		}
		if c.err != nil {
			return nil, c.err
		}
		step := filter{id: id}
		switch id {
		case filterDeflate, filterChecksum:
		case filterShuffle:
			step.size = params.u32()
		default:
			return nil, fmt.Errorf("compression filter %d is not supported; use gzip", id)
		}
		p = append(p, step)
	}
	return p, c.err
}

// undo turns a stored chunk into its size bytes of data. Bit i of mask tells that filter i was not applied.
func (p pipeline) undo(raw []byte, mask, size int) ([]byte, error) {
	for i, step := range slices.Backward(p) {
		if mask>>i&1 != 0 {
			continue
		}
		switch step.id {
		case filterDeflate:
			z, err := zlib.NewReader(bytes.NewReader(raw))
			if err != nil {
				return nil, fmt.Errorf("gzip: %w", err)
			}
			// A little more than the chunk, for checksums of filters that ran before.
			if raw, err = io.ReadAll(io.LimitReader(z, int64(size)+64)); err != nil {
				return nil, fmt.Errorf("gzip: %w", err)
			}
		case filterShuffle:
			raw = unshuffle(raw, step.size)
		case filterChecksum:
			if len(raw) < 4 {
				return nil, errors.New("a chunk is too short for its checksum")
			}
			raw = raw[:len(raw)-4]
		}
	}
	return raw, nil
}

// unshuffle gathers the bytes of each element, which shuffle spreads over planes: all first bytes, all second bytes ...
func unshuffle(raw []byte, size int) []byte {
	if size < 2 || len(raw)/size == 0 {
		return raw
	}
	n := len(raw) / size
	out := make([]byte, len(raw))
	for i := range n {
		for j := range size {
			out[i*size+j] = raw[j*n+i]
		}
	}
	copy(out[n*size:], raw[n*size:])
	return out
}
