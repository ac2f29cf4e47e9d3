package metrics

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
)

// Accumulator keeps the totals of one metric of one output. Its methods return a total so far, this batch included. The
// totals are parameters that no optimizer changes; the compiled function writes [Accumulator.Updates] back after each batch.
// One accumulator may serve several graphs (see [Accumulator.In]): a total is known by its name.
type Accumulator struct {
	g       *graph.Graph
	path    string
	params  []*graph.Param
	updates []graph.Update
}

// NewAccumulator makes an empty accumulator for a metric built in g; path is put before the names of its totals.
func NewAccumulator(g *graph.Graph, path string) *Accumulator {
	return &Accumulator{g: g, path: path}
}

// In returns an accumulator of the same totals for building the same metric in another graph.
func (a *Accumulator) In(g *graph.Graph) *Accumulator {
	return &Accumulator{g: g, path: a.path, params: slices.Clone(a.params)}
}

// Updates lists the totals' new values, in the order they were asked for.
func (a *Accumulator) Updates() []graph.Update { return slices.Clone(a.updates) }

// Params lists the totals, in the order they were first asked for.
func (a *Accumulator) Params() []*graph.Param { return slices.Clone(a.params) }

// Reset puts all totals back to where they began.
func (a *Accumulator) Reset() error {
	var errs []error
	for _, p := range a.params {
		errs = append(errs, p.Init(0))
	}
	return errors.Join(errs...)
}

// Sum is the sum of x over all batches, elementwise; x needs a shape without unknown axes. The sum is in float64 or
// int64 if x is, else in float32.
func (a *Accumulator) Sum(name string, x *graph.Node) *graph.Node {
	x = summable(x)
	return a.total(name, x, 0, func(old *graph.Node) *graph.Node { return ops.Add(old, x) })
}

// Max is the largest x of all batches, elementwise; -infinity before the first.
func (a *Accumulator) Max(name string, x *graph.Node) *graph.Node {
	x = summable(x)
	return a.total(name, x, math.Inf(-1), func(old *graph.Node) *graph.Node { return ops.Maximum(old, x) })
}

// Mean is the mean of x over the samples (the first axis) of all batches; further axes are averaged first. With weight, nil
// for none, it is the weighted mean; weight is (batch,), or has further axes of x. Nothing seen, or only weights of 0: 0.
// The totals are called total and count, after name and an underscore if there is a name.
func (a *Accumulator) Mean(name string, x, weight *graph.Node) *graph.Node {
	values, weight := samplewise(x, weight, ops.Mean)
	if bad := missing("mean", values); bad != nil {
		return bad
	}
	var count *graph.Node
	switch {
	case weight != nil:
		count = ops.Sum(weight)
	case values.Shape().Rank() > 0:
		count = ops.SizeOf(values, values.Dtype(), 0)
	default:
		count = values.Graph().Scalar(values.Dtype(), 1)
	}
	if name != "" {
		name += "_"
	}
	return ops.DivideNoNaN(a.Sum(name+"total", ops.Sum(values)), a.Sum(name+"count", count))
}

// total reads the named total, records its update and returns the new value.
func (a *Accumulator) total(name string, x *graph.Node, first float64, next func(old *graph.Node) *graph.Node) *graph.Node {
	if bad := missing("total "+name, x); bad != nil {
		return bad
	}
	p, err := a.param(name, x.Spec(), first)
	if err != nil {
		return graph.FailCall("metric", err, x)
	}
	value := next(a.g.Param(p))
	if !value.Poisoned() {
		a.updates = append(a.updates, graph.Update{Param: p, Value: value})
	}
	return value
}

// param finds or makes the parameter of a total.
func (a *Accumulator) param(name string, spec graph.Spec, first float64) (*graph.Param, error) {
	path := name
	if a.path != "" {
		path = a.path + "/" + name
	}
	for _, u := range a.updates {
		if u.Param.Name() == name {
			return nil, fmt.Errorf("the total %q was asked for twice: give each a name of its own", path)
		}
	}
	for _, p := range a.params {
		if p.Name() != name {
			continue
		}
		if have := p.Spec(); have.Dtype != spec.Dtype || !have.Shape.Equal(spec.Shape) {
			return nil, fmt.Errorf("the total %q is %v and was %v before", path, spec, have)
		}
		return p, nil
	}
	if !spec.Shape.Known() {
		return nil, fmt.Errorf("the total %q would have the shape %v: sum the axes whose size is known only at run time first", path, spec.Shape)
	}
	p, err := graph.MakeParam(graph.ParamConfig{
		Name: name, Path: path, Spec: spec, NonTrainable: true,
		Init: func(uint64) (any, error) {
			v := make([]float64, spec.Shape.Size())
			for i := range v {
				v[i] = first
			}
			return v, nil
		},
	})
	if err == nil {
		a.params = append(a.params, p)
	}
	return p, err
}

// summable gives x the type in which it is summed.
func summable(x *graph.Node) *graph.Node {
	switch {
	case x == nil || x.Poisoned():
		return x
	case x.Dtype() == graph.Float64 || x.Dtype() == graph.Int64:
		return x
	}
	return ops.Cast(x, graph.Float32)
}

// samplewise reduces values, and weight if it is not nil, to one value per sample, weight multiplied into the values:
// keras.src.metrics.reduction_metrics.reduce_to_samplewise_values.
func samplewise(values, weight *graph.Node, reduce func(*graph.Node, ...int) *graph.Node) (v, w *graph.Node) {
	if values == nil || values.Poisoned() {
		return values, nil
	}
	v = floating(values)
	if weight != nil {
		w = losses.ApplyMask(weight, graph.Mask(values), v.Dtype(), losses.Sum)
		v, w = losses.SameRank(v, ops.Cast(w, v.Dtype()))
		if bad := missing("mean", v, w); bad != nil {
			return bad, nil
		}
		v = along(v, w.Shape().Rank(), reduce)
		if s, err := graph.BroadcastShapes(v.Shape(), w.Shape()); err != nil || len(s) > v.Shape().Rank() {
			return fail("mean", graph.Nodes{values, weight}, "the sample weights %v do not fit the values %v: give one weight per sample, or per step of it", weight.Shape(), values.Shape()), nil
		}
		w = ops.BroadcastLike(w, v) // a weight repeated for several values counts as often
		v = ops.Mul(v, w)
		w = along(w, 1, reduce)
	}
	return along(v, 1, reduce), w
}

// along reduces the axes of x from the given one on.
func along(x *graph.Node, from int, reduce func(*graph.Node, ...int) *graph.Node) *graph.Node {
	var axes []int
	for i := from; i < x.Shape().Rank(); i++ {
		axes = append(axes, i)
	}
	if axes == nil {
		return x
	}
	return reduce(x, axes...)
}

// floating casts to float32, except float64.
func floating(x *graph.Node) *graph.Node {
	if x.Dtype() == graph.Float64 {
		return x
	}
	return ops.Cast(x, graph.Float32)
}

// mean averages the values that a metric has for each sample or step; the mask that travels with yPred is multiplied into
// weight.
func mean(acc *Accumulator, values, yPred, weight *graph.Node) *graph.Node {
	if mask := graph.Mask(yPred); mask != nil && weight != nil {
		weight = losses.ApplyMask(weight, mask, graph.Float32, losses.Sum)
	}
	return acc.Mean("", values, weight)
}
