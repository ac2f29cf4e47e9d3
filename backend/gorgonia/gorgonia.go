// Package gorgonia runs functions on the tape machine of Gorgonia (gorgonia.org/gorgonia): a second, independent opinion on what
// backend/native computes, and a way from this library's graphs into Gorgonia's.
//
// A function, its gradients and its updates included, becomes one gorgonia.ExprGraph. Where Gorgonia has an operation and it is
// right, that operation is used: arithmetic, exponentials and the usual activations, matrix products, sums and maxima, shapes,
// convolution and max pooling, whose gradients are what Gorgonia's own differentiation makes of them. The rest are operations of this
// package, computed by plain loops that share nothing with the native backend's kernels:
//
//   - division (Gorgonia's x/0 is always +Inf), rsqrt and log2 (wrong there), reciprocal, log10, floor division and remainder
//   - comparisons, logic, selection, minimum, maximum, rounding, sign, casts, tests for NaN and infinity
//   - erf and its kin, tan, the inverse and hyperbolic functions, logaddexp
//   - products along axes, argmax and argmin, one-hot, taking and putting along an axis, scatter-add
//   - flips, slices in steps, placing among zeros
//   - random numbers, of which the bits must agree: they alone come from internal/kernels
//
// What is neither is refused when the function is compiled.
//
// Gorgonia computes in float32 and float64. Integers and bools travel as float64: they are exact up to 2^53, a run whose inputs,
// outputs or updates go beyond fails, and results in between do not wrap around. It is made for checking, not for speed.
//
// Start reading at builder.go; a family of operations is a file.
package gorgonia

import (
	"fmt"
	"slices"
	"sync"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/pkg/errors"
)

// Backend runs functions on a Gorgonia tape machine. Runs of one function follow one another.
type Backend struct{}

func init() { backend.Register(Backend{}) }

// Name is "gorgonia".
func (Backend) Name() string { return "gorgonia" }

// Supports returns why the operation cannot be done with Gorgonia, nil if it can.
func (Backend) Supports(op graph.Op, in, out []graph.Spec) error {
	for _, s := range slices.Concat(in, out) {
		if err := checkSpec(op, s); err != nil {
			return err
		}
	}
	switch op.(type) {
	case graph.InputOp, graph.ParamOp, graph.ConstOp:
		return nil
	case graph.Transparent:
		return nil
	}
	l, ok := table[op.Name()]
	switch {
	case ok && l.supports != nil:
		return l.supports(op, in, out)
	case ok:
		return nil
	case wrong[op.Name()] != "":
		return fmt.Errorf("the gorgonia backend does not do %s: %s; use the native backend", op.Name(), wrong[op.Name()])
	}
	return fmt.Errorf("the gorgonia backend does not do %s: use the native backend", op.Name())
}

// wrong names operations that Gorgonia v0.9.18 has, but computes wrongly.
var wrong = map[string]string{
	"avg_pool":    "Gorgonia's average pooling gives wrong values",
	"avg_pool_dx": "Gorgonia's average pooling has a wrong gradient",
}

func checkSpec(op graph.Op, s graph.Spec) error {
	switch s.Dtype {
	case graph.Float16, graph.BFloat16, graph.Int16, graph.Uint16, graph.Uint32, graph.String:
		return fmt.Errorf("the gorgonia backend does not do %s of %s: Gorgonia computes in float32 and float64; use the native backend", op.Name(), s.Dtype)
	}
	if slices.Contains(s.Shape, 0) {
		return fmt.Errorf("the gorgonia backend does not do %s of shape %v: Gorgonia has no tensors without elements; use the native backend", op.Name(), s.Shape)
	}
	return nil
}

// compiling guards Gorgonia's compiler, which keeps state of its own in package variables.
var compiling sync.Mutex

// Compile builds the expression graph and its machine. The error for an operation that is not supported names the node.
func (b Backend) Compile(f *backend.Func) (_ backend.Executable, err error) {
	compiling.Lock()
	defer compiling.Unlock()
	defer caught(&err, "compiling "+f.Name)
	nodes := slices.Collect(graph.Walk(f.Roots()...))
	slices.SortStableFunc(nodes, func(a, b *graph.Node) int { return a.ID() - b.ID() })
	for _, n := range nodes {
		if err := b.check(n); err != nil {
			return nil, failure(n, err)
		}
	}
	return newExecutable(f, nodes)
}

func (b Backend) check(n *graph.Node) error {
	if n.IsTuple() {
		return fmt.Errorf("the gorgonia backend does not do %s, which has several results: use the native backend", n.Op().Name())
	}
	var in []graph.Spec
	for _, x := range n.Inputs() {
		in = append(in, x.Spec())
	}
	return b.Supports(n.Op(), in, []graph.Spec{n.Spec()})
}

// failure is the error of a node.
func failure(n *graph.Node, err error) error {
	e := &graph.Error{Op: n.Op().Name(), Layer: n.Layer(), Pos: n.Pos(), Err: err}
	for _, x := range n.Inputs() {
		e.Shapes = append(e.Shapes, x.Shape())
	}
	return e
}

// caught turns a panic of Gorgonia's into an error.
func caught(err *error, doing string) {
	if p := recover(); p != nil {
		*err = errors.Errorf("%s: panic in Gorgonia: %v", doing, p)
	}
}
