package npz

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// file puts an .npy together by hand, so that reading is not only tested against our own writing.
func file(version byte, dict string, data ...byte) []byte {
	out := []byte("\x93NUMPY" + string([]byte{version, 0}))
	if version == 1 {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(dict)))
	} else {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(dict)))
	}
	return append(append(out, dict...), data...)
}

func TestReadArray(t *testing.T) {
	tests := []struct {
		name string
		file []byte
		want Array
	}{
		{"v1 vector", file(1, "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }  \n", 1, 0, 0xff, 0xff),
			Array{"int16", []int{2}, []int16{1, -1}}},
		{"v2 big endian", file(2, "{'descr': '>f4', 'fortran_order': False, 'shape': (1, 2)}\n", 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0),
			Array{"float32", []int{1, 2}, []float32{1, -2}}},
		{"v3 other key order", file(3, `{"shape": (), 'fortran_order': False, "descr": '|b1'}`, 1),
			Array{"bool", []int{}, []bool{true}}},
		{"fortran", file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", 1, 4, 2, 5, 3, 6),
			Array{"uint8", []int{2, 3}, []uint8{1, 2, 3, 4, 5, 6}}},
		{"fortran, three axes", file(1, "{'descr': '|i1', 'fortran_order': True, 'shape': (2, 2, 2), }", 0, 4, 2, 6, 1, 5, 3, 7),
			Array{"int8", []int{2, 2, 2}, []int8{0, 1, 2, 3, 4, 5, 6, 7}}},
		{"fortran, big endian", file(1, "{'descr': '>u2', 'fortran_order': True, 'shape': (2, 2), }", 0, 1, 0, 3, 0, 2, 0, 4),
			Array{"uint16", []int{2, 2}, []uint16{1, 2, 3, 4}}},
		{"empty", file(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (0, 9223372036854775807, 2), }"),
			Array{"float64", []int{0, math.MaxInt, 2}, []float64{}}},
		{"python 2", file(1, "{'descr': '<u4', 'fortran_order': False, 'shape': (1L,), }", 7, 0, 0, 0),
			Array{"uint32", []int{1}, []uint32{7}}},
		{"half", file(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }", 0, 0x3c, 1, 0, 0, 0xfc),
			Array{"float16", []int{3}, []float32{1, 0x1p-24, float32(math.Inf(-1))}}},
	}
	for _, test := range tests {
		got, err := ReadArray(bytes.NewReader(test.file))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, *got, test.want)
		}
	}
}

func TestReadArrayErrors(t *testing.T) {
	good := "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
	tests := []struct {
		name, want string
		file       []byte
	}{
		{"nothing", "no .npy header", nil},
		{"magic", "not an .npy file", []byte("PK\x03\x04....")},
		{"version", "version 4.0", file(4, good)},
		{"short data", "4 of the 8 bytes", file(1, good, 0, 0, 0, 0)},
		{"huge claim", "bytes", file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }")},
		{"too large", "larger than", file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000,), }")},
		{"overflow", "too many elements", file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }")},
		{"header length", "header of", append([]byte("\x93NUMPY\x02\x00"), 0xff, 0xff, 0xff, 0x7f)},
		{"objects", `"|O"`, file(1, "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }")},
		{"structured", "quoted string", file(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }")},
		{"negative axis", "axis length", file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }")},
		{"missing key", "all of the keys", file(1, "{'descr': '<f4', 'shape': (1,), }")},
		{"unknown key", "one of the keys", file(1, "{'dtype': '<f4', 'shape': (1,), }")},
		{"trailing", "the end", file(1, good+"x")},
		{"axes", "at most 64", file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': ("+strings.Repeat("1,", 65)+"), }")},
	}
	for _, test := range tests {
		a, err := ReadArray(bytes.NewReader(test.file))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v and error %v, want an error with %q", test.name, a, err, test.want)
		}
	}
}

func all() map[string]*Array {
	return map[string]*Array{
		"half":    {"float16", []int{2}, []float32{0.5, -65504}},
		"f4":      {"float32", []int{2, 1}, []float32{1.5, float32(math.Inf(1))}},
		"f8":      {"float64", []int{}, []float64{math.Pi}},
		"i1":      {"int8", []int{1}, []int8{-128}},
		"i2":      {"int16", []int{1}, []int16{-32768}},
		"i4":      {"int32", []int{1}, []int32{math.MinInt32}},
		"i8":      {"int64", []int{1}, []int64{math.MinInt64}},
		"u1":      {"uint8", []int{1}, []uint8{255}},
		"u2":      {"uint16", []int{1}, []uint16{65535}},
		"u4":      {"uint32", []int{1}, []uint32{math.MaxUint32}},
		"u8":      {"uint64", []int{1}, []uint64{math.MaxUint64}},
		"b1":      {"bool", []int{2}, []bool{true, false}},
		"a/empty": {"float32", []int{3, 0}, []float32{}},
	}
}

