package hdf5

import (
	"errors"
	"fmt"
)

const magic = "\x89HDF\r\n\x1a\n"

// maxDepth bounds how deeply groups may nest, for reading and writing.
const maxDepth = 512

// file is the state of reading one file. Addresses are offsets into b.
type file struct {
	b                      []byte
	offsetSize, lengthSize int
	budget                 int
	groups                 map[uint64]bool
	datasets               map[uint64]*Dataset
	heaps                  map[uint64]map[int][]byte // parsed global heap collections
}

// Open parses a whole HDF5 file held in b. The result shares no memory with b. Damaged, cyclic or hostile files give an
// error: every structure read is paid from a budget proportional to len(b). Links other than hard ones, and element
// types that no Dtype names, are errors that say where they are.
func Open(b []byte) (*Group, error) {
	f := &file{groups: map[uint64]bool{}, datasets: map[uint64]*Dataset{}, heaps: map[uint64]map[int][]byte{}}
	root, err := f.superblock(b)
	if err != nil {
		return nil, fmt.Errorf("hdf5: superblock: %w", err)
	}
	// Each byte of a compressed dataset is paid three times, so this allows gzip a gain of 20, far above what it makes
	// of weights; the constant leaves room for small files of zeros.
	f.budget = 32<<20 + 64*len(b)
	g, err := f.group(root, "", 0)
	if err != nil {
		return nil, fmt.Errorf("hdf5: %w", err)
	}
	return g, nil
}

// spend charges n bytes of work or memory.
func (f *file) spend(n int) error {
	if n < 0 || n > f.budget {
		return errors.New("the file describes far more data than it holds (damaged or hostile)")
	}
	f.budget -= n
	return nil
}

// at returns a cursor from an address to the end of the file.
func (f *file) at(addr uint64) *cursor {
	if addr >= uint64(len(f.b)) {
		return &cursor{f: f, err: fmt.Errorf("address %#x lies outside the file of %d bytes (truncated?)", addr, len(f.b))}
	}
	return &cursor{f: f, b: f.b[addr:]}
}

func (f *file) bytes(addr, n uint64) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	c := f.at(addr)
	return c.take(n), c.err
}

// superblock finds the start of the file, which may follow a block of user data of 512, 1024, 2048 ... bytes, and
// returns the address of the root group.
func (f *file) superblock(b []byte) (root uint64, err error) {
	start := 0
	for start+len(magic) <= len(b) && string(b[start:start+len(magic)]) != magic {
		start = max(512, 2*start)
	}
	if start+len(magic) > len(b) {
		return 0, errors.New("this is not an HDF5 file (its signature is missing)")
	}
	f.b = b[start:]
	c := &cursor{f: f, b: f.b[len(magic):]}
	version := c.version("the superblock", 0, 1, 2, 3)
	if version < 2 {
		c.skip(4) // versions of the free space, root entry and shared header structures
	}
	f.offsetSize, f.lengthSize = c.u8(), c.u8()
	if c.err == nil && (!validSize(f.offsetSize) || !validSize(f.lengthSize)) {
		c.fail("addresses of %d bytes and lengths of %d bytes are not supported", f.offsetSize, f.lengthSize)
	}
	if c.err != nil {
		return 0, c.err
	}
	switch version {
	case 0:
		c.skip(1 + 2 + 2 + 4) // reserved, leaf and internal K, flags
	case 1:
		c.skip(1 + 2 + 2 + 4 + 4)
	default:
		c.skip(1) // flags
	}
	base := c.addr()
	c.skip(uint64(2 * f.offsetSize)) // free space or extension, end of file
	if version < 2 {
		c.skip(uint64(2 * f.offsetSize)) // driver information; name of the root link
	}
	root = c.addr()
	// With user data in front, some writers count addresses from its end and some from the start of the file.
	if c.err == nil && base == 0 {
		f.b = b
	}
	return root, c.err
}

func validSize(n int) bool { return n == 2 || n == 4 || n == 8 }
