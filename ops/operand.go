package ops

import (
	"errors"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// Operand is what the arithmetic functions take: a node or a number.
type Operand interface {
	*graph.Node | int | float32 | float64
}

// node is the operand as a node, nil if it is a number.
func node[T Operand](v T) *graph.Node {
	n, _ := any(v).(*graph.Node)
	return n
}

// number is the operand as a number; weak reports that it is a whole number written as int.
func number[T Operand](v T) (x float64, weakInt bool) {
	switch v := any(v).(type) {
	case int:
		return float64(v), true
	case float32:
		return float64(v), false
	case float64:
		return v, false
	}
	return 0, false
}

// pair turns two operands into nodes of one dtype.
func pair[A, B Operand](op string, a A, b B) (x, y *graph.Node) {
	x, y = node(a), node(b)
	_, aNode := any(a).(*graph.Node)
	_, bNode := any(b).(*graph.Node)
	switch {
	case aNode && bNode:
		return promote(x, y)
	case bNode:
		y, x = withNumber(op, y, a)
	case aNode:
		x, y = withNumber(op, x, b)
	default:
		x = graph.New("").Fail(op, errors.New("both operands are numbers: at least one must be a node (Graph.Const makes one)"))
		y = x
	}
	return x, y
}

// withNumber makes a constant beside x. A fraction beside an integer or bool node makes both float32; an int beside a bool
// node makes both int32.
func withNumber[T Operand](op string, x *graph.Node, v T) (*graph.Node, *graph.Node) {
	if x == nil {
		bad := graph.New("").Fail(op, errors.New("an operand is a nil node"))
		return bad, bad
	}
	if x.Poisoned() {
		return x, x
	}
	value, weakInt := number(v)
	d := x.Dtype()
	switch {
	case d.IsFloat():
	case !weakInt || value != math.Trunc(value):
		d = graph.Float32
	case d == graph.Bool:
		d = graph.Int32
	}
	return Cast(x, d), x.Graph().Scalar(d, value)
}

// promote casts nodes to the dtype that Keras gives to their combination.
func promote(x, y *graph.Node) (*graph.Node, *graph.Node) {
	if x == nil || y == nil || x.Poisoned() || y.Poisoned() || x.Dtype() == y.Dtype() {
		return x, y
	}
	d := Promote(x.Dtype(), y.Dtype())
	return Cast(x, d), Cast(y, d)
}

// promoteAll is promote for any number of nodes.
func promoteAll(in graph.Nodes) graph.Nodes {
	if in.FirstErr() != nil || len(in) == 0 {
		return in
	}
	d := in[0].Dtype()
	for _, n := range in[1:] {
		d = Promote(d, n.Dtype())
	}
	out := make(graph.Nodes, len(in))
	for i, n := range in {
		out[i] = Cast(n, d)
	}
	return out
}

// lattice orders the dtypes: the later one of two wins, with the exceptions in Promote.
var lattice = []graph.Dtype{
	graph.Bool, graph.Uint8, graph.Int8, graph.Uint16, graph.Int16, graph.Uint32, graph.Int32, graph.Int64,
	graph.BFloat16, graph.Float16, graph.Float32, graph.Float64,
}

// Promote is the dtype of a result of operands of dtypes a and b, as Keras's result_type: the wider of two floats, the
// float of a float and an integer, the two 16-bit floats make float32, and an unsigned integer beside a signed one that is not
// wider makes the next wider signed one.
func Promote(a, b graph.Dtype) graph.Dtype {
	has := func(x, y graph.Dtype) bool { return a == x && b == y || a == y && b == x }
	switch {
	case a == b:
		return a
	case has(graph.BFloat16, graph.Float16):
		return graph.Float32
	case has(graph.Uint8, graph.Int8):
		return graph.Int16
	case has(graph.Uint16, graph.Int8), has(graph.Uint16, graph.Int16):
		return graph.Int32
	case has(graph.Uint32, graph.Int8), has(graph.Uint32, graph.Int16), has(graph.Uint32, graph.Int32):
		return graph.Int64
	case slices.Index(lattice, a) > slices.Index(lattice, b):
		return a
	}
	return b
}

// axisOf counts a negative axis from the end. ok is false when there is no such axis.
func axisOf(axis, rank int) (int, bool) {
	if axis < 0 {
		axis += rank
	}
	return axis, axis >= 0 && axis < rank
}
