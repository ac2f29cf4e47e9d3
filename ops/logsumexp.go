package ops

import "github.com/gorgonin/gorgonin/graph"

// LogSumExp is log sum exp(x) along the axes, all without axes, computed without overflow.
// https://keras.io/api/ops/core/#logsumexp-function
func LogSumExp(x *graph.Node, axes ...int) *graph.Node {
	y := LogSumExpKeepDims(x, axes...)
	if !ready(y) {
		return y
	}
	list, bad := axesOf("logsumexp", y, axes)
	if bad != nil {
		return bad
	}
	if len(list) == 0 {
		return y
	}
	return Squeeze(y, list...)
}

// LogSumExpKeepDims is [LogSumExp] that keeps the axes with size 1.
func LogSumExpKeepDims(x *graph.Node, axes ...int) *graph.Node {
	x = floated(x)
	m := StopGradient(MaxKeepDims(x, axes...))
	m = Where(IsFinite(m), m, 0) // Inf - Inf would be NaN
	return Add(Log(SumKeepDims(Exp(Sub(x, m)), axes...)), m)
}
