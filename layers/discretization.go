package layers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Discretization puts numbers into bins and gives the index of the bin: how many of BinBoundaries are at most x. x: any
// shape to int32 of the same shape, or encoded as [CategoryEncoding] does. Boundaries are given, or NumBins of about equal
// weight are found in data by [Discretization.Adapt].
// https://keras.io/api/layers/preprocessing_layers/numerical/discretization
type Discretization struct {
	BinBoundaries []float64 // ascending; set by Adapt
	NumBins       int       `default:"none"`
	Epsilon       float64   `default:"0.01"` // how exact Adapt finds quantiles
	OutputMode    string    `default:"int"`  // or "one_hot", "multi_hot", "count"
	Name          string
	Base
}

// Call: x to int32 of its shape.
func (l *Discretization) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	if len(l.BinBoundaries) == 0 {
		return c.Errorf("there are no bins: set BinBoundaries, or set NumBins and call Adapt before the layer is called")
	}
	x := ops.Cast(in[0], graph.Float32)
	edges := ops.Cast(c.g.Const(l.BinBoundaries), graph.Float32)
	bin := ops.Digitize(x, edges)
	if l.OutputMode == "int" {
		return bin
	}
	return c.encode(bin, l.OutputMode, len(l.BinBoundaries)+1, nil)
}

// KeepInputDtype marks the layer as one that takes its input as it comes.
func (l *Discretization) KeepInputDtype() {}

// Config is the layer's configuration, without what Keras's class does not take.
func (l *Discretization) Config(fields map[string]any) (map[string]any, error) {
	delete(fields, "trainable")
	return fields, nil
}

// Adapt finds the boundaries of NumBins bins that hold about equally many of the inputs in a data set, of which it makes one
// pass, within Epsilon.
func (l *Discretization) Adapt(ctx context.Context, d data.Dataset) error {
	r := config.Resolve(l)
	if r.NumBins < 1 {
		return errors.New("layers: Discretization.Adapt: NumBins is not set")
	}
	var s summary
	for b, err := range d.Batches(data.Options{}) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("layers: Discretization.Adapt: %w", err)
		}
		t, err := data.Tensor(b.X)
		if err != nil {
			return fmt.Errorf("layers: Discretization.Adapt: %w", err)
		}
		s = append(s, summarize(data.Float64s(t), r.Epsilon)...)
		slices.SortStableFunc(s, func(a, b weighted) int { return int(math.Copysign(1, a.value-b.value)) })
		s = s.compress(r.Epsilon)
	}
	if len(s) == 0 {
		return errors.New("layers: Discretization.Adapt: the data set is empty")
	}
	s = s.compress(1 / float64(r.NumBins))
	l.BinBoundaries = nil
	for _, w := range s[:len(s)-1] {
		l.BinBoundaries = append(l.BinBoundaries, float64(float32(w.value)))
	}
	return nil
}

// weighted is a number that stands for as many as its weight says.
type weighted struct{ value, weight float64 }

// summary is a sorted sample of numbers.
type summary []weighted

// summarize takes about 1/epsilon of the values at equal distances.
func summarize(values []float64, epsilon float64) summary {
	sorted := slices.Sorted(slices.Values(values))
	step := max(float64(len(sorted))*epsilon, 1)
	var s summary
	for i := int(step - 1); i < len(sorted); i += int(step) {
		s = append(s, weighted{sorted[i], step})
	}
	return s
}

// compress keeps about 1/epsilon numbers, interpolated at equal shares of the weight.
func (s summary) compress(epsilon float64) summary {
	if float64(len(s))*epsilon < 1 {
		return s
	}
	total := make([]float64, len(s))
	sum := 0.0
	for i, w := range s {
		sum += w.weight
		total[i] = sum
	}
	var out summary
	before := 0.0
	for i := range int(math.Ceil(1 / epsilon)) {
		at := (epsilon + float64(i)*epsilon) * sum
		value := interpolate(at, total, func(i int) float64 { return s[i].value })
		upTo := interpolate(at, total, func(i int) float64 { return total[i] })
		out = append(out, weighted{value, upTo - before})
		before = upTo
	}
	return out
}

// interpolate is the piecewise linear function through (xs[i], y(i)), constant outside.
func interpolate(x float64, xs []float64, y func(i int) float64) float64 {
	i, _ := slices.BinarySearch(xs, x)
	switch {
	case i == 0:
		return y(0)
	case i == len(xs):
		return y(i - 1)
	}
	share := (x - xs[i-1]) / (xs[i] - xs[i-1])
	return y(i-1) + share*(y(i)-y(i-1))
}

func init() { register(&Discretization{}) }
