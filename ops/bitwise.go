package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// bitwise is embedded by ops on the bits of two integers or bools.
type bitwise struct{ flat }

func (bitwise) Elementwise() {}

func (bitwise) Infer(in []graph.Spec) (graph.Spec, error) {
	if d := in[0].Dtype; !d.IsInteger() && d != graph.Bool {
		return graph.Spec{}, fmt.Errorf("%v has no bits to work on: cast it to an integer", in[0])
	}
	return inferBinary(in)
}

// BitwiseAnd is the and of the bits of two integers.
func BitwiseAnd[A, B Operand](a A, b B) *graph.Node { return apply2(bitwiseAndOp{}, a, b) }

type bitwiseAndOp struct{ bitwise }

func (bitwiseAndOp) Name() string { return "bitwise_and" }

// BitwiseOr is the or of the bits of two integers.
func BitwiseOr[A, B Operand](a A, b B) *graph.Node { return apply2(bitwiseOrOp{}, a, b) }

type bitwiseOrOp struct{ bitwise }

func (bitwiseOrOp) Name() string { return "bitwise_or" }

// BitwiseXor is the exclusive or of the bits of two integers.
func BitwiseXor[A, B Operand](a A, b B) *graph.Node { return apply2(bitwiseXorOp{}, a, b) }

type bitwiseXorOp struct{ bitwise }

func (bitwiseXorOp) Name() string { return "bitwise_xor" }

// LeftShift is a * 2^b of integers, bits beyond the dtype lost.
func LeftShift[A, B Operand](a A, b B) *graph.Node { return apply2(leftShiftOp{}, a, b) }

type leftShiftOp struct{ bitwise }

func (leftShiftOp) Name() string { return "left_shift" }

// RightShift is floor(a / 2^b) of integers.
func RightShift[A, B Operand](a A, b B) *graph.Node { return apply2(rightShiftOp{}, a, b) }

type rightShiftOp struct{ bitwise }

func (rightShiftOp) Name() string { return "right_shift" }

// BitwiseNot flips all bits of an integer; of a bool it is the logical not.
func BitwiseNot(x *graph.Node) *graph.Node {
	if isBool(x) {
		return LogicalNot(x)
	}
	return graph.Apply(bitwiseNotOp{}, x)
}

type bitwiseNotOp struct {
	unary
	flat
}

func (bitwiseNotOp) Name() string { return "bitwise_not" }

func (bitwiseNotOp) Infer(in []graph.Spec) (graph.Spec, error) {
	return bitwise{}.Infer([]graph.Spec{in[0], in[0]})
}
