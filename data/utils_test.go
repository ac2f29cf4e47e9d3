package data

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

func TestToCategorical(t *testing.T) {
	d, err := ToCategorical([]int{0, 2, 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float32{1, 0, 0, 0, 0, 1, 0, 1, 0}; !d.Shape().Eq(tensor.Shape{3, 3}) || !reflect.DeepEqual(d.Data(), want) {
		t.Errorf("%v %v", d.Shape(), d.Data())
	}
	if d, err := ToCategorical([]int{0}, 4); err != nil || !d.Shape().Eq(tensor.Shape{1, 4}) {
		t.Errorf("4 classes: %v, %v", d, err)
	}
	for want, c := range map[string]struct {
		labels []int
		n      int
	}{
		"label 3 at position 1 is not in 0..2":  {[]int{0, 3}, 3},
		"label -1 at position 0 is not in 0..0": {[]int{-1}, 0},
		"labels: data: the slice is empty":      {nil, 3},
		"the number of classes is -2":           {[]int{0}, -2},
	} {
		if _, err := ToCategorical(c.labels, c.n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", c, err, want)
		}
	}
}

func TestOneHot(t *testing.T) {
	for _, c := range []struct {
		labels any
		shape  tensor.Shape
	}{
		{[]int64{0, 1, 4}, tensor.Shape{3, 5}},
		{[]uint8{3}, tensor.Shape{1, 5}},
		{[][]int32{{0}, {1}, {4}}, tensor.Shape{3, 5}},
		{[][]int{{0, 1}, {2, 3}}, tensor.Shape{2, 2, 5}},
		{[][][]int{{{0}, {1}}, {{2}, {3}}}, tensor.Shape{2, 2, 5}},
		{3, tensor.Shape{5}},
	} {
		d, err := OneHot(c.labels, 5)
		if err != nil || !d.Shape().Eq(c.shape) {
			t.Errorf("OneHot(%v): %v, %v, want shape %v", c.labels, d, err, c.shape)
			continue
		}
		labels, err := Tensor(c.labels)
		if err != nil || !reflect.DeepEqual(Argmax(d), Ints(labels)) {
			t.Errorf("OneHot(%v) = %v, %v", c.labels, d.Data(), err)
		}
	}
	if _, err := OneHot([]float32{1}, 2); err == nil || !strings.Contains(err.Error(), "labels are float32: want integers") {
		t.Errorf("floats: %v", err)
	}
}

func TestPad(t *testing.T) {
	vectors, err := Pad([][][]int{{{1, 1}}, {{2, 1}, {2, 2}}, {{3, 1}, {3, 2}, {3, 3}}}, []int{0, 0}, PadOptions{MaxLen: 2})
	if want := []int{0, 0, 1, 1, 2, 1, 2, 2, 3, 2, 3, 3}; err != nil || !vectors.Shape().Eq(tensor.Shape{3, 2, 2}) || !reflect.DeepEqual(vectors.Data(), want) {
		t.Errorf("vectors: %v, %v", vectors, err)
	}
	words, err := Pad([][]string{{"1"}, {"1", "2", "3"}}, "pad", PadOptions{PadPost: true, TruncPost: true, MaxLen: 2})
	if err != nil || !reflect.DeepEqual(words.Data(), []string{"1", "pad", "1", "2"}) {
		t.Errorf("words: %v, %v", words, err)
	}
	if _, err := Pad([][][]int{{{1, 1}}, {}}, []int{0}); err == nil || !strings.Contains(err.Error(), "shape (1) at [1][0], but (2) at [0][0]") {
		t.Errorf("a padding vector of another length: %v", err)
	}
}

func TestPadSequences(t *testing.T) {
	in := [][]int{{1}, {2, 3}, {4, 5, 6}}
	for _, c := range []struct {
		o    PadOptions
		n    int
		want []int32
	}{
		{PadOptions{}, 3, []int32{0, 0, 1, 0, 2, 3, 4, 5, 6}},
		{PadOptions{Value: -1}, 3, []int32{-1, -1, 1, -1, 2, 3, 4, 5, 6}},
		{PadOptions{PadPost: true}, 3, []int32{1, 0, 0, 2, 3, 0, 4, 5, 6}},
		{PadOptions{MaxLen: 2}, 2, []int32{0, 1, 2, 3, 5, 6}},
		{PadOptions{MaxLen: 2, TruncPost: true}, 2, []int32{0, 1, 2, 3, 4, 5}},
		{PadOptions{MaxLen: 2, TruncPost: true, PadPost: true, Value: 9}, 2, []int32{1, 9, 2, 3, 4, 5}},
		{PadOptions{MaxLen: 4}, 4, []int32{0, 0, 0, 1, 0, 0, 2, 3, 0, 4, 5, 6}},
	} {
		d, err := PadSequences(in, c.o)
		if err != nil || !d.Shape().Eq(tensor.Shape{3, c.n}) || !reflect.DeepEqual(d.Data(), c.want) {
			t.Errorf("%+v: %v, %v; want %v", c.o, d, err, c.want)
		}
	}
	if d, err := PadSequences([][]int{{}, {7}}); err != nil || !reflect.DeepEqual(d.Data(), []int32{0, 7}) {
		t.Errorf("an empty sequence: %v, %v", d, err)
	}
	for want, c := range map[string]struct {
		in [][]int
		o  []PadOptions
	}{
		"there are no sequences":              {nil, nil},
		"all sequences are empty: set MaxLen": {[][]int{{}, {}}, nil},
		"MaxLen is -1":                        {in, []PadOptions{{MaxLen: -1}}},
		"sequence [1] holds 2147483648":       {[][]int{{1}, {math.MaxInt32 + 1}}, nil},
		"the padding value holds 2147483648":  {in, []PadOptions{{Value: math.MaxInt32 + 1}}},
		"2 PadOptions were given":             {in, []PadOptions{{}, {}}},
	} {
		if _, err := PadSequences(c.in, c.o...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestNormalize(t *testing.T) {
	in := [][]float64{{3, 0}, {-4, 0}}
	inf := math.Inf(1)
	for _, c := range []struct {
		x     any
		axis  int
		order float64
		want  []float64
	}{
		{in, 0, 2, []float64{0.6, 0, -0.8, 0}},
		{in, -1, 2, []float64{1, 0, -1, 0}},
		{in, -2, 1, []float64{3. / 7, 0, -4. / 7, 0}},
		{in, 0, inf, []float64{0.75, 0, -1, 0}},
		{[]int{3, 4}, 0, 2, []float64{0.6, 0.8}},
		{[]float32{3, 4}, -1, 2, []float64{float64(float32(0.6)), float64(float32(0.8))}},
		{[]float64{3e200, 4e200}, 0, 2, []float64{0.6, 0.8}},
		{[][][]float64{{{3}, {1}}, {{4}, {0}}}, 0, 2, []float64{0.6, 1, 0.8, 0}},
	} {
		d, err := Normalize(c.x, c.axis, c.order)
		if err != nil {
			t.Errorf("%v: %v", c.x, err)
			continue
		}
		for i, v := range Float64s(d) {
			if math.Abs(v-c.want[i]) > 1e-15 {
				t.Errorf("Normalize(%v, %d, %v) = %v, want %v", c.x, c.axis, c.order, d.Data(), c.want)
				break
			}
		}
	}
	if in[0][0] != 3 {
		t.Error("Normalize changed its argument")
	}
	for want, c := range map[string]struct {
		x     any
		axis  int
		order float64
	}{
		"axis 2 is not an axis of shape (2, 2)": {in, 2, 2},
		"the order of a norm is 0":              {in, 0, 0},
		"axis -1 is not an axis of shape ()":    {3.0, -1, 2},
		"a tensor of string":                    {[]string{"a"}, 0, 2},
		"nil is not an array":                   {nil, 0, 2},
	} {
		if _, err := Normalize(c.x, c.axis, c.order); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
