package hdf5

import (
	"archive/zip"
	"encoding/binary"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var npyHeader = regexp.MustCompile(`'descr': '<(f4|i4|i8)', 'fortran_order': False, 'shape': \(([0-9, ]*)\)`)

// readNpz reads the float32, int32 and int64 arrays of a NumPy archive.
func readNpz(t *testing.T, path string) map[string]Array {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	arrays := map[string]Array{}
	for _, entry := range z.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		start := 10 + int(binary.LittleEndian.Uint16(b[8:]))
		m := npyHeader.FindStringSubmatch(string(b[10:start]))
		if m == nil {
			continue
		}
		a := Array{Dtype: map[string]Dtype{"f4": Float32, "i4": Int32, "i8": Int64}[m[1]], Shape: []int{}}
		for _, axis := range strings.FieldsFunc(m[2], func(r rune) bool { return r == ',' || r == ' ' }) {
			n, _ := strconv.Atoi(axis)
			a.Shape = append(a.Shape, n)
		}
		n, err := elements(a.Shape)
		if err != nil {
			t.Fatal(err)
		}
		a.Data = codecs[a.Dtype].make(n)
		if _, err := binary.Decode(b[start:], binary.LittleEndian, a.Data); err != nil {
			t.Fatal(err)
		}
		arrays[strings.TrimSuffix(entry.Name, ".npy")] = a
	}
	return arrays
}
