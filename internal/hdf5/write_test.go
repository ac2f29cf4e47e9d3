package hdf5

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// sample is a tree with every type, as dataset and as attribute, names of all lengths, and groups of the given size.
func sample(t testing.TB, children int) *Group {
	t.Helper()
	root := NewGroup()
	put := func(path string, a Array) *Dataset {
		d, err := root.Put(path, a)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for d, data := range wantTypes {
		a := Array{d, []int{2, 3}, data}
		put("types/"+string(d), a).Attrs["self"] = a
	}
	put("types/bfloat16", Array{BFloat16, []int{2}, []uint16{0x3F80, 0xC000}}).Attrs["dtype"] = Scalar("bfloat16")
	texts := []string{"one", "", "drei ü", strings.Repeat("long ", 2000)}
	put("types/string", Vector(texts)).Attrs["bytes"] = Array{Bytes, []int{2, 2}, texts}
	put("types/none", Array{Float32, []int{0, 4}, []float32{}})
	put("scalar", Scalar(int32(-7)))
	root.Attrs["backend"] = Scalar("jax")
	root.Attrs["weight_names"] = Array{Float64, []int{0}, []float64{}}
	for i := range children {
		g, err := root.MakeGroup("many/layer_" + strings.Repeat("x", i%9) + strconv.Itoa(i) + "/vars")
		if err != nil {
			t.Fatal(err)
		}
		g.Attrs["name"] = Scalar("dense_" + strconv.Itoa(i))
	}
	if children == 0 {
		root.MakeGroup("many")
	}
	return root
}

func encode(t testing.TB, g *Group) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, g); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestWriteRoundTrip covers empty groups, one symbol node, one tree node, and two and three levels of tree.
func TestWriteRoundTrip(t *testing.T) {
	for _, children := range []int{0, 1, 8, 9, 256, 257, 8300} {
		want := sample(t, children)
		b := encode(t, want)
		got, err := Open(b)
		if err != nil {
			t.Fatalf("%d children: %v", children, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d children: the tree read differs from the tree written", children)
		}
		if !bytes.Equal(b, encode(t, want)) {
			t.Errorf("%d children: writing twice gives different bytes", children)
		}
	}
}

// TestWriteLayout pins the bytes that h5py writes for the smallest file with an attribute.
func TestWriteLayout(t *testing.T) {
	g := NewGroup()
	g.Attrs["name"] = Scalar("dense")
	b := encode(t, g)
	for _, part := range []string{
		magic + "\x00\x00\x00\x00\x00\x08\x08\x00\x04\x00\x10\x00",
		"TREE\x00\x00\x00\x00" + strings.Repeat("\xff", 16),
		"\x0c\x00\x40\x00\x00\x00\x00\x00" + "\x01\x00\x05\x00\x14\x00\x08\x00" + "name\x00\x00\x00\x00" +
			"\x19\x01\x01\x00\x10\x00\x00\x00" + "\x10\x00\x00\x00\x01\x00\x00\x00" + "\x00\x00\x08\x00\x00\x00\x00\x00" +
			"\x01\x00\x00\x00\x00\x00\x00\x00" + "\x05\x00\x00\x00",
		"GCOL\x01\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00" + "\x01\x00\x00\x00\x00\x00\x00\x00" +
			"\x05\x00\x00\x00\x00\x00\x00\x00" + "dense\x00\x00\x00" + strings.Repeat("\x00", 8) + "\xd8\x0f\x00\x00",
	} {
		if !bytes.Contains(b, []byte(part)) {
			t.Errorf("the file has no %q", part)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	cycle := NewGroup()
	cycle.Groups["again"] = cycle
	cases := map[string]*Group{
		"hold itself":     cycle,
		"at most 65528":   {Attrs: map[string]Array{"names": Vector(make([]string, 5000))}},
		"NUL":             {Attrs: map[string]Array{"a": Scalar("x\x00y")}},
		`group "" is nil`: nil,
		`"/d" is nil`:     {Datasets: map[string]*Dataset{"d": nil}},
		"has '/'":         {Groups: map[string]*Group{"a/b": NewGroup()}},
		"its name":        {Attrs: map[string]Array{"": Scalar(int32(1))}},
		"shape [2] holds": {Datasets: map[string]*Dataset{"d": {Array: Array{Float32, []int{2}, []float32{1}}}}},
	}
	for want, g := range cases {
		if err := Write(&bytes.Buffer{}, g); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	full := errors.New("disk full")
	for n := range 3 {
		if err := Write(&failing{n, full}, sample(t, 1)); err != full {
			t.Errorf("after %d writes: error %v, want %v", n, err, full)
		}
	}
}

type failing struct {
	left int
	err  error
}

func (w *failing) Write(p []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, w.err
	}
	return len(p), nil
}

// TestH5py lets h5py compare what it reads from files of Keras, and of this package's tests, with what it reads after
// they went through Open and Write. It needs GORGONIN_H5PY, the path of a Python that has h5py.
func TestH5py(t *testing.T) {
	python := os.Getenv("GORGONIN_H5PY")
	if python == "" {
		t.Skip("GORGONIN_H5PY does not name a Python with h5py")
	}
	dir, pairs := t.TempDir(), 0
	save := func(want []byte) {
		g, err := Open(want)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Join(dir, strconv.Itoa(pairs))
		pairs++
		for name, b := range map[string][]byte{".want.h5": want, ".got.h5": encode(t, g)} {
			if err := os.WriteFile(base+name, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	types, err := os.ReadFile("testdata/types.h5")
	if err != nil {
		t.Fatal(err)
	}
	save(types)
	for _, children := range []int{0, 9, 257, 2000} {
		save(encode(t, sample(t, children)))
	}
	for _, b := range kerasFiles(t) {
		save(b)
	}
	out, err := exec.Command(python, "testdata/compare.py", dir).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != strconv.Itoa(pairs) {
		t.Errorf("h5py compared %s of %d files: %v", out, pairs, err)
	}
}