func TestRoundTrip(t *testing.T) {
	for _, compress := range []bool{false, true} {
		var first, second bytes.Buffer
		if err := Write(&first, all(), compress); err != nil {
			t.Fatal(err)
		}
		if err := Write(&second, all(), compress); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("compress %v: two writes differ (error %v)", compress, err)
		}
		path := filepath.Join(t.TempDir(), "all.npz")
		if err := os.WriteFile(path, first.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, all()) {
			t.Errorf("compress %v: got %v, want %v", compress, got, all())
		}
	}
}

func TestHeaderIsNumPys(t *testing.T) {
	var b bytes.Buffer
	if err := WriteArray(&b, &Array{"float32", []int{3}, make([]float32, 3)}); err != nil {
		t.Fatal(err)
	}
	want := "\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }" + strings.Repeat(" ", 60) + "\n"
	if got := b.String()[:128]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWriteErrors(t *testing.T) {
	for want, a := range map[string]*Array{
		"nil":            nil,
		"cannot be":      {"string", []int{1}, []string{"a"}},
		"data is []int8": {"float32", []int{1}, []int8{1}},
		"1 elements":     {"float32", []int{2}, []float32{1}},
		"negative":       {"float32", []int{-1}, []float32{}},
		"65 axes":        {"float32", make([]int, 65), []float32{}},
		"data is []int":  {"float16", []int{1}, []int{1}},
	} {
		err := Write(new(bytes.Buffer), map[string]*Array{"x": a}, false)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"x"`) {
			t.Errorf("got error %v, want one with %q that names the array", err, want)
		}
	}
}

func TestReadRefusesDamage(t *testing.T) {
	build := func(members ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(members); i += 2 {
			w, err := z.CreateHeader(&zip.FileHeader{Name: members[i]})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(members[i+1])); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	one := string(file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", 9))
	flipped := build("x.npy", one)
	flipped[bytes.Index(flipped, []byte("(1,), }"))+7] ^= 1 // the element; the checksum no longer fits
	for want, data := range map[string][]byte{
		"not a zip":    []byte("nothing"),
		"two arrays":   build("x.npy", one, "x.npy", one),
		"bytes follow": build("x.npy", one+"more"),
		"checksum":     flipped,
	} {
		if _, err := Read(bytes.NewReader(data), int64(len(data))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
	data := build("readme.txt", "hello", "x.npy", one)
	got, err := Read(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(got) != 1 || got["x"].Data.([]uint8)[0] != 9 {
		t.Errorf("got %v, error %v; want x alone", got, err)
	}
}

// TestHalf checks that all 65,536 bit patterns survive, and that rounding goes to the nearest, ties to even.
func TestHalf(t *testing.T) {
	for b := range 1 << 16 {
		f := fromHalf(uint16(b))
		if got := toHalf(f); got != uint16(b) && !(f != f && fromHalf(got) != fromHalf(got)) {
			t.Fatalf("%#04x is %v and goes back to %#04x", b, f, got)
		}
	}
	for f, want := range map[float32]uint16{
		1 + 0x1p-11:   0x3c00,
		1 + 3*0x1p-11: 0x3c02,
		65519:         0x7bff,
		65520:         0x7c00,
		0x1p-25:       0,
		0x1.8p-25:     1,
		-3 * 0x1p-25:  0x8002,
		1e30:          0x7c00,
	} {
		if got := toHalf(f); got != want {
			t.Errorf("toHalf(%v) = %#04x, want %#04x", f, got, want)
		}
	}
}

func FuzzReadArray(f *testing.F) {
	for _, a := range all() {
		var b bytes.Buffer
		if err := WriteArray(&b, a); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add(file(2, "{'descr': '>u2', 'fortran_order': True, 'shape': (2, 2), }", 0, 1, 0, 3, 0, 2, 0, 4))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ReadArray(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteArray(&b, a); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := ReadArray(&b)
		if err != nil || again.Dtype != a.Dtype || !reflect.DeepEqual(again.Shape, a.Shape) {
			t.Fatalf("wrote %v, read %v, error %v", a, again, err)
		}
	})
}
