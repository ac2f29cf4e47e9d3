package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// logical is embedded by ops of two bools.
type logical struct{ flat }

func (logical) Elementwise() {}

func (logical) Infer(in []graph.Spec) (graph.Spec, error) {
	for _, s := range in {
		if s.Dtype != graph.Bool {
			return graph.Spec{}, fmt.Errorf("an operand is %v: cast it to bool", s)
		}
	}
	return inferBinary(in)
}

// LogicalAnd is a and b elementwise; numbers are true unless 0.
func LogicalAnd[A, B Operand](a A, b B) *graph.Node { return applyBool(logicalAndOp{}, a, b) }

type logicalAndOp struct{ logical }

func (logicalAndOp) Name() string { return "logical_and" }

// LogicalOr is a or b elementwise; numbers are true unless 0.
func LogicalOr[A, B Operand](a A, b B) *graph.Node { return applyBool(logicalOrOp{}, a, b) }

type logicalOrOp struct{ logical }

func (logicalOrOp) Name() string { return "logical_or" }

// LogicalXor is true where exactly one of a and b is; numbers are true unless 0.
func LogicalXor[A, B Operand](a A, b B) *graph.Node { return applyBool(logicalXorOp{}, a, b) }

type logicalXorOp struct{ logical }

func (logicalXorOp) Name() string { return "logical_xor" }

func applyBool[A, B Operand](op graph.Op, a A, b B) *graph.Node {
	x, y := pair(op.Name(), a, b)
	return graph.Apply(op, Cast(x, graph.Bool), Cast(y, graph.Bool))
}

// LogicalNot is not x; numbers are true unless 0.
func LogicalNot(x *graph.Node) *graph.Node {
	return graph.Apply(logicalNotOp{}, Cast(x, graph.Bool))
}

type logicalNotOp struct {
	unary
	flat
}

func (logicalNotOp) Name() string { return "logical_not" }

// test is embedded by ops that ask a question of each floating point number.
type test struct{ flat }

func (test) Elementwise() {}

func (test) Infer(in []graph.Spec) (graph.Spec, error) {
	out, err := floatUnary{}.Infer(in)
	out.Dtype = graph.Bool
	return out, err
}

// IsNaN is true where x is not a number.
func IsNaN(x *graph.Node) *graph.Node { return graph.Apply(isNaNOp{}, floated(x)) }

type isNaNOp struct{ test }

func (isNaNOp) Name() string { return "isnan" }

// IsInf is true where x is an infinity of either sign.
func IsInf(x *graph.Node) *graph.Node { return graph.Apply(isInfOp{}, floated(x)) }

type isInfOp struct{ test }

func (isInfOp) Name() string { return "isinf" }

// IsFinite is true where x is neither infinite nor NaN.
func IsFinite(x *graph.Node) *graph.Node { return graph.Apply(isFiniteOp{}, floated(x)) }

type isFiniteOp struct{ test }

func (isFiniteOp) Name() string { return "isfinite" }

// IsPosInf is true where x is +Inf.
func IsPosInf(x *graph.Node) *graph.Node { return LogicalAnd(IsInf(x), Greater(x, 0)) }

// IsNegInf is true where x is -Inf.
func IsNegInf(x *graph.Node) *graph.Node { return LogicalAnd(IsInf(x), Less(x, 0)) }
