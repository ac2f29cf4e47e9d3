package hdf5

import (
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func openFile(t *testing.T, path string) (*Group, error) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return Open(b)
}

func ramp[T Element](n int, f func(int) T) []T {
	v := make([]T, n)
	for i := range v {
		v[i] = f(i)
	}
	return v
}

// wantTypes is what testdata/make.py stores under each type: 0 to 5 in two rows.
var wantTypes = map[Dtype]any{
	Float16: []uint16{0, 0x3C00, 0x4000, 0x4200, 0x4400, 0x4500},
	Float32: []float32{0, 1, 2, 3, 4, 5}, Float64: []float64{0, 1, 2, 3, 4, 5},
	Int8: []int8{0, 1, 2, 3, 4, 5}, Int16: []int16{0, 1, 2, 3, 4, 5},
	Int32: []int32{0, 1, 2, 3, 4, 5}, Int64: []int64{0, 1, 2, 3, 4, 5},
	Uint8: []uint8{0, 1, 2, 3, 4, 5}, Uint16: []uint16{0, 1, 2, 3, 4, 5},
	Uint32: []uint32{0, 1, 2, 3, 4, 5}, Uint64: []uint64{0, 1, 2, 3, 4, 5},
	Bool: []bool{false, true, true, true, true, true},
}

// TestOpenForms reads files that h5py wrote with three ranges of library versions, which between them use every
// structure the reader knows.
func TestOpenForms(t *testing.T) {
	grid := Array{Float32, []int{7, 5}, ramp(35, func(i int) float32 { return float32(i) })}
	want := map[string]Array{
		"big_endian":    Vector([]float32{0, 1, 2}),
		"scalar":        Scalar(int32(-7)),
		"alias":         Scalar(int32(-7)),
		"text":          Vector([]string{"one", "", "drei ü"}),
		"fixed":         {Bytes, []int{2}, []string{"ab", "cde"}},
		"empty":         {Float32, []int{0, 3}, []float32{}},
		"never_written": Vector([]float32{1.5, 1.5}),
		"compact":       Vector([]int64{0, 1, 2}),
		"chunks/plain":  grid, "chunks/gzip": grid, "chunks/one": grid,
		"chunks/many": Vector(ramp(1100, func(i int) int32 { return int32(i) })),
	}
	for d, data := range wantTypes {
		want["types/"+string(d)] = Array{d, []int{2, 3}, data}
	}
	for i := range 400 {
		want["many/layer_"+strconv.Itoa(i)] = Scalar(int32(-7))
	}
	for _, name := range []string{"earliest", "latest", "v110"} {
		t.Run(name, func(t *testing.T) {
			g, err := openFile(t, "testdata/"+name+".h5")
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			g.Walk(func(path string, d *Dataset) error {
				n++
				if !reflect.DeepEqual(d.Array, want[path]) {
					t.Errorf("%s = %v, want %v", path, d.Array, want[path])
				}
				return nil
			})
			if n != len(want) {
				t.Errorf("read %d datasets, want %d", n, len(want))
			}
			checkAttrs(t, g)
		})
	}
}

func checkAttrs(t *testing.T, g *Group) {
	t.Helper()
	for i := range 20 {
		want := Vector(ramp(i, func(i int) float64 { return float64(i) }))
		if got := g.Attrs["attr"+strconv.Itoa(i)]; !reflect.DeepEqual(got, want) {
			t.Errorf("attribute %d = %v, want %v", i, got, want)
		}
	}
	if got, ok := g.Attrs["fixed"].Text(); !ok || got != "abc" {
		t.Errorf("fixed-length attribute = %q, %v", got, ok)
	}
	if got, ok := g.Attrs["nothing"].Strings(); !ok || len(got) != 0 {
		t.Errorf("null attribute = %q, %v, want an empty list", got, ok)
	}
	if a, ok := g.Attrs["large"]; ok {
		if v := a.Data.([]float64); len(v) != 8200 || v[8199] != 8199 {
			t.Errorf("attribute over 64 KB has %d elements", len(v))
		}
	}
}

// TestOpenRefuses checks that what is not supported is said, with its place.
func TestOpenRefuses(t *testing.T) {
	for name, want := range map[string]string{"growing": "/grows: ", "links": "same group"} {
		if _, err := openFile(t, filepath.Join("testdata", name+".h5")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", name, err, want)
		}
	}
	if _, err := Open([]byte("PK\x03\x04")); err == nil || !strings.Contains(err.Error(), "not an HDF5 file") {
		t.Errorf("a zip file: error %v", err)
	}
}
