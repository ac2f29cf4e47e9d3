package npz

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// dtype says how the elements of one NumPy type are stored.
type dtype struct {
	name   string // "float32"
	code   string // "f4", a descr without its byte order
	size   int    // bytes
	decode func(raw []byte, o binary.ByteOrder, n int) (any, error)
	encode func(data any, n int) ([]byte, error) // little-endian
}

var dtypes = []dtype{
	{"float16", "f2", 2, decodeHalf, encodeHalf},
	{"float32", "f4", 4, decode[float32], encode[float32]},
	{"float64", "f8", 8, decode[float64], encode[float64]},
	{"int8", "i1", 1, decode[int8], encode[int8]},
	{"int16", "i2", 2, decode[int16], encode[int16]},
	{"int32", "i4", 4, decode[int32], encode[int32]},
	{"int64", "i8", 8, decode[int64], encode[int64]},
	{"uint8", "u1", 1, decode[uint8], encode[uint8]},
	{"uint16", "u2", 2, decode[uint16], encode[uint16]},
	{"uint32", "u4", 4, decode[uint32], encode[uint32]},
	{"uint64", "u8", 8, decode[uint64], encode[uint64]},
	{"bool", "b1", 1, decode[bool], encode[bool]},
}

var byName, byCode, names = index()

func index() (byName, byCode map[string]dtype, names string) {
	byName, byCode = map[string]dtype{}, map[string]dtype{}
	var all []string
	for _, d := range dtypes {
		byName[d.name], byCode[d.code] = d, d
		all = append(all, d.name)
	}
	return byName, byCode, strings.Join(all, ", ")
}

// lookup finds the dtype of a descr such as "<f4", ">i8" or "|b1".
func lookup(descr string) (dtype, error) {
	if len(descr) == 3 && strings.ContainsRune("<>|=", rune(descr[0])) {
		if d, ok := byCode[descr[1:]]; ok {
			return d, nil
		}
	}
	return dtype{}, fmt.Errorf("npz: elements of type %q are not supported; known are %s", descr, names)
}

func decode[T any](raw []byte, o binary.ByteOrder, n int) (any, error) {
	out := make([]T, n)
	if _, err := binary.Decode(raw, o, out); err != nil {
		return nil, fmt.Errorf("npz: %w", err)
	}
	return out, nil
}

func encode[T any](data any, n int) ([]byte, error) {
	values, ok := data.([]T)
	if !ok {
		return nil, fmt.Errorf("data is %T, want %T", data, values)
	}
	if len(values) != n {
		return nil, fmt.Errorf("%d elements of data, want %d", len(values), n)
	}
	return binary.Append(nil, binary.LittleEndian, values)
}

func decodeHalf(raw []byte, o binary.ByteOrder, n int) (any, error) {
	bits := make([]uint16, n)
	if _, err := binary.Decode(raw, o, bits); err != nil {
		return nil, fmt.Errorf("npz: %w", err)
	}
	out := make([]float32, n)
	for i, b := range bits {
		out[i] = fromHalf(b)
	}
	return out, nil
}

func encodeHalf(data any, n int) ([]byte, error) {
	values, ok := data.([]float32)
	if !ok {
		return nil, fmt.Errorf("data is %T, want []float32", data)
	}
	bits := make([]uint16, len(values))
	for i, v := range values {
		bits[i] = toHalf(v)
	}
	return encode[uint16](bits, n)
}

// fromHalf widens an IEEE 754 binary16, exactly.
func fromHalf(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exp, frac := uint32(h>>10)&0x1f, uint32(h)&0x3ff
	switch exp {
	case 0: // zero or subnormal: frac * 2^-24
		return math.Float32frombits(sign | math.Float32bits(float32(frac)*0x1p-24))
	case 0x1f: // infinity or NaN
		return math.Float32frombits(sign | 0xff<<23 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}

// toHalf rounds to the nearest IEEE 754 binary16, ties to even; what is too large becomes an infinity.
func toHalf(f float32) uint16 {
	bits := math.Float32bits(f)
	sign := uint16(bits >> 16 & 0x8000)
	abs := bits &^ (1 << 31)
	switch {
	case abs > 0xff<<23: // NaN: keep it quiet and its leading payload
		return sign | 0x7e00 | uint16(abs>>13&0x3ff)
	case abs < 113<<23: // below 2^-14: in units of 2^-24, which the addition of 0.5 (whose last bit is 2^-24) rounds to
		return sign | uint16(math.Float32bits(math.Float32frombits(abs)+0.5)-math.Float32bits(0.5))
	}
	rounded := (abs + 0xfff + abs>>13&1) >> 13
	return sign | uint16(min(rounded-112<<10, 0x7c00))
}
