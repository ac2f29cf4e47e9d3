package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Gcd is the greatest common divisor of the magnitudes of two integers; with 0 it is the other one's magnitude. Bools are
// no integers. https://keras.io/api/ops/numpy/#gcd-function
func Gcd[A, B Operand](a A, b B) *graph.Node { return apply2(gcdOp{}, a, b) }

type gcdOp struct {
	binary
	flat
}

func (gcdOp) Name() string { return "gcd" }

func (gcdOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if !in[0].Dtype.IsInteger() {
		return graph.Spec{}, fmt.Errorf("%v has no divisors: cast it to an integer", in[0])
	}
	return inferBinary(in)
}

// Lcm is the least common multiple of the magnitudes of two integers, 0 if one of them is 0.
// https://keras.io/api/ops/numpy/#lcm-function
func Lcm[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("lcm", a, b)
	d := Gcd(x, y)
	if !ready(d) {
		return d
	}
	// Divided before multiplying, the product stays in range whenever the result does.
	return Abs(Mul(FloorDivide(x, Maximum(d, 1)), y))
}

// NextAfter is the number of the dtype that follows a on the way to b; integers are taken as float32.
// https://keras.io/api/ops/numpy/#nextafter-function
func NextAfter[A, B Operand](a A, b B) *graph.Node { return applyFloat(nextAfterOp{}, a, b) }

type nextAfterOp struct {
	binary
	flat
}

func (nextAfterOp) Name() string { return "nextafter" }
