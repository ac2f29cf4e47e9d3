package ops

import "github.com/gorgonin/gorgonin/graph"

// comparison is embedded by ops that compare two inputs of one dtype.
type comparison struct{ flat }

func (comparison) Elementwise() {}

func (comparison) Infer(in []graph.Spec) (graph.Spec, error) {
	out, err := inferBinary(in)
	out.Dtype = graph.Bool
	return out, err
}

// Equal is a == b, elementwise with broadcasting, as bools.
func Equal[A, B Operand](a A, b B) *graph.Node { return apply2(equalOp{}, a, b) }

type equalOp struct{ comparison }

func (equalOp) Name() string { return "equal" }

// NotEqual is a != b, elementwise with broadcasting, as bools.
func NotEqual[A, B Operand](a A, b B) *graph.Node { return apply2(notEqualOp{}, a, b) }

type notEqualOp struct{ comparison }

func (notEqualOp) Name() string { return "not_equal" }

// Less is a < b, elementwise with broadcasting, as bools.
func Less[A, B Operand](a A, b B) *graph.Node { return apply2(lessOp{}, a, b) }

type lessOp struct{ comparison }

func (lessOp) Name() string { return "less" }

// LessEqual is a <= b, elementwise with broadcasting, as bools.
func LessEqual[A, B Operand](a A, b B) *graph.Node { return apply2(lessEqualOp{}, a, b) }

type lessEqualOp struct{ comparison }

func (lessEqualOp) Name() string { return "less_equal" }

// Greater is a > b, elementwise with broadcasting, as bools.
func Greater[A, B Operand](a A, b B) *graph.Node { return apply2(greaterOp{}, a, b) }

type greaterOp struct{ comparison }

func (greaterOp) Name() string { return "greater" }

// GreaterEqual is a >= b, elementwise with broadcasting, as bools.
func GreaterEqual[A, B Operand](a A, b B) *graph.Node { return apply2(greaterEqualOp{}, a, b) }

type greaterEqualOp struct{ comparison }

func (greaterEqualOp) Name() string { return "greater_equal" }

// IsClose reports |a - b| <= atol + rtol*|b| elementwise; infinities of one sign are close, NaN is close only to NaN and
// only if equalNaN. Keras's defaults: rtol 1e-5, atol 1e-8, equalNaN false.
func IsClose[A, B Operand](a A, b B, rtol, atol float64, equalNaN bool) *graph.Node {
	x, y := pair("isclose", a, b)
	x, y = floated(x), floated(y)
	near := LessEqual(Abs(Sub(x, y)), Add(atol, Mul(rtol, Abs(y))))
	out := LogicalOr(Equal(x, y), LogicalAnd(near, IsFinite(y)))
	if equalNaN {
		out = LogicalOr(out, LogicalAnd(IsNaN(x), IsNaN(y)))
	}
	return out
}

// AllClose reports, as one bool, whether all elements are close as [IsClose] says.
func AllClose[A, B Operand](a A, b B, rtol, atol float64, equalNaN bool) *graph.Node {
	return All(IsClose(a, b, rtol, atol, equalNaN))
}
