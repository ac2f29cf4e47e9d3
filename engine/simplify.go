package engine

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// rule answers a simpler node with the value of op(in...), whose spec is s; nil where it does not apply.
type rule struct {
	name string
	try  func(st *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node
}

// rules are tried in order on every node, inputs first, and again on what they answer.
var rules = []rule{
	{"identity", identity},              // x.reshape(x.shape), x.cast(x.dtype), sum_to of an equal shape
	{"twice", twice},                    // reshape of reshape, transpose of transpose, --x
	{"linear zero", linearZero},         // an operation that is linear in a Zero is a Zero
	{"neutral", neutral},                // x+0, x-0, x*1, x/1, x^1
	{"square", square},                  // x*x and x^2
	{"transposed", transposed},          // a matmul reads its operands transposed
	{"summed products", summedProducts}, // the sum of a batch of products is one product of longer matrices
	{"sum of scaled", sumOfScaled},      // a factor that is the same for all that is added up comes behind the sum
	{"padded windows", paddedWindows},   // a convolution pads by itself
	{"pooled mask", pooledMask},         // a mask of a maximum pool's gradient is a mask of the pool's
	{"pooled sum", pooledSum},           // a sum of that gradient is a sum of the pool's
	{"leading ones", leadingOnes},       // broadcasting adds axes by itself
	{"joined slices", joinedSlices},     // cotangents of slices side by side are one concatenation
	{"late broadcast", lateBroadcast},   // f(broadcast x) is broadcast f(x)
	{"constants", foldConstants},        // what depends on small constants only
}

// simplify applies the rules until none fits.
func simplify(s *state) error {
	s.apply = s.simpler
	return s.rewrite(func(n *graph.Node, in graph.Nodes) *graph.Node {
		if n.IsTuple() || len(in) == 0 {
			return nil
		}
		if _, ok := n.Op().(graph.Projection); ok {
			return nil
		}
		return s.simplest(n.Op(), in, n.Spec())
	})
}

// maxRounds bounds the rules applied to one node: each makes it simpler, so few are ever needed.
const maxRounds = 16

// simplest is the node that the rules lead to, nil if none applies.
func (st *state) simplest(op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	var found *graph.Node
	for range maxRounds {
		next := st.once(op, in, s)
		if next == nil {
			break
		}
		found = next
		if op, in = next.Op(), next.Inputs(); len(in) == 0 || next.IsTuple() {
			break
		}
	}
	return found
}

// simpler makes a node that a rule needs within its answer, as simple as it gets.
func (st *state) simpler(op graph.Op, in ...*graph.Node) *graph.Node {
	n := graph.Apply(op, in...)
	if m := st.simplest(op, in, n.Spec()); m != nil {
		return m
	}
	return n
}

func (st *state) once(op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	for _, r := range rules {
		if m := r.try(st, op, in, s); m != nil {
			return m
		}
	}
	return nil
}

// shaped is x repeated to the shape of s.
func shaped(x *graph.Node, s graph.Spec) *graph.Node { return ops.BroadcastTo(x, s.Shape...) }

func identity(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	x := in[0]
	same := x.Dtype() == s.Dtype && x.Shape().Equal(s.Shape)
	switch op := op.(type) {
	case ops.ReshapeOp, ops.MergeAxesOp, ops.BroadcastOp, ops.SumToOp, ops.CastOp:
		if same {
			return x
		}
	case ops.SliceOp:
		if same && op.Step == 1 {
			return x
		}
	case ops.TransposeOp:
		if slices.IsSorted(op.Perm.Slice()) {
			return x
		}
	case ops.ConcatOp:
		if len(in) == 1 {
			return x
		}
	}
	return nil
}

func twice(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	x := in[0]
	if len(x.Inputs()) == 0 {
		return nil
	}
	switch op := op.(type) {
	case ops.ReshapeOp, ops.MergeAxesOp:
		switch x.Op().(type) {
		case ops.ReshapeOp, ops.MergeAxesOp:
			return graph.Apply(ops.ReshapeOp{Dims: graph.MakeInts(s.Shape...)}, x.In(0))
		}
	case ops.BroadcastOp:
		if _, ok := x.Op().(ops.BroadcastOp); ok {
			return shaped(x.In(0), s)
		}
	case ops.TransposeOp:
		if inner, ok := x.Op().(ops.TransposeOp); ok {
			first, perm := inner.Perm.Slice(), op.Perm.Slice()
			for i, p := range perm {
				perm[i] = first[p]
			}
			return graph.Apply(ops.TransposeOp{Perm: graph.MakeInts(perm...)}, x.In(0))
		}
	}
	if op.Name() == "neg" && x.Op().Name() == "neg" {
		return x.In(0)
	}
	return nil
}

// linear lists the operands in which an operation is linear, each by itself.
var linear = map[string][]int{
	"neg": {0}, "mul": {0, 1}, "div": {0}, "matmul": {0, 1}, "reshape": {0}, "merge_axes": {0}, "transpose": {0}, "broadcast_to": {0},
	"sum_to": {0}, "sum": {0}, "slice": {0}, "place": {0}, "flip": {0}, "cumsum": {0}, "conv": {0, 1}, "conv_dx": {0, 1}, "conv_dw": {0, 1},
	"avg_pool": {0}, "avg_pool_dx": {0}, "max_pool_dx": {1}, "max_pool_at": {1}, "gather": {0}, "scatter_add": {1}, "take_along_axis": {0}, "put_along_axis": {1},
}

func isZero(n *graph.Node) bool {
	_, ok := n.Op().(ops.ZeroOp)
	return ok
}

// linearZero drops symbolic zeros. A numeric 0 stays: 0 times Inf is NaN.
func linearZero(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	zero := func() *graph.Node { return ops.Zeros(in[0].Graph(), s.Shape, s.Dtype) }
	for _, i := range linear[op.Name()] {
		if i < len(in) && isZero(in[i]) {
			return zero()
		}
	}
	all := !slices.ContainsFunc(in, func(n *graph.Node) bool { return !isZero(n) })
	switch op := op.(type) {
	case ops.ConcatOp:
		if all {
			return zero()
		}
	case ops.CastOp:
		if all && op.To.IsFloat() {
			return zero()
		}
	}
	switch op.Name() {
	case "add":
		if isZero(in[0]) {
			return shaped(in[1], s)
		}
		if isZero(in[1]) {
			return shaped(in[0], s)
		}
	case "sub":
		if isZero(in[1]) {
			return shaped(in[0], s)
		}
		if isZero(in[0]) {
			return shaped(ops.Neg(in[1]), s)
		}
	case "select":
		if isZero(in[1]) && isZero(in[2]) {
			return zero()
		}
	}
	return nil
}

// constant reports whether n is v everywhere.
func constant(n *graph.Node, v float64) bool {
	if _, ok := n.Op().(ops.BroadcastOp); ok {
		n = n.In(0)
	}
	op, ok := n.Op().(graph.ConstOp)
	if !ok {
		return false
	}
	x, ok := op.Scalar()
	return ok && x == v
}

func neutral(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	if len(in) != 2 {
		return nil
	}
	switch op.Name() {
	case "add", "mul":
		v := map[string]float64{"add": 0, "mul": 1}[op.Name()]
		if constant(in[1], v) {
			return shaped(in[0], s)
		}
		if constant(in[0], v) {
			return shaped(in[1], s)
		}
	case "sub":
		if constant(in[1], 0) {
			return shaped(in[0], s)
		}
	case "div", "pow":
		if constant(in[1], 1) {
			return shaped(in[0], s)
		}
	}
	return nil
}

func square(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	name := op.Name()
	if name == "mul" && in[0] == in[1] || name == "pow" && constant(in[1], 2) {
		return shaped(ops.Square(in[0]), s)
	}
	return nil
}

// lateBroadcast computes before repeating what is repeated anyway.
func lateBroadcast(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	_, elementwise := op.(ops.Elementwise)
	b, broadcast := in[0].Op().(ops.BroadcastOp)
	if !elementwise || !broadcast || len(in) != 1 {
		return nil
	}
	return graph.Apply(b, graph.Apply(op, in[0].In(0)))
}
