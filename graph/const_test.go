package graph

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/quick"

	"gorgonia.org/tensor"
)

// Constants are one node exactly if dtype, shape and bits are the same.
func TestConstantsMergeByTheirBits(t *testing.T) {
	nan := math.Float32frombits(0x7fc00000)
	other := math.Float32frombits(0x7fc00001)
	zero := float32(0)
	for name, c := range map[string]struct {
		a, b any
		same bool
	}{
		"equal numbers":           {2.0, 2.0, true},
		"equal lists":             {[]float32{1, 2}, []float32{1, 2}, true},
		"other numbers":           {2.0, 3.0, false},
		"+0 and -0":               {zero, -zero + float32(math.Copysign(0, -1)), false},
		"one NaN":                 {nan, nan, true},
		"two NaNs":                {nan, other, false},
		"float32 and float64":     {[]float32{1}, []float64{1}, false},
		"int32 and float32":       {[]int32{1}, []float32{1}, false},
		"int32 and the same bits": {[]int32{0x3f800000}, []float32{1}, false},
		"a scalar and a vector":   {float32(1), []float32{1}, false},
		"two shapes":              {[][]float32{{1, 2}}, [][]float32{{1}, {2}}, false},
		"bools":                   {true, true, true},
		"true and uint8":          {true, uint8(1), false},
		"strings":                 {"a", "a", false}, // by identity, as everything large
	} {
		g := New("g")
		a, b := g.Const(c.a), g.Const(c.b)
		if err := g.Err(); err != nil {
			t.Fatal(name, err)
		}
		if (a == b) != c.same {
			t.Errorf("%s: merged %v, want %v", name, a == b, c.same)
		}
	}
}

func TestLargeConstantsMergeByIdentity(t *testing.T) {
	g := New("g")
	v := make([]float32, 1024) // 4096 bytes
	if first := g.Const(v); first != g.Const(v) {
		t.Error("4096 bytes are not merged")
	}
	big := make([]float32, 1025)
	a := g.Const(big)
	if a == g.Const(big) {
		t.Error("4100 bytes are merged")
	}
	if got := a.Op().(ConstOp).Values(); !reflect.DeepEqual(got, big) {
		t.Error("a large constant reads as something else")
	}
}

// A small constant is a copy: what the caller does to the slice later changes nothing.
func TestSmallConstantsAreCopies(t *testing.T) {
	g := New("g")
	v := []int32{1, 2, 3}
	n := g.Const(v)
	v[0] = 9
	if got := n.Op().(ConstOp).Values(); !reflect.DeepEqual(got, []int32{1, 2, 3}) {
		t.Error(got)
	}
}

func TestConstDtypes(t *testing.T) {
	type kilo float32
	for _, c := range []struct {
		v     any
		want  Spec
		value any
	}{
		{1, Spec{Int32, Shape{}}, []int32{1}},
		{math.MaxInt32 + 1, Spec{Int64, Shape{}}, []int64{math.MaxInt32 + 1}},
		{[]int{1, math.MinInt32 - 1}, Spec{Int64, Shape{2}}, []int64{1, math.MinInt32 - 1}},
		{0.5, Spec{Float32, Shape{}}, []float32{0.5}},
		{[]float64{0.5}, Spec{Float64, Shape{1}}, []float64{0.5}},
		{kilo(3), Spec{Float32, Shape{}}, []float32{3}},
		{[]any{[]any{1.0, 2.0}}, Spec{Float64, Shape{1, 2}}, []float64{1, 2}},
		{[2][1]int8{{1}, {2}}, Spec{Int8, Shape{2, 1}}, []int8{1, 2}},
		{[]bool{true, false}, Spec{Bool, Shape{2}}, []bool{true, false}},
		{[]string{"a", "b"}, Spec{String, Shape{2}}, []string{"a", "b"}},
		{tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float32{3, 4})), Spec{Float32, Shape{1, 2}}, []float32{3, 4}},
	} {
		n := New("g").Const(c.v)
		if n.Poisoned() || n.Spec().Dtype != c.want.Dtype || !n.Shape().Equal(c.want.Shape) {
			t.Errorf("%v becomes %v, want %v", c.v, n, c.want)
			continue
		}
		if got := n.Op().(ConstOp).Values(); !reflect.DeepEqual(got, c.value) {
			t.Errorf("%v is held as %#v, want %#v", c.v, got, c.value)
		}
	}
}

func TestConstErrors(t *testing.T) {
	for want, v := range map[string]any{
		"nil is not an array":            nil,
		"ragged array":                   [][]int{{1, 2}, {3}},
		"empty":                          []float32{},
		"mixed types":                    []any{1, 2.0},
		"want numbers, bools, strings":   struct{}{},
		"is a func()":                    func() {},
		"the value at [1] is nil":        []any{1.0, nil},
		"the value is a map[string]int:": map[string]int{},
	} {
		g := New("g")
		if n := g.Const(v); n.Err() == nil || g.Err() == nil || !strings.Contains(n.Err().Error(), want) {
			t.Errorf("%v: got the error %v, want %q", v, n.Err(), want)
		}
	}
	g := New("g")
	if n := g.Full(Float32, Shape{None}, 1); n.Err() == nil || !strings.Contains(n.Err().Error(), "use ops.FullLike") {
		t.Error(n.Err())
	}
}

func TestFullAndScalar(t *testing.T) {
	g := New("g")
	for _, d := range []Dtype{Float32, Float64, BFloat16, Int8, Int32, Int64, Uint8} {
		if v, ok := g.Scalar(d, 3).Op().(ConstOp).Scalar(); !ok || v != 3 {
			t.Errorf("%s: got %v, %v", d, v, ok)
		}
	}
	if v := g.Full(Bool, Shape{2}, 1).Op().(ConstOp).Values(); !reflect.DeepEqual(v, []bool{true, true}) {
		t.Error(v)
	}
	if v := g.Full(Float64, Shape{0, 3}, 1).Op().(ConstOp).Values(); !reflect.DeepEqual(v, []float64{}) {
		t.Error(v)
	}
	for name, n := range map[string]*Node{"a vector": g.Full(Float32, Shape{1}, 3), "a string": g.Const("3")} {
		if _, ok := n.Op().(ConstOp).Scalar(); ok {
			t.Errorf("%s reads as a number", name)
		}
	}
}

func TestConstKeepsEveryBit(t *testing.T) {
	keeps := func(bits []uint32) bool {
		if len(bits) == 0 {
			return true
		}
		v := make([]float32, len(bits))
		for i, b := range bits {
			v[i] = math.Float32frombits(b)
		}
		got := New("g").ConstOf(Float32, Shape{len(v)}, v).Op().(ConstOp).Values().([]float32)
		for i, x := range got {
			if math.Float32bits(x) != bits[i] {
				return false
			}
		}
		return true
	}
	if err := quick.Check(keeps, nil); err != nil {
		t.Error(err)
	}
}
