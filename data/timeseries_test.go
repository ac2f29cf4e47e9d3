package data

import (
	"reflect"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

func TestTimeseries(t *testing.T) {
	x := []float32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, c := range []struct {
		y    any
		o    TimeseriesOptions
		want []float64 // of x
		ys   []int
	}{
		{nil, TimeseriesOptions{SequenceLength: 8}, []float64{0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 8, 2, 3, 4, 5, 6, 7, 8, 9}, nil},
		{nil, TimeseriesOptions{SequenceLength: 2, SequenceStride: 4, SamplingRate: 3}, []float64{0, 3, 4, 7}, nil},
		{nil, TimeseriesOptions{SequenceLength: 2, StartIndex: 6, EndIndex: 9}, []float64{6, 7, 7, 8}, nil},
		{[]int{10, 20, 30}, TimeseriesOptions{SequenceLength: 2}, []float64{0, 1, 1, 2, 2, 3}, []int{10, 20, 30}},
		{[]int{10, 20, 30, 40}, TimeseriesOptions{SequenceLength: 3, StartIndex: 1, SequenceStride: 2}, []float64{1, 2, 3, 3, 4, 5}, []int{20, 40}},
	} {
		for b, err := range Timeseries(x, c.y, c.o).Batches(Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			d := b.X.(*tensor.Dense)
			if got := Float64s(d); !reflect.DeepEqual(got, c.want) || d.Shape()[1] != c.o.SequenceLength || d.Dims() != 2 {
				t.Errorf("%+v: windows %v %v, want %v", c.o, d.Shape(), got, c.want)
			}
			if y, ok := b.Y.(*tensor.Dense); ok != (c.ys != nil) || ok && !reflect.DeepEqual(Ints(y), c.ys) {
				t.Errorf("%+v: targets %v, want %v", c.o, b.Y, c.ys)
			}
		}
	}
	for b, err := range Timeseries([][]int{{1, 2}, {3, 4}, {5, 6}}, nil, TimeseriesOptions{SequenceLength: 2}).Batches(Options{}) {
		if d, ok := b.X.(*tensor.Dense); !ok || err != nil || !d.Shape().Eq(tensor.Shape{2, 2, 2}) {
			t.Errorf("two features: %v, %v", b.X, err)
		}
	}
	for want, d := range map[string]Dataset{
		"SequenceLength is 0":                 Timeseries(x, nil, TimeseriesOptions{}),
		"StartIndex 3 and EndIndex 11":        Timeseries(x, nil, TimeseriesOptions{SequenceLength: 1, StartIndex: 3, EndIndex: 11}),
		"no window of 11 steps, 1 rows apart": Timeseries(x, nil, TimeseriesOptions{SequenceLength: 11}),
		"there are no arrays":                 Timeseries(nil, nil, TimeseriesOptions{SequenceLength: 1}),
		"y: data: the slice is empty":         Timeseries(x, []int{}, TimeseriesOptions{SequenceLength: 1}),
		"fits rows 2 to 10 with 2 targets":    Timeseries(x, []int{1, 2}, TimeseriesOptions{SequenceLength: 1, StartIndex: 2}),
	} {
		if err := onlyError(t, d); !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
