package hdf5

import "fmt"

// gridChunks visits the chunks of an index that has one entry for every cell of the chunk grid, in row-major order.
func (f *file) gridChunks(x *chunkIndex, shape []int, visit func(chunk) error) error {
	grid := make([]int, len(shape))
	for i, d := range shape {
		grid[i] = (d + x.dims[i] - 1) / x.dims[i]
	}
	n, err := elements(grid)
	if err != nil {
		return err
	}
	bytes, err := elements(x.dims)
	if err != nil {
		return err
	}
	next := func() (chunk, error) { return chunk{}, nil }
	if x.kind == indexFixedArray {
		if next, err = f.fixedArray(x.tree, n); err != nil {
			return fmt.Errorf("fixed array: %w", err)
		}
	}
	for i := range n {
		c, err := next()
		if err != nil {
			return fmt.Errorf("fixed array: %w", err)
		}
		if err := f.spend(64); err != nil {
			return err
		}
		if x.kind == indexImplicit {
			c.addr = x.tree + uint64(i)*uint64(bytes)
		}
		c.start = make([]int, len(shape))
		for axis, rest := len(shape)-1, i; axis >= 0; axis-- {
			c.start[axis] = rest % grid[axis] * x.dims[axis]
			rest /= grid[axis]
		}
		if err := visit(c); err != nil {
			return err
		}
	}
	return nil
}

// fixedArray returns a function that reads the next of the n entries of the array at addr.
func (f *file) fixedArray(addr uint64, n int) (func() (chunk, error), error) {
	c := f.at(addr)
	c.expect("FAHD")
	c.version("it", 0)
	filtered, entry, pageBits := c.u8() == 1, c.u8(), c.u8()
	count, block := c.length(), c.addr()
	if c.err == nil && (count != uint64(n) || pageBits > 30 || filtered && (entry <= f.offsetSize+4 || entry > f.offsetSize+12)) {
		c.fail("%d entries of %d bytes, where %d are needed", count, entry, n)
	}
	if c.err != nil {
		return nil, c.err
	}
	if block == undefined {
		return func() (chunk, error) { return chunk{addr: undefined}, nil }, nil
	}
	d := f.at(block)
	d.expect("FADB")
	d.version("its data", 0)
	d.skip(uint64(1 + f.offsetSize)) // kind, header
	// A long array comes in pages, each with a checksum; a bitmap tells which were ever written.
	page := 1 << pageBits
	var written []byte
	if n > page {
		pages := (n + page - 1) / page
		written = d.take(uint64(pages+7) / 8)
		d.skip(4)
	}
	i := -1
	return func() (chunk, error) {
		i++
		if written != nil && i > 0 && i%page == 0 {
			d.skip(4)
		}
		read := chunk{addr: d.addr()}
		if filtered {
			read.size, read.mask = d.uint(entry-f.offsetSize-4), d.u32()
		}
		if written != nil && written[i/page/8]&(0x80>>(i/page%8)) == 0 {
			read.addr = undefined
		}
		return read, d.err
	}, d.err
}
