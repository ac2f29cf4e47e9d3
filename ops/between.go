package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// LinspaceBetween holds, along a new first axis, n numbers at equal distances from each element of start to that of stop,
// which broadcast; stop itself only if endpoint. Integers are taken as float32. It is [Linspace] of tensors.
// https://keras.io/api/ops/numpy/#linspace-function
func LinspaceBetween[A, B Operand](start A, stop B, n int, endpoint bool) *graph.Node {
	a, b, t := between("linspace", start, stop, n, endpoint)
	if !ready(t) {
		return t
	}
	return Add(a, Mul(t, Sub(b, a)))
}

// LogspaceBetween is base to the power of [LinspaceBetween]. https://keras.io/api/ops/numpy/#logspace-function
func LogspaceBetween[A, B Operand](start A, stop B, n int, endpoint bool, base float64) *graph.Node {
	return Pow(base, LinspaceBetween(start, stop, n, endpoint))
}

// GeomspaceBetween holds, along a new first axis, n numbers of equal ratio from each element of start to that of stop, which
// have one sign and are not 0. https://keras.io/api/ops/numpy/#geomspace-function
func GeomspaceBetween[A, B Operand](start A, stop B, n int, endpoint bool) *graph.Node {
	a, b, t := between("geomspace", start, stop, n, endpoint)
	if !ready(t) {
		return t
	}
	return Mul(a, Pow(Div(b, a), t))
}

// between gives the ends and the shares of the way between them: (n, 1, ...).
func between[A, B Operand](name string, start A, stop B, n int, endpoint bool) (a, b, t *graph.Node) {
	a, b = pair(name, start, stop)
	a, b = floatedWide(a), floatedWide(b)
	if !ready(a, b) {
		return a, b, refuse(name, a, b)
	}
	if n < 0 {
		return a, b, a.Graph().Fail(name, fmt.Errorf("%d numbers are asked for, want at least 0", n), a, b)
	}
	t = spaced(a.Graph(), name, n, endpoint, func(t float64) float64 { return t }, []graph.Dtype{a.Dtype()})
	for range max(a.Shape().Rank(), b.Shape().Rank()) {
		t = ExpandDims(t, -1)
	}
	return a, b, t
}
