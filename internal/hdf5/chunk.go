package hdf5

import (
	"errors"
	"fmt"
)

// chunkIndex says how to find the chunks of a dataset: through a version 1 B-tree, or as the fields after kind say.
type chunkIndex struct {
	dims     []int // of a chunk; the size of an element comes last
	tree     uint64
	kind     int // 0: tree
	filtered bool
	single   chunk // kind indexSingle
}

// The indexes of layout version 4. Growing datasets have others, which Keras has no use for.
const (
	indexSingle     = 1
	indexImplicit   = 2
	indexFixedArray = 3
)

// chunk is one stored block: its position in the dataset, and where its bytes lie.
type chunk struct {
	start []int
	addr  uint64
	size  uint64
	mask  int // filters that were skipped
}

// chunkCost is what starting a decompressor counts for in the reader's budget.
const chunkCost = 1024

// parse reads the part of a layout message that describes chunks, versions 4 and 5.
func (x *chunkIndex) parse(c *cursor) {
	flags, rank, width := c.u8(), c.u8(), c.u8()
	if rank > maxRank+1 || width < 1 || width > 8 {
		c.fail("chunks of %d axes with lengths of %d bytes", rank, width)
		return
	}
	x.dims = c.dims(rank, width)
	x.kind = c.u8()
	switch x.kind {
	case indexSingle:
		if x.filtered = flags&2 != 0; x.filtered {
			x.single.size, x.single.mask = c.length(), c.u32()
		}
	case indexImplicit:
	case indexFixedArray:
		c.skip(1) // page bits, repeated in the array's header
	default:
		c.fail("the chunk index of a dataset that can grow (kind %d) is not supported; store it with a fixed shape", x.kind)
	}
	x.tree = c.addr()
}

// chunked assembles a dataset from its chunks.
func (f *file) chunked(h header, x *chunkIndex, shape []int, size, n int) ([]byte, error) {
	out, err := f.filled(h, size, n)
	if err != nil || n == 0 || x.tree == undefined {
		return out, err
	}
	filters, err := f.filters(h)
	if err != nil {
		return nil, err
	}
	bytes, err := elements(x.dims)
	if err != nil || len(x.dims) != len(shape)+1 || bytes == 0 || x.dims[len(shape)] != size {
		return nil, fmt.Errorf("chunks of shape %v do not fit a dataset of shape %v with elements of %d bytes", x.dims, shape, size)
	}
	return out, f.eachChunk(x, shape, func(c chunk) error {
		if c.addr == undefined {
			return nil
		}
		if err := f.spend(bytes + chunkCost); err != nil {
			return err
		}
		if len(filters) == 0 {
			c.size = uint64(bytes)
		}
		raw, err := f.bytes(c.addr, c.size)
		if err != nil {
			return err
		}
		if raw, err = filters.undo(raw, c.mask, bytes); err != nil {
			return err
		}
		if len(raw) != bytes {
			return fmt.Errorf("a chunk of %d bytes unpacks to %d", bytes, len(raw))
		}
		place(out, shape, raw, x.dims[:len(shape)], c.start, size)
		return nil
	})
}

// eachChunk calls visit for every chunk of the index.
func (f *file) eachChunk(x *chunkIndex, shape []int, visit func(chunk) error) error {
	rank := len(shape)
	switch x.kind {
	case indexSingle:
		x.single.addr, x.single.start = x.tree, make([]int, rank)
		return visit(x.single)
	case indexImplicit, indexFixedArray:
		return f.gridChunks(x, shape, visit)
	}
	return f.btree(x.tree, chunkTree, uint64(8+8*(rank+1)), -1, func(key *cursor, child uint64) error {
		c := chunk{addr: child, size: key.uint(4), mask: key.u32()}
		c.start = key.dims(rank, 8)
		for i, at := range c.start {
			if at >= shape[i] || at%x.dims[i] != 0 {
				return errors.New("a chunk lies outside its dataset")
			}
		}
		if key.err != nil {
			return key.err
		}
		return visit(c)
	})
}

// place copies a chunk to its position, leaving out what reaches beyond the dataset's edge.
func place(out []byte, shape []int, raw []byte, dims, start []int, size int) {
	if len(shape) == 0 {
		copy(out, raw)
		return
	}
	step, chunkStep := size, size
	for i := 1; i < len(shape); i++ {
		step, chunkStep = step*shape[i], chunkStep*dims[i]
	}
	rows := min(dims[0], shape[0]-start[0])
	if len(shape) == 1 {
		copy(out[start[0]*size:], raw[:rows*size])
		return
	}
	for i := range rows {
		place(out[(start[0]+i)*step:], shape[1:], raw[i*chunkStep:], dims[1:], start[1:], size)
	}
}
