package ops

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// Angle is the angle in radians of a real number as a complex one: 0, or π below 0. https://keras.io/api/ops/numpy/#angle-function
func Angle(x *graph.Node) *graph.Node {
	x = floatedWide(x)
	if !ready(x) {
		return refuse("angle", x)
	}
	return Where(IsNaN(x), StopGradient(x), Cast(Where(SignBit(x), math.Pi, 0.0), x.Dtype()))
}

// IsReal is true everywhere: there are no complex dtypes here. https://keras.io/api/ops/numpy/#isreal-function
func IsReal(x *graph.Node) *graph.Node { return OnesLike(x, graph.Bool) }

// Fabs is [Abs] in a floating point type. https://keras.io/api/ops/numpy/#fabs-function
func Fabs(x *graph.Node) *graph.Node { return Abs(floated(x)) }
