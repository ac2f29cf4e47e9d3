package hdf5

// The ranks of a group's structures that h5py uses: nodes hold up to twice as many entries.
const (
	leafK     = 4
	internalK = 16
)

// entry appends the symbol table entry of an object whose name lies at the given offset of the local heap. For a
// group it repeats the addresses of the tree and the heap, so that a reader need not open the header.
func (p placed) entry(b []byte, name uint64) []byte {
	b = le.AppendUint64(b, name)
	b = le.AppendUint64(b, p.header)
	isGroup := uint32(0)
	if p.tree != 0 {
		isGroup = 1
	}
	b = le.AppendUint32(b, isGroup)
	b = le.AppendUint32(b, 0)
	b = le.AppendUint64(b, p.tree)
	return le.AppendUint64(b, p.heap)
}

// subtree is a node of a group's B-tree as its parent sees it.
type subtree struct {
	addr uint64
	last uint64 // heap offset of its greatest name
}

// symbolTable writes the names, symbol nodes and B-tree of a group with the given children, sorted by name.
func (e *encoder) symbolTable(children []object) placed {
	names := make([]byte, 8) // offset 0 is the empty name, below all others
	offsets := make([]uint64, len(children))
	for i, c := range children {
		offsets[i] = uint64(len(names))
		names = pad(append(append(names, c.name...), 0))
	}
	heap := append([]byte("HEAP"), 0, 0, 0, 0)
	heap = le.AppendUint64(heap, uint64(len(names)))
	heap = le.AppendUint64(heap, 1) // no free space
	heap = le.AppendUint64(heap, uint64(len(e.buf))+32)
	out := placed{heap: e.put(append(heap, names...))}

	var level []subtree
	for start := 0; start < len(children); start += 2 * leafK {
		n := min(2*leafK, len(children)-start)
		b := append([]byte("SNOD"), 1, 0)
		b = le.AppendUint16(b, uint16(n))
		for i := start; i < start+n; i++ {
			b = children[i].entry(b, offsets[i])
		}
		b = append(b, make([]byte, 40*(2*leafK-n))...)
		level = append(level, subtree{e.put(b), offsets[start+n-1]})
	}
	for depth := byte(0); ; depth++ {
		level = e.treeLevel(level, depth)
		if len(level) == 1 {
			out.tree = level[0].addr
			return out
		}
	}
}

const treeNodeSize = 8 + 16 + 2*internalK*8 + (2*internalK+1)*8

// treeLevel writes the B-tree nodes above the given children, at least one, and returns them.
func (e *encoder) treeLevel(children []subtree, depth byte) []subtree {
	var level []subtree
	first := uint64(len(e.buf))
	nodes := max(1, (len(children)+2*internalK-1)/(2*internalK))
	before := uint64(0) // greatest name to the left
	for i := range nodes {
		part := children[i*2*internalK : min((i+1)*2*internalK, len(children))]
		left, right := undefined, undefined
		if i > 0 {
			left = first + uint64(i-1)*treeNodeSize
		}
		if i < nodes-1 {
			right = first + uint64(i+1)*treeNodeSize
		}
		b := append([]byte("TREE"), groupTree, depth)
		b = le.AppendUint16(b, uint16(len(part)))
		b = le.AppendUint64(le.AppendUint64(b, left), right)
		b = le.AppendUint64(b, before)
		for _, c := range part {
			b = le.AppendUint64(le.AppendUint64(b, c.addr), c.last)
			before = c.last
		}
		b = append(b, make([]byte, treeNodeSize-len(b))...)
		level = append(level, subtree{e.put(b), before})
	}
	return level
}
