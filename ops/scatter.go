package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// ScatterUpdateOp joins rows to the rows of its first input: (x, indices, updates), where the indices, int32 or int64 of any rank,
// name rows along axis 0 and the updates have the shape of the rows taken. Kind is "set", "add", "mul", "maximum" or "minimum". Of
// several rows set at one place the last stays.
type ScatterUpdateOp struct{ Kind string }

// Name is "scatter_update_" and the kind.
func (o ScatterUpdateOp) Name() string { return "scatter_update_" + o.Kind }

// Infer returns the spec of the first input.
func (o ScatterUpdateOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x, idx, u := in[0], in[1], in[2]
	if !slices.Contains([]string{"set", "add", "mul", "maximum", "minimum"}, o.Kind) {
		return graph.Spec{}, fmt.Errorf("there is no kind %q", o.Kind)
	}
	if x.Dtype != u.Dtype || x.Dtype == graph.Bool || x.Dtype == graph.String {
		return graph.Spec{}, fmt.Errorf("x is %s and the updates are %s: both must be of one type of numbers", x.Dtype, u.Dtype)
	}
	rows, err := GatherOp{0}.Infer([]graph.Spec{x.Clone(), idx})
	if err != nil {
		return graph.Spec{}, err
	}
	if rows.Shape, err = same(u.Shape, rows.Shape); err != nil {
		return graph.Spec{}, err
	}
	known := append(graph.Shape{0}, rows.Shape[len(idx.Shape):]...)
	return graph.Spec{Dtype: x.Dtype, Shape: refineBut(x.Shape, known, 0)}, nil
}

// VJP gives the cotangent of a row to what made it; those that tie for an extreme share it.
func (o ScatterUpdateOp) VJP(y, dy *graph.Node) []*graph.Node {
	x, idx, u := y.In(0), y.In(1), y.In(2)
	rows := func(n *graph.Node) *graph.Node { return graph.Apply(GatherOp{0}, n, idx) }
	switch o.Kind {
	case "add":
		return grads(dy, nil, rows(dy))
	case "set":
		return grads(graph.Apply(o, dy, idx, ZerosLike(u)), nil, rows(dy))
	case "mul":
		factors := graph.Apply(o, OnesLike(x), idx, u)
		return grads(Mul(dy, factors), nil, Div(rows(Mul(dy, y)), u))
	}
	mine := Cast(Equal(x, y), x.Dtype())
	theirs := Cast(Equal(u, rows(y)), x.Dtype())
	share := Div(dy, graph.Apply(ScatterUpdateOp{"add"}, mine, idx, theirs))
	return grads(Mul(share, mine), nil, Mul(rows(share), theirs))
}

// Scatter is a tensor of the given shape, zero but for the values added where the indices say: indices (..., k) name places in the
// first k axes, values: (..., the other axes). https://keras.io/api/ops/core/#scatter-function
func Scatter(indices, values *graph.Node, shape ...int) *graph.Node {
	if !ready(indices, values) || !graph.Shape(shape).Known() {
		return graph.FailCall("scatter", fmt.Errorf("indices or values are nil, or shape %v is not known", graph.Shape(shape)), indices, values)
	}
	return ScatterUpdate(Zeros(values.Graph(), shape, values.Dtype()), indices, values, "add")
}

// ScatterUpdate is x with the updates put where the indices say: indices (..., k) name places in the first k axes of x, updates: (...,
// the other axes). The reduction is "" (the updates take the place of what was there), "add", "mul", "max" or "min".
// https://keras.io/api/ops/core/#scatterupdate-function
func ScatterUpdate(x, indices, updates *graph.Node, reduction ...string) *graph.Node {
	const name = "scatter_update"
	if !ready(x, indices, updates) || len(reduction) > 1 {
		return graph.FailCall(name, fmt.Errorf("an operand is nil, or there is more than one reduction"), x, indices, updates)
	}
	kinds := map[string]string{"": "set", "add": "add", "mul": "mul", "max": "maximum", "min": "minimum"}
	kind, ok := kinds[append(reduction, "")[0]]
	if !ok {
		return x.Graph().Fail(name, fmt.Errorf("there is no reduction %q: use add, mul, max or min", reduction[0]), x)
	}
	k, rank := indices.Shape().Dim(-1), x.Shape().Rank()
	if indices.Shape().Rank() == 0 || k < 1 || k > rank || !x.Shape()[1:k].Known() {
		return x.Graph().Fail(name, fmt.Errorf("indices of shape %v for x of shape %v: their last axis, of known size, names places in as many axes of x, of known sizes but the first", indices.Shape(), x.Shape()), x, indices)
	}
	updates = Cast(updates, x.Dtype())
	y := graph.Apply(ScatterUpdateOp{kind}, mergeFirst(x, k), linearIndex(indexed(indices), x.Shape()[:k]), updates)
	if k == 1 {
		return y
	}
	return SplitAxis(y, x, 0, 0, k)
}

func mergeFirst(x *graph.Node, k int) *graph.Node {
	if k == 1 {
		return x
	}
	return MergeAxes(x, 0, k)
}

// linearIndex turns the places (..., k) in axes of the given sizes into places in one axis.
func linearIndex(indices *graph.Node, sizes graph.Shape) *graph.Node {
	var at *graph.Node
	for i, n := range sizes {
		p := Squeeze(SliceAxis(indices, -1, i, i+1), -1)
		if n != graph.None {
			p = Where(Less(p, 0), Add(p, n), p)
		}
		if at == nil {
			at = p
		} else {
			at = Add(Mul(at, n), p)
		}
	}
	return at
}
