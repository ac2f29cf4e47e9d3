package data

import (
	"iter"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// TimeseriesOptions says how windows are cut out of a series. The zero value of every field but SequenceLength is
// Keras's default.
type TimeseriesOptions struct {
	// SequenceLength is the number of steps in a window.
	SequenceLength int
	// SequenceStride is the distance from the start of one window to the next. 0 is 1.
	SequenceStride int
	// SamplingRate is the distance from one step of a window to the next. 0 is 1.
	SamplingRate int
	// StartIndex is the first row of x that is used.
	StartIndex int
	// EndIndex is the row after the last that is used. 0 is the number of rows.
	EndIndex int
}

// Timeseries cuts windows out of x, a series (rows, ...) of observations in equal intervals. A batch holds windows (batch,
// SequenceLength, ...) as X and, when y is not nil, row i of y for the window that begins at row i as Y; so a forecast
// passes y shifted forward by the steps to look ahead. As in Keras, windows that begin beyond the last row of y are left
// out. Mistakes are the error of the first batch.
// See https://keras.io/api/data_loading/timeseries/#timeseries_dataset_from_array-function.
func Timeseries(x, y any, options TimeseriesOptions) Dataset {
	return Func(func(o Options) iter.Seq2[Batch, error] {
		t := timeseries{TimeseriesOptions: options}
		starts, err := t.prepare(x, y)
		if err != nil {
			return failed(err)
		}
		// Only the starts are batched and shuffled: all windows at once would need SequenceLength times the memory.
		return Map(Arrays{X: starts}, t.cut).Batches(o)
	})
}

type timeseries struct {
	TimeseriesOptions
	series Arrays // resolved
}

// prepare converts the series, fills in the defaults and returns the first rows of all windows.
func (t *timeseries) prepare(x, y any) ([]int, error) {
	rows, err := series("x", x, &t.series.X)
	if err != nil {
		return nil, err
	}
	targets := rows
	if y != nil {
		if targets, err = series("y", y, &t.series.Y); err != nil {
			return nil, err
		}
	}
	t.SequenceStride, t.SamplingRate = max(t.SequenceStride, 1), max(t.SamplingRate, 1)
	end := t.EndIndex
	if end == 0 {
		end = rows
	}
	if t.SequenceLength < 1 {
		return nil, errors.Errorf("data: SequenceLength is %d: it must be at least 1", t.SequenceLength)
	}
	if t.StartIndex < 0 || end > rows || t.StartIndex >= end {
		return nil, errors.Errorf("data: StartIndex %d and EndIndex %d do not lie in the %d rows", t.StartIndex, t.EndIndex, rows)
	}
	var starts []int
	for i := t.StartIndex; i < min(end-(t.SequenceLength-1)*t.SamplingRate, targets); i += t.SequenceStride {
		starts = append(starts, i)
	}
	if starts == nil {
		return nil, errors.Errorf("data: no window of %d steps, %d rows apart, fits rows %d to %d with %d targets",
			t.SequenceLength, t.SamplingRate, t.StartIndex, end, targets)
	}
	return starts, nil
}

// series resolves one argument and counts its rows.
func series(name string, v any, to *any) (int, error) {
	r, err := resolve(name, v, 1)
	if err != nil {
		return 0, err
	}
	*to = r
	return rows(leaves(name, r))
}

// cut turns a batch of starts into a batch of windows.
func (t *timeseries) cut(b Batch) (Batch, error) {
	starts := Ints(b.X.(*tensor.Dense))
	rows := make([]int, 0, len(starts)*t.SequenceLength)
	for _, s := range starts {
		for i := range t.SequenceLength {
			rows = append(rows, s+i*t.SamplingRate)
		}
	}
	x := Arrays{X: t.series.X}.take(rows).transform(func(d *tensor.Dense) *tensor.Dense {
		return backed(d.Data(), append([]int{len(starts), t.SequenceLength}, d.Shape()[1:]...))
	})
	return Batch{X: x.X, Y: Arrays{Y: t.series.Y}.take(starts).Y}, nil
}
