package compare

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/npz"
)

var inf, nan = float32(math.Inf(1)), float32(math.NaN())

func f32(values ...float32) *npz.Array {
	return &npz.Array{Dtype: "float32", Shape: []int{len(values)}, Data: values}
}

func array(dtype string, data any, shape ...int) *npz.Array {
	return &npz.Array{Dtype: dtype, Shape: shape, Data: data}
}

// check wants a Mismatch of that kind, or none for "".
func check(t *testing.T, name string, err error, what string) *Mismatch {
	t.Helper()
	var m *Mismatch
	errors.As(err, &m)
	switch {
	case what == "" && err != nil:
		t.Errorf("%s: %v, want no difference", name, err)
	case what != "" && (m == nil || m.Reason() != what):
		t.Errorf("%s: got %v, want %q", name, err, what)
	}
	return m
}

func TestArrays(t *testing.T) {
	tests := []struct {
		name      string
		got, want *npz.Array
		what      string
	}{
		{"equal", f32(1, 2), f32(1, 2), ""},
		{"the largest sets the scale", f32(0.0009, 100), f32(0, 100), ""},
		{"beyond tolerance", f32(0.0011, 100), f32(0, 100), Value},
		{"zeros, below 1e-11", f32(0.9e-11), f32(0), ""},
		{"zeros, above 1e-11", f32(1.1e-11), f32(0), Value},
		{"infinity sets no scale", f32(0.1, inf), f32(0, inf), Value},
		{"NaN and infinities in place", f32(nan, inf, -inf, 1), f32(nan, inf, -inf, 1), ""},
		{"infinity of the other sign", f32(-inf), f32(inf), NonFin},
		{"NaN for a number", f32(nan), f32(1), NonFin},
		{"number for NaN", f32(1), f32(nan), NonFin},
		{"infinity for NaN", f32(inf), f32(nan), NonFin},
		{"nothing", nil, f32(1), Missing},
		{"shape", array("float32", []float32{1, 2}, 2, 1), f32(1, 2), Shape},
		{"scalar for vector", array("float32", []float32{1}), f32(1), Shape},
		{"empty", f32(), f32(), ""},
		{"float64 for float32", array("float64", []float64{1}, 1), f32(1), Dtype},
		{"int for float", array("int32", []int32{1}, 1), f32(1), Dtype},
		{"half", array("float16", []float32{1}, 1), array("float16", []float32{1}, 1), ""},
		{"int32 for int64", array("int32", []int32{-1}, 1), array("int64", []int64{-1}, 1), ""},
		{"int64 for int32", array("int64", []int64{1 << 32}, 1), array("int32", []int32{0}, 1), Integer},
		{"int8 for int32", array("int8", []int8{1}, 1), array("int32", []int32{1}, 1), Dtype},
		{"large ints", array("int64", []int64{1<<53 + 1}, 1), array("int64", []int64{1 << 53}, 1), Integer},
		{"uint8", array("uint8", []uint8{200}, 1), array("uint8", []uint8{201}, 1), Integer},
		{"int16", array("int16", []int16{2}, 1), array("int16", []int16{2}, 1), ""},
		{"uint16", array("uint16", []uint16{2}, 1), array("uint16", []uint16{3}, 1), Integer},
		{"uint32", array("uint32", []uint32{2}, 1), array("uint32", []uint32{2}, 1), ""},
		{"uint64", array("uint64", []uint64{math.MaxUint64}, 1), array("uint64", []uint64{math.MaxUint64 - 1}, 1), Integer},
		{"bools", array("bool", []bool{true}, 1), array("bool", []bool{false}, 1), Integer},
		{"strings", array("string", []string{"a"}, 1), array("string", []string{"a"}, 1), ""},
		{"data of another type than its dtype", array("float32", []int32{1}, 1), f32(1), Dtype},
		{"data shorter than its shape", array("bool", []bool{}, 1), array("bool", []bool{true}, 1), Dtype},
	}
	for _, test := range tests {
		check(t, test.name, Arrays("y0", test.got, test.want, 1e-5), test.what)
	}
}

