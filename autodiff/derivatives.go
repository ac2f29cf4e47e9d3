package autodiff

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// dualOp stands for an arbitrary cotangent while a forward derivative is made. The result does not depend on its value.
type dualOp struct{ id *int }

func (dualOp) Name() string                              { return "dual" }
func (dualOp) Infer(in []graph.Spec) (graph.Spec, error) { return in[0], nil }
func (dualOp) VJP(_, dy *graph.Node) []*graph.Node       { return []*graph.Node{dy} }
func (dualOp) IsTransparent()                            {}

// JVP pushes tangents v of the nodes x forward to the nodes y: for each y the sum over x of the Jacobian of y with respect to x
// times v, in the shape of y. A v may be nil for an all-zero one. It is the reverse pass of the reverse pass, which is
// linear in its cotangent, so every op on the way must have a second gradient.
func JVP(y, x, v graph.Nodes) graph.Nodes {
	u := make(graph.Nodes, len(y))
	for i, n := range y {
		if n != nil && !n.Poisoned() {
			u[i] = graph.Apply(dualOp{new(int)}, ops.ZerosLike(n))
		}
	}
	if bad := checkVJP("jvp", y, x, u); bad != nil {
		return repeat(bad, len(y))
	}
	if bad := checkVJP("jvp", x, y, v); bad != nil {
		return repeat(bad, len(y))
	}
	back, bad := pull(y, u, x, false)
	if bad != nil {
		return repeat(bad, len(y))
	}
	var mid, tangents graph.Nodes
	for i, n := range back {
		if n != nil && v[i] != nil {
			mid, tangents = append(mid, n), append(tangents, v[i])
		}
	}
	if len(mid) == 0 {
		return zeros(y)
	}
	return VJP(mid, u, tangents)
}

func zeros(like graph.Nodes) graph.Nodes {
	out := make(graph.Nodes, len(like))
	for i, n := range like {
		out[i] = ops.ZerosLike(n)
	}
	return out
}

// HVP is the Hessian of the scalar y with respect to x times v, in the shape of x, without the Hessian being made.
func HVP(y, x, v *graph.Node) *graph.Node {
	return VJP(Grad(y, x), graph.Nodes{x}, graph.Nodes{v})[0]
}

// Jacobian is the derivative of each element of y with respect to each element of x, in y's shape followed by x's. It is
// a loop with one reverse pass for each element of y; any size may be unknown.
func Jacobian(y, x *graph.Node) *graph.Node {
	if bad := checkVJP("jacobian", graph.Nodes{y}, graph.Nodes{x}, graph.Nodes{nil}); bad != nil {
		return bad
	}
	rank := y.Shape().Rank()
	if rank == 0 {
		return Grad(y, x)[0]
	}
	flat := ops.MergeAxes(y, 0, rank)
	count := ops.IotaLike(flat, 0, graph.Int32)
	rows, _ := ops.ScanOver(ops.ScanConfig{
		Sequences: graph.Nodes{count},
		Outputs:   1,
		Step: func(i, _ graph.Nodes) (ys, next graph.Nodes) {
			one := ops.Cast(ops.Equal(count, i[0]), y.Dtype())
			return VJP(graph.Nodes{y}, graph.Nodes{x}, graph.Nodes{ops.ReshapeLike(one, y)}), nil
		},
	})
	if rows[0].Poisoned() || rank == 1 {
		return rows[0]
	}
	return ops.SplitAxis(rows[0], y, 0, 0, rank)
}

// Hessian is the second derivative of the scalar y with respect to x, in x's shape twice.
func Hessian(y, x *graph.Node) *graph.Node { return Jacobian(Grad(y, x)[0], x) }

// Custom is y with another gradient: vjp gets the cotangent of y and returns that of each node of in, nil for none. What
// y is really made of is not looked at; second derivatives go through what vjp builds.
//
//	clipped := autodiff.Custom(y, graph.Nodes{x}, func(dy *graph.Node) graph.Nodes {
//		return graph.Nodes{ops.Clip(dy, -1, 1)}
//	})
func Custom(y *graph.Node, in graph.Nodes, vjp func(dy *graph.Node) graph.Nodes) *graph.Node {
	all := append(graph.Nodes{y}, in...)
	if err := all.FirstErr(); err != nil {
		return graph.FailCall("custom", err, all...)
	}
	if vjp == nil {
		return graph.FailCall("custom", errors.New("the gradient vjp is a nil function"), all...)
	}
	return graph.Apply(customOp{&customRule{vjp}}, all...)
}

// customOp is its first input; the others are what its gradient belongs to.
type customOp struct{ rule *customRule }

type customRule struct {
	vjp func(dy *graph.Node) graph.Nodes
}

func (customOp) Name() string                              { return "custom" }
func (customOp) Infer(in []graph.Spec) (graph.Spec, error) { return in[0], nil }
func (customOp) IsTransparent()                            {}

func (o customOp) VJP(y, dy *graph.Node) []*graph.Node {
	dxs := o.rule.vjp(dy)
	if len(dxs) != len(y.Inputs())-1 {
		return []*graph.Node{nil, y.Graph().Fail("custom", fmt.Errorf("the gradient has %d results for %d inputs", len(dxs), len(y.Inputs())-1))}
	}
	return slices.Concat(graph.Nodes{nil}, dxs)
}
