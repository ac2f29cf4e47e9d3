package data

import (
	"encoding/json"
	"github.com/gorgonin/gorgonin/internal/array"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

type celsius float32

func TestTensor(t *testing.T) {
	dense := tensor.New(tensor.WithShape(2), tensor.WithBacking([]int{5, 6}))
	var decoded any
	if err := json.Unmarshal([]byte(`[[1, 2], [3.5, 4]]`), &decoded); err != nil {
		t.Fatal(err)
	}
	array := [2]int8{1, 2}
	for _, c := range []struct {
		name  string
		in    any
		shape []int
		want  any
	}{
		{"float32", float32(2), nil, float32(2)},
		{"int", 7, nil, 7},
		{"bool", true, nil, true},
		{"string", "a", nil, "a"},
		{"named scalar", celsius(2), nil, float32(2)},
		{"floats", []float32{1, 2}, []int{2}, []float32{1, 2}},
		{"ints", []int{1, 2}, []int{2}, []int{1, 2}},
		{"uint16s", []uint16{1, 2}, []int{2}, []uint16{1, 2}},
		{"strings", [][]string{{"a"}, {"b"}}, []int{2, 1}, []string{"a", "b"}},
		{"bools", []bool{true, false}, []int{2}, []bool{true, false}},
		{"named", []celsius{1, 2}, []int{2}, []float32{1, 2}},
		{"matrix", [][]float64{{1, 2, 3}, {4, 5, 6}}, []int{2, 3}, []float64{1, 2, 3, 4, 5, 6}},
		{"deep", [][][]float32{{{1}, {2}}, {{3}, {4}}}, []int{2, 2, 1}, []float32{1, 2, 3, 4}},
		{"arrays", [2][2]int{{1, 2}, {3, 4}}, []int{2, 2}, []int{1, 2, 3, 4}},
		{"pointer", &array, []int{2}, []int8{1, 2}},
		{"arrays in any", []any{[2]int{1, 2}, [2]int{3, 4}}, []int{2, 2}, []int{1, 2, 3, 4}},
		{"json", decoded, []int{2, 2}, []float64{1, 2, 3.5, 4}},
		{"any of slices", []any{[]int{1, 2}, []any{3, 4}}, []int{2, 2}, []int{1, 2, 3, 4}},
		{"tensor", dense, []int{2}, []int{5, 6}},
		{"tensors", []tensor.Tensor{dense, dense}, []int{2, 2}, []int{5, 6, 5, 6}},
		{"tensor and slice", []any{dense, []int{7, 8}}, []int{2, 2}, []int{5, 6, 7, 8}},
	} {
		got, err := Tensor(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !got.Shape().Eq(tensor.Shape(c.shape)) || !reflect.DeepEqual(got.Data(), c.want) {
			t.Errorf("%s: %v %v, want %v %v", c.name, got.Shape(), got.Data(), c.shape, c.want)
		}
	}
}

func TestTensorErrors(t *testing.T) {
	var null *tensor.Dense
	dense := tensor.New(tensor.WithShape(3), tensor.WithBacking([]int{5, 6, 7}))
	for _, c := range []struct {
		name string
		in   any
		want string
	}{
		{"nil", nil, "nil is not an array"},
		{"nil tensor", null, "the *tensor.Dense is nil"},
		{"nil slice", []float32(nil), "the slice is empty"},
		{"nil pointer", (*[2]int)(nil), "is nil"},
		{"empty row", [][]int{{}}, "the slice at [0] is empty"},
		{"empty rows", [][]int{}, "the slice is empty"},
		{"empty deep", [][][]int8{{{}}}, "the slice at [0][0] is empty"},
		{"ragged matrix", [][]float32{{1, 2}, {3}}, "shape (1) at [1], but (2) at [0]"},
		{"ragged deep", [][][]int{{{1, 2}, {3, 4}}, {{5, 6}, {7}}}, "shape (1) at [1][1], but (2) at [0][0]"},
		{"depths", []any{1, []any{2}}, "shape (1) at [1], but () at [0]"},
		{"scalar for a row", []any{[]any{1, 2}, 3}, "shape () at [1], but (2) at [0]"},
		{"mixed", []any{1, 2.5}, "float64 at [1], but int before it"},
		{"null", []any{1.0, nil}, "the value at [1] is nil"},
		{"null first", []any{[]any{nil}}, "the value at [0][0] is nil"},
		{"tensor of another shape", []any{[]int{1, 2}, dense}, "shape (3) at [1], but (2) at [0]"},
		{"tensor of another type", []any{[]float32{1, 2, 3}, dense}, "int at [1], but float32"},
		{"nil tensor inside", []any{dense, null}, "the value at [1]: the *tensor.Dense is nil"},
		{"struct", struct{}{}, "is a struct {}: want numbers"},
		{"func inside", []any{func() {}}, "at [0] is a func()"},
	} {
		if _, err := Tensor(c.in); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// TestTensorViews compares random slices of random transposes with what At says.
func TestTensorViews(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for trial := range 500 {
		shape := []int{1 + r.IntN(4), 1 + r.IntN(4), 1 + r.IntN(4)}
		n := tensor.Shape(shape).TotalSize()
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i)
		}
		options := []tensor.ConsOpt{tensor.WithShape(shape...), tensor.WithBacking(values)}
		if r.IntN(4) == 0 {
			options = []tensor.ConsOpt{tensor.WithShape(shape...), tensor.AsFortran(values)}
		}
		d := tensor.New(options...)
		if r.IntN(2) == 0 {
			if err := d.T(r.Perm(3)...); err != nil {
				continue // the identity
			}
		}
		var cuts []tensor.Slice
		for _, size := range d.Shape() {
			from := r.IntN(size)
			cuts = append(cuts, tensor.S(from, from+1+r.IntN(size-from)))
		}
		var view tensor.Tensor = d
		if v, err := d.Slice(cuts...); err == nil && r.IntN(2) == 0 {
			view = v
		}
		got, err := Tensor(view)
		if err != nil {
			t.Fatalf("trial %d: %v", trial, err)
		}
		if want := byAt(view.(*tensor.Dense)); !reflect.DeepEqual(array.Elements(got), want) || !got.Shape().Eq(view.Shape()) {
			t.Fatalf("trial %d: shape %v strides %v: %v, want %v", trial, view.Shape(), view.Strides(), got.Data(), want)
		}
		if got.RequiresIterator() {
			t.Fatalf("trial %d: the result of shape %v needs an iterator", trial, got.Shape())
		}
	}
}

// byAt reads a view through its strides, one element at a time.
func byAt(d *tensor.Dense) []float64 {
	if d.Shape().IsScalar() {
		return []float64{d.Data().(float64)}
	}
	var out []float64
	at := make([]int, d.Dims())
	for range d.Shape().TotalSize() {
		k := 0
		for axis, i := range at {
			k += i * d.Strides()[axis]
		}
		out = append(out, d.Data().([]float64)[k])
		for axis := len(at) - 1; axis >= 0; axis-- {
			if at[axis]++; at[axis] < d.Shape()[axis] {
				break
			}
			at[axis] = 0
		}
	}
	return out
}

func TestTensorTransposeAndSlices(t *testing.T) {
	matrix := func() *tensor.Dense {
		return tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{0, 1, 2, 3, 4, 5}))
	}
	transposed := matrix()
	if err := transposed.T(); err != nil {
		t.Fatal(err)
	}
	column, _ := matrix().Slice(nil, tensor.S(1))
	one, _ := matrix().Slice(tensor.S(1), tensor.S(2))
	rows, _ := transposed.Slice(tensor.S(1, 3)) // claims to be contiguous
	for _, c := range []struct {
		in    tensor.Tensor
		shape tensor.Shape
		want  []float64
	}{
		{transposed, tensor.Shape{3, 2}, []float64{0, 3, 1, 4, 2, 5}},
		{column, tensor.Shape{2}, []float64{1, 4}},
		{one, tensor.ScalarShape(), []float64{5}},
		{rows, tensor.Shape{2, 2}, []float64{1, 4, 2, 5}},
	} {
		got, err := Tensor(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Shape().Eq(c.shape) || !reflect.DeepEqual(Float64s(c.in), c.want) {
			t.Errorf("%v %v, want %v %v", got.Shape(), Float64s(c.in), c.shape, c.want)
		}
	}
	masked := matrix()
	masked.ResetMask(true)
	if _, err := Tensor(masked); err == nil || !strings.Contains(err.Error(), "(2, 3) is masked") {
		t.Errorf("masked: %v", err)
	}
}

func TestOf(t *testing.T) {
	d, err := Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	if err != nil || !d.Shape().Eq(tensor.Shape{2, 3}) {
		t.Fatalf("%v, %v", d, err)
	}
	if d, err := Of([]int64{1, 2}); err != nil || !d.Shape().Eq(tensor.Shape{2}) || d.Dtype() != tensor.Int64 {
		t.Errorf("vector: %v, %v", d, err)
	}
	for want, shape := range map[string][]int{
		"3 values do not fill shape (2, 2), which has 4": {2, 2},
		"shape (0, 3): every axis must be at least 1":    {0, 3},
	} {
		if _, err := Of([]int{1, 2, 3}, shape...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", shape, err, want)
		}
	}
	if _, err := Of([]int{}); err == nil {
		t.Error("no values were accepted")
	}
}

func TestConversions(t *testing.T) {
	for _, v := range []any{
		[]float32{1, 0}, []float64{1, 0}, []int{1, 0}, []int8{1, 0}, []int16{1, 0}, []int32{1, 0}, []int64{1, 0},
		[]uint{1, 0}, []uint8{1, 0}, []uint16{1, 0}, []uint32{1, 0}, []uint64{1, 0}, []bool{true, false},
	} {
		d, err := Tensor(v)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(Float64s(d), []float64{1, 0}) || !reflect.DeepEqual(Float32s(d), []float32{1, 0}) || !reflect.DeepEqual(Ints(d), []int{1, 0}) {
			t.Errorf("%T: %v %v %v", v, Float64s(d), Float32s(d), Ints(d))
		}
	}
	source := []float64{1.75, -2.75}
	d, _ := Of(source)
	Float64s(d)[0] = 9
	if source[0] != 1.75 {
		t.Error("Float64s shares memory")
	}
	if got := Ints(d); !reflect.DeepEqual(got, []int{1, -2}) {
		t.Errorf("Ints cut to %v", got)
	}
	words, _ := Tensor([]string{"a"})
	if Float64s(words) != nil || Float64s(nil) != nil || Argmax(words) != nil {
		t.Error("there are numbers in words")
	}
}

func TestArgmax(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		in   any
		want []int
	}{
		{[][]float32{{1, 3, 2}, {5, 5, 4}}, []int{1, 0}},
		{[][][]int{{{1, 2}, {4, 3}}, {{0, 0}, {-2, -1}}}, []int{1, 0, 0, 1}},
		{[]float64{1, nan, 5, nan}, []int{1}},
		{[]float64{math.Inf(-1), -5}, []int{1}},
		{3.5, []int{0}},
		{[]bool{false, true}, []int{1}},
	} {
		d, err := Tensor(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := Argmax(d); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Argmax(%v) = %v, want %v", c.in, got, c.want)
		}
	}
}
