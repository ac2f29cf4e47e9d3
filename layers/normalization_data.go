package layers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Normalization is (x - mean)/sqrt(variance), with a mean and variance for each index along Axis: those given, or those
// that [Normalization.Adapt] finds in data. x: any shape to the same shape. Weights, unless Mean and Variance are given:
// mean, variance (the sizes of Axis) and count ().
// https://keras.io/api/layers/preprocessing_layers/numerical/normalization
type Normalization struct {
	Axis     any `default:"-1"` // an int or []int; []int{}: one mean for everything
	Mean     any // a number, or numbers for Axis; with Variance
	Variance any
	Invert   bool // undo instead: x·sqrt(variance) + mean
	Name     string
	Base

	adapted *adapted
}

// adapted is what Adapt found before the layer was called.
type adapted struct {
	mean, variance []float64
	shape          []int
}

// Call: x to a tensor of its shape.
func (l *Normalization) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	x := ops.Cast(in[0], c.Dtype())
	keep, bad := c.axes(l.Axis, x)
	switch {
	case bad != nil:
		return bad
	case (l.Mean == nil) != (l.Variance == nil):
		return c.Errorf("Mean is %v and Variance %v: give both or none", l.Mean, l.Variance)
	}
	c.PassMask()
	mean, variance := l.statistics(c, x, keep)
	deviation := ops.Maximum(ops.Sqrt(variance), 1e-7)
	if l.Invert {
		return ops.Add(mean, ops.Mul(x, deviation))
	}
	return ops.Div(ops.Sub(x, mean), deviation)
}

// statistics are mean and variance in shapes that broadcast with x.
func (l *Normalization) statistics(c *Context, x *graph.Node, keep []int) (mean, variance *graph.Node) {
	shape, spread := weightAlong(x, keep)
	if l.Mean == nil {
		if n := graph.Prod(shape...); l.adapted != nil && n >= 0 && n != len(l.adapted.mean) {
			bad := c.Errorf("Adapt found statistics of %d features, the input %v has %d along Axis", len(l.adapted.mean), x.Shape(), n)
			return bad, bad
		}
		w := Weight{Shape: shape, NonTrainable: true, Initializer: l.initial("zeros", func(a *adapted) []float64 { return a.mean })}
		mean = c.Param("mean", w)
		w.Initializer = l.initial("ones", func(a *adapted) []float64 { return a.variance })
		variance = c.Param("variance", w)
		c.Param("count", Weight{Shape: graph.Shape{}, Dtype: graph.Int32, NonTrainable: true, Initializer: "zeros"})
		return ops.Cast(ops.Reshape(mean, spread...), c.Dtype()), ops.Cast(ops.Reshape(variance, spread...), c.Dtype())
	}
	fixed := func(v any) *graph.Node {
		n := ops.Cast(c.g.Const(v), c.Dtype())
		to := slices.Repeat([]int{1}, x.Shape().Rank())
		if n.Shape().Rank() > len(keep) {
			return c.Errorf("Mean or Variance has the shape %v, more axes than Axis %v", n.Shape(), l.Axis)
		}
		for i := range n.Shape().Rank() {
			to[keep[len(keep)-1-i]] = n.Shape().Dim(-1 - i)
		}
		return ops.Reshape(n, to...)
	}
	return fixed(l.Mean), fixed(l.Variance)
}

// initial are the first values of a statistic: what Adapt found, if it has been called.
func (l *Normalization) initial(without string, field func(*adapted) []float64) initializers.Like {
	return initializers.Func(func(w []float64, _ graph.Shape, _ *rand.Rand) {
		if l.adapted != nil {
			copy(w, field(l.adapted))
			return
		}
		for i := range w {
			if without == "ones" {
				w[i] = 1
			}
		}
	})
}

