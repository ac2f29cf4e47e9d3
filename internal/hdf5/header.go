package hdf5

import "errors"

// The kinds of header messages that matter here.
const (
	msgDataspace    = 0x01
	msgLinkInfo     = 0x02
	msgDatatype     = 0x03
	msgFill         = 0x05
	msgLink         = 0x06
	msgLayout       = 0x08
	msgFilters      = 0x0B
	msgAttribute    = 0x0C
	msgContinuation = 0x10
	msgSymbolTable  = 0x11
	msgAttrInfo     = 0x15
)

const (
	flagShared = 0x02 // of a message: its body lies elsewhere
	maxBlocks  = 4096 // continuations of one header
	prefixV1   = 8    // bytes before the body of a version 1 message
)

type message struct {
	kind  int
	flags int
	body  []byte
}

// header is the list of messages that describe one object.
type header []message

// find returns a cursor over the first message of a kind, or nil.
func (h header) find(f *file, kind int) *cursor {
	for _, m := range h {
		if m.kind == kind {
			return m.cursor(f)
		}
	}
	return nil
}

func (h header) has(kind int) bool { return h.find(nil, kind) != nil }

func (m message) cursor(f *file) *cursor {
	c := &cursor{f: f, b: m.body}
	if m.flags&flagShared != 0 {
		c.fail("a header message of kind %#x is shared between objects, which is not supported", m.kind)
	}
	return c
}

// header reads the object header at addr with all its continuations.
func (f *file) header(addr uint64) (header, error) {
	c := f.at(addr)
	if c.err == nil && len(c.b) > 4 && string(c.b[:4]) == "OHDR" {
		return f.header2(c)
	}
	c.version("an object header", 1)
	c.skip(1 + 2 + 4) // reserved, number of messages, reference count
	size := c.uint(4)
	c.skip(4) // alignment
	return f.messages(c.take(size), c.err, prefixV1, func(b *cursor) message {
		kind, size, flags := b.u16(), b.u16(), b.u8()
		b.skip(3)
		return message{kind, flags, b.take(uint64(size))}
	})
}

func (f *file) header2(c *cursor) (header, error) {
	c.expect("OHDR")
	c.version("an object header", 2)
	flags := c.u8()
	if flags&0x20 != 0 {
		c.skip(16) // times
	}
	if flags&0x10 != 0 {
		c.skip(4) // attribute storage limits
	}
	size := c.uint(1 << (flags & 3))
	order := flags & 4 / 2 // bytes of a message's creation order
	return f.messages(c.take(size), c.err, 4+order, func(b *cursor) message {
		kind, size, flags := b.u8(), b.u16(), b.u8()
		b.skip(uint64(order))
		return message{kind, flags, b.take(uint64(size))}
	})
}

// messages reads the blocks of a header. next reads one message, which starts with prefix bytes; what is left of a
// block when fewer remain is a gap.
func (f *file) messages(block []byte, err error, prefix int, next func(*cursor) message) (header, error) {
	var h header
	blocks := [][]byte{block}
	for i := 0; i < len(blocks) && err == nil; i++ {
		c := &cursor{f: f, b: blocks[i]}
		for len(c.b) >= prefix {
			m := next(c)
			if c.err != nil {
				return nil, c.err
			}
			if err := f.spend(64 + len(m.body)); err != nil {
				return nil, err
			}
			if m.kind != msgContinuation {
				h = append(h, m)
				continue
			}
			if len(blocks) >= maxBlocks {
				return nil, errors.New("an object header continues without end")
			}
			more, err := f.continuation(m, prefix != prefixV1)
			if err != nil {
				return nil, err
			}
			blocks = append(blocks, more)
		}
	}
	return h, err
}

// continuation returns the messages of a further block of a header; those of version 2 carry a signature and a checksum.
func (f *file) continuation(m message, v2 bool) ([]byte, error) {
	c := m.cursor(f)
	addr, size := c.addr(), c.length()
	if c.err != nil {
		return nil, c.err
	}
	block := f.at(addr)
	if v2 {
		block.expect("OCHK")
		if size < 8 {
			return nil, errShort
		}
		size -= 8
	}
	return block.take(size), block.err
}
