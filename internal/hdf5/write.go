package hdf5

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// superblockSize is the size of superblock version 0 with the root group's symbol table entry.
const superblockSize = 96

var le = binary.LittleEndian

// Write writes the tree below root as an HDF5 file that every version of the library reads: superblock 0, version 1
// headers, symbol tables, contiguous datasets, text in global heaps. Equal trees give equal bytes. All metadata comes
// first, then the data of the datasets in the order of Walk, so nothing of a large model is copied.
// An attribute of more than 64 KB is an error, as in h5py; Keras splits long name lists over name0, name1 ...
func Write(w io.Writer, root *Group) error {
	e := &encoder{buf: make([]byte, superblockSize)}
	top, err := e.group(root, "", 0)
	if err != nil {
		return fmt.Errorf("hdf5: %w", err)
	}
	e.closeHeap()
	end := uint64(len(e.buf))
	for _, d := range e.data {
		le.PutUint64(e.buf[d.at:], end)
		end += align(uint64(d.size))
	}
	e.superblock(top, end)
	if _, err := w.Write(e.buf); err != nil {
		return err
	}
	for _, d := range e.data {
		if err := d.write(w); err != nil {
			return err
		}
	}
	return nil
}

// encoder lays out metadata from the leaves up, since a structure holds the addresses of those below it.
type encoder struct {
	buf  []byte
	data []pending
	heap heapWriter
}

// pending is the data of a dataset, written after all metadata.
type pending struct {
	at   uint64 // where its address goes in buf
	size int
	codec
	value any
}

func (p pending) write(w io.Writer) error {
	if err := p.codec.write(w, p.value); err != nil {
		return err
	}
	_, err := w.Write(make([]byte, align(uint64(p.size))-uint64(p.size)))
	return err
}

// align rounds up to the eight bytes on which everything starts.
func align(n uint64) uint64 { return (n + 7) &^ 7 }

func pad(b []byte) []byte { return append(b, make([]byte, -len(b)&7)...) }

// put appends a structure and returns its address.
func (e *encoder) put(b []byte) uint64 {
	addr := uint64(len(e.buf))
	e.buf = pad(append(e.buf, b...))
	return addr
}

// placed is where the parts of a written group lie.
type placed struct{ header, tree, heap uint64 }

// superblock fills the space kept at the start of the file.
func (e *encoder) superblock(root placed, end uint64) {
	b := append([]byte(magic), 0, 0, 0, 0, 0, 8, 8, 0)
	b = le.AppendUint16(b, leafK)
	b = le.AppendUint16(b, internalK)
	b = le.AppendUint32(b, 0)         // flags
	b = le.AppendUint64(b, 0)         // base address
	b = le.AppendUint64(b, undefined) // free space
	b = le.AppendUint64(b, end)
	b = le.AppendUint64(b, undefined) // driver information
	copy(e.buf, root.entry(b, 0))
}

// object is a child of a group, ready for its symbol table.
type object struct {
	name  string
	entry func(b []byte, name uint64) []byte
}

// group writes everything below g, then g.
func (e *encoder) group(g *Group, path string, depth int) (placed, error) {
	if depth > maxDepth {
		return placed{}, fmt.Errorf("groups nest more than %d deep; does a group hold itself?", maxDepth)
	}
	if g == nil {
		return placed{}, fmt.Errorf("group %q is nil", path)
	}
	var children []object
	for _, name := range g.DatasetNames() {
		addr, err := e.dataset(g.Datasets[name], path+"/"+name)
		if err != nil {
			return placed{}, err
		}
		children = append(children, object{name, placed{header: addr}.entry})
	}
	for _, name := range g.GroupNames() {
		sub, err := e.group(g.Groups[name], path+"/"+name, depth+1)
		if err != nil {
			return placed{}, err
		}
		children = append(children, object{name, sub.entry})
	}
	slices.SortFunc(children, func(a, b object) int { return strings.Compare(a.name, b.name) })
	for i, c := range children {
		if c.name == "" || strings.ContainsAny(c.name, "/\x00") || i > 0 && children[i-1].name == c.name {
			return placed{}, fmt.Errorf("group %q: the name %q is empty, has '/' or NUL in it, or is both a group and a dataset", path, c.name)
		}
	}
	out := e.symbolTable(children)
	body := le.AppendUint64(le.AppendUint64(nil, out.tree), out.heap)
	var err error
	out.header, err = e.header(path, []record{{msgSymbolTable, body, 0}}, g.Attrs)
	return out, err
}

// dataset writes the header of d and books its data.
func (e *encoder) dataset(d *Dataset, path string) (uint64, error) {
	if d == nil {
		return 0, fmt.Errorf("dataset %q is nil", path)
	}
	if err := d.check(); err != nil {
		return 0, fmt.Errorf("dataset %q: %w", path, err)
	}
	c := codecs[d.Dtype]
	n, _ := elements(d.Shape)
	layout := le.AppendUint64([]byte{3, layoutContiguous}, undefined)
	layout = le.AppendUint64(layout, uint64(n*c.size))
	messages := records{
		{msgDataspace, dataspace(d.Shape), 0},
		{msgDatatype, []byte(c.message), messageConstant},
		{msgFill, []byte{2, 2, 2, 1, 0, 0, 0, 0}, messageConstant}, // late allocation, written if set, default
		{msgLayout, layout, 0},
	}
	value := d.Data
	if c.write == nil {
		refs, err := e.references(d.Data.([]string))
		if err != nil {
			return 0, fmt.Errorf("dataset %q: %w", path, err)
		}
		c.write, value = codecs[Uint8].write, refs
	}
	addr, err := e.header(path, messages, d.Attrs)
	if err == nil && n > 0 {
		at := addr + headerPrefix + messages[:3].size() + 8 + 2
		e.data = append(e.data, pending{at, n * c.size, c, value})
	}
	return addr, err
}

// sortedAttrs gives attributes one order, so that equal trees give equal bytes.
func sortedAttrs(attrs map[string]Array) []string { return slices.Sorted(maps.Keys(attrs)) }

var errNUL = errors.New("text with a NUL byte cannot be stored; encode it first")
