package hdf5

import "fmt"

// symbols lists an old-style group: a B-tree whose leaves are symbol nodes, with the names in a local heap.
func (f *file) symbols(tree, heap uint64) ([]link, error) {
	names, err := f.localHeap(heap)
	if err != nil {
		return nil, fmt.Errorf("local heap: %w", err)
	}
	var links []link
	err = f.btree(tree, groupTree, uint64(f.lengthSize), -1, func(_ *cursor, child uint64) error {
		c := f.at(child)
		c.expect("SNOD")
		c.version("a symbol node", 1)
		c.skip(1)
		for range c.u16() {
			at, addr := c.uint(f.offsetSize), c.addr()
			kind := c.u32()
			c.skip(4 + 16) // reserved, scratch space
			if c.err != nil || at >= uint64(len(names)) {
				return errShort
			}
			name := trim(names[at:min(uint64(len(names)), at+maxName)], 0)
			if kind == 2 {
				return fmt.Errorf("link %q is not a hard link, which is not supported", name)
			}
			if err := f.spend(64 + len(name)); err != nil {
				return err
			}
			links = append(links, link{name, addr})
		}
		return c.err
	})
	return links, err
}

// maxName bounds a name: in a damaged heap, and of an attribute to be written.
const maxName = 1 << 15

// localHeap returns the data segment of the heap at addr.
func (f *file) localHeap(addr uint64) ([]byte, error) {
	c := f.at(addr)
	c.expect("HEAP")
	c.version("it", 0)
	c.skip(3)
	size := c.length()
	c.length() // free list
	data := c.addr()
	if c.err != nil {
		return nil, c.err
	}
	return f.bytes(data, size)
}

// The kinds of version 1 B-trees.
const (
	groupTree = 0
	chunkTree = 1
)

// btree calls leaf with a cursor at the key before each child of the leaf nodes below addr. Levels must fall by one
// from parent to child, so no cycle can be followed; level is the one expected here, or -1 at the root.
func (f *file) btree(addr uint64, kind int, keySize uint64, level int, leaf func(key *cursor, child uint64) error) error {
	c := f.at(addr)
	c.expect("TREE")
	k, l, n := c.u8(), c.u8(), c.u16()
	c.skip(uint64(2 * f.offsetSize)) // siblings
	if c.err != nil {
		return fmt.Errorf("B-tree: %w", c.err)
	}
	if k != kind || level >= 0 && l != level {
		return fmt.Errorf("B-tree: a node of kind %d, level %d is out of place", k, l)
	}
	for range n {
		if err := f.spend(64); err != nil {
			return err
		}
		key := &cursor{f: f, b: c.take(keySize)}
		child := c.addr()
		if c.err != nil {
			return fmt.Errorf("B-tree: %w", c.err)
		}
		var err error
		if l > 0 {
			err = f.btree(child, kind, keySize, l-1, leaf)
		} else {
			err = leaf(key, child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
