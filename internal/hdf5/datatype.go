package hdf5

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// datatype says how the elements of one array lie in the file.
type datatype struct {
	dtype Dtype
	size  int
	order binary.ByteOrder
	vlen  bool // text in the global heap rather than in place
	pad   int  // of text in place: 0 and 1 NUL, 2 spaces
}

// The classes of datatype messages.
const (
	classFixed  = 0
	classFloat  = 1
	classString = 3
	classOpaque = 5
	classEnum   = 8
	classVlen   = 9
)

// datatype reads a datatype message.
func (c *cursor) datatype() (datatype, error) {
	head, bits, size := c.u8(), c.uint(3), c.u32()
	if c.err != nil {
		return datatype{}, c.err
	}
	t := datatype{size: size, order: binary.LittleEndian}
	if size < 1 || size > maxElementSize {
		return t, fmt.Errorf("an element of %d bytes is not supported", size)
	}
	switch class := head & 15; class {
	case classFixed:
		t.setOrder(bits)
		t.dtype = integer(size, bits&8 != 0)
	case classFloat:
		t.setOrder(bits)
		c.skip(5) // bit offset, precision, position of the exponent
		t.dtype = float(size, c.u8())
		if bits&0x40 != 0 {
			t.dtype = "" // VAX byte order
		}
	case classString:
		t.dtype, t.pad = text(bits>>4), int(bits&15)
	case classOpaque:
		if size == 2 {
			t.dtype = BFloat16
		}
	case classEnum:
		if size == 1 && bits&0xFFFF == 2 && strings.Contains(string(c.b), "FALSE\x00") {
			t.dtype = Bool
		}
	case classVlen:
		if bits&15 == 1 {
			t.dtype, t.vlen = text(bits>>8), true
			c.sizeOfReference(size)
		}
	}
	if t.dtype == "" {
		c.fail("an element type (class %d, %d bytes) that Keras does not use", head&15, size)
	}
	return t, c.err
}

func (t *datatype) setOrder(bits uint64) {
	if bits&1 != 0 {
		t.order = binary.BigEndian
	}
}

func (c *cursor) sizeOfReference(size int) {
	if size != 4+c.f.offsetSize+4 {
		c.fail("a text reference of %d bytes", size)
	}
}

func integer(size int, signed bool) Dtype {
	prefix := "uint"
	if signed {
		prefix = "int"
	}
	d := Dtype(fmt.Sprintf("%s%d", prefix, 8*size))
	if _, ok := codecs[d]; !ok {
		return ""
	}
	return d
}

// float tells the 16-bit formats apart by the width of their exponent.
func float(size, exponent int) Dtype {
	switch [2]int{size, exponent} {
	case [2]int{2, 5}:
		return Float16
	case [2]int{2, 8}:
		return BFloat16
	case [2]int{4, 8}:
		return Float32
	case [2]int{8, 11}:
		return Float64
	}
	return ""
}

func text(charset uint64) Dtype {
	if charset&15 == 1 {
		return String
	}
	return Bytes
}

// dataspace reads a dataspace message. A null dataspace counts as the empty shape (0).
func (c *cursor) dataspace() ([]int, error) {
	version := c.version("a dataspace", 1, 2)
	rank, _ := c.u8(), c.u8()
	if version == 1 {
		c.skip(5)
	} else if kind := c.u8(); kind == 2 {
		return []int{0}, c.err
	}
	if rank > maxRank {
		c.fail("an array of %d axes", rank)
	}
	if c.err != nil {
		return nil, c.err
	}
	shape := c.dims(rank, c.f.lengthSize)
	return shape, c.err
}

// maxRank is the limit of HDF5 itself.
const maxRank = 32

// decode turns the stored bytes of n elements into a Data slice.
func (f *file) decode(raw []byte, t datatype, n int) (any, error) {
	if len(raw) < n*t.size {
		return nil, fmt.Errorf("%d bytes are stored where %d elements of %d bytes are described", len(raw), n, t.size)
	}
	raw = raw[:n*t.size]
	cost := n * t.size
	if t.dtype == String || t.dtype == Bytes {
		cost += n * 16 // a Go string's header
	}
	if err := f.spend(cost); err != nil {
		return nil, err
	}
	switch {
	case t.vlen:
		return f.heapText(raw, t.size, n)
	case t.dtype == String || t.dtype == Bytes:
		out := make([]string, n)
		for i := range out {
			out[i] = trim(raw[i*t.size:(i+1)*t.size], t.pad)
		}
		return out, nil
	}
	out := codecs[t.dtype].make(n)
	_, err := binary.Decode(raw, t.order, out)
	return out, err
}

// trim removes the padding of a fixed-length string.
func trim(b []byte, pad int) string {
	s := string(b)
	if pad == 2 {
		return strings.TrimRight(s, " ")
	}
	s, _, _ = strings.Cut(s, "\x00")
	return s
}
