package hdf5

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// kerasFiles collects the HDF5 files that real Keras wrote, also those inside .keras archives, by path.
func kerasFiles(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, pattern := range []string{"keras_files/*/*", "conformance/saveload/*/*"} {
		paths, _ := filepath.Glob(filepath.Join("../../../shared", pattern))
		for _, path := range paths {
			switch filepath.Ext(path) {
			case ".h5":
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				files[path] = b
			case ".keras":
				if b := zipEntry(t, path, "model.weights.h5"); b != nil {
					files[path] = b
				}
			}
		}
	}
	if len(files) == 0 {
		t.Skip("no files written by Keras at ../../../shared")
	}
	return files
}

func zipEntry(t *testing.T, path, name string) []byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r, err := z.Open(name)
	if err != nil {
		return nil
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestKerasRoundTrip reads every file and reads it again after writing it.
func TestKerasRoundTrip(t *testing.T) {
	for path, b := range kerasFiles(t) {
		g, err := Open(b)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		n := 0
		g.Walk(func(string, *Dataset) error { n++; return nil })
		if n == 0 && !strings.Contains(path, "preproc") {
			t.Errorf("%s: no datasets", path)
		}
		var out bytes.Buffer
		if err := Write(&out, g); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		again, err := Open(out.Bytes())
		if err != nil {
			t.Errorf("%s, written again: %v", path, err)
		} else if !reflect.DeepEqual(g, again) {
			t.Errorf("%s: written and read again, the tree differs", path)
		}
	}
}

// TestKerasValues compares weights and optimizer state with the arrays stored next to the files.
func TestKerasValues(t *testing.T) {
	compared := 0
	for path, b := range kerasFiles(t) {
		arrays := filepath.Join(filepath.Dir(path), "data.npz")
		if _, err := os.Stat(arrays); err != nil {
			continue
		}
		g, err := Open(b)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for name, want := range readNpz(t, arrays) {
			slot, isOptimizer := strings.CutPrefix(name, "o")
			switch {
			case isOptimizer && g.Group("optimizer/vars") != nil:
				d := g.Dataset("optimizer/vars/" + slot)
				if d == nil || !reflect.DeepEqual(d.Array, want) {
					t.Errorf("%s: optimizer variable %s differs", path, slot)
				}
			case strings.HasPrefix(name, "w"):
				if !holds(g, want) {
					t.Errorf("%s: weight %s is nowhere in the file", path, name)
				}
			default:
				continue
			}
			compared++
		}
	}
	if compared == 0 {
		t.Skip("no stored arrays at ../../../shared/conformance/saveload")
	}
}

func holds(g *Group, want Array) (found bool) {
	g.Walk(func(_ string, d *Dataset) error {
		found = found || reflect.DeepEqual(d.Array, want)
		return nil
	})
	return found
}