func TestMismatchShowsTheWorst(t *testing.T) {
	got := array("float32", []float32{1, 2.5, 3, 7, 5, 6}, 2, 3)
	want := array("float32", []float32{1, 2, 3, 4, 5, 6}, 2, 3)
	m := check(t, "floats", Arrays("y0", got, want, 1e-5), Value)
	if m == nil || !reflect.DeepEqual(m.Index, []int{1, 0}) || m.Got != 7.0 || m.Want != 4.0 || m.Count != 2 {
		t.Fatalf("got %+v, want index [1 0], 7 against 4, two elements", m)
	}
	if text := "y0: value differs at [1 0]: got 7, want 4, difference 3 > 6e-05 (2 elements differ)"; m.Error() != text {
		t.Errorf("got %q, want %q", m, text)
	}
	err := Arrays("y0", array("int32", []int32{1, 2}, 2), array("int32", []int32{1, 3}, 2), 0)
	if text := "y0: integer, bool or string differs at [1]: got 2, want 3"; err == nil || err.Error() != text {
		t.Errorf("got %v, want %q", err, text)
	}
	err = Arrays("y0", f32(1), array("int32", []int32{1, 3}, 2), 0)
	if text := "y0: shape differs: got float32[1], want int32[2]"; err == nil || err.Error() != text {
		t.Errorf("got %v, want %q", err, text)
	}
}

func TestGradients(t *testing.T) {
	type grads = map[string]*npz.Array
	want := grads{"x0": f32(100, 1), "w0": f32(1e-9)}
	tests := []struct {
		name string
		got  grads
		what string
	}{
		{"equal", grads{"x0": f32(100, 1), "w0": f32(1e-9)}, ""},
		{"noise below 1e-3 of the largest", grads{"x0": f32(100, 1), "w0": f32(9e-6)}, ""},
		{"above it", grads{"x0": f32(100, 1), "w0": f32(1.1e-5)}, Gradient},
		{"within 1e-4", grads{"x0": f32(100.009, 1), "w0": nil}, ""},
		{"beyond 1e-4", grads{"x0": f32(100.011, 1), "w0": nil}, Gradient},
		{"no gradient at all", grads{}, Gradient},
		{"shape", grads{"x0": f32(100), "w0": nil}, Shape},
		{"NaN", grads{"x0": f32(100, nan), "w0": nil}, NonFin},
		{"zero where none is recorded", grads{"x0": f32(100, 1), "x1": f32(0, 1e-6)}, ""},
		{"nothing where none is recorded", grads{"x0": f32(100, 1), "x1": nil}, ""},
		{"something where none is recorded", grads{"x0": f32(100, 1), "x1": f32(1)}, Gradient},
		{"something where backends disagree", grads{"x0": f32(100, 1), "x9": f32(1)}, ""},
	}
	for _, test := range tests {
		err := Gradients(test.got, want, func(of string) bool { return of == "x9" }, 1e-4)
		check(t, test.name, err, test.what)
	}
	tiny := grads{"x0": f32(0)}
	check(t, "absolute floor", Gradients(grads{"x0": f32(0.9e-13)}, tiny, func(string) bool { return false }, 1e-4), "")
	check(t, "above the floor", Gradients(grads{"x0": f32(1.1e-13)}, tiny, func(string) bool { return false }, 1e-4), Gradient)
	check(t, "nothing recorded", Gradients(grads{"x0": f32(5)}, nil, nil, 1e-4), "")
}

