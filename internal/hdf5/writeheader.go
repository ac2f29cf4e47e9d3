package hdf5

import (
	"fmt"
	"strings"
)

const (
	headerPrefix    = 16 // version 1 object header
	messageConstant = 1  // flag of a message that never changes
	maxMessage      = 1<<16 - 8
	maxMessages     = 1<<16 - 1
)

// record is a header message to be written.
type record struct {
	kind  uint16
	body  []byte
	flags byte
}

type records []record

// size is the space that messages take in a header.
func (r records) size() (n uint64) {
	for _, m := range r {
		n += 8 + align(uint64(len(m.body)))
	}
	return n
}

// header writes an object header with the given messages, then the attributes. path is for errors.
func (e *encoder) header(path string, messages records, attrs map[string]Array) (uint64, error) {
	for _, name := range sortedAttrs(attrs) {
		body, err := e.attribute(name, attrs[name])
		if err != nil {
			return 0, fmt.Errorf("%q: attribute %q: %w", path, name, err)
		}
		messages = append(messages, record{msgAttribute, body, 0})
	}
	if len(messages) > maxMessages {
		return 0, fmt.Errorf("%q has %d attributes, more than a header can hold", path, len(attrs))
	}
	b := []byte{1, 0}
	b = le.AppendUint16(b, uint16(len(messages)))
	b = le.AppendUint32(b, 1) // reference count
	b = le.AppendUint32(b, uint32(messages.size()))
	b = le.AppendUint32(b, 0)
	for _, m := range messages {
		b = le.AppendUint16(b, m.kind)
		b = le.AppendUint16(b, uint16(align(uint64(len(m.body)))))
		b = append(b, m.flags, 0, 0, 0)
		b = pad(append(b, m.body...))
	}
	return e.put(b), nil
}

// attribute encodes an attribute message: name, datatype and dataspace, each padded, then the value.
func (e *encoder) attribute(name string, a Array) ([]byte, error) {
	if name == "" || len(name) > maxName || strings.Contains(name, "\x00") {
		return nil, fmt.Errorf("its name is empty, has a NUL byte, or is longer than %d bytes", maxName)
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	c := codecs[a.Dtype]
	n, _ := elements(a.Shape)
	space := dataspace(a.Shape)
	b := []byte{1, 0}
	b = le.AppendUint16(b, uint16(len(name)+1))
	b = le.AppendUint16(b, uint16(len(c.message)))
	b = le.AppendUint16(b, uint16(len(space)))
	b = pad(append(append(b, name...), 0))
	b = pad(append(b, c.message...))
	b = append(b, space...)
	if size := len(b) + n*c.size; size > maxMessage {
		return nil, fmt.Errorf("%d elements take %d bytes, but an attribute holds at most %d; split it over several attributes",
			n, size, maxMessage)
	}
	if c.write == nil {
		refs, err := e.references(a.Data.([]string))
		return append(b, refs...), err
	}
	err := c.write((*appender)(&b), a.Data)
	return b, err
}

// appender makes a byte slice a writer.
type appender []byte

func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}

// dataspace encodes a shape; axes cannot grow, so the largest lengths repeat the lengths.
func dataspace(shape []int) []byte {
	if len(shape) == 0 {
		return []byte{1, 0, 0, 0, 0, 0, 0, 0}
	}
	b := []byte{1, byte(len(shape)), 1, 0, 0, 0, 0, 0}
	for range 2 {
		for _, d := range shape {
			b = le.AppendUint64(b, uint64(d))
		}
	}
	return b
}
