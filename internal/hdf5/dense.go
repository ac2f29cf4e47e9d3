package hdf5

import "fmt"

// The kinds of version 2 B-trees.
const (
	hugeTree     = 1
	linkNameTree = 5
	attrNameTree = 8
)

// dense calls add with each message kept in a fractal heap and indexed by name in a version 2 B-tree.
func (f *file) dense(heapAddr, tree uint64, kind int, add func(*cursor) error) error {
	heap, err := f.fractalHeap(heapAddr)
	if err != nil {
		return fmt.Errorf("fractal heap: %w", err)
	}
	return f.btree2(tree, kind, func(rec *cursor) error {
		if kind == linkNameTree {
			rec.skip(4) // hash of the name, which attributes keep at the end
		}
		b, err := heap.object(rec)
		if err != nil {
			return fmt.Errorf("fractal heap: %w", err)
		}
		if err := f.spend(64 + len(b)); err != nil {
			return err
		}
		return add(&cursor{f: f, b: b})
	})
}

// btree2 calls visit with every record of the version 2 B-tree at addr.
func (f *file) btree2(addr uint64, kind int, visit func(rec *cursor) error) error {
	c := f.at(addr)
	c.expect("BTHD")
	c.version("it", 0)
	k, nodeSize, recSize, depth := c.u8(), c.u32(), c.u16(), c.u16()
	c.skip(2) // split and merge percentages
	root, n := c.addr(), c.u16()
	if c.err == nil && (k != kind || recSize == 0 || nodeSize <= nodePrefix+recSize || depth > maxTreeDepth) {
		c.fail("kind %d, records of %d bytes, nodes of %d, depth %d", k, recSize, nodeSize, depth)
	}
	if c.err != nil {
		return fmt.Errorf("version 2 B-tree: %w", c.err)
	}
	if root == undefined {
		return nil
	}
	t := &tree2{f: f, recSize: recSize, nodeSize: nodeSize, visit: visit}
	t.measure(depth)
	return t.node(root, n, depth)
}

const (
	nodePrefix   = 10 // signature, version, kind, checksum
	maxTreeDepth = 16
)

type tree2 struct {
	f                 *file
	recSize, nodeSize int
	countSize         int   // bytes of a child's record count
	totalSize         []int // per level: bytes of the count of all records below a child of that level
	visit             func(*cursor) error
}

// measure computes the widths of the variable-size fields: each is just wide enough for the largest count possible.
func (t *tree2) measure(depth int) {
	most := uint64(t.nodeSize-nodePrefix) / uint64(t.recSize)
	t.countSize = byteWidth(most)
	total := most
	t.totalSize = []int{0}
	for level := 1; level <= depth; level++ {
		pointer := t.f.offsetSize + t.countSize + t.totalSize[level-1]
		most = uint64(max(0, t.nodeSize-nodePrefix-pointer)) / uint64(t.recSize+pointer)
		if total < 1<<40 { // deeper than any real tree; avoids overflow
			total = (most+1)*total + most
		}
		t.totalSize = append(t.totalSize, byteWidth(total))
	}
}

// byteWidth is the number of bytes that can hold v.
func byteWidth(v uint64) int {
	n := 1
	for v >>= 8; v > 0; v >>= 8 {
		n++
	}
	return n
}

// node visits the n records of the node at addr and, above the leaves, its n+1 children.
func (t *tree2) node(addr uint64, n, level int) error {
	if err := t.f.spend(64 + n*t.recSize); err != nil {
		return err
	}
	c := t.f.at(addr)
	if level > 0 {
		c.expect("BTIN")
	} else {
		c.expect("BTLF")
	}
	c.skip(2)
	for range n {
		rec := &cursor{f: t.f, b: c.take(uint64(t.recSize))}
		if c.err != nil {
			break
		}
		if err := t.visit(rec); err != nil {
			return err
		}
	}
	for i := 0; level > 0 && i <= n; i++ {
		child, count := c.addr(), int(c.uint(t.countSize))
		c.skip(uint64(t.totalSize[level-1]))
		if c.err != nil {
			break
		}
		if err := t.node(child, count, level-1); err != nil {
			return err
		}
	}
	if c.err != nil {
		return fmt.Errorf("version 2 B-tree: %w", c.err)
	}
	return nil
}
