package array

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/quick"

	"gorgonia.org/tensor"
)

type celsius float32

func TestFrom(t *testing.T) {
	seven := 7
	for _, c := range []struct {
		v     any
		want  any
		shape []int
	}{
		{3, []int{3}, []int{}}, {celsius(1.5), []float32{1.5}, []int{}}, {"a", []string{"a"}, []int{}}, {true, []bool{true}, []int{}},
		{&seven, []int{7}, []int{}},
		{[]float32{1, 2}, []float32{1, 2}, []int{2}}, {[]celsius{1, 2}, []float32{1, 2}, []int{2}},
		{[][]int{{1, 2}, {3, 4}, {5, 6}}, []int{1, 2, 3, 4, 5, 6}, []int{3, 2}},
		{[2][1][2]uint8{{{1, 2}}, {{3, 4}}}, []uint8{1, 2, 3, 4}, []int{2, 1, 2}},
		{[]any{[]any{1.0, 2.0}, []float64{3, 4}}, []float64{1, 2, 3, 4}, []int{2, 2}},
		{[]any{[2]bool{true, false}}, []bool{true, false}, []int{1, 2}},
		{[]*int{&seven, &seven}, []int{7, 7}, []int{2}},
		{tensor.New(tensor.FromScalar(float32(4))), []float32{4}, []int{}},
		{[]*tensor.Dense{Dense([]int8{1, 2}, []int{2}), Dense([]int8{3, 4}, []int{2})}, []int8{1, 2, 3, 4}, []int{2, 2}},
		{[]any{tensor.New(tensor.FromScalar(1.5)), 2.5}, []float64{1.5, 2.5}, []int{2}},
	} {
		got, shape, err := From(c.v)
		if err != nil || !reflect.DeepEqual(got, c.want) || !reflect.DeepEqual(shape, c.shape) {
			t.Errorf("%T %v: got %#v of shape %v, %v; want %#v of shape %v", c.v, c.v, got, shape, err, c.want, c.shape)
		}
	}
}

func TestFromErrors(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "nil is not an array"},
		{(*int)(nil), "the value is nil"},
		{(*tensor.Dense)(nil), "the *tensor.Dense is nil"},
		{[]int{}, "the slice is empty: an array needs at least one element"},
		{[][]float32{}, "the slice is empty"},
		{[][]float32{{}}, "the slice at [0] is empty"},
		{[][][]int{{{1}, {}}}, "the slice at [0][1] is empty"},
		{[][]int{{1, 2}, {3}}, "ragged array: shape (1) at [1], but (2) at [0]"},
		{[]any{1, []int{2}}, "ragged array: shape (1) at [1], but () at [0]"},
		{[]any{[]int{2}, 1}, "ragged array: shape () at [1], but (1) at [0]"},
		{[]any{1, 2.5}, "mixed types: float64 at [1], but int before it: convert to one type"},
		{[]any{1, nil}, "the value at [1] is nil"},
		{[]any{[]any{1.0}, []any{"a"}}, "mixed types: string at [1][0], but float64"},
		{complex(1, 2), "the value is a complex128: want numbers"},
		{[]struct{}{{}}, "the value at [0] is a struct {}"},
		{[]any{Dense([]int8{1, 2}, []int{2}), Dense([]int16{1, 2}, []int{2})}, "mixed types: int16 at [1]"},
		{[]any{Dense([]int8{1, 2}, []int{2}), Dense([]int8{1}, []int{1})}, "ragged array"},
	} {
		if _, _, err := From(c.v); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: got the error %v, want %q", c.v, err, c.want)
		}
	}
}

// Views, transposes and slices of tensors are read in the order of their elements.
func TestContiguous(t *testing.T) {
	base := func() *tensor.Dense { return Dense([]float32{1, 2, 3, 4, 5, 6}, []int{2, 3}) }
	view := func(s ...tensor.Slice) *tensor.Dense {
		v, err := base().Slice(s...)
		if err != nil {
			t.Fatal(err)
		}
		return v.(*tensor.Dense)
	}
	turned := base()
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	moved := base()
	if err := moved.T(); err != nil {
		t.Fatal(err)
	}
	if err := moved.Transpose(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in    *tensor.Dense
		want  []float32
		shape []int
	}{
		"as it is":        {base(), []float32{1, 2, 3, 4, 5, 6}, []int{2, 3}},
		"a row":           {view(tensor.S(1)), []float32{4, 5, 6}, []int{3}},
		"a column":        {view(nil, tensor.S(1)), []float32{2, 5}, []int{2}},
		"a part":          {view(nil, tensor.S(1, 3)), []float32{2, 3, 5, 6}, []int{2, 2}},
		"every other":     {view(nil, tensor.S(0, 3, 2)), []float32{1, 3, 4, 6}, []int{2, 2}},
		"transposed":      {turned, []float32{1, 4, 2, 5, 3, 6}, []int{3, 2}},
		"transposed data": {moved, []float32{1, 4, 2, 5, 3, 6}, []int{3, 2}},
	} {
		got, err := Contiguous(c.in)
		if err != nil || !reflect.DeepEqual(Elements(got), c.want) || !reflect.DeepEqual([]int(got.Shape()), c.shape) {
			t.Errorf("%s: got %v of shape %v, %v; want %v of shape %v", name, Elements(got), got.Shape(), err, c.want, c.shape)
		}
	}
	whole := base()
	if same, _ := Contiguous(whole); same != whole {
		t.Error("a contiguous tensor is copied")
	}
	one := view(tensor.S(1), tensor.S(2))
	if got, err := Contiguous(one); err != nil || !reflect.DeepEqual(Elements(got), []float32{6}) || !got.Shape().IsScalar() {
		t.Errorf("an element: %v, %v", got, err)
	}
	masked := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float32{1, 2}), tensor.WithMask([]bool{true, false}))
	if _, err := Contiguous(masked); err == nil || !strings.Contains(err.Error(), "is masked: fill or drop") {
		t.Error(err)
	}
}

