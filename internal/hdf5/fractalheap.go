package hdf5

import (
	"errors"
	"fmt"
	"math/bits"
)

// fractalHeap is a heap of small objects: a table of blocks whose sizes double row by row, from the third row on.
type fractalHeap struct {
	f          *file
	idSize     int
	checksums  bool   // direct blocks carry one
	hugeTree   uint64 // B-tree of objects too large for a block
	width      uint64 // blocks a row
	first      uint64 // bytes of a block in the first row
	largest    uint64 // bytes of the largest block that holds objects itself
	offsetSize int    // bytes of an offset into the heap
	lengthSize int    // bytes of an object's length
	root       uint64
	rows       int // of the root block, 0 if it holds objects itself
}

func (f *file) fractalHeap(addr uint64) (*fractalHeap, error) {
	h := &fractalHeap{f: f}
	c := f.at(addr)
	c.expect("FRHP")
	c.version("it", 0)
	h.idSize = c.u16()
	if c.u16() != 0 {
		c.fail("filters are not supported")
	}
	h.checksums = c.u8()&2 != 0
	largestObject := c.uint(4)
	c.length() // next huge ID
	h.hugeTree = c.addr()
	c.length()                       // free space
	c.addr()                         // its manager
	c.skip(uint64(8 * f.lengthSize)) // statistics
	h.width, h.first, h.largest = c.uint(2), c.length(), c.length()
	maxBits := c.u16()
	c.skip(2) // starting rows
	h.root, h.rows = c.addr(), c.u16()
	if c.err == nil && (bits.OnesCount64(h.first) != 1 || bits.OnesCount64(h.width) != 1 || h.largest < h.first ||
		h.largest > 1<<32 || h.first > 1<<32 || maxBits > 64 || h.rows > maxBits || h.idSize < 2) {
		c.fail("blocks of %d to %d bytes, %d a row, %d rows", h.first, h.largest, h.width, h.rows)
	}
	h.offsetSize = (maxBits + 7) / 8
	h.lengthSize = min((bits.Len64(h.largest)-1+7)/8, byteWidth(largestObject))
	return h, c.err
}

// object returns the bytes that the heap ID at rec stands for.
func (h *fractalHeap) object(rec *cursor) ([]byte, error) {
	id := &cursor{f: h.f, b: rec.take(uint64(h.idSize))}
	if rec.err != nil {
		return nil, rec.err
	}
	switch head := id.u8(); head >> 4 & 3 {
	case 0:
		offset, length := id.uint(h.offsetSize), id.uint(h.lengthSize)
		if id.err != nil {
			return nil, id.err
		}
		if h.rows == 0 {
			return h.inBlock(h.root, h.first, offset, length)
		}
		return h.inTable(h.root, h.rows, offset, length)
	case 1:
		return h.huge(id)
	default: // tiny: the ID holds the object
		n := uint64(head&15) + 1
		return id.take(n), id.err
	}
}

// inTable finds the block that holds offset, which counts from the start of the table at addr.
func (h *fractalHeap) inTable(addr uint64, rows int, offset, length uint64) ([]byte, error) {
	for {
		if err := h.f.spend(64); err != nil {
			return nil, err
		}
		c := h.f.at(addr)
		c.expect("FHIB")
		c.version("a block table", 0)
		c.skip(uint64(h.f.offsetSize + h.offsetSize)) // heap header, own offset
		size := h.first
		for row := 0; ; row++ {
			if row >= rows || size > 1<<40 {
				return nil, errors.New("an object lies beyond the heap's end")
			}
			if row > 1 {
				size *= 2
			}
			if offset < size*h.width {
				break
			}
			offset -= size * h.width
			c.skip(h.width * uint64(h.f.offsetSize))
		}
		c.skip(offset / size * uint64(h.f.offsetSize))
		addr, offset = c.addr(), offset%size
		if c.err != nil {
			return nil, c.err
		}
		if size <= h.largest {
			return h.inBlock(addr, size, offset, length)
		}
		// A table in place of a block of this size has just the rows that add up to it; always fewer than its parent.
		rows = bits.Len64(size) - bits.Len64(h.first*h.width) + 1
	}
}

func (h *fractalHeap) inBlock(addr, size, offset, length uint64) ([]byte, error) {
	block, err := h.f.bytes(addr, size)
	if err != nil {
		return nil, err
	}
	c := &cursor{f: h.f, b: block}
	c.expect("FHDB")
	c.b = block
	c.skip(offset) // objects are addressed from the start of the block's own header
	return c.take(length), c.err
}

// huge finds an object that has a place of its own in the file, directly or by its number.
func (h *fractalHeap) huge(id *cursor) ([]byte, error) {
	if h.f.offsetSize+h.f.lengthSize < h.idSize {
		addr, length := id.addr(), id.length()
		if id.err != nil {
			return nil, id.err
		}
		return h.f.bytes(addr, length)
	}
	number := id.uint(min(h.idSize-1, 8))
	if id.err != nil || h.hugeTree == undefined {
		return nil, fmt.Errorf("a large object has no index: %w", errShort)
	}
	var found []byte
	err := h.f.btree2(h.hugeTree, hugeTree, func(rec *cursor) error {
		addr, length := rec.addr(), rec.length()
		if rec.length() != number || rec.err != nil {
			return rec.err
		}
		var err error
		found, err = h.f.bytes(addr, length)
		return err
	})
	if err == nil && found == nil {
		err = fmt.Errorf("large object %d is missing", number)
	}
	return found, err
}