func tree(t *testing.T, text string) *cases.Value {
	t.Helper()
	v, err := cases.Decode([]byte(text), map[string]*npz.Array{
		"y0": f32(1, 2), "y1": array("bool", []bool{true, false}, 2),
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOutputs(t *testing.T) {
	const y0 = `{"$array":"y0","shape":[2],"dtype":"float32","keras_mask":{"$array":"y1","shape":[2],"dtype":"bool"}}`
	want := tree(t, `{"b":7,"a":[`+y0+`,null]}`)
	mask := array("bool", []bool{true, false}, 2)
	seven := Result{Value: array("int32", []int32{7})}
	check(t, "equal", Outputs([]Result{{f32(1, 2), mask}, seven}, want, 1e-5), "")
	check(t, "value", Outputs([]Result{{f32(1, 3), mask}, seven}, want, 1e-5), Value)
	check(t, "scalar", Outputs([]Result{{f32(1, 2), mask}, {Value: array("int32", []int32{8})}}, want, 1e-5), Integer)
	check(t, "no mask", Outputs([]Result{{f32(1, 2), nil}, seven}, want, 1e-5), Missing)
	check(t, "other mask", Outputs([]Result{{f32(1, 2), array("bool", []bool{true, true}, 2)}, seven}, want, 1e-5), Integer)
	err := Outputs([]Result{seven}, want, 1e-5)
	check(t, "count", err, Missing)
	if err == nil || !strings.Contains(err.Error(), "got 1 value, want 2 values") {
		t.Errorf("count: %v", err)
	}
	if err := Outputs([]Result{seven}, tree(t, `{"$ellipsis":true}`), 0); err == nil {
		t.Error("an output that is no tensor is accepted")
	}
}

func TestLogsAndHistory(t *testing.T) {
	want := tree(t, `{"loss":0.5,"acc":{"$float":"nan"}}`)
	notANumber := math.NaN()
	check(t, "equal", Logs(map[string]float64{"loss": 0.500004, "acc": notANumber}, want, 1e-5), "")
	check(t, "value", Logs(map[string]float64{"loss": 0.50001, "acc": notANumber}, want, 1e-5), Value)
	check(t, "missing", Logs(map[string]float64{"acc": notANumber}, want, 1e-5), Missing)
	check(t, "extra", Logs(map[string]float64{"loss": 0.5, "acc": notANumber, "mae": 1}, want, 1e-5), "log that Keras does not have")

	history := tree(t, `{"loss":[2,1],"val_loss":[3]}`)
	check(t, "history", History(map[string][]float64{"loss": {2, 1}, "val_loss": {3}}, history, 1e-5), "")
	check(t, "epochs", History(map[string][]float64{"loss": {2, 1, 0}, "val_loss": {3}}, history, 1e-5), Shape)
	check(t, "epoch 1", History(map[string][]float64{"loss": {2, 1.1}, "val_loss": {3}}, history, 1e-5), Value)
	if err := History(nil, tree(t, `{"loss":["x"]}`), 1); err == nil || !strings.Contains(err.Error(), "log loss") {
		t.Errorf("a history of strings gives %v", err)
	}
}

// The statistics of 19,200 samples of a uniform distribution over [-1, 1).
const uniform = `{"n":19200,"mean":0.002,"std":0.577,"min":-1,"max":1,"p01":-0.98,"p25":-0.5,"p75":0.5,"p99":0.98}`

func TestDistribution(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(f func() float64) []float64 {
		out := make([]float64, 20000)
		for i := range out {
			out[i] = f()
		}
		return out
	}
	want := tree(t, uniform)
	const differs = "distribution differs"
	check(t, "uniform", Distribution(draw(func() float64 { return 2*r.Float64() - 1 }), want), "")
	check(t, "shifted", Distribution(draw(func() float64 { return 2*r.Float64() - 0.95 }), want), differs)
	check(t, "wider", Distribution(draw(func() float64 { return 1.05 * (2*r.Float64() - 1) }), want), differs)
	check(t, "normal", Distribution(draw(func() float64 { return 0.577 * r.NormFloat64() }), want), differs)
	check(t, "two values", Distribution(draw(func() float64 { return 0.577 * float64(2*r.IntN(2)-1) }), want), differs)
	check(t, "NaN", Distribution(draw(func() float64 { return math.NaN() }), want), differs)
	check(t, "one sample", Distribution([]float64{1}, want), Missing)
	if err := Distribution([]float64{1, 2}, tree(t, `{"n":3}`)); err == nil || !strings.Contains(err.Error(), "mean") {
		t.Errorf("statistics without a mean give %v", err)
	}
}
