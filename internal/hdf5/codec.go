package hdf5

import (
	"encoding/binary"
	"io"
	"slices"
)

// maxElementSize bounds one element, so that sizes in bytes can be computed without overflow.
const maxElementSize = 1 << 16

// codec is what is particular to one Dtype.
type codec struct {
	size    int             // bytes of an element in the file
	message string          // the datatype message that h5py writes
	make    func(n int) any // a Data slice of n elements
	count   func(any) (int, bool)
	write   func(io.Writer, any) error // nil for text, which goes through the global heap
}

// A datatype message is class and version, three bytes of class bits (byte order, sign, padding), size, then
// properties: bit offset and precision; for floats also exponent position and size, mantissa position and size, bias.
var codecs = map[Dtype]codec{
	Float16:  newCodec[uint16]("\x11\x20\x0f\x00\x02\x00\x00\x00" + "\x00\x00\x10\x00" + "\x0a\x05\x00\x0a\x0f\x00\x00\x00"),
	BFloat16: newCodec[uint16]("\x15\x00\x00\x00\x02\x00\x00\x00"),
	Float32:  newCodec[float32]("\x11\x20\x1f\x00\x04\x00\x00\x00" + "\x00\x00\x20\x00" + "\x17\x08\x00\x17\x7f\x00\x00\x00"),
	Float64:  newCodec[float64]("\x11\x20\x3f\x00\x08\x00\x00\x00" + "\x00\x00\x40\x00" + "\x34\x0b\x00\x34\xff\x03\x00\x00"),
	Int8:     newCodec[int8]("\x10\x08\x00\x00\x01\x00\x00\x00" + "\x00\x00\x08\x00"),
	Int16:    newCodec[int16]("\x10\x08\x00\x00\x02\x00\x00\x00" + "\x00\x00\x10\x00"),
	Int32:    newCodec[int32]("\x10\x08\x00\x00\x04\x00\x00\x00" + "\x00\x00\x20\x00"),
	Int64:    newCodec[int64]("\x10\x08\x00\x00\x08\x00\x00\x00" + "\x00\x00\x40\x00"),
	Uint8:    newCodec[uint8]("\x10\x00\x00\x00\x01\x00\x00\x00" + "\x00\x00\x08\x00"),
	Uint16:   newCodec[uint16]("\x10\x00\x00\x00\x02\x00\x00\x00" + "\x00\x00\x10\x00"),
	Uint32:   newCodec[uint32]("\x10\x00\x00\x00\x04\x00\x00\x00" + "\x00\x00\x20\x00"),
	Uint64:   newCodec[uint64]("\x10\x00\x00\x00\x08\x00\x00\x00" + "\x00\x00\x40\x00"),
	// An enumeration over int8 is how h5py spells bool.
	Bool: newCodec[bool]("\x18\x02\x00\x00\x01\x00\x00\x00" + "\x10\x08\x00\x00\x01\x00\x00\x00" + "\x00\x00\x08\x00" +
		"FALSE\x00\x00\x00" + "TRUE\x00\x00\x00\x00" + "\x00\x01"),
	String: textCodec("\x19\x01\x01\x00" + vlenTail),
	Bytes:  textCodec("\x19\x01\x00\x00" + vlenTail),
}

// vlenTail ends both text types: 16 bytes a reference, to a sequence of single bytes.
const vlenTail = "\x10\x00\x00\x00" + "\x10\x00\x00\x00\x01\x00\x00\x00" + "\x00\x00\x08\x00"

func newCodec[T Element](message string) codec {
	return codec{
		size:    binary.Size(make([]T, 1)),
		message: message,
		make:    func(n int) any { return make([]T, n) },
		count:   count[T],
		write: func(w io.Writer, data any) error {
			// binary.Write copies what it is given, so a large array goes through in parts.
			for part := range slices.Chunk(data.([]T), 1<<16) {
				if err := binary.Write(w, binary.LittleEndian, part); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func textCodec(message string) codec {
	return codec{size: refSize, message: message, make: func(n int) any { return make([]string, n) }, count: count[string]}
}

func count[T Element](data any) (int, bool) {
	v, ok := data.([]T)
	return len(v), ok
}
