package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// CumOp joins each element with all before it along Axis, with Reverse all behind it, by Kind: "cumsum" or "cumprod".
type CumOp struct {
	Kind    string
	Axis    int
	Reverse bool
}

// Name is the kind.
func (o CumOp) Name() string { return o.Kind }

// Infer returns the spec of the input.
func (o CumOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if o.Kind != "cumsum" && o.Kind != "cumprod" {
		return graph.Spec{}, fmt.Errorf("there is no cumulation %q", o.Kind)
	}
	if d := in[0].Dtype; d == graph.Bool || d == graph.String {
		return graph.Spec{}, fmt.Errorf("%s of %v: cast it to a number", o.Kind, in[0])
	}
	return in[0], checkAxes(in[0].Shape, o.Axis)
}

// VJP cumulates the other way. The gradient of a product is undefined where x is 0.
func (o CumOp) VJP(y, dy *graph.Node) []*graph.Node {
	if o.Kind == "cumprod" {
		return grads(Div(cumulate("cumsum", Mul(dy, y), o.Axis, !o.Reverse), y.In(0)))
	}
	return grads(cumulate("cumsum", dy, o.Axis, !o.Reverse))
}

func cumulate(kind string, x *graph.Node, axis int, reverse bool) *graph.Node {
	axis, bad := oneAxis(kind, x, axis)
	if bad != nil {
		return bad
	}
	return graph.Apply(CumOp{kind, axis, reverse}, x)
}

// running cumulates along one axis, or along the row of all elements.
func running(kind string, x *graph.Node, axis []int) *graph.Node {
	x = counted(x)
	switch {
	case len(axis) == 0:
		return cumulate(kind, Ravel(x), 0, false)
	case len(axis) > 1:
		return graph.FailCall(kind, fmt.Errorf("there are %d axes, want at most one", len(axis)), x)
	}
	return cumulate(kind, x, axis[0], false)
}

// CumSum adds up the elements of x along axis, each with all before it; without axis x is laid out in one row before. Bools are
// taken as int32.
func CumSum(x *graph.Node, axis ...int) *graph.Node { return running("cumsum", x, axis) }

// CumProd multiplies the elements of x along axis, each with all before it; without axis x is laid out in one row before.
// Bools are taken as int32.
func CumProd(x *graph.Node, axis ...int) *graph.Node { return running("cumprod", x, axis) }
