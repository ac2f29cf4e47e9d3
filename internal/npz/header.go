package npz

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	magic     = "\x93NUMPY"
	maxHeader = 1 << 16 // bytes; a header of our dtypes needs some hundred
	maxAxes   = 64      // NumPy's own limit
)

type header struct {
	descr   string
	fortran bool
	shape   []int
}

func readHeader(r io.Reader) (header, error) {
	var start [8]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return header{}, fmt.Errorf("npz: no .npy header: %w", err)
	}
	if string(start[:6]) != magic {
		return header{}, fmt.Errorf("npz: not an .npy file: it begins with %q", start[:6])
	}
	length := make([]byte, 4)
	switch version := start[6]; version {
	case 1:
		length = length[:2]
	case 2, 3:
	default:
		return header{}, fmt.Errorf("npz: .npy version %d.%d is not supported; known are 1.0, 2.0 and 3.0", version, start[7])
	}
	if _, err := io.ReadFull(r, length); err != nil {
		return header{}, fmt.Errorf("npz: header length: %w", err)
	}
	n := uint32(binary.LittleEndian.Uint16(length))
	if len(length) == 4 {
		n = binary.LittleEndian.Uint32(length)
	}
	if n > maxHeader {
		return header{}, fmt.Errorf("npz: header of %d bytes, at most %d are read", n, maxHeader)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return header{}, fmt.Errorf("npz: header: %w", err)
	}
	return parseHeader(string(text))
}

// parseHeader reads the Python dict literal of a header, {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
func parseHeader(text string) (header, error) {
	var h header
	p := parser{rest: text}
	seen := map[string]bool{}
	p.expect("{")
	for !p.accept("}") && p.err == nil {
		key := p.quoted()
		p.expect(":")
		switch key {
		case "descr":
			h.descr = p.quoted()
		case "fortran_order":
			h.fortran = p.boolean()
		case "shape":
			h.shape = p.tuple()
		default:
			p.fail("one of the keys 'descr', 'fortran_order', 'shape'")
		}
		seen[key] = true
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	if p.err == nil && strings.TrimSpace(p.rest) != "" {
		p.fail("the end")
	}
	if p.err == nil && len(seen) != 3 {
		p.fail("all of the keys 'descr', 'fortran_order', 'shape'")
	}
	if p.err != nil {
		return header{}, fmt.Errorf("npz: header %q: %w", text, p.err)
	}
	return h, nil
}

// parser takes tokens off the front of rest; after the first error it only skips.
type parser struct {
	rest string
	err  error
}

func (p *parser) fail(want string) {
	if p.err == nil {
		p.err = fmt.Errorf("want %s at %q", want, p.rest)
	}
}

func (p *parser) accept(token string) bool {
	p.rest = strings.TrimLeft(p.rest, " \t\n")
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *parser) expect(token string) {
	if !p.accept(token) {
		p.fail(strconv.Quote(token))
	}
}

func (p *parser) quoted() string {
	for _, quote := range []string{"'", `"`} {
		if p.accept(quote) {
			text, rest, ok := strings.Cut(p.rest, quote)
			if ok {
				p.rest = rest
				return text
			}
		}
	}
	p.fail("a quoted string")
	return ""
}

func (p *parser) boolean() bool {
	if p.accept("True") {
		return true
	}
	p.expect("False")
	return false
}

func (p *parser) tuple() []int {
	axes := []int{}
	p.expect("(")
	for !p.accept(")") && p.err == nil {
		axes = append(axes, p.number())
		if len(axes) > maxAxes {
			p.fail(fmt.Sprintf("at most %d axes", maxAxes))
		}
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	return axes
}

func (p *parser) number() int {
	p.accept("")
	end := 0
	for end < len(p.rest) && '0' <= p.rest[end] && p.rest[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(p.rest[:end])
	if err != nil {
		p.fail("an axis length")
		return 0
	}
	p.rest = p.rest[end:]
	p.accept("L") // Python 2 wrote long integers so
	return n
}

// formatHeader is the header of a row-major, little-endian array, padded so that the data begins at a multiple of 64 bytes.
func formatHeader(d dtype, shape []int) []byte {
	var axes strings.Builder
	for i, n := range shape {
		if i > 0 {
			axes.WriteString(", ")
		}
		axes.WriteString(strconv.Itoa(n))
	}
	if len(shape) == 1 {
		axes.WriteByte(',')
	}
	mark := "<"
	if d.size == 1 {
		mark = "|"
	}
	text := fmt.Sprintf("{'descr': '%s%s', 'fortran_order': False, 'shape': (%s), }", mark, d.code, axes.String())

	const prefix = len(magic) + 4 // version and length
	body := text + strings.Repeat(" ", 63-(prefix+len(text))%64) + "\n"
	head := binary.LittleEndian.AppendUint16([]byte(magic+"\x01\x00"), uint16(len(body)))
	return append(head, body...)
}