func TestCopyConverts(t *testing.T) {
	kinds := []any{[]float32{3, 0}, []float64{3, 0}, []int{3, 0}, []int8{3, 0}, []int16{3, 0}, []int32{3, 0}, []int64{3, 0},
		[]uint{3, 0}, []uint8{3, 0}, []uint16{3, 0}, []uint32{3, 0}, []uint64{3, 0}}
	for _, src := range append(kinds, []bool{true, false}) {
		for _, like := range kinds {
			dst := reflect.MakeSlice(reflect.TypeOf(like), 2, 2).Interface()
			want := like
			if _, ok := src.([]bool); ok {
				want = reflect.MakeSlice(reflect.TypeOf(like), 2, 2).Interface()
				Fill(want, 1)
				reflect.ValueOf(want).Index(1).SetZero()
			}
			if err := Copy(dst, src); err != nil || !reflect.DeepEqual(dst, want) {
				t.Errorf("%T from %T: %v, %v", dst, src, dst, err)
			}
		}
		flags := make([]bool, 2)
		if err := Copy(flags, src); err != nil || !reflect.DeepEqual(flags, []bool{true, false}) {
			t.Errorf("bools from %T: %v, %v", src, flags, err)
		}
	}
	for want, c := range map[string][2]any{
		"3 elements do not fill 2":                             {make([]int, 2), make([]float32, 3)},
		"elements of []string cannot become numbers":           {make([]int, 1), []string{"a"}},
		"elements of []int cannot become elements of []string": {make([]string, 1), []int{1}},
		"cannot become elements of []complex64":                {make([]complex64, 1), []int{1}},
	} {
		if err := Copy(c[0], c[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want %q", err, want)
		}
	}
}

func TestMakeCastFill(t *testing.T) {
	for name, like := range map[string]any{
		"float32": []float32{}, "float16": []float32{}, "bfloat16": []float32{}, "float64": []float64{}, "int8": []int8{}, "int16": []int16{}, "int32": []int32{},
		"int64": []int64{}, "uint8": []uint8{}, "uint16": []uint16{}, "uint32": []uint32{}, "uint64": []uint64{}, "bool": []bool{}, "string": []string{},
	} {
		v := Make(name, 5)
		if reflect.TypeOf(v) != reflect.TypeOf(like) || Len(v) != 5 {
			t.Errorf("%s: %T of length %d", name, v, Len(v))
		}
		if name == "string" {
			continue
		}
		Fill(v, 1)
		for _, x := range Float64s(v) {
			if x != 1 {
				t.Errorf("%s filled with 1 holds %v", name, v)
			}
		}
		if got := DtypeOf(v); got != name && !strings.HasSuffix(name, "float16") {
			t.Errorf("%T is named %q", v, got)
		}
	}
	if Make("complex64", 1) != nil || Cast([]int{1}, "complex64") != nil || Cast([]string{"a"}, "int32") != nil || Float64s([]string{"a"}) != nil {
		t.Error("a conversion that there is none of")
	}
	Fill([]float32{}, 1) // nothing to fill
	s := []string{"a"}
	if Fill(s, 1); s[0] != "a" {
		t.Error("strings are filled with numbers")
	}
}

// A clone is equal and apart; a cast to float64 and back loses nothing of float32 and int32.
func TestCloneAndCastKeepBits(t *testing.T) {
	keeps := func(bits []uint32, ints []int32) bool {
		floats := make([]float32, len(bits))
		for i, b := range bits {
			floats[i] = math.Float32frombits(b)
		}
		back := Cast(Cast(floats, "float64"), "float32").([]float32)
		for i := range floats {
			if floats[i] != back[i] && floats[i] == floats[i] {
				return false
			}
		}
		clone := Clone(ints).([]int32)
		equal := len(clone) == len(ints)
		for i := range ints {
			equal = equal && clone[i] == ints[i]
			clone[i]++
			equal = equal && clone[i] != ints[i]
		}
		for i, x := range Cast(Cast(ints, "float64"), "int32").([]int32) {
			equal = equal && x == ints[i]
		}
		return equal
	}
	if err := quick.Check(keeps, nil); err != nil {
		t.Error(err)
	}
}

func TestDense(t *testing.T) {
	d := Dense([]float32{1, 2}, []int{1, 2})
	if v := Elements(d).([]float32); len(v) != 2 || &v[0] != &d.Data().([]float32)[0] {
		t.Error("Dense or Elements copies")
	}
	if s := Dense([]int32{7}, nil); !s.Shape().IsScalar() || s.Data() != int32(7) {
		t.Error(s)
	}
	none := tensor.New(tensor.WithShape(0, 3), tensor.Of(tensor.Float32))
	if got, ok := Elements(none).([]float32); !ok || len(got) != 0 {
		t.Errorf("without elements: %#v", Elements(none))
	}
	if Position([]int{2, 0}) != "[2][0]" || Position(nil) != "" || !IsBasic(reflect.Bool) || IsBasic(reflect.Slice) {
		t.Error("Position or IsBasic")
	}
}
