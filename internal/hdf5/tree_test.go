package hdf5

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestTree(t *testing.T) {
	var g Group // the zero value is an empty group
	kernel, err := New([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/layers/dense/vars/0", "layers/dense/vars/10", "layers/dense/vars/2", "top"} {
		if _, err := g.Put(path, kernel); err != nil {
			t.Fatal(err)
		}
	}
	if got := g.Dataset("layers/dense/vars/0"); got == nil || !reflect.DeepEqual(got.Array, kernel) {
		t.Errorf("dataset put at /layers/dense/vars/0 reads back as %v", got)
	}
	for _, path := range []string{"layers/none/vars/0", "layers/dense", "", "layers/dense/vars/1"} {
		if d := g.Dataset(path); d != nil {
			t.Errorf("dataset %q = %v, want nil", path, d)
		}
	}
	if g.Group("") != &g || g.Group("/layers/dense/") != g.Groups["layers"].Groups["dense"] || g.Group("top") != nil {
		t.Error("Group does not follow paths")
	}
	if got, want := g.Group("layers/dense/vars").DatasetNames(), []string{"0", "10", "2"}; !reflect.DeepEqual(got, want) {
		t.Errorf("dataset names %q, want %q", got, want)
	}
	var walked []string
	stop := errors.New("stop")
	err = g.Walk(func(path string, _ *Dataset) error {
		if walked = append(walked, path); len(walked) == 3 {
			return stop
		}
		return nil
	})
	if want := []string{"top", "layers/dense/vars/0", "layers/dense/vars/10"}; err != stop || !reflect.DeepEqual(walked, want) {
		t.Errorf("walked %q with error %v, want %q and %v", walked, err, want, stop)
	}
}

func TestTreeRefuses(t *testing.T) {
	g := NewGroup()
	if _, err := g.Put("a/b", Scalar(int32(1))); err != nil {
		t.Fatal(err)
	}
	_, group := g.MakeGroup("a/b/c")
	_, under := g.Put("a/b/c", Scalar(int32(1)))
	_, over := g.Put("a", Scalar(int32(1)))
	_, noName := g.Put("/", Scalar(int32(1)))
	_, shape := New([]float32{1}, 2, 3)
	_, negative := New([]float32{1}, -1)
	_, huge := New([]float32{1}, 1<<40, 1<<40)
	_, dtype := g.Put("c", Array{Dtype: "complex64"})
	_, data := g.Put("c", Array{Float32, nil, []float64{1}})
	for want, err := range map[string]error{
		`"b" is a dataset`:       group,
		`group "a/b": "b" is a`:  under,
		"a group has that name":  over,
		"has no name":            noName,
		"holds 6 elements":       shape,
		"negative axis":          negative,
		"too many elements":      huge,
		`dtype "complex64"`:      dtype,
		"[]float32, not []float": data,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestArrayText(t *testing.T) {
	if s, ok := Scalar("jax").Text(); !ok || s != "jax" {
		t.Errorf("text of a string = %q, %v", s, ok)
	}
	for _, a := range []Array{{}, Scalar(int32(1)), Vector([]string{"a"})} {
		if s, ok := a.Text(); ok {
			t.Errorf("text of %v = %q, want none", a, s)
		}
	}
	if s, ok := Vector([]string{"a", "b"}).Strings(); !ok || len(s) != 2 {
		t.Errorf("strings = %q, %v", s, ok)
	}
	if s, ok := Vector([]float64{}).Strings(); !ok || len(s) != 0 {
		t.Errorf("an empty list of names = %q, %v, want none and true", s, ok)
	}
	if _, ok := Vector([]float64{1}).Strings(); ok {
		t.Error("a number passes for a list of names")
	}
}

func TestTrim(t *testing.T) {
	for _, c := range []struct {
		in   string
		pad  int
		want string
	}{{"ab\x00c", 0, "ab"}, {"ab\x00\x00", 1, "ab"}, {"a b  ", 2, "a b"}, {"full", 1, "full"}} {
		if got := trim([]byte(c.in), c.pad); got != c.want {
			t.Errorf("trim(%q, %d) = %q, want %q", c.in, c.pad, got, c.want)
		}
	}
}
