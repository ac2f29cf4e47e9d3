package data

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

const houses = "\ufeffrooms, area,price,trust\n3,70.5,200,1\n4, 90 ,310,0.5\n"

func TestReadCSV(t *testing.T) {
	for _, c := range []struct {
		text string
		o    []CSVOptions
		x    []float32
		y    tensor.Shape // nil: no y
	}{
		{houses, nil, []float32{3, 70.5, 200, 1, 4, 90, 310, 0.5}, nil},
		{houses, []CSVOptions{{Y: []string{"price"}, Weight: "trust"}}, []float32{3, 70.5, 4, 90}, tensor.Shape{2}},
		{houses, []CSVOptions{{Y: []string{"price", "trust"}, X: []string{"area"}}}, []float32{70.5, 90}, tensor.Shape{2, 2}},
		{"1;2\n3;4\n", []CSVOptions{{NoHeader: true, Comma: ';', Y: []string{"1"}}}, []float32{1, 3}, tensor.Shape{2}},
	} {
		a, err := ReadCSV(strings.NewReader(c.text), c.o...)
		if err != nil {
			t.Errorf("%v: %v", c.o, err)
			continue
		}
		x := a.X.(*tensor.Dense)
		if !reflect.DeepEqual(x.Data(), c.x) || !x.Shape().Eq(tensor.Shape{2, len(c.x) / 2}) {
			t.Errorf("%v: x %v %v", c.o, x.Shape(), x.Data())
		}
		if y, ok := a.Y.(*tensor.Dense); ok != (c.y != nil) || ok && !y.Shape().Eq(c.y) {
			t.Errorf("%v: y %v", c.o, a.Y)
		}
	}
	a, err := ReadCSV(strings.NewReader(houses), CSVOptions{Y: []string{"price"}, Weight: "trust"})
	if err != nil {
		t.Fatal(err)
	}
	if y, w := a.Y.(*tensor.Dense).Data(), a.SampleWeight.(*tensor.Dense).Data(); !reflect.DeepEqual(y, []float32{200, 310}) || !reflect.DeepEqual(w, []float32{1, 0.5}) {
		t.Errorf("y %v, weights %v", y, w)
	}
}

func TestReadCSVErrors(t *testing.T) {
	for _, c := range []struct {
		text string
		o    CSVOptions
		line int
		want string
	}{
		{"a,b\n1,2\n3,x\n", CSVOptions{}, 3, `data: csv, line 3, column b: "x" is not a float32 number`},
		{"a,b\n1,\n", CSVOptions{}, 2, `line 2, column b: "" is not`},
		{"a,b\n1,1e99\n", CSVOptions{}, 2, `"1e99" is not a float32 number`},
		{"a,b\n1,2\n3\n", CSVOptions{}, 3, "line 3: wrong number of fields"},
		{"a,b\n\"1,2\n", CSVOptions{}, 2, `line 2: extraneous or missing " in quoted-field`},
		{"a,b\n1,2\n", CSVOptions{Y: []string{"c"}}, 0, "column c: there is no such column, only a, b"},
		{"a,b\n1,2\n", CSVOptions{Weight: "w"}, 0, "column w: there is no such column"},
		{"a,b\n1,2\n", CSVOptions{Y: []string{"a", "b"}}, 0, "no column is left for x"},
		{"a,b\n", CSVOptions{}, 0, "there are no rows"},
		{"", CSVOptions{}, 0, "there are no rows"},
	} {
		_, err := ReadCSV(strings.NewReader(c.text), c.o)
		wrong, ok := errors.AsType[*CSVError](err)
		if !ok || wrong.Line != c.line || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "houses.csv")
	if err := os.WriteFile(path, []byte("a,b\n1,?\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := CSV(path); err == nil || !strings.Contains(err.Error(), path+", line 2, column b") {
		t.Errorf("error %v", err)
	}
	a, err := CSV(path, CSVOptions{X: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := a.Len(); n != 1 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := CSV(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
