package hdf5

import "fmt"

// attributes reads all attributes of an object: those in its header and those in a heap of their own, where new-style
// files put them when they are many or large.
func (f *file) attributes(h header) (map[string]Array, error) {
	attrs := map[string]Array{}
	add := func(c *cursor) error {
		name, a, err := f.attribute(c)
		if err != nil {
			return fmt.Errorf("attribute %q: %w", name, err)
		}
		attrs[name] = a
		return nil
	}
	for _, m := range h {
		if m.kind != msgAttribute {
			continue
		}
		if err := add(m.cursor(f)); err != nil {
			return nil, err
		}
	}
	c := h.find(f, msgAttrInfo)
	if c == nil {
		return attrs, nil
	}
	c.version("the attribute information", 0)
	if flags := c.u8(); flags&1 != 0 {
		c.skip(2) // highest creation order
	}
	heap, tree := c.addr(), c.addr()
	if c.err != nil || heap == undefined {
		return attrs, c.err
	}
	return attrs, f.dense(heap, tree, attrNameTree, add)
}

// attribute reads one attribute message.
func (f *file) attribute(c *cursor) (name string, a Array, err error) {
	version := c.version("the message", 1, 2, 3)
	flags := c.u8()
	if version > 1 && flags != 0 {
		c.fail("its type is shared between objects, which is not supported")
	}
	sizes := [3]int{c.u16(), c.u16(), c.u16()}
	if version == 3 {
		c.skip(1) // character set of the name
	}
	var parts [3]*cursor // name, datatype, dataspace
	for i, n := range sizes {
		parts[i] = &cursor{f: f, b: c.take(uint64(n))}
		if version == 1 {
			c.skip(uint64(-n & 7))
		}
	}
	if c.err != nil {
		return "", a, c.err
	}
	name = trim(parts[0].b, 0)
	t, err := parts[1].datatype()
	if err != nil {
		return name, a, err
	}
	shape, err := parts[2].dataspace()
	if err != nil {
		return name, a, err
	}
	n, err := elements(shape)
	if err != nil {
		return name, a, err
	}
	data, err := f.decode(c.b, t, n)
	return name, Array{t.dtype, shape, data}, err
}
