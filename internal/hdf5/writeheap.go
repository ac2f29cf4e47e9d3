package hdf5

import "strings"

// heapWriter is the open global heap collection: space kept in the encoder's buffer, filled from the front.
type heapWriter struct {
	start, used, size int // all zero: none is open
	count             uint16
}

const (
	collectionSize   = 4096 // smallest that HDF5 accepts
	collectionPrefix = 16
	objectPrefix     = 16
)

// references stores texts in the global heap and returns what stands for them in a dataset or attribute.
func (e *encoder) references(texts []string) ([]byte, error) {
	refs := make([]byte, 0, refSize*len(texts))
	for _, s := range texts {
		if strings.Contains(s, "\x00") {
			return nil, errNUL
		}
		var addr uint64
		var index uint16
		if s != "" { // the empty text is a reference to nothing
			addr, index = e.store(s)
		}
		refs = le.AppendUint32(refs, uint32(len(s)))
		refs = le.AppendUint64(refs, addr)
		refs = le.AppendUint32(refs, uint32(index))
	}
	return refs, nil
}

// store puts one text into the open collection, or into a new one when it is full.
func (e *encoder) store(s string) (addr uint64, index uint16) {
	need := objectPrefix + int(align(uint64(len(s))))
	h := &e.heap
	if h.used+need > h.size {
		e.closeHeap()
		h.size = max(collectionSize, collectionPrefix+need)
		h.start, h.used, h.count = int(e.put(make([]byte, h.size))), collectionPrefix, 0
		copy(e.buf[h.start:], "GCOL\x01")
		le.PutUint64(e.buf[h.start+8:], uint64(h.size))
	}
	h.count++
	object := e.buf[h.start+h.used:]
	le.PutUint16(object, h.count)
	le.PutUint64(object[8:], uint64(len(s)))
	copy(object[objectPrefix:], s)
	h.used += need
	return uint64(h.start), h.count
}

// closeHeap marks what is left of the open collection as free; less than an object's prefix needs no mark.
func (e *encoder) closeHeap() {
	h := &e.heap
	if rest := h.size - h.used; rest >= objectPrefix {
		le.PutUint64(e.buf[h.start+h.used+8:], uint64(rest))
	}
	*h = heapWriter{}
}
