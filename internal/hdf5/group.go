package hdf5

import (
	"errors"
	"fmt"
)

// link is a name in a group and the address of the object header it leads to.
type link struct {
	name string
	addr uint64
}

// object reads the group or dataset that a link of g leads to and stores it in g.
func (f *file) object(g *Group, l link, path string, depth int) error {
	if g.Groups[l.name] != nil || g.Datasets[l.name] != nil {
		return fmt.Errorf("%s: two links have this name", path)
	}
	if d, ok := f.datasets[l.addr]; ok { // a second hard link
		g.Datasets[l.name] = d
		return nil
	}
	h, err := f.header(l.addr)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if !h.has(msgLayout) {
		sub, err := f.groupOf(h, l.addr, path, depth)
		g.Groups[l.name] = sub
		return err
	}
	d, err := f.dataset(h)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	f.datasets[l.addr], g.Datasets[l.name] = d, d
	return nil
}

// group reads the group whose header is at addr.
func (f *file) group(addr uint64, path string, depth int) (*Group, error) {
	h, err := f.header(addr)
	if err != nil {
		return nil, fmt.Errorf("group %q: %w", path, err)
	}
	return f.groupOf(h, addr, path, depth)
}

func (f *file) groupOf(h header, addr uint64, path string, depth int) (*Group, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("groups nest more than %d deep", maxDepth)
	}
	// Reaching a group twice is a cycle, or a diamond that would be unfolded into exponentially many paths.
	if f.groups[addr] {
		return nil, fmt.Errorf("group %q: two links lead to the same group, which is not supported", path)
	}
	f.groups[addr] = true
	g := NewGroup()
	var err error
	if g.Attrs, err = f.attributes(h); err != nil {
		return nil, fmt.Errorf("group %q: %w", path, err)
	}
	links, err := f.links(h)
	if err != nil {
		return nil, fmt.Errorf("group %q: %w", path, err)
	}
	for _, l := range links {
		if err := f.object(g, l, path+"/"+l.name, depth+1); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// links lists the members of a group from whichever of the three places the file keeps them: a symbol table (old
// style), link messages in the header (new style), or a heap of link messages (new style with more than eight links).
func (f *file) links(h header) ([]link, error) {
	var links []link
	if c := h.find(f, msgSymbolTable); c != nil {
		tree, heap := c.addr(), c.addr()
		if c.err != nil {
			return nil, c.err
		}
		return f.symbols(tree, heap)
	}
	add := func(c *cursor) error {
		l, err := c.link()
		links = append(links, l)
		return err
	}
	for _, m := range h {
		if m.kind != msgLink {
			continue
		}
		if err := add(m.cursor(f)); err != nil {
			return nil, err
		}
	}
	c := h.find(f, msgLinkInfo)
	if c == nil {
		if links == nil && h.has(msgDatatype) {
			return nil, errors.New("a named datatype is not supported")
		}
		return links, nil
	}
	c.version("the link information", 0)
	if flags := c.u8(); flags&1 != 0 {
		c.skip(8) // highest creation order
	}
	heap, tree := c.addr(), c.addr()
	if c.err != nil || heap == undefined {
		return links, c.err
	}
	err := f.dense(heap, tree, linkNameTree, add)
	return links, err
}

// link reads a link message.
func (c *cursor) link() (link, error) {
	c.version("a link", 1)
	flags, kind := c.u8(), 0
	if flags&8 != 0 {
		kind = c.u8()
	}
	if flags&4 != 0 {
		c.skip(8) // creation order
	}
	if flags&16 != 0 {
		c.skip(1) // character set
	}
	name := string(c.take(c.uint(1 << (flags & 3))))
	if c.err == nil && kind != 0 {
		c.fail("link %q is not a hard link, which is not supported", name)
	}
	return link{name, c.addr()}, c.err
}