// Adapt sets mean and variance to those of the inputs in a data set, of which it makes one pass. It may come before or after
// the first call. Data of other sizes along Axis than the layer was called with is an error, and so is a cancelled ctx.
func (l *Normalization) Adapt(ctx context.Context, d data.Dataset) error {
	if l.Mean != nil {
		return errors.New("layers: Normalization.Adapt: Mean and Variance are given, nothing is left to find")
	}
	if d == nil {
		return errors.New("layers: Normalization.Adapt: the data set is nil")
	}
	sum := &moments64{}
	for b, err := range d.Batches(data.Options{}) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = sum.add(b.X, config.Resolve(l).Axis)
		}
		if err != nil {
			return fmt.Errorf("layers: Normalization.Adapt: %w", err)
		}
	}
	if sum.n == 0 {
		return errors.New("layers: Normalization.Adapt: the data set is empty")
	}
	a := sum.adapted()
	for name, v := range map[string][]float64{"mean": a.mean, "variance": a.variance} {
		p := l.own().byName[name]
		if p == nil {
			continue
		}
		if !slices.Equal(p.Spec().Shape, a.shape) {
			return fmt.Errorf("layers: Normalization.Adapt: the data has the shape %v along Axis, the layer was called with %v", a.shape, p.Spec().Shape)
		}
		if err := p.SetValue(array.Dense(v, a.shape)); err != nil {
			return fmt.Errorf("layers: Normalization.Adapt: %w", err)
		}
	}
	l.adapted = a
	return nil
}

// moments64 adds up mean and squared deviations over batches (Chan et al., 1979).
type moments64 struct {
	n          float64
	mean, dev2 []float64
	shape      []int
}

func (m *moments64) add(x any, setting any) error {
	t, err := data.Tensor(x)
	if err != nil {
		return err
	}
	shape := append([]int{}, t.Shape()...)
	values := data.Float64s(t)
	cell, cells, kept, err := cellsOf(shape, setting)
	switch {
	case err != nil:
		return err
	case m.mean != nil && !slices.Equal(kept, m.shape):
		return fmt.Errorf("a batch has the shape %v along Axis, an earlier one %v", kept, m.shape)
	case values == nil:
		return fmt.Errorf("x is a tensor of %v, want numbers", t.Dtype())
	case m.mean == nil:
		m.mean, m.dev2, m.shape = make([]float64, cells), make([]float64, cells), kept
	}
	count := float64(len(values)) / float64(cells)
	mean, dev2 := make([]float64, cells), make([]float64, cells)
	for i, v := range values {
		mean[cell(i)] += v / count
	}
	for i, v := range values {
		dev2[cell(i)] += (v - mean[cell(i)]) * (v - mean[cell(i)])
	}
	for i := range mean {
		delta := mean[i] - m.mean[i]
		m.mean[i] += delta * count / (m.n + count)
		m.dev2[i] += dev2[i] + delta*delta*m.n*count/(m.n+count)
	}
	m.n += count
	return nil
}

// cellsOf maps the flat index of an element to that of its statistic, whose axes are those of the setting.
func cellsOf(shape []int, setting any) (cell func(i int) int, cells int, kept []int, err error) {
	axes, err := intList(setting, -1)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("Axis: %w", err)
	}
	stride := make([]int, len(shape)) // of each axis among the statistics, 0 for axes averaged over
	cells, kept = 1, []int{}
	for i := len(shape) - 1; i >= 0; i-- {
		if slices.Contains(axes, i) || slices.Contains(axes, i-len(shape)) {
			stride[i], cells, kept = cells, cells*shape[i], append([]int{shape[i]}, kept...)
		}
	}
	if len(kept) != len(axes) {
		return nil, 0, nil, fmt.Errorf("Axis is %v, the data has the shape %v", setting, shape)
	}
	return func(i int) int {
		at := 0
		for axis := len(shape) - 1; axis >= 0; axis-- {
			at += i % shape[axis] * stride[axis]
			i /= shape[axis]
		}
		return at
	}, cells, kept, nil
}

func (m *moments64) adapted() *adapted {
	a := &adapted{mean: m.mean, variance: m.dev2, shape: m.shape}
	for i := range a.variance {
		a.variance[i] = math.Max(a.variance[i]/m.n, 0)
	}
	return a
}

func init() { register(&Normalization{}) }
