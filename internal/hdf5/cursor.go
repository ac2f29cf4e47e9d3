package hdf5

import (
	"errors"
	"fmt"
)

// undefined is the address that stands for "nothing stored".
const undefined = ^uint64(0)

var errShort = errors.New("the file ends in the middle of a structure (truncated?)")

// cursor reads little-endian fields one after another. The first failure sticks: later reads give zeros, so a caller
// may read a whole structure and look at err once, but must look before it loops or allocates by what was read.
type cursor struct {
	f   *file
	b   []byte
	err error
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// take returns the next n bytes without copying them.
func (c *cursor) take(n uint64) []byte {
	if c.err == nil && n > uint64(len(c.b)) {
		c.err = errShort
	}
	if c.err != nil {
		return nil
	}
	out := c.b[:n:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) skip(n uint64) { c.take(n) }

// uint reads an unsigned integer of n <= 8 bytes.
func (c *cursor) uint(n int) (v uint64) {
	for i, b := range c.take(uint64(n)) {
		v |= uint64(b) << (8 * i)
	}
	return v
}

func (c *cursor) u8() int  { return int(c.uint(1)) }
func (c *cursor) u16() int { return int(c.uint(2)) }
func (c *cursor) u32() int { return int(c.uint(4)) }

// addr reads an address, whose width the superblock gives; all ones is undefined.
func (c *cursor) addr() uint64 {
	v := c.uint(c.f.offsetSize)
	if v == undefined>>(64-8*c.f.offsetSize) {
		return undefined
	}
	return v
}

// length reads a size, whose width the superblock gives.
func (c *cursor) length() uint64 { return c.uint(c.f.lengthSize) }

// expect checks a four-letter signature or another fixed run of bytes.
func (c *cursor) expect(want string) {
	if got := c.take(uint64(len(want))); c.err == nil && string(got) != want {
		c.fail("found %q where the signature %q must be", got, want)
	}
}

// version reads a version byte and refuses values other than those listed.
func (c *cursor) version(what string, known ...int) int {
	v := c.u8()
	for _, k := range known {
		if v == k {
			return v
		}
	}
	c.fail("%s has version %d, which is not supported", what, v)
	return v
}

// dims reads n lengths of the given width as an array shape.
func (c *cursor) dims(n, width int) []int {
	shape := make([]int, 0, n)
	for range n {
		v := c.uint(width)
		if v > maxAxis {
			c.fail("an axis of length %d is too long", v)
		}
		shape = append(shape, int(v))
	}
	return shape
}

// maxAxis is far beyond any file that fits in memory.
const maxAxis = 1 << 40
