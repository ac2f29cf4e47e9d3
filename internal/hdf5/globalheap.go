package hdf5

import "fmt"

// refSize is a reference to text in the global heap: its length (4), the address of a collection (8), an index (4).
const refSize = 16

// heapText resolves n references of the given size. A zero length is the empty string, whatever the address.
func (f *file) heapText(raw []byte, size, n int) ([]string, error) {
	out := make([]string, n)
	for i := range out {
		c := &cursor{f: f, b: raw[i*size : (i+1)*size]}
		length, addr, index := c.u32(), c.addr(), c.u32()
		if length == 0 {
			continue
		}
		objects, err := f.collection(addr)
		if err != nil {
			return nil, fmt.Errorf("text in the global heap: %w", err)
		}
		b, ok := objects[index]
		if !ok || length > len(b) {
			return nil, fmt.Errorf("text in the global heap: object %d of %d bytes is missing at %#x", index, length, addr)
		}
		if err := f.spend(length); err != nil {
			return nil, err
		}
		out[i] = trim(b[:length], 0)
	}
	return out, nil
}

// collection parses the global heap collection at addr once.
func (f *file) collection(addr uint64) (map[int][]byte, error) {
	if objects, ok := f.heaps[addr]; ok {
		return objects, nil
	}
	c := f.at(addr)
	all := c.b
	c.expect("GCOL")
	c.version("a global heap", 1)
	c.skip(3)
	size := c.length()
	head := uint64(len(all) - len(c.b))
	if c.err == nil && (size < head || size > uint64(len(all))) {
		c.err = errShort
	}
	if c.err != nil {
		return nil, fmt.Errorf("collection at %#x: %w", addr, c.err)
	}
	c.b = all[head:size]
	objects := map[int][]byte{}
	for len(c.b) >= 8+f.lengthSize {
		index := c.u16()
		c.skip(2 + 4) // reference count, reserved
		n := c.length()
		if index == 0 { // free space, always last
			break
		}
		if err := f.spend(64); err != nil {
			return nil, err
		}
		objects[index] = c.take(n)
		c.skip(min(-n&7, uint64(len(c.b))))
		if c.err != nil {
			return nil, c.err
		}
	}
	f.heaps[addr] = objects
	return objects, nil
}
