package autodiff

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// VJP pulls cotangents v of the nodes y back to the nodes x: for each x the sum over y of v times the Jacobian of y with
// respect to x, in the shape of x. A v may be nil for an all-zero one. Where no path leads from y to x, or only one
// through integers, comparisons or ops.StopGradient, the result is zero. Any float node may be an x, also one in the middle.
//
// There is always one result for each x. A mistake poisons all of them and is found in Graph.Err: a gradient asked for
// through an op that has none, an integer x, a v that does not fit its y.
func VJP(y, x, v graph.Nodes) graph.Nodes {
	if bad := checkVJP("vjp", y, x, v); bad != nil {
		return repeat(bad, len(x))
	}
	out, bad := pull(y, v, x, false)
	if bad != nil {
		return repeat(bad, len(x))
	}
	for i := range out {
		if out[i] == nil {
			out[i] = ops.ZerosLike(x[i])
		}
	}
	return out
}

func checkVJP(op string, y, x, v graph.Nodes) *graph.Node {
	if err := slices.Concat(y, x).FirstErr(); err != nil {
		return graph.FailCall(op, err, slices.Concat(y, x)...)
	}
	if len(y) == 0 || len(y) != len(v) {
		return graph.FailCall(op, fmt.Errorf("%d nodes y and %d cotangents v: want one v for each y, and at least one", len(y), len(v)), slices.Concat(y, x)...)
	}
	for i, n := range y {
		switch {
		case v[i] == nil:
		case v[i].Poisoned():
			return v[i]
		case !n.Dtype().IsFloat():
			return n.Graph().Fail(op, fmt.Errorf("y %d (%s) is %v: only float nodes have a gradient", i, n.Name(), n.Spec()), y...)
		case !graph.Fits(v[i].Spec(), n.Spec()):
			return n.Graph().Fail(op, fmt.Errorf("v %d is %v, y %d (%s) is %v: they must be alike", i, v[i].Spec(), i, n.Name(), n.Spec()), y...)
		}
	}
	for i, n := range x {
		switch {
		case n.Graph().Root() != y[0].Graph().Root():
			return y[0].Graph().Fail(op, fmt.Errorf("x %d (%s) belongs to graph %q, y to %q", i, n.Name(), n.Graph().Root().Name(), y[0].Graph().Root().Name()))
		case !n.Dtype().IsFloat():
			return y[0].Graph().Fail(op, fmt.Errorf("x %d (%s) is %v: only float nodes have a gradient", i, n.Name(), n.Spec()), y...)
		}
	}
	return nil
}

// Grad is the gradient of the scalar y with respect to each x, in the shape of x. It is VJP with the cotangent 1; a y that
// is no scalar is an error: take ops.Sum or ops.Mean of it, or use [VJP] or [Jacobian].
func Grad(y *graph.Node, xs ...*graph.Node) graph.Nodes {
	if bad := checkScalar("grad", y, xs); bad != nil {
		return repeat(bad, len(xs))
	}
	return VJP(graph.Nodes{y}, xs, graph.Nodes{y.Graph().Scalar(y.Dtype(), 1)})
}

func checkScalar(op string, y *graph.Node, xs graph.Nodes) *graph.Node {
	all := append(graph.Nodes{y}, xs...)
	switch {
	case y == nil:
		return graph.FailCall(op, errors.New("y is a nil node"), all...)
	case y.Poisoned():
		return y
	case y.IsTuple() || !y.Dtype().IsFloat():
		return y.Graph().Fail(op, fmt.Errorf("y (%s) is %v: only float nodes have a gradient", y.Name(), y.Spec()), y)
	case y.Shape().Rank() != 0:
		return y.Graph().Fail(op, fmt.Errorf("y (%s) has the shape %v, want a scalar: take ops.Sum or ops.Mean of it, or use VJP or Jacobian", y.Name(), y.Shape()), y)
	}
	return nil
}

// ParamGrads is the gradient of the scalar y with respect to each parameter, in the parameter's shape: zeros for a
// parameter that y does not depend on. All reads of a parameter count, whichever layer call made them.
func ParamGrads(y *graph.Node, params []*graph.Param) graph.Nodes {
	if bad := checkScalar("grad", y, nil); bad != nil {
		return repeat(bad, len(params))
	}
	root := y.Graph().Root()
	var xs graph.Nodes
	owner := []int{} // of each x: the number of its parameter
	for i, p := range params {
		n := root.Param(p)
		xs, owner = append(xs, n), append(owner, i)
		for s := range root.Nodes() {
			if _, ok := s.Op().(graph.StateOp); ok && s.Param() == p {
				xs, owner = append(xs, s), append(owner, i)
			}
		}
	}
	out := make(graph.Nodes, len(params))
	for j, d := range Grad(y, xs...) {
		if i := owner[j]; out[i] == nil {
			out[i] = d
		} else if !isZero(d) {
			out[i] = ops.Add(out[i], d)
		}
	}
	return out
}

func isZero(n *graph.Node) bool {
	_, ok := n.Op().(ops.ZeroOp)
	return ok
}

func repeat(n *graph.Node, times int) graph.Nodes { return slices.Repeat(graph.Nodes{n}, times) }
